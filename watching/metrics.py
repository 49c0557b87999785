"""The Prometheus text of a whole installation, whichever web process is asked.

Each process's sums carry `process` (its kind) and `which` (machine and number); what waits in the
database is of all of them. Where the database is away, this process tells of itself alone.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from os import getpid
from pathlib import Path
from typing import Any, Final

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import HistogramMetricFamily as Histogram
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import inbox
from reports.city import profile
from reports.outbox import counts as words
from reports.outbox import quota
from reports.stats.outside import places_outside
from reports.tickets import counts as tickets
from settings import settings
from store import metrics, processes, signs, tasks, transactions
from store.database import transaction
from store.processes import Process, host, our_version
from store.signs import Sign
from watching import readiness
from watching.ages import QUEUE, oldest

Family = Counter | Gauge | Histogram
CHECKED: Final = (
    "roads", "rules", "categories", "font", "map", "clock", "line", "line_token", "mail",
    "workers", "waiting",
)  # fmt: skip
"""What `michi_degraded` tells of: watching/readiness.py."""


def text() -> str:
    """All of it."""
    now = readiness.look()
    return generate_latest(_Once(_of_all(now))).decode() + generate_latest(REGISTRY).decode()


class _Once(Collector):
    def __init__(self, families: Iterable[Family]) -> None:
        self._families = families

    def collect(self) -> Iterable[Family]:
        return self._families


def _of_all(now: readiness.Readiness) -> Iterator[Family]:
    us = Process("web", host(), getpid(), our_version(), True, metrics.sums())
    others: list[Process] = []
    told: list[Family] = []
    try:
        with transaction() as db:
            others, told = processes.others(db), [*_of_database(db)]
    except SQLAlchemyError:
        now.parts["database"] = False
    yield _gauge(
        "michi_up", "Whether each part works.", {p: int(up) for p, up in now.parts.items()}
    )
    if now.parts["schema"]:
        degraded = {what: int(what in now.degraded) for what in CHECKED}
        yield _gauge("michi_degraded", "What somebody should look at.", degraded, "what")
    yield from told
    yield from _of_processes([us, *others])
    yield from _of_disk()


def _gauge(name: str, what: str, values: Mapping[str, float], label: str = "part") -> Gauge:
    family = Gauge(name, what, labels=[label])
    for one, value in values.items():
        family.add_metric([one], value)
    return family


def _of_processes(all_of_them: list[Process]) -> Iterator[Family]:
    living = Gauge("michi_processes", "How many run.", labels=["process"])
    for kind in processes.KINDS:
        living.add_metric([kind], sum(one.kind == kind and one.lives for one in all_of_them))
    yield living
    built = Gauge("michi_build_info", "Of which version.", labels=["process", "which", "version"])
    for one in all_of_them:
        if one.lives:
            built.add_metric([one.kind, one.which, one.version], 1)
    yield built
    families = {name: _empty(metric) for name, metric in metrics.METRICS.items()}
    for one in all_of_them:
        for name, labels, sums in metrics.known(one.sums):
            _add(families[name], metrics.METRICS[name], [one.kind, one.which, *labels], sums)
    yield from families.values()


def _empty(metric: metrics.Metric) -> Family:
    kind: Any = Histogram if metric.buckets else Counter
    made: Family = kind(metric.name, metric.what, labels=["process", "which", *metric.labels])
    return made


def _add(family: Any, metric: metrics.Metric, labels: list[str], sums: Any) -> None:
    if not metric.buckets:
        family.add_metric(labels, sums[0])
        return
    ends = [*map(str, metric.buckets), "+Inf"]
    buckets = list(zip(ends, accumulate(sums[1:]), strict=True))
    family.add_metric(labels, buckets, sum_value=sums[0])


def _of_database(db: Session) -> Iterator[Family]:
    waits = {
        **inbox.counts(db),
        **tasks.counts(db),
        **words.counts(db),
        **tickets.counts(db),
    }
    yield _gauge("michi_waiting", "How much waits, by what.", waits, "what")
    yield from _of_ages(oldest(db))
    yield from _of_pushes(quota.state(db), quota.month_left_seconds(db))
    outside = Counter("michi_outside_places", "Places that were sent from outside the city.")
    outside.add_metric([], places_outside(db))
    yield outside
    city = Gauge("michi_city_info", "Whose installation it is.", labels=["city", "address"])
    city.add_metric([str(profile.profile(db).get("key", "")), settings().base], 1)
    yield city
    yield from _of_signs(signs.seen(db))
    waiting, longest = transactions.seen(db)
    yield Gauge("michi_database_lock_waits", "Transactions that wait for a lock.", waiting)
    yield Gauge(
        "michi_database_oldest_transaction_seconds", "Since when the longest one is open.", longest
    )


def _of_ages(ages: dict[str, float]) -> Iterator[Family]:
    queues = {what.removeprefix(QUEUE): age for what, age in ages.items() if what.startswith(QUEUE)}
    others = {what: age for what, age in ages.items() if not what.startswith(QUEUE)}
    yield _gauge("michi_oldest_seconds", "Since when the oldest of each waits.", others, "what")
    yield _gauge(
        "michi_oldest_task_seconds", "Since when the oldest work of a queue waits.", queues, "queue"
    )


def _of_pushes(pushes: quota.Quota | None, left: float) -> Iterator[Family]:
    """As far as LINE has told: none of them, or no limit."""
    yield Gauge("michi_push_month_left_seconds", "Until LINE counts pushes anew.", left)
    if pushes and pushes.limit is not None:
        yield Gauge("michi_push_quota_limit", "Pushes that LINE allows this month.", pushes.limit)
    if pushes:
        yield Gauge("michi_push_quota_used", "Pushes of this month, by LINE's count.", pushes.used)


_TIMES: Final = {
    Sign.CLOCK: ("michi_clock_tick_timestamp_seconds", "When the clock has gone last."),
    Sign.BACKUP: ("michi_backup_timestamp_seconds", "When the last good backup was made."),
    Sign.CERTIFICATE: ("michi_certificate_seen_timestamp_seconds", "When it was looked at last."),
}


def _of_signs(seen: dict[str, signs.Seen]) -> Iterator[Family]:
    """A backup that is wanted and was never made is of 1970: an alert sees no series that is not
    there."""
    for sign, (name, what) in _TIMES.items():
        if sign in seen:
            yield Gauge(name, what, seen[sign].at.timestamp())
        elif sign is Sign.BACKUP and settings().backup_url:
            yield Gauge(name, what, 0)
    if certificate := seen.get(Sign.CERTIFICATE):
        ends = certificate.facts.get("ends_at", 0)
        yield Gauge(
            "michi_certificate_ends_timestamp_seconds", "When our address's certificate ends.", ends
        )


def _of_disk() -> Iterator[Family]:
    """Of the folder of the photos, where it is one."""
    url = settings().photo_store_url
    folder = Path(url.removeprefix("file://"))
    if not url.startswith("file://") or not folder.is_dir():
        return
    disk = shutil.disk_usage(folder)
    yield Gauge("michi_photo_disk_bytes", "Size of the disk that photos lie on.", disk.total)
    yield Gauge("michi_photo_disk_free_bytes", "Free on the disk that photos lie on.", disk.free)

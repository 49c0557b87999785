"""Processes: whether each runs, and how long what is to be done has waited."""

from collections.abc import Iterator, Mapping
from typing import Final

import redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import text

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, Words, right, warning, wrong
from cli.doctor.groups.connections import reading
from cli.doctor.groups.redis import client
from cli.doctor.looks import Check
from reports.outbox import counts as words
from store import tasks as kept
from store.database import transaction
from watching.ages import QUEUE, oldest
from workers.worker import QUEUES

SILENT_SECONDS: Final = 30.0
"""The clock asks the database every second, and web listens to it."""


def _connected(asked: Asked) -> Iterator[Finding]:
    """Who is connected to the database under the name of a process, and asked it lately."""
    with reading(asked.settings.database_url) as db:
        rows = db.execute(_CONNECTED).fetchall()
    seen = {name: (int(many), float(ago)) for name, many, ago in rows}
    yield _web(asked, *seen.get("michi web", (0, 0.0)))
    yield _clock(asked, *seen.get("michi clock", (0, 0.0)))


def _web(asked: Asked, many: int, ago: float) -> Finding:
    if many:
        return right("processes.web", "web が動いています", "web runs", connections=many)
    return wrong(
        "processes.web", "web が動いていません", "no web process runs", asked.to_start("web")
    )


def _clock(asked: Asked, many: int, ago: float) -> Finding:
    if not many:
        return wrong(
            "processes.clock",
            "clock が動いていません。やり残しが残り、期限も知らされません",
            "no clock runs: what was not done stays so, and no deadline is told",
            asked.to_start("clock"),
        )
    shown = f"{ago:.0f} 秒前"
    if ago > SILENT_SECONDS:
        return wrong(
            "processes.clock",
            f"clock の最後の刻みは {shown}です",
            f"the clock ticked last {ago:.0f} s ago",
            asked.to_start("clock"),
            seconds=round(ago, 1),
        )
    return right(
        "processes.clock", f"clock が動いています(最後は {shown})",
        f"the clock runs ({ago:.0f} s ago)",
        seconds=round(ago, 1),
    )  # fmt: skip


_CONNECTED: Final = """
    SELECT application_name, count(*),
           extract(epoch FROM clock_timestamp() - max(coalesce(state_change, backend_start)))
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'michi %'
    GROUP BY application_name
"""


def _workers(asked: Asked) -> Iterator[Finding]:
    with client(asked) as connection:
        for name in QUEUES:
            queue = Queue(name, connection=connection, serializer=JSONSerializer)
            try:
                many, waiting = len(Worker.all(queue=queue)), queue.count
            except redis.RedisError as refused:
                yield warning(
                    f"processes.{name}",
                    f"{name} を見られません({type(refused).__name__})",
                    f"{name} cannot be seen ({type(refused).__name__})",
                )
                continue
            yield _worked_on(asked, name, many, waiting)


def _worked_on(asked: Asked, name: str, many: int, waiting: int) -> Finding:
    details = {"workers": many, "waiting": waiting}
    if many:
        return right(
            f"processes.{name}", f"{name} に {many} 人、待ち {waiting} 件",
            f"{name}: {many} at work, {waiting} waiting", **details,
        )  # fmt: skip
    return wrong(
        f"processes.{name}",
        f"{name} の働き手がいません(待ち {waiting} 件)",
        f"nobody works on {name} ({waiting} waiting)",
        asked.to_start(name),
        **details,
    )


def _waiting(asked: Asked) -> Iterator[Finding]:
    """As /readyz and /metrics have it."""
    with transaction() as db:
        if not db.execute(text("SELECT to_regclass('mails')")).scalar():
            return
        ages = oldest(db)
        tasks, mails = kept.counts(db)["tasks_given_up"], words.counts(db)["mails_failed"]
    ages["task"] = max(age for what, age in ages.items() if what.startswith(QUEUE))
    for what, (much, too_much) in _TOO_LONG.items():
        yield _oldest(asked, what, ages[what], much, too_much)
    if tasks or mails:
        yield warning(
            "processes.given_up",
            f"あきらめた仕事 {tasks} 件、届かなかったメール {mails} 通",
            f"{tasks} tasks were given up, {mails} mails did not arrive",
            "# 受付票と「他の管理者」に出ています / staff see it with tickets and authorities",
            tasks=tasks,
            mails=mails,
        )
    else:
        yield right("processes.given_up", "あきらめた仕事はありません", "nothing was given up")


def _oldest(asked: Asked, what: str, seconds: float, much: float, too_much: float) -> Finding:
    name = f"processes.oldest_{what}"
    ja, en = _WAITS[what]
    said = (f"{ja}: {seconds:,.0f} 秒待っています", f"{en}: waits {seconds:,.0f} s")
    if seconds > too_much:
        return wrong(name, *said, asked.to_start(_WHOSE[what]), seconds=round(seconds))
    if seconds > much:
        return warning(name, *said, asked.to_start(_WHOSE[what]), seconds=round(seconds))
    return right(
        name, f"{ja}は待っていません" if not seconds else said[0],
        f"{en}: none waits" if not seconds else said[1], seconds=round(seconds),
    )  # fmt: skip


_WAITS: Final[Mapping[str, Words]] = {
    "event": ("LINE の出来事", "events of LINE"),
    "task": ("仕事", "tasks"),
    "message": ("住民への言葉", "words to residents"),
    "mail": ("メール", "mails"),
}
_WHOSE: Final = {"event": "web", "task": "clock", "message": "messages", "mail": "letters"}
"""Who sees to them."""
_TOO_LONG: Final[Mapping[str, tuple[float, float]]] = {
    "event": (30, 300), "task": (120, 900), "message": (60, 600), "mail": (1800, 8 * 3600),
}  # fmt: skip
"""Seconds from which on the oldest of each is a warning, and wrong."""

CHECKS: Final = (
    Check("processes.web", _connected, ("DATABASE_URL", "database")),
    Check("processes.photos", _workers, ("REDIS_URL", "redis")),
    Check("processes.oldest_event", _waiting, ("DATABASE_URL", "database")),
)

"""Whether this process can work, and what of the installation is not as it should be.

Without its database, schema or photo store a process can do nothing, and gets no requests (503).
All else is `degraded`: it works, and somebody should look (docs/running/watching.md).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.line import tokens
from geo.roads import has_roads
from geo.sections import cutting
from reports.city import profile
from reports.documents import paper
from reports.outbox import mails
from reports.photos.photo_store import photo_store
from reports.routing import versions
from store import processes, schema, signs, sql
from store.database import transaction
from store.jobs import quick_redis
from store.metrics import ERRORS
from store.photo_files import StrangeStore
from store.signs import Seen, Sign
from watching.ages import oldest
from web.kit.assets import has_map_files

NO_TICK_SECONDS: Final = 120.0
MOST_SECONDS: Final = {"event": 120.0, "answer": 120.0, "message": 600.0, "mail": 3_600.0}
"""So long each may wait; work in a queue MOST_IN_QUEUE_SECONDS."""
MOST_IN_QUEUE_SECONDS: Final = 600.0
FOR_US: Final = tuple(kind for kind in processes.KINDS if kind not in ("web", "clock"))
"""What nobody but a process of this kind does; the clock's ticks tell of the clock."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts`: whether each of what it stands on works; `degraded`: what a person should look at,
    by its name; `why`: what can be done about a part."""

    parts: dict[str, bool]
    degraded: dict[str, str]
    why: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Redis may be away without any loss."""
        return all(works for part, works in self.parts.items() if part != "redis")

    def as_json(self) -> dict[str, Any]:
        """As /readyz tells it to those who look after it."""
        told = {"ok": self.is_ready, **self.parts, "degraded": self.degraded}
        return told | ({"why": self.why} if self.why else {})


def look(*, whole: bool = True) -> Readiness:
    """As it is at this moment; `whole`: with what is degraded, which costs more to find out."""
    why: dict[str, str] = {}
    database = _works("database", _ask_database, why)
    parts = {
        "database": database,
        "schema": database and _works("schema", schema.check, why),
        "photo_store": _works("photo_store", _ask_photo_store, why),
        "redis": _works("redis", quick_redis().ping, why),
    }
    return Readiness(parts, _degraded() if whole and parts["schema"] else {}, why)


def _works(part: str, ask: Callable[[], object], why: dict[str, str]) -> bool:
    try:
        ask()
    except (Exception, schema.OldSchema) as away:
        log.warning("part_away", part=part, kind=sql.kind_of(away))
        if part == "redis":
            ERRORS.count("redis", type(away).__name__)
        if isinstance(away, StrangeStore):
            why[part] = str(away)
        return False
    return True


def _ask_database() -> None:
    """Whether it may be written to: after a failover the old server still answers."""
    with transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = version_num WHERE false"))


def _ask_photo_store() -> None:
    photo_store().check()


def _degraded() -> dict[str, str]:
    try:
        with transaction() as db:
            return dict(lacks(db))
    except SQLAlchemyError as away:
        return {"database": f"it went away meanwhile ({sql.kind_of(away)})"}


def lacks(db: Session) -> Iterator[tuple[str, str]]:
    """What is not as it should be, by its name, with a sentence for engineers."""
    if not has_roads(db):
        yield "roads", "no roads"
    if versions.live(db) is None:
        yield "rules", "no routing table is in use: every ticket stays 担当課未定"
    if not profile.offered(db):
        yield "categories", "no categories: nothing can be reported"
    if cutting.is_late(db):
        yield "sections", "for a day no sections of the roads in use: see the clock's duty_failed"
    yield from _of_this_machine()
    yield from _of_signs(signs.seen(db))
    yield from _of_processes(processes.others(db))
    if waits := [*_too_long(oldest(db))]:
        yield "waiting", ", ".join(waits)


def _of_this_machine() -> Iterator[tuple[str, str]]:
    try:
        paper.fonts()
    except paper.NoFont as wanted:
        yield "font", str(wanted)
    if not has_map_files():
        yield "map", "MapLibre is not installed: no page with a map is shown"


def _of_signs(seen: dict[str, Seen]) -> Iterator[tuple[str, str]]:
    tick = seen.get(Sign.CLOCK)
    if tick is None:
        yield "clock", "no clock has ever run"
    elif tick.age > NO_TICK_SECONDS:
        yield "clock", f"its last tick was {tick.age:.0f} s ago"
    if refused := tokens.refused():
        yield "line_token", f"{', '.join(refused)} refused"
    line = seen.get(Sign.LINE)
    if line and not line.fine:
        yield "line", f"LINE refused the channel access token {line.age:.0f} s ago"
    mail = seen.get(Sign.MAIL)
    if mail and not mail.fine and mails.are_sent():
        yield "mail", f"the mail server did not take a mail {mail.age:.0f} s ago"


def _of_processes(others: list[processes.Process]) -> Iterator[tuple[str, str]]:
    living = {other.kind for other in others if other.lives}
    if missing := [kind for kind in FOR_US if kind not in living]:
        yield "workers", f"none of these runs: {', '.join(missing)}"


def _too_long(ages: dict[str, float]) -> Iterator[str]:
    for what, seconds in ages.items():
        if seconds > MOST_SECONDS.get(what, MOST_IN_QUEUE_SECONDS):
            yield f"{what} {seconds:.0f} s"

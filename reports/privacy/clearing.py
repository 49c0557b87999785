"""Clearing away what is due: by the clock, or by somebody who looked at it first. Each piece is a
commit of its own that counts what went, so that whoever goes on after a crash goes on there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city import periods, profile
from reports.city.clock import local
from reports.people.permissions import Actor
from reports.privacy import audit
from reports.privacy.models import Clearing
from reports.privacy.steps import Step, dues
from store import sql
from store.database import transaction
from store.tasks import later


@dataclass(frozen=True, slots=True)
class Run:
    """As of `Clearing`."""

    id: int
    state: str
    day: date | None
    by_name: str
    began_at: datetime
    ended_at: datetime | None
    due: Mapping[str, int]
    gone: Mapping[str, int]

    @property
    def total(self) -> int:
        return max(sum(self.due.values()), self.done)

    @property
    def done(self) -> int:
        return sum(self.gone.values())


def begin(
    db: Session, steps: Iterable[Step], by: Actor, now: datetime, *, key: str | None = None
) -> int:
    """What is due at this moment goes, from the commit on, by a worker; gives the run's id. The
    same press, and one while another's run goes on, is that run."""
    sql.run(db, _ONE_AT_A_TIME)
    pressed = (Clearing.key == key) if key else None
    running = (Clearing.state == "running") & Clearing.day.is_(None)
    wanted = running if pressed is None else running | pressed
    if known := db.scalar(select(Clearing.id).where(wanted).order_by(Clearing.id.desc()).limit(1)):
        return known
    keep = periods.said_in(profile.profile(db))
    run = Clearing(
        by_id=by.user_id,
        by_name=by.name,
        began_at=now,
        keep=dict(keep),
        due=dues(db, steps, keep, now),
        key=key,
    )
    db.add(run)
    db.flush()
    audit.tell(db, by, "clearing", {"run": run.id, "due": run.due})
    later(db, "clear_away", clearing_id=run.id)
    return run.id


def go_on(clearing_id: int, steps: Iterable[Step], enough: Callable[[], bool]) -> bool:
    """Some pieces more; whether anything is left of it."""
    with transaction() as db:
        run = db.get(Clearing, clearing_id)
        if run is None or run.state != "running":
            return False
        keep, began_at = run.keep, run.began_at
    for step in steps:
        before = periods.begin(keep, step.period, began_at)
        while True:
            if enough():
                return True
            with transaction() as db:
                gone = step.forget(db, before)
                if gone:
                    sql.run(db, _COUNT, id=clearing_id, key=step.key, gone=gone)
            if not gone:
                break
    return False


def end(db: Session, clearing_id: int, state: str, now: datetime) -> None:
    """It is done, or failed for good."""
    running = Clearing.id == clearing_id, Clearing.state == "running"
    db.execute(update(Clearing).where(*running).values(state=state, ended_at=now))


def note_of_clock(db: Session, gone: Mapping[str, int], began_at: datetime, now: datetime) -> None:
    """What the clock has cleared away in one round joins the day's."""
    day = local(began_at).date()
    new = insert(Clearing).values(day=day, state="done", began_at=began_at, ended_at=now)
    db.execute(
        new.on_conflict_do_update(
            index_elements=[Clearing.day],
            index_where=Clearing.day.is_not(None),
            set_={"ended_at": now},
        )
    )
    for key, many in gone.items():
        sql.run(db, _COUNT_OF_DAY, day=day, key=key, gone=many)


def latest(db: Session, most: int) -> list[Run]:
    """The newest first, without days on which the clock found nothing but the last one."""
    rows = db.scalars(select(Clearing).order_by(Clearing.id.desc()).limit(_LOOKED_AT)).all()
    shown = [row for turn, row in enumerate(rows) if row.gone or row.day is None or turn == 0]
    return [_run(row) for row in shown[:most]]


def last_of_clock(db: Session) -> datetime | None:
    """When it last went through all of it."""
    of_clock = select(Clearing.ended_at).where(Clearing.day.is_not(None))
    return db.scalar(of_clock.order_by(Clearing.day.desc()).limit(1))


def run_of(db: Session, clearing_id: int) -> Run | None:
    """The run of this id."""
    row = db.get(Clearing, clearing_id)
    return _run(row) if row else None


def _run(row: Clearing) -> Run:
    told: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    return Run(**told)


_FIELDS: Final = ("id", "state", "day", "by_name", "began_at", "ended_at", "due", "gone")
_LOOKED_AT: Final = 60
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('clearings', 0))"
_ADD: Final = """
    UPDATE clearings SET gone = gone || jsonb_build_object(
        %(key)s::text, coalesce((gone ->> %(key)s::text)::bigint, 0) + %(gone)s)
"""
_COUNT: Final = f"{_ADD} WHERE id = %(id)s"
_COUNT_OF_DAY: Final = f"{_ADD} WHERE day = %(day)s"

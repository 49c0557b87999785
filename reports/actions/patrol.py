"""A crew goes on patrol, tells where it is, and comes back; what nobody ends the clock does."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.points import Point
from reports.city.departments import department_id
from reports.city.models import Department
from reports.patrols import way
from reports.patrols.models import Patrol, PatrolPoint
from reports.patrols.way import Sample
from reports.people.permissions import Actor, Do, NotTheirs, may
from store import sql

OPEN_FOR: Final = timedelta(hours=24)
"""So long after its last sign a patrol that nobody ended is over."""
LATEST: Final = timedelta(days=14)
"""A phone without signal keeps what it has so long."""


class CannotPatrol(Exception):
    """The message says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class NewPatrol:
    """How it is meant to go; fields as of `Patrol`."""

    kind: str
    members: str = ""
    car: str = ""
    weather: str = ""
    routes: str = ""
    meter_from: int | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """What is written down at its end; fields as of `Patrol`."""

    meter_to: int | None = None
    km: float | None = None
    weather: str = ""
    remarks: str = ""


def then(at: datetime | None) -> datetime:
    """The moment that a phone tells, as far as it can be so."""
    now = datetime.now(UTC)
    return at if at and now - LATEST <= at <= now else now


def begin(db: Session, by: Actor, new: NewPatrol, *, at: datetime, key: str) -> int:
    """It runs from now on; a press that is sent twice begins once. Returns its id.

    Raises NotTheirs, CannotPatrol while another of this account runs.
    """
    department = department_id(db, by.department)
    if by.user_id is None or department is None or not may(by, Do.PATROL, by.department):
        raise NotTheirs(Do.PATROL)
    facts = {
        "department_id": department, "by_id": by.user_id, "by_name": by.name, "began_at": at,
        "signed_at": at, "key": f"{by.user_id} {key}",
    }  # fmt: skip
    made = insert(Patrol).values(**facts | asdict(new)).on_conflict_do_nothing()
    if (patrol_id := db.scalar(made.returning(Patrol.id))) is not None:
        return int(patrol_id)
    known = db.scalar(select(Patrol.id).where(Patrol.key == facts["key"]))
    if known is None:
        raise CannotPatrol("すでに巡回中です。いまの巡回を終えてから、次を始めてください。")
    return known


def come_back(db: Session, patrol_id: int, by: Actor, told: Return, *, at: datetime) -> None:
    """It is over; once it has been ended by a person nothing changes any more.

    Raises NotTheirs, CannotPatrol for a meter that went backwards.
    """
    patrol = own(db, patrol_id, by)
    if patrol.ended_by == "crew":
        return
    start = patrol.meter_from
    if told.meter_to is not None and start is not None and told.meter_to < start:
        raise CannotPatrol(f"終了時のメーターが、開始時({start:,} km)より小さくなっています。")
    patrol.meter_to, patrol.km, patrol.remarks = told.meter_to, told.km, told.remarks
    patrol.weather = told.weather or patrol.weather
    patrol.ended_at, patrol.ended_by = max(at, patrol.signed_at), "crew"


def sign(patrol: Patrol, at: datetime) -> None:
    """Something of it happened then: as long it has not ended."""
    patrol.signed_at = max(patrol.signed_at, at)
    if patrol.ended_at and patrol.ended_by == "clock":
        patrol.ended_at = max(patrol.ended_at, at)


def tell_way(db: Session, patrol_id: int, by: Actor, samples: Iterable[Sample]) -> int:
    """Where the phone was: of the positions those are kept that tell something new. Returns how
    many. Raises NotTheirs."""
    patrol = own(db, patrol_id, by)
    now = datetime.now(UTC)
    until = patrol.ended_at if patrol.ended_by == "crew" else now
    last, there = _last(db, patrol_id)
    honest = [one for one in samples if patrol.began_at <= one.at <= min(now, until or now)]
    new = way.sparse(honest, last)[: max(way.MOST_POINTS - there, 0)]
    if not new:
        return 0
    rows = [{"patrol_id": patrol_id, "at": one.at, "place": one.place.wkt} for one in new]
    db.execute(insert(PatrolPoint).values(rows).on_conflict_do_nothing())
    patrol.way_m += way.length_m([last, *new] if last else new)
    sign(patrol, new[-1].at)
    return len(new)


def end_forgotten(db: Session, now: datetime) -> int:
    """What gave no sign for OPEN_FOR ended with the last one. Returns how many."""
    return sql.run(db, _END, before=now - OPEN_FOR).rowcount


def own(db: Session, patrol_id: int, by: Actor) -> Patrol:
    """The patrol, nobody else's until the commit. Raises NotTheirs where they did not begin it."""
    patrol = db.get(Patrol, patrol_id, with_for_update=True, populate_existing=True)
    if patrol is None or by.user_id is None or patrol.by_id != by.user_id:
        raise NotTheirs(Do.PATROL)
    department = db.get(Department, patrol.department_id)
    if not may(by, Do.PATROL, department.key if department else None):
        raise NotTheirs(Do.PATROL)
    return patrol


def _last(db: Session, patrol_id: int) -> tuple[Sample | None, int]:
    """The point that was kept last, and how many there are."""
    theirs = PatrolPoint.patrol_id == patrol_id
    there = db.scalar(select(func.count()).where(theirs)) or 0
    row = sql.run(db, _LAST, id=patrol_id).fetchone()
    return (Sample(row[0], Point(row[1], row[2]), 0.0) if row else None), there


_LAST: Final = """
    SELECT at, ST_X(place), ST_Y(place) FROM patrol_points
    WHERE patrol_id = %(id)s ORDER BY at DESC LIMIT 1
"""
_END: Final = """
    UPDATE patrols SET ended_at = signed_at, ended_by = 'clock'
    WHERE ended_at IS NULL AND signed_at < %(before)s
"""

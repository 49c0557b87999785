"""Reading patrols: the one that runs, a month's list, one with its way and finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from geo.points import Point
from reports.city.models import Department
from reports.patrols.models import Patrol, PatrolFind
from reports.patrols.way import Sample
from reports.patrols.words import driven_km, km_words
from reports.tickets.models import Report
from reports.tickets.status import Status, status_of
from store.database import at_once

MOST_LISTED: Final = 200
AFTER_ITS_END: Final = timedelta(minutes=10)
"""So much later a find of it may still be written down."""
AFTER_THE_CLOCK: Final = timedelta(hours=24)
"""So much later where nobody ended it: the phone may have been without signal."""


@dataclass(frozen=True, slots=True)
class PatrolSummary:
    """A patrol as a line of a list; fields as of `Patrol`, `department` a key."""

    id: int
    department: str
    department_name: str
    kind: str
    by_name: str
    members: str
    car: str
    weather: str
    routes: str
    remarks: str
    meter_from: int | None
    meter_to: int | None
    km: float | None
    way_m: float
    began_at: datetime
    ended_at: datetime | None
    ended_by: str
    finds: int
    fixed: int

    @property
    def km_known(self) -> float | None:
        """As typed, or by the meter."""
        return driven_km(self.meter_from, self.meter_to, self.km)

    @property
    def distance(self) -> str:
        return km_words(self.km_known, self.way_m)

    @property
    def who(self) -> str:
        """The account that began it, and who went along."""
        return "、".join(filter(None, (self.by_name, self.members)))


@dataclass(frozen=True, slots=True)
class Find:
    """What was found: its ticket, where, what became of it; photos by id, `after` of the repair.
    Once it `is_routed`, in which district it is, whose road, and which department has it."""

    report_id: int
    ticket_id: int
    number: str
    category: str
    status: Status
    department: str | None
    department_name: str | None
    district: str | None
    owner: str | None
    is_routed: bool
    place_name: str
    place: Point
    at: datetime
    seen_again: bool
    is_fixed: bool
    urgent: bool
    words: str
    done: str
    told: str
    photo_id: int | None
    after_id: int | None


@dataclass(frozen=True, slots=True)
class Running:
    """The patrol that an account is on, for the bar of its pages."""

    id: int
    kind: str
    began_at: datetime
    finds: int


def running(user_id: int) -> Running | None:
    """The one that this account began and has not ended."""
    row = at_once(_RUNNING, user_id).fetchone()
    return Running(*row) if row else None


def id_at(db: Session, user_id: int, at: datetime) -> int | None:
    """The patrol of this account that a find of this moment belongs to; else the running one."""
    until = func.coalesce(Patrol.ended_at, func.now() + AFTER_ITS_END)
    late = or_(
        at <= until + AFTER_ITS_END,
        (Patrol.ended_by == "clock") & (at <= Patrol.ended_at + AFTER_THE_CLOCK),
    )
    theirs = select(Patrol.id).where(Patrol.by_id == user_id)
    then = theirs.where(Patrol.began_at <= at, late).order_by(Patrol.began_at.desc()).limit(1)
    return db.scalar(then) or db.scalar(theirs.where(Patrol.ended_at.is_(None)))


def is_found(db: Session, draft_key: str) -> bool:
    """Whether what this press wrote down is there already."""
    return db.scalar(select(Report.id).where(Report.draft_key == draft_key)) is not None


def patrol(db: Session, patrol_id: int) -> PatrolSummary | None:
    """One of them."""
    row = db.execute(_summaries().where(Patrol.id == patrol_id)).one_or_none()
    return PatrolSummary(*row) if row else None


def patrols(
    db: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    departments: Sequence[str] = (),
    limit: int = MOST_LISTED,
) -> list[PatrolSummary]:
    """Those that began from `since` until before `until`, the newest first; `departments`: keys,
    none for all."""
    wanted = _summaries()
    if since:
        wanted = wanted.where(Patrol.began_at >= since)
    if until:
        wanted = wanted.where(Patrol.began_at < until)
    if departments:
        wanted = wanted.where(Department.key.in_(departments))
    rows = db.execute(wanted.order_by(Patrol.began_at.desc(), Patrol.id.desc()).limit(limit))
    return [PatrolSummary(*row) for row in rows]


def departments(db: Session) -> list[tuple[str, str]]:
    """Key and name of those that have gone on patrol."""
    some = select(Patrol.id).where(Patrol.department_id == Department.id).exists()
    rows = db.execute(select(Department.key, Department.name).where(some).order_by(Department.id))
    return [(row.key, row.name) for row in rows]


def finds(db: Session, patrol_id: int) -> list[Find]:
    """In the order in which they were found."""
    return [_find(row) for row in db.execute(_FINDS, {"id": patrol_id})]


def samples(db: Session, patrol_id: int) -> list[Sample]:
    """The way, in the order of time; empty once it was forgotten."""
    rows = db.execute(_POINTS, {"id": patrol_id})
    return [Sample(row.at, Point(row.lon, row.lat), 0.0) for row in rows]


def _summaries() -> Select[Any]:
    found, fixed = (
        select(func.count()).where(PatrolFind.patrol_id == Patrol.id, *which).scalar_subquery()
        for which in ((), (PatrolFind.is_fixed,))
    )
    own = (getattr(Patrol, name) for name in _OWN)
    return select(Patrol.id, Department.key, Department.name, *own, found, fixed).join(
        Department, Department.id == Patrol.department_id
    )


def _find(row: Any) -> Find:
    facts = dict(row._mapping)
    facts["place"] = Point(facts.pop("lon"), facts.pop("lat"))
    return Find(**facts | {"status": status_of(row.status)})


def ticket_ids(db: Session, patrol_id: int) -> list[int]:
    """Of what was found on it, also of what was there before."""
    found = select(Report.ticket_id).join(PatrolFind, PatrolFind.report_id == Report.id)
    return list(db.scalars(found.where(PatrolFind.patrol_id == patrol_id).distinct()))


_OWN: Final[Sequence[str]] = (
    "kind", "by_name", "members", "car", "weather", "routes", "remarks", "meter_from", "meter_to",
    "km", "way_m", "began_at", "ended_at", "ended_by",
)  # fmt: skip
_RUNNING: Final = """
    SELECT p.id, p.kind, p.began_at, (SELECT count(*) FROM patrol_finds WHERE patrol_id = p.id)
    FROM patrols p WHERE p.by_id = %s AND p.ended_at IS NULL
"""
_POINTS: Final = text("""
    SELECT at, ST_X(place) AS lon, ST_Y(place) AS lat
    FROM patrol_points WHERE patrol_id = :id ORDER BY at
""")
_FINDS: Final = text("""
    SELECT f.report_id, t.id AS ticket_id, t.number, r.category, t.status, d.key AS department,
           d.name AS department_name, t.district, t.owner, t.routed_at IS NOT NULL AS is_routed,
           t.place_name, ST_X(coalesce(r.place, t.place)) AS lon,
           ST_Y(coalesce(r.place, t.place)) AS lat, f.at, f.seen_again, f.is_fixed, r.urgent,
           coalesce((SELECT string_agg(m.words, E'\\n' ORDER BY m.id) FROM remarks m
                     WHERE m.report_id = r.id), '') AS words, f.done, f.told,
           (SELECT min(p.id) FROM photos p
            WHERE p.report_id = r.id AND p.state = 'stored') AS photo_id,
           (SELECT max(p.id) FROM photos p
            WHERE f.is_fixed AND p.ticket_id = t.id AND p.state = 'stored') AS after_id
    FROM patrol_finds f JOIN reports r ON r.id = f.report_id JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN departments d ON d.id = t.department_id
    WHERE f.patrol_id = :id ORDER BY f.at, f.report_id
""")

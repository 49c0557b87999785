"""The writes: filing a report, routing a ticket, moving it. Each leaves its line of history.

All of them run inside the caller's transaction, so that the ticket, its history and the words to
say about it are one commit.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.points import Point
from geo.roads import roads_near
from reports import city, tell
from reports.deadlines import deadline
from reports.lifecycle import OPEN, TOLD_BY_PUSH, Role, Status, check_move
from reports.models import (
    CHANGES,
    Follower,
    History,
    OutsideCount,
    Photo,
    Resident,
    Ticket,
)
from reports.numbers import new_number
from reports.routing import choose
from settings import settings
from store.direct import quickly
from store.tasks import later

WAIT_FOR_PHOTO: Final = timedelta(seconds=4)
"""So that the crew's photo is on the card that tells of the repair."""


class NoSuchTicket(Exception):
    """No ticket has this number or id."""


@dataclass(frozen=True, slots=True)
class NewReport:
    """What one resident sent. `place_source`: "line" (a location message) or "exif"."""

    resident_id: int
    draft_key: str
    category: str
    place: Point
    place_source: str
    place_accuracy_m: float | None
    words: str
    photo_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, as the history keeps it."""

    role: Role
    name: str = ""


_KNOWN: Final = "SELECT ticket_id FROM reports WHERE draft_key = %(draft_key)s"

_FILE: Final = f"""
    WITH ticket AS (
        INSERT INTO tickets (number, category, place)
        VALUES (%(number)s, %(category)s, ST_GeomFromEWKT(%(place)s))
        ON CONFLICT (number) DO NOTHING RETURNING id, place
    ), report AS (
        INSERT INTO reports (ticket_id, resident_id, draft_key, category, words,
                             place, place_source, place_accuracy_m)
        SELECT id, %(resident_id)s, %(draft_key)s, %(category)s, %(words)s,
               place, %(place_source)s, %(place_accuracy_m)s FROM ticket
        RETURNING id
    ), photo AS (
        UPDATE photos SET report_id = report.id FROM report
        WHERE photos.id = ANY(%(photo_ids)s::bigint[])
    ), follower AS (
        INSERT INTO followers (ticket_id, resident_id) SELECT id, %(resident_id)s FROM ticket
    ), line AS (
        INSERT INTO history (ticket_id, actor, what, to_status)
        SELECT id, '{Role.RESIDENT}', 'filed', '{Status.RECEIVED}' FROM ticket
    )
    SELECT id FROM ticket
"""
"""A report with all that belongs to it, and nothing where the number is taken."""


def file_report(db: Session, report: NewReport) -> int:
    """Make the ticket of a report, and its routing the next thing to do. Returns the ticket's id.

    A draft that was filed before gives the ticket it made then.
    """
    for (known,) in quickly(db, _KNOWN, draft_key=report.draft_key):
        return int(known)
    ticket_id = None
    while ticket_id is None:
        ticket_id = _file(db, report, new_number())
    later(db, "route_ticket", ticket_id=ticket_id)
    return ticket_id


def add_photos(db: Session, report_id: int, photo_ids: Collection[int]) -> None:
    """Photos that belong to this report; they keep arriving after the ticket is made."""
    db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(report_id=report_id))


def route(db: Session, ticket_id: int) -> None:
    """Find owner, district, department and deadline of a ticket, and keep why."""
    ticket = db.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NoSuchTicket(str(ticket_id))
    place = place_of(db, ticket_id)
    where = areas_at(db, place)
    category = city.categories(db)[ticket.category]
    found = choose(
        roads_near(db, place), city.rules(db), category=category.key, district=where.district
    )
    ticket.place_name, ticket.place_name_en = where.town, where.town_en
    ticket.district, ticket.owner = where.district, found.owner
    ticket.road_id = found.road.id if found.road else None
    ticket.department_id, ticket.why = found.department_id, found.why()
    ticket.urgent = category.urgent
    ticket.deadline = deadline(
        _in_town(ticket.received_at).date(),
        category.deadline_days,
        city.closing_days(city.facts(db)),
    )
    ticket.routed_at = datetime.now(UTC)
    changed(db, ticket)
    _write_history(db, ticket_id, None, "routed", details=ticket.why)
    tell.let_go(db, f"ticket:{ticket_id}")


def move(
    db: Session,
    ticket_id: int,
    to: Status,
    actor: Actor,
    *,
    note: str = "",
    photo_ids: Collection[int] = (),
) -> None:
    """Move a ticket and tell its followers. `note` is read by residents.

    `photo_ids`: the crew's photos of the repaired place. Raises NoSuchTicket, MoveRefused.
    """
    ticket = db.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NoSuchTicket(str(ticket_id))
    before = Status(ticket.status)
    check_move(actor.role, before, to, note)
    ticket.status = to
    ticket.closed_at = None if to in OPEN else datetime.now(UTC)
    changed(db, ticket)
    if photo_ids:
        db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(ticket_id=ticket_id))
    history_id = _write_history(
        db, ticket_id, actor, "moved", from_status=before, to_status=to, note=note.strip()
    )
    if to in TOLD_BY_PUSH:
        say = {"say": "moved", "ticket_id": ticket_id, "history_id": history_id}
        wait = WAIT_FOR_PHOTO if photo_ids else timedelta(0)
        tell.push(db, followers(db, ticket_id), [say], wait=wait)


def followers(db: Session, ticket_id: int) -> list[str]:
    """LINE user ids of those who want to hear of this ticket and can."""
    return list(
        db.scalars(
            select(Resident.line_user_id)
            .join(Follower, Follower.resident_id == Resident.id)
            .where(
                Follower.ticket_id == ticket_id,
                Follower.muted.is_(False),
                Resident.blocked_at.is_(None),
            )
            .order_by(Resident.id)
        )
    )


def place_of(db: Session, ticket_id: int) -> Point:
    """Where the ticket is now."""
    row = db.execute(
        select(Ticket.place.ST_X(), Ticket.place.ST_Y()).where(Ticket.id == ticket_id)
    ).one()
    return Point(*row)


def count_outside(db: Session, day: datetime, neighbour: str) -> None:
    """A place outside the city leaves nothing but this count."""
    counted = upsert(OutsideCount).values(day=_in_town(day).date(), neighbour=neighbour, times=1)
    db.execute(
        counted.on_conflict_do_update(
            index_elements=[OutsideCount.day, OutsideCount.neighbour],
            set_={"times": OutsideCount.times + 1},
        )
    )


def changed(db: Session, ticket: Ticket) -> None:
    """Give the ticket a new place in the sequence of changes that maps and lists follow."""
    ticket.updated_at = datetime.now(UTC)
    ticket.change = db.execute(select(CHANGES.next_value())).scalar_one()
    db.flush()


def _file(db: Session, report: NewReport, number: str) -> int | None:
    """The ticket's id, None where another ticket has this number."""
    facts = asdict(report) | {"place": report.place.wkt, "photo_ids": list(report.photo_ids)}
    made = quickly(db, _FILE, number=number, **facts).fetchone()
    return int(made[0]) if made else None


def _write_history(db: Session, ticket_id: int, actor: Actor | None, what: str, **line: Any) -> int:
    return db.execute(
        insert(History)
        .values(
            ticket_id=ticket_id,
            actor=actor.role if actor else "michi",
            actor_name=actor.name if actor else "",
            what=what,
            **line,
        )
        .returning(History.id)
    ).scalar_one()


def _in_town(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings().tz))

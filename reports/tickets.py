"""The writes of a ticket's life: routing it, moving it. Each leaves its line of history.

All of them run inside the caller's transaction, so that the ticket, its history and the words to
say about it are one commit.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.points import Point
from geo.roads import roads_near
from reports import city, due, history, mails, merging, tell
from reports.changes import changed, locked
from reports.city_models import OutsideCount
from reports.following import followers
from reports.history import RESIDENT, Actor
from reports.lifecycle import OPEN, TOLD_BY_PUSH, Status, check_move
from reports.models import Follower, Photo, Report, Ticket
from reports.routing import Facts, choose
from settings import settings
from store.tasks import later

WAIT_FOR_PHOTO: Final = timedelta(seconds=8)
"""So that the crew's photo is on the card that tells of the repair."""


def route(db: Session, ticket_id: int) -> None:
    """Find owner, district, department and deadline of a ticket, and keep why."""
    ticket = locked(db, ticket_id)
    place, said = place_of(db, ticket_id), _said(db, ticket_id)
    where, rules = areas_at(db, place), city.rules(db)
    category = city.categories(db)[ticket.category]
    ticket.urgent = category.urgent or said.urgent
    in_hours = due.was_in_hours(db, ticket.received_at)
    found = choose(
        roads_near(db, place),
        rules.lines,
        Facts(category.key, where.district, ticket.urgent, in_hours),
        owner_said=said.owner,
        only_a_town=said.only_a_town,
    )
    ticket.place_name, ticket.place_name_en = where.town, where.town_en
    ticket.district, ticket.owner = where.district, found.owner
    ticket.road_id = found.road.id if found.road else None
    ticket.department_id = city.department_id(db, found.department)
    ticket.rules_version, ticket.why = rules.version, found.why()
    ticket.deadline_days = found.rule.deadline_days if found.rule else None
    due.give(db, ticket, category)
    ticket.routed_at = datetime.now(UTC)
    changed(db, ticket)
    history.write(db, ticket_id, None, "routed", details=ticket.why)
    if found.rule:
        mails.tell(db, ticket, found.rule.tell)
    tell.let_go(db, f"ticket:{ticket_id}")


def move(
    db: Session,
    ticket_id: int,
    to: Status,
    actor: Actor,
    *,
    note: str = "",
    photo_ids: Collection[int] = (),
    told_already: int | None = None,
) -> None:
    """Move a ticket and tell its followers. `note` is read by residents.

    `photo_ids`: the crew's photos of the repaired place. `told_already`: a resident who reads it
    in the answer to what they did. Raises NoSuchTicket, MoveRefused.
    """
    ticket = locked(db, ticket_id)
    before = Status(ticket.status)
    check_move(actor.role, before, to, note)
    if before is Status.MERGED:
        merging.part(db, ticket)
    ticket.status = to
    ticket.closed_at = None if to in OPEN else datetime.now(UTC)
    due.settle(db, ticket)
    if to is Status.FORWARDED:
        mails.forward(db, ticket)
    changed(db, ticket)
    if photo_ids:
        db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(ticket_id=ticket_id))
    history_id = history.write(
        db, ticket_id, actor, "moved", from_status=before, to_status=to, note=note.strip()
    )
    if to in TOLD_BY_PUSH:
        say = {"say": "moved", "ticket_id": ticket_id, "history_id": history_id}
        wait = WAIT_FOR_PHOTO if photo_ids else timedelta(0)
        tell.push(db, followers(db, ticket_id, without=told_already), [say], wait=wait)


def withdraw(db: Session, ticket_id: int, resident_id: int) -> bool:
    """A resident takes their report back. The ticket ends with it, unless others wait for it too.

    Returns whether it ended. Raises NoSuchTicket, MoveRefused.
    """
    ticket = locked(db, ticket_id)
    check_move(RESIDENT.role, Status(ticket.status), Status.DECLINED, _WITHDRAWN)
    db.execute(
        update(Report)
        .where(Report.ticket_id == ticket_id, Report.resident_id == resident_id)
        .values(withdrawn_at=datetime.now(UTC))
    )
    others = db.scalar(
        select(Follower.resident_id)
        .where(Follower.ticket_id == ticket_id, Follower.resident_id != resident_id)
        .limit(1)
    )
    if others is None:
        move(db, ticket_id, Status.DECLINED, RESIDENT, note=_WITHDRAWN, told_already=resident_id)
        return True
    history.write(db, ticket_id, RESIDENT, "withdrawn")
    row = db.get_one(Follower, (ticket_id, resident_id))
    db.delete(row)
    changed(db, ticket)
    return False


def reopen(db: Session, ticket_id: int, resident_id: int) -> None:
    """A follower says that it is not mended; the others hear of it. Raises MoveRefused."""
    move(db, ticket_id, Status.REOPENED, RESIDENT, told_already=resident_id)


def recategorise(db: Session, ticket_id: int, category: str, actor: Actor = RESIDENT) -> None:
    """Another kind of problem than was thought: routed again. Raises NoSuchTicket."""
    ticket = locked(db, ticket_id)
    if ticket.category == category:
        return
    details = {"from": ticket.category, "to": category}
    history.write(db, ticket_id, actor, "recategorised", details=details)
    ticket.category = category
    changed(db, ticket)
    later(db, "route_ticket", ticket_id=ticket_id)


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


class _Said(NamedTuple):
    owner: str | None
    urgent: bool
    only_a_town: bool


def _said(db: Session, ticket_id: int) -> _Said:
    """What its residents said that routing needs: whose road, urgent words, only a town's name."""
    reports: Any = select(Report.owner_said, Report.urgent, Report.place_source)
    rows = db.execute(reports.where(Report.ticket_id == ticket_id).order_by(Report.id)).all()
    return _Said(
        owner=next((row.owner_said for row in rows if row.owner_said), None),
        urgent=any(row.urgent for row in rows),
        only_a_town=bool(rows) and all(row.place_source == "typed" for row in rows),
    )


def _in_town(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings().tz))


_WITHDRAWN: Final = "通報した人が取り下げました。"

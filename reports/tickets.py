"""The writes of a ticket's life: routing it, moving it. Each leaves its line of history.

All of them run inside the caller's transaction, so that the ticket, its history and the words to
say about it are one commit.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.assets import AT_PLACE_M, asset_near
from geo.place_names import name_of
from geo.points import Point
from geo.roads import roads_near
from reports import due, history, mails, merging, tell
from reports.changes import changed, locked
from reports.city import clock, departments, profile
from reports.city.models import Department
from reports.following import followers
from reports.handing_over import hand_over
from reports.lifecycle import OPEN, TOLD_BY_PUSH, Status, check_move
from reports.lost_photos import tell_lost
from reports.models import Follower, History, Photo, Remark, Report, Ticket
from reports.outside_count import OutsideCount
from reports.people.permissions import RESIDENT, Actor, Role
from reports.photo_place import let_card_go
from reports.routing import Facts, Reason, Routing, choose
from reports.rules import tables
from store.tasks import later

WAIT_FOR_PHOTO: Final = timedelta(seconds=8)
"""So that the crew's photo is on the card that tells of the repair."""


def route(db: Session, ticket_id: int, by: Actor | None = None, *, note: str = "") -> None:
    """Find owner, district, department and deadline of a ticket, and keep why.

    `by`: whoever at the desk wants it decided anew; without them what staff decided, or have to
    decide, stays. Raises NoSuchTicket.
    """
    ticket = locked(db, ticket_id)
    place, said = place_of(db, ticket_id), _said(db, ticket_id)
    where, rules = areas_at(db, place), tables.live_rules(db)
    category = profile.categories(db)[ticket.category]
    ticket.urgent = category.urgent or said.urgent
    in_hours = profile.was_in_hours(db, ticket.received_at)
    found = choose(
        roads_near(db, place),
        rules.lines,
        Facts(category.key, where.district, ticket.urgent, in_hours),
        owner_said=said.owner,
        only_a_town=said.only_a_town,
        asset=asset_near(db, place, category.key, said.words, at_place_m=said.at_place_m),
    )
    name = name_of(db, place, where, only_town=said.only_a_town)
    ticket.place_name, ticket.place_name_en = name.japanese, name.english
    ticket.district, ticket.owner = where.district, found.owner
    ticket.road_id = found.road.id if found.road else None
    if by is None and _stays(db, ticket, found.department):
        kept = {name: ticket.why[name] for name in _DECIDED if name in ticket.why}
        ticket.why, ticket.deadline_days = found.why() | kept, None
    else:
        _follow(db, ticket, found, rules.version, by, note)
    due.give(db, ticket, category)
    if ticket.routed_at is None:
        tell_lost(db, ticket_id)
    ticket.routed_at = datetime.now(UTC)
    changed(db, ticket)
    let_card_go(db, ticket_id)


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
    if to in OPEN:
        ticket.closed_at = None
    else:
        ticket.closed_at, ticket.asked_at = datetime.now(UTC), None
    if to is Status.REOPENED and before is not Status.MERGED:
        due.begin_again(db, ticket)
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
    """Another kind of problem than was thought: routed again. Raises NoSuchTicket.

    For staff at once, whatever was decided before; for a resident, who waits for an answer, by the
    worker, and not away from whom staff have chosen.
    """
    ticket = locked(db, ticket_id)
    if ticket.category == category:
        return
    details = {"from": ticket.category, "to": category}
    history.write(db, ticket_id, actor, "recategorised", details=details)
    ticket.category = category
    changed(db, ticket)
    if actor.role is Role.STAFF:
        route(db, ticket_id, actor)
    else:
        later(db, "route_ticket", ticket_id=ticket_id)


def place_of(db: Session, ticket_id: int) -> Point:
    """Where the ticket is now."""
    row = db.execute(
        select(Ticket.place.ST_X(), Ticket.place.ST_Y()).where(Ticket.id == ticket_id)
    ).one()
    return Point(*row)


def count_outside(db: Session, day: datetime, neighbour: str) -> None:
    """A place outside the city leaves nothing but this count."""
    counted = upsert(OutsideCount).values(day=clock.local(day).date(), neighbour=neighbour, times=1)
    db.execute(
        counted.on_conflict_do_update(
            index_elements=[OutsideCount.day, OutsideCount.neighbour],
            set_={"times": OutsideCount.times + 1},
        )
    )


def _stays(db: Session, ticket: Ticket, department: str | None) -> bool:
    """What people decided no worker undoes; nor goes it back to who said that it is not theirs."""
    if ticket.why.get("reason") != Reason.NOT_OURS:
        return ticket.why.get("reason") in _STAYS
    name = db.scalar(select(Department.name).where(Department.key == department))
    return name is None or name in ticket.why.get("departments", ())


def _follow(
    db: Session,
    ticket: Ticket,
    found: Routing,
    version: int | None,
    by: Actor | None,
    note: str,
) -> None:
    """The department that was found, with its reason; whoever else the rule names is told once."""
    same_rule = found.rule is None or ticket.why.get("rule") == found.rule.order
    ticket.rules_version, ticket.why = version, found.why()
    ticket.deadline_days = found.rule.deadline_days if found.rule else None
    ticket.passes = 0 if by else ticket.passes
    handed = hand_over(db, ticket, departments.department_id(db, found.department), by)
    ends = handed if ticket.routed_at else {}
    history.write(db, ticket.id, by, "routed", details=ticket.why | ends, note=note)
    if found.rule and (handed or not same_rule):
        mails.tell(db, ticket, [key for key in found.rule.tell if key != handed.get("to")])


class _Said(NamedTuple):
    owner: str | None
    urgent: bool
    only_a_town: bool
    words: str

    @property
    def at_place_m(self) -> float:
        """How far an asset may stand from the place: in the middle of a town there is none."""
        return 0.0 if self.only_a_town else AT_PLACE_M


def _said(db: Session, ticket_id: int) -> _Said:
    """What its residents said that routing needs: whose road, urgent words, only a town's name."""
    remarks = select(Remark.words).join(Report, Report.id == Remark.report_id)
    words = db.scalars(remarks.where(Report.ticket_id == ticket_id).order_by(Remark.id))
    moved = db.scalar(
        select(exists().where(History.ticket_id == ticket_id, History.what == "relocated"))
    )
    reports: Any = select(Report.owner_said, Report.urgent, Report.place_source)
    rows = db.execute(reports.where(Report.ticket_id == ticket_id).order_by(Report.id)).all()
    return _Said(
        owner=next((row.owner_said for row in rows if row.owner_said), None),
        urgent=any(row.urgent for row in rows),
        only_a_town=bool(rows) and all(row.place_source == "typed" for row in rows) and not moved,
        words="\n".join(words),
    )


_STAYS: Final = frozenset({Reason.BY_HAND, Reason.TO_AND_FRO})
_DECIDED: Final = ("reason", "rule", "departments")
_WITHDRAWN: Final = "通報した人が取り下げました。"

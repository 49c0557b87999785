"""What crew members tell by LINE is done: photos looked at first, then as from their page."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue import crew
from bot.dialogue.crew_flow import (
    ENDED,
    LOOKS,
    WANTS,
    WHY,
    Flow,
    PassOn,
    Standing,
    Tell,
    Timed,
    TookBack,
    Used,
    flow_of,
    flow_to_json,
)
from geo.points import Point
from reports.actions.assign import not_ours
from reports.actions.prove import NoProof, Shot
from reports.actions.report_work import Done, report_work
from reports.actions.take_back import TooLate, take_back
from reports.actions.use_material import use_material, write_minutes
from reports.city import clock
from reports.outbox import residents
from reports.outbox.crew_kinds import CrewAbout
from reports.outbox.crews import FINISHED_BY
from reports.outbox.say import Say
from reports.people import crew_links
from reports.people.crew_links import Linked
from reports.people.models import Resident
from reports.people.permissions import NotTheirs
from reports.photos import intake
from reports.photos.same_picture import Known, are_among, of_ticket
from reports.tickets.lock import NoSuchTicket
from reports.tickets.models import Photo
from reports.tickets.status import MoveRefused
from store import sql
from store.database import transaction
from store.tasks import later

ONE: Final = Decimal(1)


class Ready(NamedTuple):
    """Photos that are all there, or lost, to be looked at for a ticket."""

    ticket_id: int
    photo_ids: Sequence[int]


def look_soon(db: Session, user_id: int) -> None:
    """What this person has sent is looked at after the commit."""
    later(db, "look_at_work", user_id=user_id)


def look_if_waited_for(db: Session, photo_id: int) -> None:
    """It is there, or lost: whoever tells of work with it waits for that."""
    for (user_id,) in sql.run(db, _WAITS, photo=photo_id):
        look_soon(db, user_id)


def ready(user_id: int) -> Ready | None:
    """What this person has sent, once nothing of it is on its way any more."""
    with transaction() as db:
        flow = _flow(db, user_id)
        if flow.step != LOOKS:
            return None
        waiting = select(Photo.id).where(Photo.id.in_(flow.ids), Photo.state == "waiting")
        return None if db.scalar(waiting.limit(1)) else Ready(flow.ticket_id, flow.ids)


def old_ones(what: Ready) -> set[int]:
    """Those that the ticket had before. Raises FilesAway."""
    with transaction() as db:
        known = of_ticket(db, what.ticket_id, but=what.photo_ids)
        files = select(Photo.id, Photo.original, Photo.large, Photo.small)
        mine = db.execute(files.where(Photo.id.in_(what.photo_ids), Photo.state == "stored")).all()
    told = are_among([Known(*row[1:]) for row in mine], known)
    return {row.id for row, is_old in zip(mine, told, strict=True) if is_old}


def settle(db: Session, user_id: int, what: Ready, old: Collection[int]) -> None:
    """The ticket is told of, or they hear why not and what to do now."""
    linked, line = crew_links.link_of_user(db, user_id), crew_links.line_of(db, user_id)
    if linked is None or line is None:
        return
    db.execute(select(Resident.id).where(Resident.line_user_id == line).with_for_update())
    flow = _flow(db, user_id)
    if flow.step != LOOKS or set(flow.ids) != set(what.photo_ids):
        return
    after, say = _looked_at(db, linked, flow, old)
    crew_links.keep_flow(db, user_id, flow_to_json(after, clock.now()))
    if not residents.say_instead(db, crew.waited_for(flow.ids), say):
        residents.push(db, [line], say, soon=True)


def tell(db: Session, linked: Linked, told: Tell, *, press: str, old: Collection[int] = ()) -> None:
    """Once for its first photo, whichever message asks for it, or for this `press`. `old`: those of
    its photos that the ticket had before. Raises as `report_work`."""
    shots = shots_of(db, told.photo_ids, old)
    first = select(Photo.line_message_id).where(Photo.id == told.photo_ids[0]) if shots else None
    message = db.scalar(first) if first is not None else None
    done = Done(told.outcome, shots, why_far=told.why_far, via="line")
    key = f"{FINISHED_BY}{message or press}"
    report_work(db, told.ticket_id, done, linked.actor, key=key)


def shots_of(db: Session, photo_ids: Collection[int], old: Collection[int] = ()) -> list[Shot]:
    """Those of them that are there, with where each was taken as far as its file tells."""
    found = sql.run(db, _SHOTS, photos=list(photo_ids))
    return [
        Shot(id, id in old, Point(lon, lat) if lon is not None else None, accuracy or 0.0)
        for id, lon, lat, accuracy in found
    ]


def took_back(db: Session, linked: Linked, history_id: int, ticket_id: int) -> TookBack:
    """What they had told is taken back, if it still can be."""
    try:
        with db.begin_nested():
            return TookBack(take_back(db, history_id, linked.actor), "undone")
    except TooLate as late:
        return TookBack(ticket_id, f"undo_{late.reason}")
    except (NotTheirs, NoSuchTicket):
        return TookBack(ticket_id, str(Standing.LEFT))


def used(db: Session, linked: Linked, history_id: int, material: str, ticket_id: int) -> Used:
    """One more of a material is written down."""
    return Used(ticket_id, use_material(db, history_id, material, ONE, linked.actor))


def timed(db: Session, linked: Linked, history_id: int, minutes: int, ticket_id: int) -> Timed:
    """How long it took is written down; 0 writes nothing."""
    if not minutes:
        return Timed(ticket_id, 0)
    is_kept = write_minutes(db, history_id, minutes, linked.actor)
    return Timed(ticket_id, minutes if is_kept else None)


def pass_on(db: Session, linked: Linked, told: PassOn, *, press: str) -> None:
    """It is not theirs. Raises as `not_ours`."""
    citys = told.may_be_citys
    not_ours(db, told.ticket_id, linked.actor, told.why, may_be_citys=citys, key=press)


def _looked_at(
    db: Session, linked: Linked, flow: Flow, old: Collection[int]
) -> tuple[Flow, Sequence[Say]]:
    wants = Flow(WANTS, flow.ticket_id, outcome=flow.outcome)
    if not shots_of(db, flow.ids):
        return wants, [_about("photo_unread", flow)]
    told = Tell(flow.ticket_id, flow.outcome, flow.ids)
    try:
        with db.begin_nested():
            tell(db, linked, told, press=f"of photo {flow.ids[0]}", old=old)
    except NoProof as missing:
        if missing.reason == "far":
            why = Flow(WHY, flow.ticket_id, flow.image_set, outcome=flow.outcome, ids=flow.ids)
            return why, [_about("far", flow, round(missing.metres or 0))]
        _drop(db, flow.ids)
        return wants, [_about(missing.reason, flow)]
    except (MoveRefused, NotTheirs, NoSuchTicket) as refused:
        _drop(db, flow.ids)
        over = isinstance(refused, MoveRefused)
        return Flow(), [_about(Standing.OVER if over else Standing.LEFT, flow)]
    ended = Flow(ENDED, flow.ticket_id, flow.image_set, len(flow.ids))
    return ended, [_about(crew.done_key(flow.outcome), flow)]


def _about(key: str, flow: Flow, metres: int = 0) -> Say:
    return CrewAbout(key=str(key), ticket_id=flow.ticket_id, metres=metres)


def _drop(db: Session, photo_ids: Collection[int]) -> None:
    for photo_id in photo_ids:
        intake.remove(db, photo_id)


def _flow(db: Session, user_id: int) -> Flow:
    linked = crew_links.link_of_user(db, user_id)
    return flow_of(linked.flow, clock.now()) if linked else Flow()


_WAITS: Final = """
    SELECT l.user_id FROM photos p JOIN residents r ON r.id = p.resident_id
    JOIN crew_links l ON l.line_user_id = r.line_user_id
    WHERE p.id = %(photo)s AND l.flow -> 'ids' @> to_jsonb(p.id)
"""
_SHOTS: Final = """
    SELECT id, ST_X(exif_place), ST_Y(exif_place), exif_accuracy_m FROM photos
    WHERE id = ANY(%(photos)s::bigint[]) AND state = 'stored'
    ORDER BY array_position(%(photos)s::bigint[], id)
"""

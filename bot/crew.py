"""What a crew member does in LINE, with what the database knows of it, and all of that done.

It comes before the dialogue of residents, and only what is surely a crew's: a one-time code, a
button or a word of theirs, the photo that was asked for. All else is a resident's report as ever.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import inbox
from bot.dialogue import crew
from bot.dialogue.crew import CrewEffect, CrewInput, Flow, Order, Standing
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Input, PhotoCame, Turn
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.wording import Command, command_in, is_on_a_button
from reports.actions.move import move
from reports.outbox.crew_kinds import CrewOrReport
from reports.outbox.crews import FINISHED_BY
from reports.people import crew_links
from reports.people.crew_links import Linked
from reports.people.link_codes import Fate, typed_in
from reports.people.permissions import Do, may
from reports.photos import intake
from reports.tickets import lists, queries
from reports.tickets.lock import locked
from reports.tickets.models import Photo
from reports.tickets.numbers import number_in
from reports.tickets.status import Status, moves_for, status_of
from reports.tickets.wanted import of_any

BUTTONS: Final = frozenset({*map(str, Order), "crew_photo_done"})


def heard(
    db: Session,
    event: Taken,
    what: Incoming,
    draft: Draft,
    now: datetime,
) -> Turn | None:
    """What follows, done but for the draft and the words; None where it is no crew's.

    The draft of what they report as a resident stays, without the photos that finished a ticket.
    """
    if sent := _code(db, event, what):
        return _done(db, event, None, crew.respond(Flow(), sent), draft, now)
    linked = crew_links.link_of(db, events.person_of(event.raw)) if event.linked else None
    if linked is None:
        stranger = isinstance(what, events.ButtonPressed) and what.do in BUTTONS
        return Turn(draft, crew.respond(Flow(), crew.NotLinked()).say) if stranger else None
    flow = crew.flow_of(linked.flow, now)
    came = _came(db, event, linked, flow, what, draft)
    if came is None:
        return None
    return _done(db, event, linked, crew.respond(flow, came), draft, now)


def asked_too(db: Session, event: Taken, came: Input, draft: Draft, turn: Turn) -> Turn:
    """A photo that begins a report may be the end of a ticket in their charge: they are asked."""
    begins = isinstance(came, PhotoCame) and not (came.before or draft.anew) and draft.is_empty
    if not (begins and event.linked and turn.say and isinstance(came, PhotoCame)):
        return turn
    linked = crew_links.link_of(db, events.person_of(event.raw))
    if linked is None or not _in_charge_of(db, linked, most=1):
        return turn
    return replace(turn, say=(CrewOrReport(photo=came.photo_id), *turn.say))


def _code(db: Session, event: Taken, what: Incoming) -> CrewInput | None:
    """Nothing of a code is kept. What only looks like one, and is none, is a resident's words."""
    typed = typed_in(what.words) if isinstance(what, events.WordsSent) else None
    if typed is None:
        return None
    fate, user_id = Fate.UNKNOWN, None
    if typed.code:
        fate, user_id = crew_links.try_code(db, events.person_of(event.raw), typed.code)
    if not typed.ordered and fate in (Fate.UNKNOWN, Fate.TOO_MANY):
        return None
    inbox.forget_words(db, event.id)
    return crew.CodeSent(fate, user_id)


def _came(
    db: Session, event: Taken, linked: Linked, flow: Flow, what: Incoming, draft: Draft
) -> CrewInput | None:
    match what:
        case events.ButtonPressed(do, data) if do in BUTTONS:
            return _pressed(db, event, linked, do, data, draft)
        case events.WordsSent(words):
            return _said(db, linked, flow, words, draft)
        case events.PhotoSent() if _is_of_flow(flow, what, draft):
            return _photo(db, event, linked, flow, what)
        case _:
            return None


def _said(db: Session, linked: Linked, flow: Flow, words: str, draft: Draft) -> CrewInput | None:
    order = next((one for one in Order if is_on_a_button(words, [one])), None)
    if order is not None:
        return _ordered(db, linked, order)
    stops = flow.waits and draft.is_empty and command_in(words) is Command.CANCEL
    return crew.Stopped() if stops else None


def _ordered(db: Session, linked: Linked, order: Order) -> CrewInput:
    if order is not Order.FINISH:
        return crew.Ordered(order)
    theirs = _in_charge_of(db, linked, most=2)
    only = theirs[0] if len(theirs) == 1 else None
    return crew.Ordered(order, bool(theirs) or _has_any(db, linked), only)


def _pressed(
    db: Session,
    event: Taken,
    linked: Linked,
    do: str,
    data: Mapping[str, str],
    draft: Draft,
) -> CrewInput:
    photo_id = _number(data.get("photo", ""))
    if do == Order.FINISH and "number" in data:
        return _picked(db, event, linked, data["number"], photo_id, draft)
    if do != "crew_photo_done":
        return _ordered(db, linked, Order(do))
    theirs = _in_charge_of(db, linked, most=2)
    if len(theirs) != 1:
        return crew.PhotoFinished(photo_id, bool(theirs) or _has_any(db, linked))
    only = _with_photos(_standing_of(db, linked, theirs[0]), photo_id, draft)
    return crew.PhotoFinished(photo_id, open=True, only=only)


def _picked(
    db: Session, event: Taken, linked: Linked, number: str, photo_id: int, draft: Draft
) -> CrewInput:
    known = number_in(number)
    named = queries.id_of(db, known) if known else None
    ticket = queries.ticket_that_goes_on(db, named) if named else None
    if ticket is None:
        return crew.Picked(0, Standing.GONE)
    return _with_photos(_standing_of(db, linked, ticket.id), photo_id, draft)


def _with_photos(picked: crew.Picked, photo_id: int, draft: Draft) -> crew.Picked:
    """With the photos that the report was begun with, if it is nothing else so far."""
    if not photo_id:
        return picked
    if photo_id not in draft.photos:
        return replace(picked, photos_gone=True)
    bare = replace(draft, photos=(), before=None).is_empty
    taken = draft.photos[: crew.MOST_PHOTOS] if bare else (photo_id,)
    return replace(picked, photos=taken)


def _standing_of(db: Session, linked: Linked, ticket_id: int) -> crew.Picked:
    """How it stands with them; nobody changes that until the commit."""
    ticket = locked(db, ticket_id)
    summary = queries.ticket_that_goes_on(db, ticket_id)
    department = summary.department.key if summary and summary.department else None
    others = ticket.assignee_id not in (None, linked.user_id)
    if Status.FIXED not in moves_for(linked.actor.role, status_of(ticket.status)):
        return crew.Picked(ticket_id, Standing.OVER)
    if others or not may(linked.actor, Do.MOVE, department):
        return crew.Picked(ticket_id, Standing.LEFT)
    return crew.Picked(ticket_id, Standing.THEIRS)


def _is_of_flow(flow: Flow, sent: events.PhotoSent, draft: Draft) -> bool:
    """Once a report is begun, a photo is for that; those of one set go one way."""
    if flow.step == crew.ENDED:
        return sent.image_set is not None and sent.image_set == flow.image_set
    return flow.waits and draft.is_empty


def _photo(
    db: Session, event: Taken, linked: Linked, flow: Flow, sent: events.PhotoSent
) -> CrewInput:
    photo_id = intake.announced(
        db,
        resident_id=event.resident_id,
        line_message_id=sent.message_id,
        image_set=sent.image_set,
        set_index=sent.set_index,
    )
    standing = _standing_of(db, linked, flow.ticket_id).standing
    return crew.RepairPhoto(photo_id, sent.image_set, standing)


def _in_charge_of(db: Session, linked: Linked, *, most: int) -> list[int]:
    """Open tickets of their departments in their charge, what is most urgent first."""
    wanted = of_any(linked.departments, assignee=linked.user_id)
    return [line.id for line in lists.page(db, wanted, lists.CREW, limit=most)]


def _has_any(db: Session, linked: Linked) -> bool:
    return bool(lists.page(db, of_any(linked.departments), lists.CREW, limit=1))


def _done(
    db: Session,
    event: Taken,
    linked: Linked | None,
    turn: crew.CrewTurn,
    draft: Draft,
    now: datetime,
) -> Turn:
    left = draft
    for effect in turn.effects:
        _do(db, event, linked, effect)
        for photo_id in effect.photo_ids if isinstance(effect, crew.Finish) else ():
            left = left.without("", photo_id)
    if linked:
        crew_links.keep_flow(db, linked.user_id, crew.flow_to_json(turn.flow, now))
    return Turn(draft if left == draft else left.or_none, turn.say)


def _do(db: Session, event: Taken, linked: Linked | None, effect: CrewEffect) -> None:
    line = events.person_of(event.raw)
    match effect:
        case crew.Link(user_id):
            crew_links.link(db, user_id, line)
        case crew.Leave():
            crew_links.unlink_line(db, line)
        case crew.DropPhoto(photo_id):
            intake.remove(db, photo_id)
        case crew.AddPhoto(ticket_id, photo_id):
            intake.uploaded(db, [photo_id], ticket_id, linked.user_id if linked else None)
        case crew.Finish(ticket_id, photo_ids):
            _finish(db, linked, ticket_id, photo_ids)
        case _:
            assert_never(effect)


def _finish(db: Session, linked: Linked | None, ticket_id: int, photo_ids: tuple[int, ...]) -> None:
    """Once for its first photo, whichever message asks for it."""
    if linked is None:
        return
    message = db.scalar(select(Photo.line_message_id).where(Photo.id == photo_ids[0]))
    key = f"{FINISHED_BY}{message}"
    move(db, ticket_id, Status.FIXED, linked.actor, photo_ids=photo_ids, via="line", key=key)


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0

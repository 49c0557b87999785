"""What a crew member does in LINE, with what the database knows of it, and all of that done.

It comes before the dialogue of residents, and only what is surely a crew's: a one-time code, a
button or a word of theirs, the photo or the sentence that was asked for. All else is a resident's
report as ever.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from sqlalchemy.orm import Session

from bot import crew_work, inbox
from bot.crew_standing import has_any, in_charge_of, says_no, standing_of, ticket_in
from bot.dialogue import crew, crew_flow
from bot.dialogue.crew_flow import CrewEffect, CrewInput, Flow, Order, Standing
from bot.dialogue.crew_minutes import minutes_in
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Input, PhotoCame, Turn
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.wording import Command, command_in, is_on_a_button
from reports.outbox.crew_kinds import CrewOrReport
from reports.people import crew_links
from reports.people.crew_links import Linked
from reports.people.link_codes import Fate, typed_in
from reports.photos import intake
from reports.tickets.outcomes import NOT_CITYS, REASONS, Outcome

MOST_LETTERS: Final = 300
"""Of the sentence why a photo was taken elsewhere, as on the crew's page."""
BUTTONS: Final = frozenset(
    {
        *map(str, Order), "crew_photo_done", "crew_result", "crew_undo", "crew_used",
        "crew_no_material", "crew_minutes", "crew_not_ours",
    }
)  # fmt: skip


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
        return Turn(draft, crew.respond(Flow(), crew_flow.NotLinked()).say) if stranger else None
    flow = crew_flow.flow_of(linked.flow, now)
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
    if linked is None or not in_charge_of(db, linked, most=1):
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
    return crew_flow.CodeSent(fate, user_id)


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
    if flow.step == crew_flow.MINUTES and (minutes := minutes_in(words)):
        return crew_work.timed(db, linked, flow.work, minutes, flow.ticket_id)
    if not (flow.waits and draft.is_empty):
        return None
    if command_in(words) is Command.CANCEL:
        return crew_flow.Stopped()
    if flow.step == crew_flow.NOT_OURS or is_on_a_button(words, ["crew_not_ours"]):
        return _says_no(db, linked, flow, words)
    told = (one for one in Outcome if is_on_a_button(words, [f"crew_{one}"]))
    if (outcome := next(told, None)) and flow.step == crew_flow.WANTS:
        return standing_of(db, linked, flow.ticket_id, outcome)
    if flow.step != crew_flow.WHY:
        return None
    standing = standing_of(db, linked, flow.ticket_id, flow.outcome).standing
    return crew_flow.Reason(words.strip()[:MOST_LETTERS], standing)


def _says_no(db: Session, linked: Linked, flow: Flow, words: str) -> CrewInput:
    """Their own sentence where one is waited for, or by what stands on a button."""
    if is_on_a_button(words, ["crew_not_ours"]):
        return says_no(db, linked, flow.ticket_id)
    not_citys = is_on_a_button(words, ["crew_not_citys"])
    why = NOT_CITYS if not_citys else words.strip()[:MOST_LETTERS]
    return says_no(db, linked, flow.ticket_id, why, may_be_citys=not not_citys)


def _ordered(db: Session, linked: Linked, order: Order) -> CrewInput:
    if order is not Order.FINISH:
        return crew_flow.Ordered(order)
    theirs = in_charge_of(db, linked, most=2)
    only = theirs[0] if len(theirs) == 1 else None
    return crew_flow.Ordered(order, bool(theirs) or has_any(db, linked), only)


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
    if do in ("crew_undo", "crew_used", "crew_no_material", "crew_minutes"):
        return _of_work(db, linked, do, data)
    if do == "crew_not_ours":
        why = _WHY_NOT.get(data.get("why", ""), "")
        named = ticket_in(db, data.get("number", ""))
        return says_no(db, linked, named, why, may_be_citys=why != NOT_CITYS)
    if do == "crew_result":
        return _result(db, event, linked, data)
    if do != "crew_photo_done":
        return _ordered(db, linked, Order(do))
    theirs = in_charge_of(db, linked, most=2)
    if len(theirs) != 1:
        return crew_flow.PhotoFinished(photo_id, bool(theirs) or has_any(db, linked))
    only = _with_photos(standing_of(db, linked, theirs[0]), photo_id, draft)
    return crew_flow.PhotoFinished(photo_id, open=True, only=only)


def _picked(
    db: Session, event: Taken, linked: Linked, number: str, photo_id: int, draft: Draft
) -> CrewInput:
    ticket_id = ticket_in(db, number)
    if ticket_id is None:
        return crew_flow.Picked(0, Standing.GONE)
    return _with_photos(standing_of(db, linked, ticket_id), photo_id, draft)


def _result(db: Session, event: Taken, linked: Linked, data: Mapping[str, str]) -> CrewInput:
    ticket_id = ticket_in(db, data.get("number", ""))
    outcome = next((one for one in Outcome if one == data.get("outcome")), None)
    if ticket_id is None or outcome is None:
        return crew_flow.Picked(0, Standing.GONE)
    return standing_of(db, linked, ticket_id, outcome)


def _of_work(db: Session, linked: Linked, do: str, data: Mapping[str, str]) -> CrewInput:
    """What they have just told, taken back or with what went into it."""
    work, ticket_id = _number(data.get("work", "")), ticket_in(db, data.get("number", ""))
    if do == "crew_no_material":
        return crew_flow.NoMaterial(ticket_id or 0, work if ticket_id else 0)
    if do == "crew_undo":
        return crew_work.took_back(db, linked, work, ticket_id or 0)
    if do == "crew_minutes":
        minutes = _number(data.get("minutes", ""))
        return crew_work.timed(db, linked, work, minutes, ticket_id or 0)
    return crew_work.used(db, linked, work, data.get("material", ""), ticket_id or 0)


def _with_photos(picked: crew_flow.Picked, photo_id: int, draft: Draft) -> crew_flow.Picked:
    """With the photos that the report was begun with, if it is nothing else so far."""
    if not photo_id:
        return picked
    if photo_id not in draft.photos:
        return replace(picked, photos_gone=True)
    bare = replace(draft, photos=(), before=None).is_empty
    taken = draft.photos[: crew_flow.MOST_PHOTOS] if bare else (photo_id,)
    return replace(picked, photos=taken)


def _is_of_flow(flow: Flow, sent: events.PhotoSent, draft: Draft) -> bool:
    """Once a report is begun, a photo is for that; those of one set go one way."""
    if flow.step == crew_flow.ENDED:
        return sent.image_set is not None and sent.image_set == flow.image_set
    return flow.waits and flow.step != crew_flow.NOT_OURS and draft.is_empty


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
    standing = standing_of(db, linked, flow.ticket_id, flow.outcome).standing
    return crew_flow.RepairPhoto(photo_id, sent.image_set, standing)


def _done(
    db: Session,
    event: Taken,
    linked: Linked | None,
    turn: crew_flow.CrewTurn,
    draft: Draft,
    now: datetime,
) -> Turn:
    left = draft
    for effect in turn.effects:
        _do(db, event, linked, effect)
        for photo_id in effect.photo_ids if isinstance(effect, crew_flow.Look) else ():
            left = left.without("", photo_id)
    if linked:
        crew_links.keep_flow(db, linked.user_id, crew_flow.flow_to_json(turn.flow, now))
    wait = crew_flow.LOOK_FOR if turn.waits_for else timedelta(0)
    left_over = draft if left == draft else left.or_none
    return Turn(left_over, turn.say, wait=wait, waits_for=turn.waits_for)


def _do(db: Session, event: Taken, linked: Linked | None, effect: CrewEffect) -> None:
    line = events.person_of(event.raw)
    match effect:
        case crew_flow.Link(user_id):
            crew_links.link(db, user_id, line)
        case crew_flow.Leave():
            crew_links.unlink_line(db, line)
        case crew_flow.DropPhoto(photo_id):
            intake.remove(db, photo_id)
        case crew_flow.AddPhoto(ticket_id, photo_id):
            intake.uploaded(db, [photo_id], ticket_id, linked.user_id if linked else None)
        case crew_flow.Look():
            if linked:
                crew_work.look_soon(db, linked.user_id)
        case crew_flow.Tell():
            if linked:
                crew_work.tell(db, linked, effect, press=f"event {event.id}")
        case crew_flow.PassOn():
            if linked:
                crew_work.pass_on(db, linked, effect, press=f"event {event.id}")
        case _:
            assert_never(effect)


_WHY_NOT: Final = {"department": REASONS[0], "not_citys": NOT_CITYS}


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0

"""What a turn asks for is done, all in the transaction of its event."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import inbox
from bot.dialogue import effects
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Effect
from bot.dialogue.turn import Turn
from bot.inbox import Taken
from bot.line import events
from reports.actions.add import add, add_photo, take_out
from reports.actions.ask import wait_no_longer_for
from reports.actions.choose_place import note_as_sent, say_which_place
from reports.actions.file import NewReport, file_report, join
from reports.actions.follow import confirm, follow, mute, rate
from reports.actions.move import reopen
from reports.actions.recategorise import say_other_category
from reports.actions.withdraw import withdraw
from reports.outbox import kinds, residents
from reports.outbox.say import Say
from reports.people.models import Resident
from reports.photos import intake
from reports.privacy.erase import erase as erase_person
from reports.privacy.erase import held
from reports.stats import outside
from store.tasks import later


def carry_out(db: Session, event: Taken, turn: Turn) -> Turn:
    """Everything but the draft and the words to say; the turn then knows the ticket it is about."""
    if turn.outside is not None:
        outside.count_outside(db, datetime.now(UTC), turn.outside)
        inbox.forget_place(db, event.id)
    if turn.language:
        _speak(db, event, turn.language)
    for photo_id in turn.drop:
        intake.remove(db, photo_id)
    turn = replace(turn, say=tuple(_completed(db, event, say) for say in turn.say))
    for effect in turn.effects:
        _do(db, event.resident_id, effect)
    # last, for what was taken out of one report goes into this one
    return _filed(db, event, turn, turn.file) if turn.file else turn


def _do(db: Session, resident_id: int, effect: Effect) -> None:
    match effect:
        case effects.Add():
            _add(db, effect)
        case effects.KeepWithItsSet(report_id, photo_id):
            add_photo(db, report_id, photo_id)
        case effects.TakeOut(report_id, session):
            take_out(db, report_id, session)
        case effects.Recategorise(ticket_id, category):
            say_other_category(db, ticket_id, category)
        case effects.ChoosePlace(ticket_id, photo_id, at_photo):
            say_which_place(
                db,
                ticket_id=ticket_id,
                resident_id=resident_id,
                photo_id=photo_id,
                at_photo=at_photo,
            )
        case effects.WaitNoLonger():
            wait_no_longer_for(db, resident_id)
        case effects.TellWithSet(say):
            _tell_with_set(db, resident_id, say)
        case effects.Erase():
            erase(db, resident_id=resident_id)
        case effects.Withdraw(ticket_id):
            withdraw(db, ticket_id, resident_id)
        case effects.Mute(ticket_id, muted):
            mute(db, ticket_id, resident_id, muted=muted)
        case effects.Follow(ticket_id):
            follow(db, ticket_id, resident_id)
        case effects.Confirm(ticket_id):
            confirm(db, ticket_id, resident_id)
        case effects.Reopen(ticket_id):
            reopen(db, ticket_id, resident_id)
        case effects.Rate(ticket_id, stars):
            rate(db, ticket_id, resident_id, stars)
        case _:
            assert_never(effect)


def _add(db: Session, what: effects.Add) -> None:
    add(
        db,
        what.report_id,
        what.why,
        what.session,
        photo_id=what.photo_id,
        words=what.words,
        place=what.place,
        place_message_id=what.place_message_id,
        urgent=what.urgent,
    )


def _speak(db: Session, event: Taken, language: str) -> None:
    mine = update(Resident).where(Resident.id == event.resident_id)
    db.execute(mine.values(language=language))
    later(db, "show_menu", person=events.person_of(event.raw), language=language)


def _filed(db: Session, event: Taken, turn: Turn, draft: Draft) -> Turn:
    report = new_report(event.resident_id, draft)
    if turn.join is None:
        ticket_id = file_report(db, report)
        if draft.place_settled and report.place_source == "line":
            note_as_sent(db, ticket_id)
        if turn.waits_for == "ticket":
            turn = replace(turn, waits_for=f"ticket:{ticket_id}")
    else:
        ticket_id = turn.join
        join(db, ticket_id, report)
        turn = replace(turn, say=(*_lost(db, draft, ticket_id), *turn.say))
    return replace(turn, say=tuple(_about(ticket_id, say) for say in turn.say))


def _about(ticket_id: int, say: Say) -> Say:
    """Of what has become a ticket, or gone to one, by now."""
    match say:
        case kinds.Ticket() | kinds.Joined():
            return replace(say, ticket_id=ticket_id)
        case _:
            return say


def _lost(db: Session, draft: Draft, ticket_id: int) -> list[Say]:
    """What was lost before it went to a ticket; of a new one its first routing tells."""
    states = intake.lost(db, draft.photos)
    return [kinds.PhotoLost(state=state, ticket_id=ticket_id) for state in states]


def new_report(resident_id: int, draft: Draft) -> NewReport:
    """The report that a complete draft makes. ValueError where something is missing."""
    if draft.place is None or draft.category is None:
        raise ValueError(f"draft {draft.key} is not complete")
    return NewReport(
        resident_id=resident_id,
        draft_key=draft.key,
        category=draft.category,
        place=draft.place.point,
        place_source=draft.place.source,
        place_accuracy_m=draft.place.accuracy_m,
        photo_ids=draft.photos,
        remarks=[(remark.message_id, remark.words) for remark in draft.remarks],
        place_message_id=draft.place.message_id,
        place_hint=draft.typed.town if draft.typed and draft.typed.source == "typed" else "",
        owner_said=draft.road if draft.road != "unknown" else None,
        differs_from=draft.differs,
        urgent=draft.urgent,
    )


def _completed(db: Session, event: Taken, say: Say) -> Say:
    """With what only the database knows at this moment."""
    match say:
        case kinds.MyData():
            return replace(say, held=held(db, event.resident_id).as_say())
        case kinds.Erased(language=spoken):
            return replace(say, language=held(db, event.resident_id).language or spoken)
        case _:
            return say


def erase(db: Session, *, resident_id: int) -> None:
    """Everything about this resident goes, this event too; their tickets stay, nobody's."""
    inbox.forget_person(db, resident_id)
    erase_person(db, resident_id)


def _tell_with_set(db: Session, resident_id: int, say: kinds.PhotosFull) -> None:
    if waiting := residents.waiting_for(db, resident_id, f"set:{say.image_set}"):
        residents.say_too(db, waiting, say)

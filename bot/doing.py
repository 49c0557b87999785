"""What a turn asks for is done, all in the transaction of its event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import inbox, incoming
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Deed, Turn
from bot.inbox import Taken
from reports import adding, filing, following, forgetting, photos, tickets
from reports.models import Resident
from reports.tell import Say
from store.tasks import later


def carry_out(db: Session, event: Taken, turn: Turn) -> Turn:
    """Everything but the draft and the words to say; the turn then knows the ticket it is about."""
    if turn.outside is not None:
        tickets.count_outside(db, datetime.now(UTC), turn.outside)
        inbox.forget_place(db, event.id)
    if turn.language:
        _speak(db, event, turn.language)
    for photo_id in turn.drop:
        photos.remove(db, photo_id)
    turn = replace(turn, say=tuple(_completed(db, event, say) for say in turn.say))
    for deed in turn.deeds:
        _do(db, event.resident_id, deed)
    # last, for what was taken out of one report goes into this one
    return _filed(db, event, turn, turn.file) if turn.file else turn


def _do(db: Session, resident_id: int, deed: Deed) -> None:
    if deed.what in _OF_RESIDENT:
        _OF_RESIDENT[deed.what](db, resident_id=resident_id, **deed.facts)
    else:
        _OF_TICKET[deed.what](db, **deed.facts)


def _speak(db: Session, event: Taken, language: str) -> None:
    mine = update(Resident).where(Resident.id == event.resident_id)
    db.execute(mine.values(language=language))
    later(db, "show_menu", person=incoming.person_of(event.raw), language=language)


def _filed(db: Session, event: Taken, turn: Turn, draft: Draft) -> Turn:
    report = new_report(event.resident_id, draft)
    if turn.join is None:
        ticket_id = filing.file_report(db, report)
        turn = replace(turn, waits_for=f"ticket:{ticket_id}")
    else:
        ticket_id = turn.join
        filing.join(db, ticket_id, report)
    about = {"ticket": ticket_id, "joined": ticket_id}
    return replace(
        turn,
        say=tuple(
            say | {"ticket_id": about[say["say"]]} if say["say"] in about else say
            for say in turn.say
        ),
    )


def new_report(resident_id: int, draft: Draft) -> filing.NewReport:
    """The report that a complete draft makes. ValueError where something is missing."""
    if draft.place is None or draft.category is None:
        raise ValueError(f"draft {draft.key} is not complete")
    hint = draft.typed.town if draft.typed and draft.place.source != "typed" else ""
    return filing.NewReport(
        resident_id=resident_id,
        draft_key=draft.key,
        category=draft.category,
        place=draft.place.point,
        place_source=draft.place.source,
        place_accuracy_m=draft.place.accuracy_m,
        photo_ids=draft.photos,
        remarks=[(remark.message_id, remark.words) for remark in draft.remarks],
        place_message_id=draft.place.message_id,
        place_hint=hint,
        owner_said=draft.road if draft.road != "unknown" else None,
        differs_from=draft.differs,
        urgent=draft.urgent,
    )


def _completed(db: Session, event: Taken, say: Say) -> Say:
    """With what only the database knows at this moment."""
    if say["say"] == "my_data":
        return say | {"held": forgetting.held(db, event.resident_id).as_say()}
    if say["say"] == "erased":
        return say | {"language": forgetting.held(db, event.resident_id).language}
    return say


def _erase(db: Session, *, resident_id: int) -> None:
    inbox.forget_person(db, resident_id)
    forgetting.erase(db, resident_id)


_OF_RESIDENT: Final[dict[str, Callable[..., object]]] = {
    "mute": following.mute,
    "follow": following.follow,
    "confirm": following.confirm,
    "rate": following.rate,
    "withdraw": tickets.withdraw,
    "reopen": tickets.reopen,
    "erase": _erase,
}
_OF_TICKET: Final[dict[str, Callable[..., object]]] = {
    "add": adding.add,
    "keep_with_its_set": adding.add_photo,
    "take_out": adding.take_out,
    "recategorise": tickets.recategorise,
}

"""Words that say what a button says that is offered now; a PC, for one, shows no buttons."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.dialogue.answers import Press, answer_in, answer_to, may_answer
from bot.dialogue.draft import LEFT_AFTER, Draft, Onto
from bot.dialogue.turn import Context
from bot.inbox import Taken
from bot.line import events
from bot.wording import is_answer
from reports.city.categories import Category
from reports.outbox import residents
from reports.outbox.kinds import Status
from reports.outbox.say import Say
from reports.photos.place_conflict import place_in_doubt
from reports.tickets import queries
from reports.tickets.residents_view import latest_of, mended_last


def press_meant(db: Session, event: Taken, draft: Draft, words: str, context: Context) -> Press:
    """What the button with these words would send; empty where none is offered that says so."""
    return (
        answer_in(words, draft)
        or _of_a_repair(db, event, draft, words, context.question)
        or _of_a_place(db, event, draft, words)
        or _of_the_last_answer(db, event, words, context.categories)
    )


def _of_a_repair(
    db: Session, event: Taken, draft: Draft, words: str, asked: Onto | None
) -> dict[str, str]:
    """「直りました」 or 「まだです」, with nothing else begun: of the repair they heard of last.

    Whoever still added to what was mended meanwhile has nothing else begun.
    """
    do = next((do for do in ("mended", "not_mended") if is_answer(words, do, {})), None)
    adds_no_more = draft.onto is not None and draft.onto.over
    if do is None or not (draft.is_empty or adds_no_more):
        return {}
    number = mended_last(db, event.resident_id) if asked is None or asked.over else None
    return {"do": do, "number": number} if number else {}


def _of_a_place(db: Session, event: Taken, draft: Draft, words: str) -> dict[str, str]:
    """「写真の場所」 or 「送った場所」, with nothing else begun: of what they filed last."""
    do = next((f"place_{one}" for one in ("at_photo", "as_sent") if is_answer(words, one, {})), "")
    filed = latest_of(db, event.resident_id, 1) if do and draft.is_empty else []
    in_doubt = [one for one in filed if place_in_doubt(db, one.id, event.resident_id)]
    return {"do": do, "number": in_doubt[0].number} if in_doubt else {}


def _of_the_last_answer(
    db: Session, event: Taken, words: str, categories: Mapping[str, Category]
) -> dict[str, str]:
    """What stands on a button below what was said to them last."""
    if not may_answer(words, categories.values()):
        return {}
    said = residents.answered_last(db, events.person_of(event.raw), within=LEFT_AFTER)
    data = dict(answer_to(words, said, categories.values())) if said else {}
    if not said or not data or "draft" in data:
        return data
    number = _number_in(db, event.resident_id, said)
    return {**data, "number": number} if number else {}


def _number_in(db: Session, resident_id: int, said: Say) -> str | None:
    """Of the ticket that this was about; of the newest of theirs where it named none."""
    if isinstance(said, Status) and said.number:
        return said.number
    ticket_id = getattr(said, "ticket_id", None)
    if ticket_id is None:
        newest = latest_of(db, resident_id, 1)
        return newest[0].number if newest else None
    ticket = queries.ticket_that_goes_on(db, ticket_id)
    return ticket.number if ticket else None

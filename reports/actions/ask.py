"""A question from staff to those who reported; what they send next is taken as the answer."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.outbox import residents, said
from reports.outbox.kinds import Question
from reports.people.models import Resident
from reports.people.permissions import Actor, Do
from reports.tickets import deadline, events, history
from reports.tickets.lock import changed, locked, locked_with_reporters
from reports.tickets.models import Ticket
from reports.tickets.open_question import OpenQuestion, to_json
from reports.tickets.status import OPEN

ANSWER_WITHIN: Final = timedelta(days=14)
"""A question older than that is not taken for the subject of what comes next; nobody waits."""
MOST_AT_ONCE: Final = 500


class NobodyToAsk(Exception):
    """Nobody who reported this can be reached."""


def ask(db: Session, ticket_id: int, by: Actor, words: str, *, key: str | None = None) -> None:
    """Ask everybody who reported it. A newer question takes the place of one still open.

    Raises NoSuchTicket, NotTheirs, NobodyToAsk.
    """
    ticket, asked = locked_with_reporters(db, ticket_id)
    if not admit(db, ticket, by, Do.ASK, key=key):
        return
    if not asked:
        raise NobodyToAsk(
            "通報した人に連絡できないか、この受付票の通知を止めているため、質問を送れません。"
        )
    if key is None and _is_asked(db, ticket, by, words):
        return
    now = datetime.now(UTC)
    line = history.write(db, ticket_id, by, events.Asked(note=words), key=key)
    for resident in asked:
        resident.question = to_json(OpenQuestion(ticket_id, line, now))
    ticket.asked_at = now
    deadline.settle(db, ticket)
    changed(db, ticket)
    say = Question(ticket_id=ticket_id, history_id=line)
    residents.push(db, [resident.line_user_id for resident in asked], [say])


def _is_asked(db: Session, ticket: Ticket, by: Actor, words: str) -> bool:
    """Whether the same person's same words are the newest question, and open: a second press of a
    page without a key."""
    asked = history.newest(db, ticket.id, events.Asked) if ticket.asked_at else None
    return asked is not None and (asked.note, asked.actor_id) == (words, by.user_id)


def wait_no_longer(db: Session, now: datetime) -> int:
    """Deadlines go on where a question has stayed without an answer; returns of how many tickets.

    MOST_AT_ONCE at most: to be called again until it is 0. A ticket that somebody else has locked
    is left for the next time.
    """
    is_old = Ticket.asked_at < now - ANSWER_WITHIN, Ticket.status.in_(sorted(OPEN))
    old = select(Ticket.id).where(*is_old).order_by(Ticket.id)
    ids = db.scalars(old.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)).all()
    for ticket_id in ids:
        ticket = locked(db, ticket_id)
        ticket.asked_at = None
        history.write(db, ticket_id, None, events.Unanswered())
        deadline.settle(db, ticket, now)
        changed(db, ticket)
    return len(ids)


def wait_no_longer_for(db: Session, resident_id: int) -> None:
    """Their question was settled without them, and they have been told so."""
    db.execute(update(Resident).where(Resident.id == resident_id).values(question={}))


def has_been_read(db: Session, line_user_id: str, history_id: int) -> bool:
    """Whether the question may have gone to them; before that nothing they send can be its answer.

    A message that LINE may have heard of may have arrived, also when nobody has noted it since.
    """
    return not said.is_question_unsaid(db, line_user_id, history_id)

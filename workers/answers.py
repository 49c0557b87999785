"""Sending answers by mail to whoever handed in a report with an address."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from geo.nearby import near
from reports.city import profile
from reports.outbox import answers, mails
from reports.outbox.answers import Answer
from reports.outbox.mail_texts import Letter, answer
from reports.tickets.status import status_of
from reports.tickets.words import STATUSES
from store import signs
from store.database import transaction
from store.signs import Sign
from workers.mail import message_of, post_one, sender_of, wait_of
from workers.retry import Retry
from workers.smtp import NotNow, Refused

Write = Callable[[Session], None]


def send_answer(answer_id: int) -> Write | None:
    """Send one. What can never arrive ends as failed, and staff are to tell them."""
    with transaction() as db:
        told = answers.waiting(db, answer_id)
        if told is None:
            return None
        letter = _letter(db, told)
    if not mails.are_sent():
        return lambda db: answers.failed(db, answer_id, mails.NO_SERVER)
    try:
        post_one(message_of(letter, told.email, told.message_id, told.created_at))
    except Refused as refused:
        error = str(refused)
        return lambda db: answers.failed(db, answer_id, error)
    except NotNow as waiting:
        with transaction() as db:
            signs.note(db, Sign.MAIL, fine=False)
        raise Retry(wait_of(told.created_at), str(waiting)) from waiting
    return lambda db: _sent(db, answer_id)


def given_up(answer_id: int) -> Write:
    """After the last attempt."""
    return lambda db: answers.failed(db, answer_id, "it could not be sent in all its tries")


def _sent(db: Session, answer_id: int) -> None:
    answers.sent(db, answer_id)
    signs.note(db, Sign.MAIL)


def _letter(db: Session, told: Answer) -> Letter:
    names = profile.category_names(db)
    status = status_of(told.status)
    return answer(
        told.name,
        told.number,
        names.get(told.category, told.category),
        near(told.place_name),
        STATUSES.get(status, str(status)),
        told.note,
        sender_of(db),
    )

"""Mails that did not arrive: sent once more, or whom they were for is told otherwise."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.outbox import mails
from reports.outbox.models import Mail
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.tickets import events, history
from reports.tickets.lock import locked


def send_again(db: Session, mail_ids: Collection[int], by: Actor, *, key: str | None = None) -> int:
    """Failed ones are tried anew: one line for each ticket. Returns how many of these are on their
    way now. Raises NotTheirs.
    """
    _check(by)
    for ticket_id, ids in _failed(db, mail_ids).items():
        if ticket_id is None:
            mails.send_again(db, ids)
        else:
            locked(db, ticket_id)
            _send_again_of(db, ticket_id, ids, by, key)
    return db.scalars(
        select(func.count()).where(Mail.id.in_(mail_ids), Mail.state == "waiting")
    ).one()


def tell_otherwise(
    db: Session, mail_ids: Collection[int], by: Actor, *, key: str | None = None
) -> int:
    """Staff have told them by telephone, say, what failed mails should have told: one line for each
    ticket. Returns of how many mails this press says so. Raises NotTheirs.
    """
    _check(by)
    done = 0
    for ticket_id, ids in _failed(db, mail_ids).items():
        if ticket_id is None:
            mails.told_otherwise(db, ids)
            done += len(ids)
        else:
            locked(db, ticket_id)
            done += tell_otherwise_of(db, ticket_id, ids, by, key=key)
    return done


def tell_otherwise_of(
    db: Session, ticket_id: int, mail_ids: Collection[int], by: Actor, *, key: str | None = None
) -> int:
    """As `tell_otherwise`, mails about this ticket, which is locked."""
    if history.pressed(db, key, [ticket_id]):
        return len(mail_ids)
    told = mails.told_otherwise(db, mail_ids)
    if told:
        line = events.ToldOtherwise("、".join(dict.fromkeys(told)))
        history.write(db, ticket_id, by, line, key=key)
    return len(told)


def _send_again_of(
    db: Session, ticket_id: int, mail_ids: Collection[int], by: Actor, key: str | None
) -> None:
    if history.pressed(db, key, [ticket_id]):
        return
    if again := mails.send_again(db, mail_ids):
        line = events.MailedAgain("、".join(dict.fromkeys(again)))
        history.write(db, ticket_id, by, line, key=key)


def _failed(db: Session, mail_ids: Collection[int]) -> Mapping[int | None, list[int]]:
    """The failed ones of these by their ticket, None for a day's list; the smaller id first."""
    by_ticket = defaultdict(list)
    failed = select(Mail.ticket_id, Mail.id).where(Mail.id.in_(mail_ids), Mail.state == "failed")
    for ticket_id, mail_id in db.execute(failed.order_by(Mail.ticket_id, Mail.id)):
        by_ticket[ticket_id].append(mail_id)
    return by_ticket


def _check(by: Actor) -> None:
    if not may(by, Do.AUTHORITIES, None):
        raise NotTheirs(Do.AUTHORITIES)

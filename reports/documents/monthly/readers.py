"""Who gets the monthly report by mail: people with an account who may see the numbers."""

import hashlib
from datetime import date
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.documents.monthly.models import MonthlyReader
from reports.documents.monthly.shapes import Reader, Sent
from reports.outbox import mails
from reports.people.models import User
from reports.people.permissions import Do, Role, may_at_all
from store import sql

MOST: Final = 50
"""Readers of one city."""


def listed(db: Session) -> list[Reader]:
    """All of them, by name."""
    rows = db.execute(
        select(MonthlyReader, User)
        .join(User, User.id == MonthlyReader.user_id)
        .order_by(User.shown_name, MonthlyReader.address)
    )
    return [
        Reader(one.id, user.id, user.shown_name, one.address, has_right(user)) for one, user in rows
    ]


def has_right(user: User) -> bool:
    """Whether they may see the numbers, and sign in."""
    return not user.disabled and may_at_all(Role(user.role), Do.SEE_NUMBERS)


def possible(db: Session) -> list[tuple[int, str]]:
    """Who may get it: ids and names."""
    users = db.scalars(select(User).where(~User.disabled).order_by(User.shown_name, User.id))
    return [(user.id, f"{user.shown_name}({user.name})") for user in users if has_right(user)]


def may_be_named(db: Session, user_id: int) -> bool:
    """Whether there is such a person with the right to it."""
    user = db.get(User, user_id)
    return user is not None and has_right(user)


def name(db: Session, user_id: int, address: str) -> bool:
    """They get each report at this address from now on; False where MOST are named already."""
    same = MonthlyReader.user_id == user_id, MonthlyReader.address == address
    if db.scalar(select(MonthlyReader.id).where(*same)):
        return True
    if (db.scalar(select(func.count()).select_from(MonthlyReader)) or 0) >= MOST:
        return False
    new = insert(MonthlyReader).values(user_id=user_id, address=address)
    db.execute(new.on_conflict_do_nothing())
    return True


def drop(db: Session, reader_id: int) -> None:
    """They get no further one."""
    db.execute(delete(MonthlyReader).where(MonthlyReader.id == reader_id))


def write_mails(db: Session, report_id: int) -> int:
    """A mail of this version to each who may have it, once, whoever asks how often; how many are
    new. To be sent after the commit."""
    made = [
        mails.write_to(
            db,
            "monthly",
            one.address,
            message_id=_message_id(report_id, one),
            facts={"report": report_id, "reader": one.user_id},
        )
        for one in listed(db)
        if one.has_right
    ]
    return sum(each is not None for each in made)


def still_reads(db: Session, user_id: int, address: str) -> bool:
    """Whether this mail may leave: they are still named, with this address and the right to it."""
    named = select(User).join(MonthlyReader, MonthlyReader.user_id == User.id)
    user = db.scalar(named.where(User.id == user_id, MonthlyReader.address == address))
    return user is not None and has_right(user)


def sent(db: Session, month: date) -> list[Sent]:
    """What became of the mails of a month's versions, the newest first."""
    return [Sent(*row) for row in sql.run(db, _SENT, month=month)]


def _message_id(report_id: int, reader: Reader) -> str:
    said = f"monthly {report_id} {reader.user_id} {reader.address}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


_SENT: Final = """
    SELECT r.version, m.address, m.state, m.error, m.sent_at
    FROM mails m JOIN monthly_reports r ON r.id = (m.facts ->> 'report')::bigint
    WHERE m.kind = 'monthly' AND r.month = %(month)s ORDER BY m.id DESC LIMIT 200
"""

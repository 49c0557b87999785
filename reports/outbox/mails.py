"""Mails to departments and other authorities: a row each, written with the facts it tells of."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.outbox.models import Mail
from reports.tickets import events, history
from reports.tickets.models import Ticket
from reports.tickets.status import Status
from settings import settings
from store.tasks import later

Kind = Literal["forwarded", "told", "reminder", "daily"]
OrderKind = Literal["order_issued", "order_changed", "order_withdrawn"]
ReportKind = Literal["monthly"]

NO_SERVER: Final = "no SMTP_URL"
"""The `error` of mails in an installation that sends none."""
UNDELIVERED: Final = """
    m.state = 'failed' AND m.sent_at IS NULL AND m.department_id IS NOT NULL
    AND (m.kind <> 'daily' OR m.created_at > now() - interval '3 days')
"""
"""SQL over `mails m`: those that failed and matter still; a day's list does for three days. Those
about a work order are shown with it."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A mail that did not arrive and of which its department does not know otherwise either."""

    id: int
    kind: str
    number: str | None
    department: str
    phone: str
    address: str
    error: str
    created_at: datetime


def are_sent() -> bool:
    """Whether this installation sends mails at all."""
    return bool(settings().smtp_url.get_secret_value() and settings().mail_from)


def tell(db: Session, ticket: Ticket, departments: Sequence[str], kind: Kind = "told") -> None:
    """A mail about this ticket to each of these (keys) that has an address."""
    wanted = select(Department).where(Department.key.in_(departments), Department.email != "")
    for department in db.scalars(wanted.order_by(Department.id)):
        write(db, kind, department, ticket_id=ticket.id, facts=_facts(ticket))


def tell_urgent(db: Session, ticket: Ticket) -> None:
    """Where it is urgent its department hears of it at once, at any hour, and once as urgent."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if not (ticket.urgent and department and department.inside and department.email):
        return
    of_it = Mail.ticket_id == ticket.id, Mail.department_id == department.id, Mail.kind == "told"
    # one that still waits is drawn when it leaves
    known = exists().where(*of_it, or_(Mail.state == "waiting", Mail.facts.contains(_URGENT)))
    if not db.scalar(select(known)):
        write(db, "told", department, ticket_id=ticket.id, facts=_URGENT)


def forward(db: Session, ticket: Ticket) -> None:
    """The ticket goes to the authority that it is routed to; from now on it owes an answer."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if department is None or department.inside:
        return
    ticket.silent_since = func.now()
    if department.tell_by == "email":
        tell(db, ticket, [department.key], "forwarded")


def write(
    db: Session,
    kind: Kind,
    department: Department,
    *,
    ticket_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    day: date | None = None,
) -> bool:
    """One mail, to be sent after the commit; False for a second "daily" one of the same `day`."""
    mail_id = db.execute(
        insert(Mail)
        .values(
            kind=kind,
            ticket_id=ticket_id,
            department_id=department.id,
            address=department.email,
            facts=dict(facts or {}),
            day=day,
            message_id=secrets.token_hex(16),
        )
        .on_conflict_do_nothing()
        .returning(Mail.id)
    ).scalar_one_or_none()
    if mail_id is not None:
        later(db, "send_mail", mail_id=mail_id)
    return mail_id is not None


def write_to(
    db: Session,
    kind: OrderKind | ReportKind,
    address: str,
    *,
    message_id: str,
    facts: Mapping[str, Any],
    after: timedelta = timedelta(0),
) -> int | None:
    """One mail to an address that is no department's, to be sent after the commit; its id. None
    for a second one of this `message_id`."""
    new = insert(Mail).values(kind=kind, address=address, facts=dict(facts), message_id=message_id)
    made = db.execute(new.on_conflict_do_nothing().returning(Mail.id)).scalar_one_or_none()
    if made is not None:
        later(db, "send_mail", after=after, mail_id=made)
    return made


def in_vain(db: Session, mail: Mail) -> bool:
    """Whether the ticket that they were to look after is not theirs any more."""
    if mail.kind not in ("forwarded", "reminder"):
        return False
    ticket = db.get_one(Ticket, mail.ticket_id)
    return (ticket.status, ticket.department_id) != (Status.FORWARDED, mail.department_id)


def drop(db: Session, mail_id: int) -> None:
    """Nobody need read it any more."""
    db.execute(delete(Mail).where(Mail.id == mail_id, Mail.state == "waiting"))


def sent(db: Session, mail_id: int) -> None:
    """The server has taken it."""
    _end(db, mail_id, events.Mailed, state="sent", sent_at=func.now(), error="")


def failed(db: Session, mail_id: int, error: str) -> None:
    """It will not arrive: staff see it, with the server's own words."""
    _end(db, mail_id, events.MailFailed, state="failed", error=error[:500])


def send_again(db: Session, mail_ids: Collection[int]) -> list[str]:
    """Failed ones are tried anew, at the address that their department has now; the names of the
    departments of those."""
    address = select(Department.email).where(Department.id == Mail.department_id).scalar_subquery()
    tried = (
        update(Mail)
        .where(*_failed(mail_ids), address != "")
        .values(state="waiting", error="", address=address, created_at=func.now())
        .returning(Mail.id, Mail.department_id)
    )
    rows = sorted(db.execute(tried).all())
    for mail_id, _ in rows:
        later(db, "send_mail", mail_id=mail_id)
    return _names(db, [department_id for _, department_id in rows])


def told_otherwise(db: Session, mail_ids: Collection[int]) -> list[str]:
    """Staff have told them what these should have told; the names of the departments of those that
    had failed, and of which nobody had said so before."""
    told = update(Mail).where(*_failed(mail_ids)).values(sent_at=func.now())
    return _names(db, list(db.scalars(told.returning(Mail.department_id))))


def _facts(ticket: Ticket) -> Mapping[str, Any]:
    return _URGENT if ticket.urgent else {}


_URGENT: Final = {"urgent": True}


def _failed(mail_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return Mail.id.in_(mail_ids), Mail.state == "failed", Mail.sent_at.is_(None)


def _names(db: Session, department_ids: Sequence[int | None]) -> list[str]:
    names = dict(
        db.execute(
            select(Department.id, Department.name).where(Department.id.in_(department_ids))
        ).all()
    )
    return [names[id] for id in department_ids if id is not None]


def undelivered(db: Session) -> list[Undelivered]:
    """The failed mails that matter still, newest first."""
    return [Undelivered(*row) for row in db.execute(text(_LOST))]


def _end(db: Session, mail_id: int, what: type[events.Mailed], **how: Any) -> None:
    row = db.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.state == "waiting")
        .values(**how)
        .returning(Mail.ticket_id, Mail.kind, Mail.department_id)
    ).one_or_none()
    if row and row.ticket_id and row.department_id:
        department = db.get_one(Department, row.department_id)
        history.write(db, row.ticket_id, None, what(department.name, row.kind))


_LOST: Final = f"""
    SELECT m.id, m.kind, t.number, d.name, d.phone, m.address, m.error, m.created_at
    FROM mails m JOIN departments d ON d.id = m.department_id
    LEFT JOIN tickets t ON t.id = m.ticket_id
    WHERE {UNDELIVERED} ORDER BY m.id DESC LIMIT 100
"""

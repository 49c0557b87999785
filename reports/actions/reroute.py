"""What stands in the way of a ticket going elsewhere."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from reports.actions.admit import Seen, admit
from reports.city.models import Department
from reports.people.permissions import Actor, Do
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, Status


class CannotReroute(Exception):
    """The message says why, in Japanese."""


def opened(
    db: Session,
    ticket_id: int,
    by: Actor,
    do: Do,
    *,
    key: str | None,
    seen: Seen | None,
    now: Callable[[Session, Ticket], str],
) -> Ticket | None:
    """The ticket, locked and open; None where this press is done already. `now`: as for `admit`.

    Raises NoSuchTicket, NotTheirs, Overtaken, CannotReroute.
    """
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, do, key=key, seen=seen, now=now(db, ticket)):
        return None
    if Status(ticket.status) not in OPEN:
        raise CannotReroute(
            "終わった受付票の場所・種類・担当は変えられません。"
            "「再確認中」に戻してから変えてください。"
        )
    return ticket


def department_of(db: Session, ticket: Ticket) -> str:
    """The key of the department that has it; "" for 担当課未定."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    return department.key if department else ""

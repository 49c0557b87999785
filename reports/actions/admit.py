"""Before anything is done to a ticket: is it done already, may it be done, is it still wanted?"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.tickets import history
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, Status


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw when they pressed: the ticket's `change` number, and of it what they now
    change (None: nothing of it may have changed since)."""

    change: int | None = None
    what: str | None = None


class ChangedMeanwhile(Exception):
    """Somebody was faster; how the ticket stands now, with the name of its department, and whether
    its last move was their own."""

    def __init__(self, do: Do, status: Status, department: str | None, *, own: bool) -> None:
        super().__init__(do)
        self.do, self.status, self.department, self.own = do, status, department, own


class CannotReroute(Exception):
    """The message says why, in Japanese."""


def admit(
    db: Session,
    ticket: Ticket,
    by: Actor,
    do: Do,
    *,
    key: str | None = None,
    seen: Seen | None = None,
    now: str = "",
) -> bool:
    """Whether it is to be done; not, when the press of this key has been carried out before.

    To be asked with the ticket locked. `now`: what `seen.what` is now. Raises NotTheirs,
    ChangedMeanwhile.
    """
    if history.pressed(db, key, [ticket.id]):
        return False
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if not may(by, do, department.key if department else None):
        raise NotTheirs(do)
    if seen and seen.change != ticket.change and seen.what != now:
        own = by.user_id is not None and history.last_mover(db, ticket.id) == by.user_id
        name = department.name if department else None
        raise ChangedMeanwhile(do, Status(ticket.status), name, own=own)
    return True


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

    Raises NoSuchTicket, NotTheirs, ChangedMeanwhile, CannotReroute.
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

"""Before anything is done to a ticket: whether it is done already, may be done, is still wanted."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.tickets import history
from reports.tickets.models import Ticket
from reports.tickets.status import Status


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw when they pressed: the ticket's `change` number, and of it what they now
    change (None: nothing of it may have changed since)."""

    change: int | None = None
    what: str | None = None


class Overtaken(Exception):
    """Somebody else was faster; how the ticket stands now, with the name of its department."""

    def __init__(self, do: Do, status: Status, department: str | None) -> None:
        super().__init__(do)
        self.do, self.status, self.department = do, status, department


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

    To be asked with the ticket locked. `now`: what `seen.what` is now. Raises NotTheirs, Overtaken.
    """
    if history.pressed(db, key, [ticket.id]):
        return False
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if not may(by, do, department.key if department else None):
        raise NotTheirs(do)
    if seen and seen.change != ticket.change and seen.what != now:
        raise Overtaken(do, Status(ticket.status), department.name if department else None)
    return True

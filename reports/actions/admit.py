"""Before anything is done to a ticket: is it done already, may it be done, is it still wanted?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.orders import whose
from reports.people import keys
from reports.people.permissions import Actor, Do, NotTheirs, OnlyToSee, Role, may
from reports.tickets import events, history, photo_events, work_events
from reports.tickets.event_json import read
from reports.tickets.event_kinds import Event
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, Status, status_of
from store import sql

Same = Callable[[Event], bool]
"""Whether what somebody did last is what they send now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw when they pressed: the ticket's `change` number, and of it what they now
    change (None: nothing of it may have changed since)."""

    change: int | None = None
    what: str | None = None


class ChangedMeanwhile(Exception):
    """Somebody was faster; how the ticket stands now, with the name of its department, and whether
    it was they themselves who changed what they want to change."""

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
    same: Same | None = None,
) -> bool:
    """Whether it is to be done; not, when the press of this key has been carried out before, nor
    when a page without keys sends once more the `same` that its sender did last.

    To be asked with the ticket locked. `now`: what `seen.what` is now. Raises NotTheirs,
    ChangedMeanwhile, and KeyEnded where a program's key has been revoked meanwhile.
    """
    if by.key_id is not None:
        keys.hold(db, by.key_id)
    if history.pressed(db, key, [ticket.id]):
        return False
    stale = seen is not None and seen.change != ticket.change and seen.what != now
    if key is None and same and (stale or seen is None):
        last = _own_last(db, ticket, by, do)
        if last and same(last):
            return False
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if not _is_theirs_by_now(db, ticket, by, department):
        raise NotTheirs(do)
    is_ordered = by.role is Role.CONTRACTOR and whose.is_theirs(db, by, ticket.id)
    key_of_it = department.key if department else None
    if not may(by, do, key_of_it, is_ordered=is_ordered):
        raise (OnlyToSee if may(by, Do.SEE, key_of_it) else NotTheirs)(do)
    if stale:
        own = _own_last(db, ticket, by, do) is not None
        name = department.name if department else None
        raise ChangedMeanwhile(do, status_of(ticket.status), name, own=own)
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
    same: Same | None = None,
) -> Ticket | None:
    """The ticket, locked and open; None where this is done already. `now`, `same`: as of `admit`.

    Raises NoSuchTicket, NotTheirs, ChangedMeanwhile, CannotReroute.
    """
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, do, key=key, seen=seen, now=now(db, ticket), same=same):
        return None
    if status_of(ticket.status) not in OPEN:
        raise CannotReroute(
            "終わった受付票の場所・種類・担当は変えられません。"
            "「再確認中」に戻してから変えてください。"
        )
    return ticket


def department_of(db: Session, ticket: Ticket) -> str:
    """The key of the department that has it; "" for 担当課未定."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    return department.key if department else ""


def _is_theirs_by_now(
    db: Session, ticket: Ticket, by: Actor, department: Department | None
) -> bool:
    """A program of another authority has what was handed over to it, not what stands with it and
    waits for that."""
    if by.key_id is None or not by.departments or department is None or department.inside:
        return True
    return bool(sql.run(db, _HANDED, id=ticket.id).fetchone())


def _own_last(db: Session, ticket: Ticket, by: Actor, do: Do) -> Event | None:
    """The last change of what this action changes, if it was their own."""
    line = history.newest(db, ticket.id, *_CHANGES_OF.get(do, ()))
    if line is None or line.actor_id is None or line.actor_id != by.user_id:
        return None
    return read(line)


_HANDS: Final = (events.Routed, events.Assigned, events.NotOurs, work_events.BroughtBack)
_STATUS: Final = (events.Filed, events.Moved)
_CHANGES_OF: Final[Mapping[Do, tuple[type[Event], ...]]] = {
    Do.MOVE: _STATUS,
    Do.MERGE: _STATUS,
    Do.ASSIGN: _HANDS,
    Do.SET_DEADLINE: (events.Promised,),
    Do.PUT_IN_CHARGE: (events.PutInCharge,),
    Do.NOT_OURS: _HANDS,
    Do.RELOCATE: (events.Relocated, events.PlaceSaid),
    Do.RECATEGORISE: (events.Recategorised,),
    Do.RELEASE: (photo_events.PhotoRedacted,),
}
"""The lines of history in which it stands who last changed what an action changes."""
_HANDED: Final = f"""
    SELECT 1 FROM tickets t JOIN departments d ON d.id = t.department_id
    WHERE t.id = %(id)s AND {history.HAS_BEEN_FORWARDED}
"""

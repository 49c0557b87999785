"""A ticket's record (経緯書) is issued: somebody has it made, for a reason that stays with it.

No line of history: that somebody wrote a paper is nothing that happened to the ticket, and it must
not read as if a resident's message had been dealt with. Who, when and why stand in its own row,
which the audit log watches (docs/decisions/0067).
"""

from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.people.permissions import Actor, Do
from reports.records import kept
from reports.records.kept import Wanted
from reports.tickets.lock import locked


class NoReason(ValueError):
    """It says not what it is for."""


def issue_record(db: Session, ticket_id: int, wanted: Wanted, by: Actor, *, key: str) -> int:
    """Gives its id; a worker makes it. The same `key` is the same press.

    Raises NoSuchTicket, NotTheirs, NoReason, kept.TooManyWaiting.
    """
    ticket = locked(db, ticket_id)
    admit(db, ticket, by, Do.ISSUE_RECORD)
    if wanted.personal:
        admit(db, ticket, by, Do.RECORD_PERSONAL)
    if not wanted.why.strip():
        raise NoReason
    return kept.ask_for(db, ticket_id, wanted, by, key=key)

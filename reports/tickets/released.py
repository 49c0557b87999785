"""What of residents' words the public may read, and whether a ticket is kept from it."""

from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.models import Remark
from store import sql


class Said(NamedTuple):
    """One message of a resident's. `public`: what of it the public may read; None: nothing.
    `withdrawn`: its report was taken back, and with it whatever was released."""

    id: int
    words: str
    public: str | None
    withdrawn: bool


def said(db: Session, ticket_id: int) -> list[Said]:
    """All that residents wrote about this ticket, as it came."""
    return [Said(*row) for row in sql.run(db, _SAID, ticket=ticket_id)]


def is_kept_back(db: Session, ticket_id: int) -> bool:
    """Whether staff keep it from the public."""
    return bool(sql.run(db, _KEPT_BACK, ticket=ticket_id)[0][0])


def remark_of(db: Session, ticket_id: int, remark_id: int) -> Remark | None:
    """The words of this id as they are now, where they are of this ticket; nobody else's until the
    commit. For whoever has the ticket locked."""
    if not sql.run(db, _OF_TICKET, ticket=ticket_id, remark=remark_id):
        return None
    return db.get(Remark, remark_id, with_for_update=True, populate_existing=True)


_SAID: Final = """
    SELECT m.id, m.words, m.public_words, r.withdrawn_at IS NOT NULL
    FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = %(ticket)s ORDER BY m.id
"""
_KEPT_BACK: Final = "SELECT kept_back FROM tickets WHERE id = %(ticket)s"
_OF_TICKET: Final = """
    SELECT m.id FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE m.id = %(remark)s AND r.ticket_id = %(ticket)s
"""

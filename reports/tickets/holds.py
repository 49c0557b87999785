"""保留: which tickets are kept past their period, and why."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.tickets.hold_models import TicketHold
from store import sql


class Hold(NamedTuple):
    """As of `TicketHold`; `number`: of the ticket that it stands at, of those that are together."""

    id: int
    number: str
    why: str
    until: date | None
    by_name: str
    made_at: datetime
    ended_at: datetime | None
    ended_by: str

    def holds(self, today: date) -> bool:
        """Whether it keeps the ticket on this day."""
        return self.ended_at is None and (self.until is None or self.until >= today)


def of(db: Session, ticket_id: int) -> list[Hold]:
    """Of this ticket and all that are together with it, the newest first."""
    return [Hold(*row) for row in sql.run(db, _OF, id=ticket_id)]


def pressed(db: Session, ticket_id: int, key: str) -> bool:
    """Whether this press has been done."""
    same = TicketHold.ticket_id == ticket_id, TicketHold.key == key
    return db.scalar(select(TicketHold.id).where(*same)) is not None


def together(db: Session, ticket_id: int) -> Sequence[int]:
    """The ids of all that were put together: with the one that goes on first."""
    return [id for (id,) in sql.run(db, f"{TOGETHER} SELECT id FROM member", id=ticket_id)]


HELD: Final = """
    EXISTS (SELECT FROM ticket_holds h WHERE h.ticket_id = {ticket} AND h.ended_at IS NULL
            AND (h.until IS NULL OR h.until >= %(today)s::date))
"""
"""SQL over `{ticket}`, an id: whether it is held on this day."""
TOGETHER: Final = """
    WITH RECURSIVE up(id, merged_into) AS (
        SELECT id, merged_into FROM tickets WHERE id = %(id)s
        UNION SELECT t.id, t.merged_into FROM tickets t JOIN up ON t.id = up.merged_into
    ), member(id) AS (
        SELECT id FROM up WHERE merged_into IS NULL
        UNION SELECT t.id FROM tickets t JOIN member ON t.merged_into = member.id
    )
"""
_OF: Final = f"""
    {TOGETHER}
    SELECT h.id, t.number, h.why, h.until, h.by_name, h.made_at, h.ended_at, h.ended_by
    FROM member JOIN ticket_holds h ON h.ticket_id = member.id JOIN tickets t ON t.id = member.id
    ORDER BY h.id DESC
"""

"""How many tickets are open, how many of them nobody owns, and what the clock has yet to keep."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets.filters import STILL_OPEN


def counts(db: Session) -> dict[str, int]:
    """Open tickets, those without a department, and notes of cells and texts for the clock."""
    return dict(db.execute(text(_COUNTS)).one()._mapping)


_COUNTS: Final = f"""
    SELECT count(*) AS open_tickets,
           count(*) FILTER (WHERE department_id IS NULL) AS open_tickets_of_nobody,
           (SELECT count(*) FROM ticket_cell_changes) AS cell_changes,
           (SELECT count(*) FROM ticket_text_changes) AS text_changes
    FROM tickets t WHERE {STILL_OPEN}
"""

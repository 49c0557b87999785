"""How many tickets are open, and how many of them nobody owns."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets.filters import STILL_OPEN


def counts(db: Session) -> dict[str, int]:
    """Open tickets, and those of them without a department."""
    return dict(db.execute(text(_COUNTS)).one()._mapping)


_COUNTS: Final = f"""
    SELECT count(*) AS open_tickets,
           count(*) FILTER (WHERE department_id IS NULL) AS open_tickets_of_nobody
    FROM tickets t WHERE {STILL_OPEN}
"""

"""Public tickets page by page by the number of the page, as Open311 asks for them, and what
happened to several of them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.published.reading import SELECT, conditions, ticket_from
from reports.published.shape import PublicTicket
from reports.published.wanted import PublicFilter
from store import sql


def page(db: Session, wanted: PublicFilter, *, offset: int, limit: int) -> list[PublicTicket]:
    """The newest first, those after the first `offset`."""
    where, values = conditions(wanted)
    asked = f"""
        {SELECT} WHERE {" AND ".join(where) or "true"}
        ORDER BY p.received_at DESC, p.number DESC OFFSET %(offset)s LIMIT %(limit)s
    """
    found = sql.run(db, asked, **values, offset=offset, limit=limit)
    return [*map(ticket_from, found)]


def lines_of(db: Session, numbers: Collection[str]) -> Mapping[str, list[dict[str, Any]]]:
    """By number, as `reading.lines` gives them."""
    return dict(sql.run(db, _LINES, numbers=list(numbers)))


_LINES: Final = (
    "SELECT number, lines FROM published_tickets WHERE number = ANY(%(numbers)s::text[])"
)

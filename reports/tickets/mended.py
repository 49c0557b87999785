"""When a ticket was mended and by whom, and when it was reopened, for SQL of rooms above. Pure."""

from typing import Final


def last_move(ticket: str, before: str) -> str:
    """A subquery: `at`, `to_status`, `actor_name` of the last move of this ticket (an expression)
    of which `before` holds, a condition over lines of its history `h`."""
    return f"""(
        SELECT h.at, h.to_status, h.actor_name FROM history h
        WHERE h.ticket_id = {ticket} AND h.to_status IS NOT NULL AND {before}
        ORDER BY h.id DESC LIMIT 1)"""


REOPENED: Final = """(
    SELECT h.id, h.ticket_id, h.at FROM history h
    WHERE h.ticket_id = ANY(%(ids)s::bigint[]) AND h.to_status = 'reopened')"""
"""A subquery: each reopening of the tickets `ids`."""

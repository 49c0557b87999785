"""What triggers keep in a ticket's row, counted anew without them."""

from typing import Any, Final

from townsfolk import rows

from reports.tickets.models import IN_ORDER


def amiss() -> list[Any]:
    """Tickets with whom something else is kept than there is: (id, kept, counted)."""
    return rows(_AMISS)


def unmarked() -> list[Any]:
    """Tickets that keep another transaction than the one that wrote the row; those written after a
    savepoint as well, whose own number the row has: (id, kept, number)."""
    return rows(_UNMARKED)


_AMISS: Final = f"""
    SELECT t.id, kept, counted FROM tickets t,
    LATERAL (SELECT (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) AS followers,
                    (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
                     WHERE r.ticket_id = t.id AND p.state = 'stored'
                     ORDER BY {IN_ORDER} LIMIT 1) AS cover,
                    coalesce((SELECT h.to_status = 'declined' AND h.actor = 'resident'
                              FROM history h WHERE h.ticket_id = t.id AND h.to_status IS NOT NULL
                              ORDER BY h.id DESC LIMIT 1), false) AS withdrawn) AS counted,
    LATERAL (SELECT t.follower_count::bigint, t.cover_id, t.is_withdrawn) AS kept
    WHERE kept IS DISTINCT FROM counted
"""
_UNMARKED: Final = """
    SELECT t.id, t.changed_in, t.xmin FROM tickets t
    WHERE t.changed_in % (1::bigint << 32) IS DISTINCT FROM t.xmin::text::bigint
"""

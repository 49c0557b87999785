"""What was put together with a ticket, each with what came with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.event_json import key_of
from reports.tickets.events import Moved
from reports.tickets.models import IN_ORDER
from reports.tickets.status import Status
from store import sql

MOST_PHOTOS: Final = 3


class MergedTicket(NamedTuple):
    """A ticket that goes on in another since `merged_at`; who did that; what came with it."""

    number: str
    received_at: datetime
    merged_at: datetime
    by: str
    photo_ids: Sequence[int]
    words: Sequence[str]


def merged_into(db: Session, ticket_id: int) -> list[MergedTicket]:
    """Those that went straight into this one, the oldest first; MOST_PHOTOS photos of each."""
    return [MergedTicket(*row) for row in sql.run(db, _MERGED, id=ticket_id, most=MOST_PHOTOS)]


_MERGED: Final = f"""
    SELECT t.number, t.received_at, line.at, line.actor_name,
           ARRAY(SELECT p.id FROM photos p
                 WHERE p.report_id = ANY(line.reports) AND p.state = 'stored'
                 ORDER BY {IN_ORDER} LIMIT %(most)s),
           ARRAY(SELECT m.words FROM remarks m
                 WHERE m.report_id = ANY(line.reports) ORDER BY m.id)
    FROM tickets t CROSS JOIN LATERAL (
        SELECT h.at, h.actor_name, ARRAY(
            SELECT jsonb_array_elements_text(h.details -> '{key_of(Moved, "reports")}')::bigint
        ) AS reports
        FROM history h WHERE h.ticket_id = t.id AND h.to_status = '{Status.MERGED}'
        ORDER BY h.id DESC LIMIT 1
    ) AS line
    WHERE t.merged_into = %(id)s ORDER BY t.id
"""

"""What a resident sees of tickets: those they follow, and each as their cards tell of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets.event_kinds import RESIDENT
from reports.tickets.queries import history_of, photos_of, tickets
from reports.tickets.read_models import Standing, TicketSeen, TicketSummary, readable
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter


def latest_of(db: Session, resident_id: int, limit: int = 10) -> list[TicketSummary]:
    """The tickets that this resident follows, newest first; of merged ones that which goes on."""
    alive = [status for status in Status if status is not Status.MERGED]
    wanted = TicketFilter(statuses=alive, resident_id=resident_id)
    return tickets(db, wanted, order="newest", limit=limit)


def count_of(db: Session, resident_id: int) -> int:
    """How many tickets `latest_of` would give without a limit."""
    return int(db.scalar(text(f"SELECT count(*) {_FOLLOWED}"), {"resident": resident_id}) or 0)


def mended_last(db: Session, resident_id: int) -> str | None:
    """The number of the ticket, of those this resident follows, that was fixed last."""
    fixed = f"SELECT t.number {_FOLLOWED} AND t.status = 'fixed' ORDER BY t.closed_at DESC LIMIT 1"
    number: str | None = db.scalar(text(fixed), {"resident": resident_id})
    return number


def seen_by(
    db: Session, resident_id: int | None, lines: Sequence[TicketSummary]
) -> list[TicketSeen]:
    """These tickets as this resident's cards tell of them, in a few statements for all."""
    ids = [line.id for line in lines]
    photos, history = photos_of(db, ids), history_of(db, ids)
    standings = _standings(db, ids, resident_id)
    return [
        TicketSeen(line, photos[line.id], readable(history[line.id], RESIDENT), standings[line.id])
        for line in lines
    ]


def standing(db: Session, ticket_id: int, resident_id: int | None) -> Standing:
    """What this resident is to the ticket: nothing to it, where there is none."""
    return _standings(db, [ticket_id], resident_id)[ticket_id]


def _standings(
    db: Session, ticket_ids: Sequence[int], resident_id: int | None
) -> Mapping[int, Standing]:
    values = {"tickets": ticket_ids, "resident": resident_id}
    return {id: Standing(*row) for id, *row in db.execute(text(_STANDINGS), values)}


_FOLLOWED: Final = """
    FROM followers f JOIN tickets t ON t.id = f.ticket_id
    WHERE f.resident_id = :resident AND t.status <> 'merged'
"""
_STANDINGS: Final = """
    SELECT t.id,
           EXISTS (SELECT FROM reports r WHERE r.ticket_id = t.id AND r.resident_id = :resident
                   AND r.withdrawn_at IS NULL),
           coalesce(bool_or(f.resident_id = :resident), false),
           coalesce(bool_or(f.resident_id = :resident AND f.muted), false),
           max(f.rating) FILTER (WHERE f.resident_id = :resident),
           count(f.ticket_id) FILTER (WHERE f.resident_id IS DISTINCT FROM :resident),
           coalesce(bool_or(f.resident_id = :resident AND f.confirmed_at >= t.closed_at), false),
           t.closed_at IS NULL
               OR coalesce(bool_or(f.resident_id = :resident AND f.since < t.closed_at), false)
               OR EXISTS (SELECT FROM reports r WHERE r.ticket_id = t.id
                          AND r.resident_id = :resident AND r.withdrawn_at IS NULL),
           (SELECT count(*) FROM history h WHERE h.ticket_id = t.id
            AND h.to_status = 'reopened' AND h.actor = 'resident')
    FROM tickets t LEFT JOIN followers f ON f.ticket_id = t.id
    WHERE t.id = ANY(:tickets) GROUP BY t.id
"""

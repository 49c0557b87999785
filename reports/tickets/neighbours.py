"""What else is open around a ticket: what may be the same as it, and what lies right beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.filters import STILL_OPEN
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status, status_of
from store import sql

SAME_M: Final = 200.0
SAME_DAYS: Final = 365
BESIDE_M: Final = 50.0
MOST_OF_EACH: Final = 6
MOST_LETTERS: Final = 200
"""Of what was written about one."""


class Neighbour(NamedTuple):
    """An open ticket and how far away it is; `photo_id`: the first photo of it, if any."""

    id: int
    number: str
    category: str
    kept_status: str
    metres: float
    received_at: datetime
    photo_id: int | None

    @property
    def status(self) -> Status:
        return status_of(self.kept_status)


class Around(NamedTuple):
    """Nearest first; whether there are more of the `same` or `beside` than these."""

    same: list[Neighbour]
    beside: list[Neighbour]
    has_more_same: bool = False
    has_more_beside: bool = False


def neighbours(db: Session, ticket: TicketSummary) -> Around:
    """Those of its category within SAME_M and SAME_DAYS, and those of any other within BESIDE_M.

    At most MOST_OF_EACH of either.
    """
    rows = sql.run(
        db,
        _AROUND,
        id=ticket.id,
        category=ticket.category,
        lon=ticket.lon,
        lat=ticket.lat,
        far=SAME_M,
        beside=BESIDE_M,
        days=SAME_DAYS,
        most=MOST_OF_EACH + 1,
    )
    found = [Neighbour(*row) for row in rows]
    same = [one for one in found if one.category == ticket.category]
    beside = [one for one in found if one.category != ticket.category]
    more = (len(same) > MOST_OF_EACH, len(beside) > MOST_OF_EACH)
    return Around(same[:MOST_OF_EACH], beside[:MOST_OF_EACH], *more)


def words_of(db: Session, ticket_ids: Sequence[int]) -> dict[int, str]:
    """What was written about each of these tickets, by its id; the first MOST_LETTERS of it."""
    if not ticket_ids:
        return {}
    rows = sql.run(db, _WORDS, ids=list(ticket_ids), most=MOST_LETTERS)
    return dict(rows)


_WORDS: Final = """
    SELECT r.ticket_id, left(string_agg(m.words, ' ' ORDER BY m.id), %(most)s)
    FROM reports r JOIN remarks m ON m.report_id = r.id
    WHERE r.ticket_id = ANY(%(ids)s) AND r.withdrawn_at IS NULL GROUP BY r.ticket_id
"""
# the box of degrees is generous and uses the index of open places; the metres decide
_AROUND: Final = f"""
    WITH here AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point,
               CAST(%(far)s AS float8) / 111000 AS tall,
               CAST(%(far)s AS float8)
                   / (111000 * greatest(cos(radians(%(lat)s)), 0.01)) AS wide
    ), near AS (
        SELECT t.id, t.number, t.category, t.status, t.received_at, t.cover_id,
               t.category = %(category)s AS is_same,
               ST_Distance(t.place::geography, here.point::geography) AS metres
        FROM tickets t, here
        WHERE {STILL_OPEN} AND t.id <> %(id)s
          AND t.place && ST_Expand(here.point, here.wide, here.tall)
    ), ranked AS (
        SELECT near.*, row_number() OVER (PARTITION BY is_same ORDER BY metres, id) AS turn
        FROM near
        WHERE CASE WHEN is_same
              THEN metres <= %(far)s AND received_at > now() - make_interval(days => %(days)s)
              ELSE metres <= %(beside)s END
    )
    SELECT id, number, category, status, metres, received_at, cover_id
    FROM ranked WHERE turn <= %(most)s ORDER BY metres, id
"""

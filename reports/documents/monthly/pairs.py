"""Photos before and after the repair that everybody may see: which there are of a month, and which
stand in its report.

Both are copies that staff have released (docs/photos.md), and none is used where the city shows
nobody the photos of others.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.nearby import near
from reports.city import clock, profile
from reports.documents.monthly.words import MOST_PAIRS
from reports.documents.open_data.months import later
from reports.tickets.models import IN_ORDER, RELEASED
from store import sql

_MOST_FOUND: Final = 60


class Pair(NamedTuple):
    """One ticket that was mended; `before`, `after`: ids of photos, `before_key` and `after_key`
    places in the photo store."""

    ticket_id: int
    number: str
    category: str
    place: str
    received_at: datetime
    fixed_at: datetime
    before: int
    before_key: str
    after: int
    after_key: str


def found(db: Session, month: date) -> list[Pair]:
    """Mended in this month (its first day), those with the most reports first."""
    if not profile.shows_released(profile.profile(db)):
        return []
    begin, end = clock.begin_of(month), clock.begin_of(later(month, 1))
    return [
        Pair(ticket_id, number, category, near(place) or "町名なし", *rest)
        for ticket_id, number, category, place, *rest in sql.run(
            db, _FOUND, begin=begin, end=end, most=_MOST_FOUND
        )
    ]


def chosen(there: Sequence[Pair], wanted: Sequence[int]) -> list[Pair]:
    """Those that staff want, in their order, of what there is; where they want none, one of each
    kind, those that stand first."""
    if wanted:
        by_ticket = {one.ticket_id: one for one in there}
        return [by_ticket[id] for id in wanted if id in by_ticket][:MOST_PAIRS]
    first: dict[str, Pair] = {}
    for one in there:
        first.setdefault(one.category, one)
    rest = [one for one in there if first[one.category] is not one]
    return [*first.values(), *rest][:MOST_PAIRS]


_FOUND: Final = f"""
    SELECT t.id, t.number, t.category, t.place_name, t.received_at, t.closed_at AS fixed_at,
           before.id, before.public_large, after.id, after.public_large
    FROM tickets t
    CROSS JOIN LATERAL (
        SELECT p.id, p.public_large
        FROM photos p JOIN reports r ON r.id = p.report_id
        WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL AND {RELEASED}
        ORDER BY {IN_ORDER} LIMIT 1) AS before
    CROSS JOIN LATERAL (
        SELECT p.id, p.public_large FROM photos p
        WHERE p.ticket_id = t.id AND {RELEASED} ORDER BY p.id DESC LIMIT 1) AS after
    WHERE t.status = 'fixed' AND t.closed_at >= %(begin)s AND t.closed_at < %(end)s
      AND t.forgotten_at IS NULL AND t.merged_into IS NULL
      AND NOT (t.is_withdrawn OR t.kept_back)
    ORDER BY (SELECT count(*) FROM reports r WHERE r.ticket_id = t.id) DESC, t.closed_at, t.id
    LIMIT %(most)s
"""

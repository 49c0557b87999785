"""How many public tickets came and were mended, month by month on the city's clocks."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.clock import begin_of, zone
from reports.published.months import Month, first_of
from reports.published.states import STILL_OPEN
from store import sql

MONTHS: Final = 12


class Figures(NamedTuple):
    """`months`: whole ones, the last one last. `now`: how many are not mended yet."""

    months: Sequence[Month]
    now: int

    @property
    def last(self) -> Month:
        return self.months[-1]


def figures(db: Session, today: date, months: int = MONTHS) -> Figures:
    """Of so many whole months before the one of `today`."""
    firsts = [first_of(today, back) for back in range(months, 0, -1)]
    facts = {
        "firsts": [begin_of(first) for first in firsts],
        "untils": [begin_of(first) for first in [*firsts[1:], first_of(today)]],
        "zone": str(zone()),
    }
    found = sql.run(db, _MONTHS, **facts)
    now = sql.run(db, _NOW, states=[str(state) for state in STILL_OPEN])[0][0]
    return Figures([Month(first, *row) for first, row in zip(firsts, found, strict=True)], int(now))


# what is mended was closed in that moment: there is an index for it
_MONTHS: Final = """
    SELECT (SELECT count(*) FROM published_tickets p
            WHERE p.received_at >= m.since AND p.received_at < m.until)::int,
           mended.many::int, mended.days::int
    FROM unnest(%(firsts)s::timestamptz[], %(untils)s::timestamptz[]) WITH ORDINALITY
         AS m(since, until, turn)
    CROSS JOIN LATERAL (
        SELECT count(*) AS many, percentile_disc(0.5) WITHIN GROUP (ORDER BY
                   (p.closed_at AT TIME ZONE %(zone)s)::date
                   - (p.received_at AT TIME ZONE %(zone)s)::date) AS days
        FROM published_tickets p
        WHERE p.state = 'fixed' AND p.closed_at >= m.since AND p.closed_at < m.until) AS mended
    ORDER BY m.turn
"""
_NOW: Final = "SELECT count(*) FROM published_tickets WHERE state = ANY(%(states)s::text[])"

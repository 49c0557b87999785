"""What of tickets' histories says how their lives went: moves, ratings, deeds of the city."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.event_json import read
from reports.tickets.events import Moved, Rated
from reports.tickets.status import Status
from store import sql


class LifeLine(NamedTuple):
    """A line of history; `actor`: on which side of the counter."""

    at: datetime
    actor: str
    what: str
    from_status: str | None
    to_status: str | None
    note: str
    details: Mapping[str, Any]

    @property
    def is_the_citys(self) -> bool:
        """Of people of the city, or who works for it."""
        return self.actor in _THE_CITYS

    @property
    def stars(self) -> int | None:
        """Of a rating."""
        event = read(self) if self.what == Rated.what else None
        return event.stars if isinstance(event, Rated) else None

    @property
    def reports_that_went(self) -> tuple[int, ...]:
        """Ids of reports that went on to another ticket with it."""
        event = read(self) if self.to_status == Status.MERGED else None
        return event.reports if isinstance(event, Moved) else ()


def lifelines(db: Session, ids: Collection[int]) -> Mapping[int, list[LifeLine]]:
    """Of each of these tickets, oldest first."""
    found: dict[int, list[LifeLine]] = defaultdict(list)
    for ticket_id, *line in sql.run(db, _LINES, ids=list(ids)):
        found[ticket_id].append(LifeLine(*line))
    return found


_THE_CITYS: Final = ("staff", "crew", "contractor")
_LINES: Final = f"""
    SELECT h.ticket_id, h.at, h.actor, h.what, h.from_status, h.to_status, h.note, h.details
    FROM history h
    WHERE h.ticket_id = ANY(%(ids)s::bigint[])
      AND (h.to_status IS NOT NULL OR h.what = '{Rated.what}' OR h.actor IN {_THE_CITYS})
    ORDER BY h.ticket_id, h.id
"""

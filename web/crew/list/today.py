"""What a crew has before it: the tickets of its department as its list and its map show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import today
from reports.people.sessions import Visitor
from reports.tickets import lists, plans
from reports.tickets.lines import Line
from reports.tickets.notes import waiting_for
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter, of_any
from web.kit.news import short
from web.kit.tickets import shown

_WAITS: Final = (Status.MONITORING, Status.FORWARDED)
_MARKS: Final = ("urgent", "long_overdue", "overdue", "due")


@dataclass(frozen=True)
class Today:
    """As of now, for one person: `stops` (ids) is the order that was packed for them; `noted`: ids
    of tickets with a note for them."""

    visitor: Visitor
    day: date
    stops: Sequence[int]
    noted: Collection[int]
    categories: Mapping[str, Category]
    closed: Collection[date]

    @classmethod
    def now(cls, db: Session, visitor: Visitor) -> Self:
        return cls(
            visitor,
            today(),
            plans.stops(db, visitor.user_id, today()),
            waiting_for(db, visitor.user_id, visitor.departments),
            profile.categories(db),
            profile.closing_days(profile.profile(db)),
        )

    @property
    def wanted(self) -> TicketFilter:
        """All that is open with the department."""
        return of_any(self.visitor.departments)

    @property
    def stamp(self) -> str:
        """Of what lists show and no ticket's row says."""
        names = [(one.key, one.name("ja")) for one in self.categories.values()]
        return short(repr((self.day, self.stops, sorted(self.noted), names, sorted(self.closed))))

    def rows(self, db: Session, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """As `web.kit.tickets.shown`, and what the phone sorts and draws them by."""
        charge = plans.in_charge(db, [line.id for line in lines])
        return [
            self._row(line) | {"mine": charge.get(line.id) == self.visitor.user_id}
            for line in lines
        ]

    def head(self, db: Session) -> dict[str, int]:
        """How many there are in all, are not mended yet, and are theirs."""
        asked = {
            "count": self.wanted,
            "reopened": replace(self.wanted, statuses=[Status.REOPENED]),
            "mine": replace(self.wanted, assignee=self.visitor.user_id),
        }
        return {name: lists.count(db, one, lists.MOST_COUNTED) for name, one in asked.items()}

    def _row(self, line: Line) -> dict[str, Any]:
        row = shown(line, self.categories, self.day, self.closed, self.noted)
        mark = next((name for name in _MARKS if row[name]), "plain")
        return row | {
            "stop": self.stops.index(line.id) + 1 if line.id in self.stops else None,
            "until": line.deadline.isoformat() if line.deadline and not line.paused else "",
            "again": line.status is Status.REOPENED,
            "waits": line.status in _WAITS,
            "pin": f"{row['tone']}-{mark}",
            "hidden": False,
            "turn": None,
        }

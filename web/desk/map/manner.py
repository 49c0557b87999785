"""How the desk's list is put, and what else it is told: what waits for whoever looks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from reports.actions import authorities
from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import today
from reports.people.sessions import Visitor
from reports.tickets import lists, queries
from reports.tickets.lines import Line
from reports.tickets.notes import waiting_for
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from web.kit import labels
from web.kit.news import short
from web.kit.tickets import feature, shown
from web.maps.filters import Filters

AT_ONCE: Final = 50
MOST_LATE: Final = 5
_CLOSED: Final = tuple(status for status in Status if status not in OPEN)


@dataclass(frozen=True)
class Manner:
    """How lines are put: as of which day, in the city's words, of which `words` is a hash, and with
    a mark where a note waits for the visitor (`noted`: ids) or an authority is `silent`."""

    day: date
    categories: dict[str, Category]
    closed: Collection[date]
    words: str
    noted: Collection[int]
    silent: Collection[int]

    @classmethod
    def now(cls, db: Session, visitor: Visitor) -> Self:
        categories, closed = profile.categories(db), profile.closing_days(profile.profile(db))
        names = (
            [(category.key, category.name("ja")) for category in categories.values()],
            [(one.key, one.name) for one in queries.departments(db)],
        )
        noted = waiting_for(db, visitor.user_id, visitor.departments)
        silent = frozenset(authorities.silent_ids(db))
        return cls(today(), categories, closed, short(repr((names, closed))), noted, silent)

    @property
    def called(self) -> list[int]:
        """As `web.maps.filters.called`."""
        return sorted({*self.noted, *self.silent})

    def features(self, order: lists.Order, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """GeoJSON of these lines, each with its `rank`, and how far `away` it is where they are
        sorted by that."""
        return [
            feature(
                shown(line, self.categories, self.day, self.closed, self.noted)
                | {"silent": line.id in self.silent}
                | {"rank": order.rank(line), "away": _away(order, line)}
            )
            for line in lines
        ]


def waiting(db: Session, manner: Manner, filters: Filters, wanted: TicketFilter) -> dict[str, Any]:
    """How many tickets want the visitor's attention: a note for them, a resident's answer, and all
    that `attention` asks for. `noted`: where notes for them lie among those that are wanted.
    `late`: as of `_late`."""
    asked = {
        "unread": TicketFilter(statuses=None, unread=True),
        "attention": TicketFilter(statuses=None, attention=manner.called),
    }
    counted = {name: lists.count(db, one, lists.MOST_COUNTED) for name, one in asked.items()}
    noted = {"memos": len(manner.noted), "noted": _noted(db, manner, wanted)}
    return noted | counted | _late(db, manner, filters, wanted)


def _late(db: Session, manner: Manner, filters: Filters, wanted: TicketFilter) -> dict[str, Any]:
    """Where all that is open is asked for in the order of work: what else they ask for and is
    closed, but wants attention. The first few as `late`, and how many there are (`lates`)."""
    order = order_of(filters, wanted, manner)
    if order.within is None or set(wanted.statuses or ()) != OPEN or wanted.due:
        return {"late": [], "lates": 0}
    closed = replace(wanted, statuses=_CLOSED, attention=manner.called)
    lines = lists.page(db, closed, lists.SORTS["changed"], limit=MOST_LATE + 1)
    is_all = len(lines) <= MOST_LATE
    many = len(lines) if is_all else lists.count(db, closed, lists.MOST_COUNTED)
    return {"late": manner.features(order, lines[:MOST_LATE]), "lates": many}


def _noted(db: Session, manner: Manner, wanted: TicketFilter) -> list[list[float]]:
    ids = set(manner.noted) if wanted.ids is None else set(manner.noted) & set(wanted.ids)
    if not ids:
        return []
    lines = lists.page(db, replace(wanted, ids=sorted(ids)), lists.NEWEST, limit=AT_ONCE)
    return [[round(line.lon, 6), round(line.lat, 6)] for line in lines]


def _away(order: lists.Order, line: Line) -> str:
    return "" if order.keys else labels.distance(int(order.rank(line)[0]) / 100)


def order_of(filters: Filters, wanted: TicketFilter, manner: Manner) -> lists.Order:
    """In which order the list of these filters stands."""
    point = filters.point
    return lists.near(point) if point else lists.desk_order(wanted, filters.sort, manner.called)

"""Lists: a page of the tickets that are wanted, in an order of work that an index has."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets import models, news
from reports.tickets.filters import conditions
from reports.tickets.lines import Line
from reports.tickets.models import in_order
from reports.tickets.news import Moment
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql

Rank = tuple[bool | int | str, ...]
"""Where a line stands in its order, part by part; the last is the ticket's id."""


class NoSuchPlace(ValueError):
    """A rank that no line of this order can have."""


@dataclass(frozen=True)
class Order:
    """SQL over tickets `t`, ascending, or descending altogether; the last is the id.

    `rank` gives a line's values of the keys, so that ranks always ascend. `first`: what keeps to
    the front of the index, where only that is wanted.
    """

    keys: tuple[str, ...]
    rank: Callable[[Line], Rank]
    is_descending: bool = False
    first: str = ""

    def after(self) -> str:
        """The lines behind the one whose rank is bound as %(rank_0)s and so on."""
        values = (f"%(rank_{place})s::text::{_type(key)}" for place, key in enumerate(self.keys))
        return (
            f"({in_order(*self.keys)}) {'<' if self.is_descending else '>'} ({', '.join(values)})"
        )

    def by(self) -> str:
        return in_order(*self.keys, down=self.is_descending)


def _rank_of_one(line: Line) -> Rank:
    return (not line.urgent, not line.to_and_fro, _by_deadline(line), line.id)


def _rank_of_all(line: Line) -> Rank:
    return (line.department_name is not None, *_rank_of_one(line))


def _rank_of_crew(line: Line) -> Rank:
    waits = line.status in (Status.MONITORING, Status.FORWARDED)
    again = line.status is not Status.REOPENED
    return (again, waits, not line.urgent, _by_deadline(line), line.id)


def _by_deadline(line: Line) -> str:
    return line.deadline.isoformat() if line.deadline else "infinity"


ALL: Final = Order(models.WORKLIST, _rank_of_all)
NOBODYS: Final = Order(models.WORKLIST, _rank_of_all, first="(t.department_id IS NOT NULL) < true")
OF_ONE: Final = Order(models.OF_ONE, _rank_of_one)
CREW: Final = Order(models.CREW, _rank_of_crew)
NEWEST: Final = Order(("t.id",), lambda line: (-line.id,), is_descending=True)


def desk_order(wanted: TicketFilter) -> Order:
    """The order of work among open tickets; what may be closed is shown from the newest on."""
    if wanted.statuses is None or not OPEN.issuperset(wanted.statuses):
        return NEWEST
    if wanted.department is None:
        return ALL
    return OF_ONE if wanted.department else NOBODYS


def page(
    db: Session, wanted: TicketFilter, order: Order, *, after: Rank = (), limit: int
) -> list[Line]:
    """The lines that follow the one of rank `after`, or the first."""
    where, values = conditions(wanted)
    if order.first:
        where.append(order.first)
    if after:
        values |= {f"rank_{place}": str(part).lstrip("-") for place, part in enumerate(after)}
        where.append(order.after())
    statement = f"{_SELECT} {_FROM} WHERE {_all_of(where)} ORDER BY {order.by()} LIMIT {limit:d}"
    return [Line(*row) for row in sql.run(db, sql.named(statement), **values).fetchall()]


def ids(db: Session, wanted: TicketFilter, order: Order, *, limit: int) -> list[int]:
    """The first so many that are wanted, in this order."""
    where, values = conditions(wanted)
    found = f"SELECT t.id FROM tickets t WHERE {_all_of(where)}"
    statement = f"{found} ORDER BY {order.by()} LIMIT {limit:d}"
    return [id for (id,) in sql.run(db, sql.named(statement), **values)]


def count(db: Session, wanted: TicketFilter, most: int) -> int:
    """How many are wanted; of more than `most`, one more than that."""
    where, values = conditions(wanted)
    counted = f"SELECT FROM tickets t WHERE {_all_of(where)} LIMIT {most + 1:d}"
    ((many,),) = sql.run(db, sql.named(f"SELECT count(*) FROM ({counted}) t"), **values).fetchall()
    return int(many)


def newest(db: Session) -> int:
    """The greatest id of any ticket; 0 without one."""
    ((found,),) = sql.run(db, "SELECT coalesce(max(id), 0) FROM tickets").fetchall()
    return int(found)


class Changes(NamedTuple):
    """What a list must be told: lines that are new or changed, and numbers that are not in it."""

    lines: list[Line]
    gone: list[str]


def changes(db: Session, wanted: TicketFilter, since: Moment, *, most: int) -> Changes | None:
    """Since that moment; None where there are more than `most`, so that the list is read anew."""
    where, values = conditions(wanted)
    is_wanted = f"({_all_of(where)}) IS TRUE"
    statement = f"{_SELECT}, {is_wanted} {_FROM} WHERE {news.SINCE} LIMIT {most + 1:d}"
    rows = sql.run(db, sql.named(statement), **values, moment=since).fetchall()
    if len(rows) > most:
        return None
    found = [(Line(*row), is_wanted) for *row, is_wanted in rows]
    return Changes(
        [line for line, is_wanted in found if is_wanted],
        [line.number for line, is_wanted in found if not is_wanted],
    )


def rank_in(order: Order, typed: str) -> Rank:
    """A rank of `Order.rank` when it comes back, its parts joined by commas. Raises NoSuchPlace."""
    parts = typed.split(",")
    if len(parts) != len(order.keys):
        raise NoSuchPlace
    for part, key in zip(parts, order.keys, strict=True):
        _check(part, _type(key))
    return tuple(parts)


def _all_of(where: Sequence[str]) -> str:
    return " AND ".join(where) or "true"


def _type(key: str) -> str:
    return {"t.id": "bigint", models.BY_DEADLINE: "date"}.get(key, "boolean")


def _check(part: str, kind: str) -> None:
    if not re.fullmatch(_SHAPE[kind], part):
        raise NoSuchPlace
    if kind == "date" and part != "infinity":
        try:
            date.fromisoformat(part)
        except ValueError as wrong:
            raise NoSuchPlace from wrong


_SHAPE: Final = {
    "boolean": "true|false",
    "bigint": "-?[0-9]{1,18}",
    "date": "infinity|[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
_SELECT: Final = f"""
    SELECT t.id, t.number, t.category, t.status, ST_X(t.place), ST_Y(t.place), t.place_name,
           d.name, coalesce(d.inside, true), t.deadline, t.long_overdue_on,
           t.paused_at IS NOT NULL, t.asked_at IS NOT NULL, t.urgent, {models.TO_AND_FRO},
           t.is_withdrawn, t.received_at, t.cover_id, t.follower_count, t.unread_since IS NOT NULL,
           (SELECT u.shown_name FROM users u WHERE u.id = t.assignee_id)
"""
_FROM: Final = "FROM tickets t LEFT JOIN departments d ON d.id = t.department_id"

"""Lists: a page of the tickets that are wanted, in an order of work that an index has."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.points import Point, metres_between
from reports.tickets import indexes, news
from reports.tickets.filters import conditions
from reports.tickets.indexes import in_order
from reports.tickets.lines import Line
from reports.tickets.news import Moment
from reports.tickets.ranks import Rank, read, typed_rank
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql

MOST_COUNTED: Final = 5_000
"""Of more, screens say only that there are more."""


@dataclass(frozen=True)
class Order:
    """SQL over tickets `t`, ascending, or descending altogether; the last is the id.

    `rank` gives a line's values of the keys, so that ranks always ascend. `first`: what keeps to
    the front of the index, where only that is wanted. `within`: the order of those that want
    attention, and then of the rest; `called`: ids of those that want it besides `indexes.WANTS`.
    """

    keys: tuple[str, ...]
    rank: Callable[[Line], Rank]
    is_descending: bool = False
    first: str = ""
    within: "Order | None" = None
    called: Sequence[int] = ()

    def after(self) -> str:
        """The lines behind the one whose rank is bound as %(rank_0)s and so on."""
        values = (read(key, f"%(rank_{place})s::text") for place, key in enumerate(self.keys))
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


def _microseconds(moment: datetime) -> int:
    """Since 1970; as a number, it can be turned round, and every browser counts so far."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _by_deadline(line: Line) -> str:
    return line.deadline.isoformat() if line.deadline else "infinity"


ALL: Final = Order(indexes.WORKLIST, _rank_of_all)
NOBODYS: Final = Order(indexes.WORKLIST, _rank_of_all, first="(t.department_id IS NOT NULL) < true")
OF_ONE: Final = Order(indexes.OF_ONE, _rank_of_one)
CREW: Final = Order(indexes.CREW, _rank_of_crew)
NEWEST: Final = Order(("t.id",), lambda line: (-line.id,), is_descending=True)
SORTS: Final[Mapping[str, Order]] = {
    "deadline": Order((indexes.BY_DEADLINE, "t.id"), lambda line: (_by_deadline(line), line.id)),
    "received": Order(
        ("t.received_at", "t.id"),
        lambda line: (-_microseconds(line.received_at), -line.id),
        is_descending=True,
    ),
    "oldest": Order(
        ("t.received_at", "t.id"), lambda line: (_microseconds(line.received_at), line.id)
    ),
    "changed": Order(
        ("t.updated_at", "t.id"),
        lambda line: (-_microseconds(line.updated_at), -line.id),
        is_descending=True,
    ),
    "followers": Order(
        ("t.follower_count", "t.id"),
        lambda line: (-line.followers, -line.id),
        is_descending=True,
    ),
}
"""What a list may be sorted by instead."""


def attention_first(order: Order, called: Collection[int]) -> Order:
    """What wants attention in this order, then the rest. `called`: as of `Order`."""

    def rank(line: Line) -> Rank:
        return (not (_wants(line) or line.id in among), *order.rank(line))

    among = frozenset(called)
    keys = (f"NOT ({indexes.WANTS} OR t.id = ANY(:called))", *order.keys)
    return Order(keys, rank, first=order.first, within=order, called=sorted(among))


def _wants(line: Line) -> bool:
    """As `indexes.WANTS`."""
    is_urgent = line.urgent and line.status is Status.RECEIVED
    return line.unread or line.status is Status.REOPENED or is_urgent


def desk_order(
    wanted: TicketFilter, sort: str = "", called: Collection[int] | None = None
) -> Order:
    """One of SORTS; else the order of work among open tickets, and what may be closed from the
    newest on: only what is open has a deadline. With `called` what wants attention comes first."""
    order = _order(wanted, sort)
    is_work = order in (ALL, NOBODYS, OF_ONE)
    return attention_first(order, called) if is_work and called is not None else order


def _order(wanted: TicketFilter, sort: str) -> Order:
    is_open = wanted.statuses is not None and OPEN.issuperset(wanted.statuses)
    if sort in SORTS and (is_open or sort != "deadline"):
        return SORTS[sort]
    if not is_open:
        return NEWEST
    if wanted.department is None:
        return ALL
    return OF_ONE if wanted.department else NOBODYS


def page(
    db: Session, wanted: TicketFilter, order: Order, *, after: Rank = (), limit: int
) -> list[Line]:
    """The lines that follow the one of rank `after`, or the first."""
    if order.within is None:
        return _page(db, wanted, order, (), after, limit)
    is_calm, rest = (str(after[0]).lower() == "true", after[1:]) if after else (False, ())
    lines = [] if is_calm else _wanting(db, wanted, order, rest, limit)
    if left := limit - len(lines):
        calm = (f"{indexes.WANTING} = 0", "NOT t.id = ANY(:called)")
        lines += _page(db, wanted, order.within, calm, rest if is_calm else (), left, order.called)
    return lines


def _wanting(
    db: Session, wanted: TicketFilter, order: Order, after: Rank, limit: int
) -> list[Line]:
    """What wants attention, in the order that holds among it."""
    within = order.within or order
    lines = _page(db, wanted, within, (f"{indexes.WANTING} = 1",), after, limit)
    if order.called:
        called = (f"{indexes.WANTING} = 0", "t.id = ANY(:called)")
        lines += _page(db, wanted, within, called, after, limit, order.called)
    return sorted(lines, key=within.rank)[:limit]


def _page(
    db: Session,
    wanted: TicketFilter,
    order: Order,
    only: Sequence[str],
    after: Rank,
    limit: int,
    called: Sequence[int] = (),
) -> list[Line]:
    """The lines for which `only` holds, too."""
    where, values = conditions(wanted)
    where += only
    values["called"] = list(called)
    if order.first:
        where.append(order.first)
    if after:
        values |= {f"rank_{place}": str(part).lstrip("-") for place, part in enumerate(after)}
        where.append(order.after())
    statement = f"{_SELECT} {_FROM} WHERE {_all_of(where)} ORDER BY {order.by()} LIMIT {limit:d}"
    return [Line(*row) for row in sql.run(db, sql.named(statement), **values).fetchall()]


def near(point: Point) -> Order:
    """From there on; for `nearest` alone, as no page follows on another."""

    def rank(line: Line) -> Rank:
        return (round(100 * metres_between(point, Point(line.lon, line.lat))), line.id)

    return Order((), rank)


def nearest(db: Session, wanted: TicketFilter, point: Point, *, limit: int) -> list[Line]:
    """The so many that lie nearest to the point, in the order of `near`."""
    where, values = conditions(wanted)
    asked = _all_of(where)
    statement = f"""
        WITH far AS (
            SELECT coalesce(max({_AWAY}), 0) AS away FROM (
                SELECT t.place FROM tickets t WHERE {asked}
                ORDER BY t.place <-> {_HERE} LIMIT {limit:d}
            ) AS t
        )
        {_SELECT} {_FROM}
        WHERE {asked} AND t.place && (
            SELECT ST_Expand({_HERE}, away / cos(radians(:lat)) + 1e-7, away + 1e-7) FROM far)
        ORDER BY {_AWAY}, t.id LIMIT {limit:d}
    """
    found = sql.run(db, sql.named(statement), **values, lon=point.lon, lat=point.lat)
    return sorted((Line(*row) for row in found), key=near(point).rank)


def ids(db: Session, wanted: TicketFilter, order: Order, *, limit: int) -> list[int]:
    """The first so many that are wanted, in this order."""
    where, values = conditions(wanted)
    values["called"] = list(order.called)
    found = f"SELECT t.id FROM tickets t WHERE {_all_of(where)}"
    statement = f"{found} ORDER BY {order.by()} LIMIT {limit:d}"
    return [id for (id,) in sql.run(db, sql.named(statement), **values)]


def numbers(db: Session, wanted: TicketFilter, order: Order, *, limit: int) -> list[str]:
    """The same by their numbers."""
    where, values = conditions(wanted)
    found = f"SELECT t.number FROM tickets t WHERE {_all_of(where)}"
    statement = f"{found} ORDER BY {order.by()} LIMIT {limit:d}"
    return [number for (number,) in sql.run(db, sql.named(statement), **values)]


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
    return typed_rank(order.keys, typed)


def _all_of(where: Sequence[str]) -> str:
    return " AND ".join(where) or "true"


_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_SELECT: Final = f"""
    SELECT t.id, t.number, t.category, t.status, ST_X(t.place), ST_Y(t.place), t.place_name,
           d.name, coalesce(d.inside, true), t.deadline, t.long_overdue_on,
           t.paused_at IS NOT NULL, t.asked_at IS NOT NULL, t.urgent, {indexes.TO_AND_FRO},
           t.is_withdrawn, t.received_at, t.cover_id, t.follower_count, t.unread_since IS NOT NULL,
           t.updated_at,
           (SELECT u.shown_name FROM users u WHERE u.id = t.assignee_id)
"""
_FROM: Final = "FROM tickets t LEFT JOIN departments d ON d.id = t.department_id"
_HERE: Final = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
_AWAY: Final = (
    "sqrt(((ST_X(t.place) - :lon) * cos(radians(:lat))) ^ 2 + (ST_Y(t.place) - :lat) ^ 2)"
)
"""As `geo.points.metres_between`. The index knows degrees alone, of which those to the east are
shorter: first it gives how far the nearest may lie, then all within."""

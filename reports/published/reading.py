"""What public readers ask, of the public tables alone."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.opened import Opened, opened
from reports.published.shape import PublicEvent, PublicTicket, from_json
from reports.published.wanted import EVERYTHING, After, Order, PublicFilter
from store import sql


def shown(db: Session) -> Opened:
    """What the city shows to everybody, as it says now."""
    return opened(profile.profile(db))


def find(
    db: Session,
    wanted: PublicFilter = EVERYTHING,
    order: Order = Order.NEWEST,
    after: After | None = None,
    limit: int = 100,
) -> list[PublicTicket]:
    """A page of them, the one after `after` (`reports.published.wanted.after` of the last line)."""
    where, values = conditions(wanted)
    by, beyond = _ORDERS[order]
    if after is not None:
        where.append(beyond)
        values |= {f"after_{name}": value for name, value in after._asdict().items()}
    asked = f"{SELECT} WHERE {' AND '.join(where) or 'true'} ORDER BY {by} LIMIT %(limit)s"
    return [*map(ticket_from, sql.run(db, asked, **values, limit=limit))]


def one(db: Session, number: str) -> PublicTicket | None:
    """The ticket of this number, if it is public."""
    return next(iter(find(db, PublicFilter(numbers=[number]), limit=1)), None)


def public_among(db: Session, numbers: Collection[str]) -> frozenset[str]:
    """Those of these numbers that everybody may see now; none while the city shows nothing."""
    if not numbers or not shown(db).shown:
        return frozenset()
    return frozenset(one for (one,) in sql.run(db, _AMONG, numbers=list(numbers)))


def goes_on_as(db: Session, number: str) -> str | None:
    """The number of the public ticket that this one was put together with."""
    found = sql.run(db, _GOES_ON, number=number).fetchone()
    return found[0] if found else None


def lines(db: Session, number: str) -> list[dict[str, Any]]:
    """What happened to a public ticket, as of `reports.published.lines`, the first line first."""
    found = sql.run(db, _LINES, number=number).fetchone()
    return list(found[0]) if found else []


def count(db: Session, wanted: PublicFilter = EVERYTHING) -> int:
    """How many there are."""
    where, values = conditions(wanted)
    asked = f"SELECT count(*) FROM published_tickets p WHERE {' AND '.join(where) or 'true'}"
    return int(sql.run(db, asked, **values)[0][0])


def newest(db: Session) -> int:
    """The highest version there is, also of what was withdrawn; 0 without any. For ETags."""
    return int(sql.run(db, _NEWEST)[0][0])


def events(db: Session, after: int = 0, limit: int = 100) -> list[PublicEvent]:
    """What became of public tickets after this one, in order; they are kept for a period."""
    found = sql.run(db, _EVENTS, after=after, limit=limit)
    return [
        PublicEvent(seq, number, kind, state, at, from_json(data))
        for seq, number, kind, state, at, data in found
    ]


def is_public_photo(db: Session, key: str) -> str | None:
    """ "large" or "small" where a public ticket shows the photo of this key now."""
    found = sql.run(db, _PHOTO, key=key)[0][0]
    return str(found) if found else None


def ticket_from(row: Iterable[Any]) -> PublicTicket:
    """From a line of SELECT."""
    return PublicTicket(*row)


def conditions(wanted: PublicFilter) -> tuple[list[str], dict[str, Any]]:
    """SQL over `published_tickets p`, and its values, which it names %(so)s."""
    values = {name: value for name in _CONDITIONS if (value := getattr(wanted, name)) is not None}
    where = [_CONDITIONS[name] for name in values]
    if box := values.pop("bbox", None):
        values |= dict(zip(("west", "south", "east", "north"), box, strict=True))
    if (typed := values.get("q")) is not None:
        values["q"] = _plain(typed)
    return where, {n: list(v) if isinstance(v, tuple | set) else v for n, v in values.items()}


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().upper()


_FIELD: Final = {"lon": "ST_X(p.place)", "lat": "ST_Y(p.place)"}
SELECT: Final = f"""
    SELECT {", ".join(_FIELD.get(name, f"p.{name}") for name in PublicTicket._fields)}
    FROM published_tickets p
"""
_ANY: Final = "p.{} = ANY(%({})s::text[])"
_CONDITIONS: Final[Mapping[str, str]] = {
    "states": _ANY.format("state", "states"),
    "statuses": _ANY.format("status", "statuses"),
    "categories": _ANY.format("category", "categories"),
    "owners": _ANY.format("owner", "owners"),
    "towns": _ANY.format("town", "towns"),
    "numbers": _ANY.format("number", "numbers"),
    "bbox": "p.place && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)",
    "received_from": "p.received_at >= %(received_from)s",
    "received_until": "p.received_at < %(received_until)s",
    "changed_from": "p.changed_at >= %(changed_from)s",
    "changed_until": "p.changed_at < %(changed_until)s",
    "closed_from": "p.closed_at >= %(closed_from)s",
    "closed_until": "p.closed_at < %(closed_until)s",
    "q": (
        "(strpos(upper(p.number), %(q)s) > 0 OR strpos(coalesce(p.town, ''), %(q)s) > 0"
        " OR strpos(upper(coalesce(p.road, '')), %(q)s) > 0)"
    ),
}
_RECEIVED: Final = "(p.received_at, p.number) {} (%(after_received_at)s, %(after_number)s)"
_VERSION: Final = "p.version {} %(after_version)s"
_ORDERS: Final[Mapping[Order, tuple[str, str]]] = {
    Order.NEWEST: ("p.received_at DESC, p.number DESC", _RECEIVED.format("<")),
    Order.OLDEST: ("p.received_at, p.number", _RECEIVED.format(">")),
    Order.LATEST: ("p.version DESC", _VERSION.format("<")),
    Order.CHANGES: ("p.version", _VERSION.format(">")),
}
_NEWEST: Final = """
    SELECT greatest((SELECT max(version) FROM published_tickets),
                    (SELECT max(seq) FROM published_events), 0)
"""
_EVENTS: Final = """
    SELECT seq, number, kind, state, at, data FROM published_events
    WHERE seq > %(after)s ORDER BY seq LIMIT %(limit)s
"""
_AMONG: Final = "SELECT number FROM published_tickets WHERE number = ANY(%(numbers)s::text[])"
_LINES: Final = "SELECT lines FROM published_tickets WHERE number = %(number)s"
_GOES_ON: Final = """
    WITH RECURSIVE on_it(number) AS (
        SELECT goes_on FROM published_aliases WHERE number = %(number)s
        UNION SELECT a.goes_on FROM published_aliases a JOIN on_it o ON a.number = o.number)
    SELECT p.number FROM on_it o JOIN published_tickets p ON p.number = o.number LIMIT 1
"""
_PHOTO: Final = """
    SELECT CASE
        WHEN EXISTS (SELECT FROM published_tickets WHERE before_photo = %(key)s)
          OR EXISTS (SELECT FROM published_tickets WHERE after_photo = %(key)s) THEN 'large'
        WHEN EXISTS (SELECT FROM published_tickets WHERE before_small = %(key)s)
          OR EXISTS (SELECT FROM published_tickets WHERE after_small = %(key)s) THEN 'small'
    END
"""

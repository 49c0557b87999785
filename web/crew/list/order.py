"""The rows of a crew's list in the order in which they are gone to, as its page has them at once.

The phone puts them in order anew from where it is (`web/kit/route.js`), with the same ranks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from geo.points import Point
from geo.way import kilometres, short_way, way_words

Row = dict[str, Any]
ORDERS: Final = ("packed", "way", "near", "deadline")
"""What a list can be put in order by; from the server `near` is `way`, for it knows no place."""


def shown(rows: Sequence[Row], asked: Mapping[str, str], *, packed: int) -> Row:
    """What the page says of these rows. `asked`: `order` and `only` (mine, all) as in its address;
    `packed`: how many stops were packed for the day, which are what somebody has to do then."""
    order = chosen(asked.get("order"), packed)
    only = asked.get("only") or ("mine" if packed else "all")
    told = numbered(in_order(rows, order), order, only_mine=only == "mine")
    wanted = {name: asked[name] for name in ("order", "only") if asked.get(name)}
    return {
        "tickets": [row for row in told if asked.get("only") != "mine" or not row["hidden"]],
        "way": way_in_words(told, order),
        "order": order,
        "only": only,
        "as_asked": f"&{urlencode(wanted)}" if wanted else "",
    }


def chosen(asked: str | None, packed: int) -> str:
    """The order that is asked for, else the one that was packed for today, else the way."""
    known = asked in ORDERS and (packed or asked != "packed")
    return asked if asked and known else "packed" if packed else "way"


def in_order(rows: Sequence[Row], order: str) -> list[Row]:
    """Rows with their `turn` where the order is a way; of `deadline` they are that already."""
    if order == "deadline":
        return [*rows]
    stops = sorted((row for row in rows if row["stop"]), key=lambda row: row["stop"])
    way = stops if order == "packed" else []
    left = [row for row in rows if not (order == "packed" and row["stop"])]
    for rank in range(5):
        these = [row for row in left if _rank(row) == rank]
        turns = short_way([*map(_point, these)], _point(way[-1]) if way else None)
        way = [*way, *(these[turn] for turn in turns)]
    return way


def numbered(rows: Sequence[Row], order: str, *, only_mine: bool) -> list[Row]:
    """These rows, with those `hidden` that are not wanted, and the `turn` of the others."""
    turn, told = 0, []
    for row in rows:
        hidden = only_mine and not row["mine"]
        turn += not hidden
        is_way = order in ("way", "packed") and not hidden
        told.append(row | {"hidden": hidden, "turn": turn if is_way else None})
    return told


def way_in_words(rows: Sequence[Row], order: str) -> str:
    """How far it is, as the page says it; "" where the order is none."""
    shown = [_point(row) for row in rows if not row["hidden"]]
    if not shown or order == "deadline":
        return ""
    if order == "near":
        return "現在地が分かるまで、順路の順です。"
    return f"1番目から全部で {way_words(kilometres(shown))}(直線距離 × 1.3)"


def _rank(row: Row) -> int:
    """Not mended yet, urgent, late or due today, what has time, what waits for something."""
    if row["again"]:
        return 0
    if row["waits"]:
        return 4
    if row["urgent"]:
        return 1
    return 2 if row["due"] or row["overdue"] else 3


def _point(row: Row) -> Point:
    """As the page writes it."""
    return Point(round(row["lon"], 6), round(row["lat"], 6))

"""What stands on a work order's paper and in its workbook, gathered from the database alone.

Of residents only their pictures, and of their words what the desk has put there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.nearby import near
from geo.points import Point
from reports.city import clock, profile
from reports.documents.sheet import surroundings
from reports.documents.sheet.svg import Piece, Pin
from reports.orders import queries
from reports.orders.quantities import quantity_words
from reports.orders.read_models import ItemPage, OrderPage

MOST_PHOTOS: Final = 2
"""Of what was reported, for each item; as many of what was done."""
_NEAR_M: Final = 150.0
"""An order's map reaches so far beyond its outermost places, at least."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One place of an order; `photos` and `done_photos`: keys in the photo store."""

    turn: int
    item: ItemPage
    category: str
    around: Sequence[Piece]
    photos: Sequence[str]
    done_photos: Sequence[str]

    @property
    def place(self) -> str:
        return near(self.item.ticket.place_name) or "町名なし"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Everything on the paper. `overview`: what lies around all places, whose middle is that of
    `pins` (metres); it reaches `half_m` to each side."""

    order: OrderPage
    items: Sequence[ItemFacts]
    city: str
    city_line: str
    city_note: str
    overview: Sequence[Piece]
    pins: Sequence[Pin]
    half_m: float
    drawn_at: datetime


def facts_of(db: Session, order_id: int, *, maps: bool = True) -> OrderFacts | None:
    """From the database alone; None where there is no such order. `maps`: with what lies around."""
    order = queries.order(db, order_id)
    if order is None:
        return None
    facts, categories = profile.profile(db), profile.categories(db)
    keys = _keys(db, [id for item in order.items for id in (*item.photos, *item.done_photos)])
    places = [Point(item.ticket.lon, item.ticket.lat) for item in order.items]
    middle, pins, half_m = _spread(places)
    return OrderFacts(
        order=order,
        items=[
            ItemFacts(
                turn=turn,
                item=item,
                category=categories[item.ticket.category].name("ja")
                if item.ticket.category in categories
                else item.ticket.category,
                around=surroundings.around(db, place) if maps else (),
                photos=[keys[id] for id in item.photos if id in keys][:MOST_PHOTOS],
                done_photos=[keys[id] for id in item.done_photos if id in keys][:MOST_PHOTOS],
            )
            for turn, (item, place) in enumerate(zip(order.items, places, strict=True), 1)
        ],
        city=str(facts.get("name", "")),
        city_line=str((facts.get("phones") or {}).get("road_line", "")),
        city_note=str(facts.get("note", "")),
        overview=surroundings.around(db, middle, half_m) if maps and middle else (),
        pins=pins,
        half_m=half_m,
        drawn_at=clock.now(),
    )


def planned_words(item: ItemPage) -> str:
    """舗装補修 3.5 m²、常温合材 2 袋."""
    return "、".join(
        f"{one.work} {quantity_words(one.planned)} {one.unit}"
        if one.planned is not None
        else one.work
        for one in item.quantities
    )


def _spread(places: Sequence[Point]) -> tuple[Point | None, list[Pin], float]:
    """The middle of these places, where each stands from there, and how far all reach."""
    if not places:
        return None, [], 0.0
    west, east = min(one.lon for one in places), max(one.lon for one in places)
    south, north = min(one.lat for one in places), max(one.lat for one in places)
    middle = Point((west + east) / 2, (south + north) / 2)
    a_degree = 111_320.0
    shrunk = a_degree * math.cos(math.radians(middle.lat))
    pins = [
        Pin((one.lon - middle.lon) * shrunk, (one.lat - middle.lat) * a_degree, str(turn))
        for turn, one in enumerate(places, 1)
    ]
    reach = max(max(abs(pin.east), abs(pin.north)) for pin in pins)
    return middle, pins, max(reach * 1.25, reach + _NEAR_M)


def _keys(db: Session, photo_ids: Sequence[int]) -> Mapping[int, str]:
    rows = db.execute(_KEYS, {"ids": list(photo_ids)})
    return {row.id: row.large for row in rows}


_KEYS: Final = text("""
    SELECT id, large FROM photos WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'stored'
""")

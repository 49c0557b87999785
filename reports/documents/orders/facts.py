"""What stands on a work order's paper and in its workbook, gathered from the database alone.

Of residents only their pictures, and of their words what the desk has put there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.nearby import near
from geo.points import Point
from reports.city import clock, profile
from reports.city.quantities import quantity_words
from reports.documents.maps import surroundings
from reports.documents.maps.spread import spread
from reports.documents.maps.svg import Piece, Pin
from reports.orders import queries
from reports.orders.read_models import ItemPage, OrderPage
from reports.tickets.models import OUTSIDE_LARGE

MOST_PHOTOS: Final = 2
"""Of what was reported, for each item; as many of what was done."""
WIDE, HIGH = 180.0, 84.0
"""Of the map of all places, in millimetres, as in page.typ."""


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
    `pins` (metres), to be drawn at so many `metres_a_mm`."""

    order: OrderPage
    items: Sequence[ItemFacts]
    city: str
    city_line: str
    city_note: str
    overview: Sequence[Piece]
    pins: Sequence[Pin]
    metres_a_mm: float
    drawn_at: datetime


def facts_of(db: Session, order_id: int, *, maps: bool = True) -> OrderFacts | None:
    """From the database alone; None where there is no such order. `maps`: with what lies around."""
    order = queries.order(db, order_id)
    if order is None:
        return None
    facts, categories = profile.profile(db), profile.categories(db)
    keys = _keys(db, [id for item in order.items for id in (*item.photos, *item.done_photos)])
    places = [Point(item.ticket.lon, item.ticket.lat) for item in order.items]
    middle, pins, scale = spread(places, WIDE, HIGH)
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
        overview=surroundings.around(db, middle, scale * WIDE / 2) if maps and middle else (),
        pins=pins,
        metres_a_mm=scale,
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


def _keys(db: Session, photo_ids: Sequence[int]) -> Mapping[int, str]:
    rows = db.execute(_KEYS, {"ids": list(photo_ids)})
    return {row.id: row.large for row in rows if row.large}


_KEYS: Final = text(f"""
    SELECT p.id, {OUTSIDE_LARGE} AS large FROM photos p
    WHERE p.id = ANY(CAST(:ids AS bigint[])) AND p.state = 'stored'
""")

"""A work order on paper: a table with a map of all places, then each place with its pictures."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from reports.city.calendar import full_day_words, moment_words
from reports.city.clock import local
from reports.city.quantities import quantity_words
from reports.documents import paper
from reports.documents.maps import svg
from reports.documents.orders.facts import HIGH, WIDE, ItemFacts, OrderFacts, planned_words
from reports.documents.paper import breakable
from reports.orders.states import ITEMS, ItemState, OrderState
from store.photo_files import Files


def draw(facts: OrderFacts, files: Files) -> bytes:
    """A PDF of A4 pages; the same facts give the same bytes.

    Reads photos from the store: to be called outside of any transaction. A photo that has gone
    from it since is left out. Raises paper.NoFont, FilesAway.
    """

    def told(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        return _told(facts, families, folder, files)

    return paper.typeset(_PAGE, told, facts.drawn_at)


_PAGE: Final = Path(__file__).with_name("page.typ")
_PHOTO_PX: Final = 900
_PLACE: Final = (58.0, 40.0)
"""Of the map of one place, in millimetres, as in page.typ."""
_METRES_A_MM: Final = 4.0


def _told(facts: OrderFacts, families: Sequence[str], folder: Path, files: Files) -> dict[str, Any]:
    """As page.typ reads it."""
    order = facts.order
    frame = svg.Frame(WIDE, HIGH, facts.metres_a_mm)
    overview = svg.svg(facts.overview, frame, road_id=None, fonts=families, pins=facts.pins)
    return {
        "fonts": families,
        "city": facts.city,
        "number": order.number,
        "draft": order.state is OrderState.DRAFT,
        "cancelled": order.state is OrderState.CANCELLED,
        "urgent": order.urgent,
        "issued": full_day_words(local(order.issued_at).date()) if order.issued_at else "",
        "firm": order.firm.name if order.firm else "",
        "lines": _lines(facts),
        "clerk": order.clerk,
        "chief": order.chief,
        "remarks": _lines_of(order.remarks),
        "map": overview if facts.items else "",
        "legend": [
            {"sample": sample, "word": word} for sample, word in svg.legend(facts.overview, frame)
        ],
        "items": [_item(one, families, folder, files) for one in facts.items],
        "foot": f"{moment_words(facts.drawn_at)} 現在",
        "city_note": facts.city_note,
    }


def _lines(facts: OrderFacts) -> list[dict[str, str]]:
    order = facts.order
    window = f"{facts.city} 道路の窓口 電話 {facts.city_line}" if facts.city_line else facts.city
    told = {
        "契約": order.firm.contract if order.firm else "",
        "着手予定日": full_day_words(order.start_on) if order.start_on else "",
        "期限": full_day_words(order.until) if order.until else "",
        "交通規制": order.traffic,
        "箇所": f"{len(facts.items)}か所",
        "完了の確認": "写真と数量を報告し、市の確認を受けてください。" if order.city_checks else "",
        "連絡先": window,
    }
    return [{"what": what, "value": breakable(value)} for what, value in told.items() if value]


def _item(one: ItemFacts, families: Sequence[str], folder: Path, files: Files) -> dict[str, Any]:
    item, ticket = one.item, one.item.ticket
    frame = svg.Frame(*_PLACE, metres_a_mm=_METRES_A_MM)
    road_id = (ticket.why.get("road") or {}).get("id")
    return {
        "turn": str(one.turn),
        "number": ticket.number,
        "category": one.category,
        "urgent": ticket.urgent,
        "place": one.place,
        "point": f"北緯 {ticket.lat:.6f} 東経 {ticket.lon:.6f}",
        "road": "・".join(filter(None, (item.road, item.asset and f"管理番号 {item.asset}"))),
        "what": _lines_of(item.what),
        "words": [breakable(words) for words in item.words],
        "planned": planned_words(item),
        "quantities": [
            {
                "work": breakable(quantity.work),
                "planned": quantity_words(quantity.planned),
                "actual": quantity_words(quantity.actual),
                "unit": quantity.unit,
            }
            for quantity in item.quantities
        ],
        "state": "" if item.state is ItemState.WAITING else _state_words(one),
        "said": breakable(item.said),
        "map": svg.svg(one.around, frame, road_id=road_id, fonts=families),
        "photos": list(_put(one.photos, f"{one.turn}-before", folder, files)),
        "done_photos": list(_put(one.done_photos, f"{one.turn}-after", folder, files)),
    }


def _lines_of(words: str) -> list[str]:
    return [breakable(line) for line in words.splitlines()]


def _state_words(one: ItemFacts) -> str:
    item = one.item
    at = item.done_at or item.started_at
    return f"{ITEMS[item.state]}{f' {moment_words(local(at))}' if at else ''}"


def _put(keys: Sequence[str], name: str, folder: Path, files: Files) -> Iterator[str]:
    """The names under which these pictures lie in the folder, small enough for paper."""
    for turn, key in enumerate(keys):
        file = f"{name}-{turn}.jpg"
        if paper.put_small(files, key, folder / file, (_PHOTO_PX, _PHOTO_PX), quality=80):
            yield file

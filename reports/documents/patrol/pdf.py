"""A patrol's log on A4: facts, the way on a map, what was found, boxes for the chiefs' seals."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from reports.city.calendar import moment_words
from reports.city.clock import local
from reports.documents import paper
from reports.documents.maps import svg
from reports.documents.maps.svg import Frame, Pin
from reports.documents.paper import breakable
from reports.documents.patrol.facts import HIGH, WIDE, LogFacts, LogMap
from reports.patrols.queries import Find, PatrolSummary
from reports.patrols.words import KINDS
from store.photo_files import Files

_PAGE: Final = Path(__file__).with_name("page.typ")
_MOST_LETTERS: Final = 300


def draw(facts: LogFacts, files: Files) -> bytes:
    """A PDF; the same facts give the same bytes.

    Reads photos from the store: to be called outside of any transaction. A photo that has gone
    from it since is left out. Raises paper.NoFont, FilesAway.
    """

    def told(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        return _told(facts, set(_pictures(facts, files, folder)), families)

    return paper.typeset(_PAGE, told, facts.drawn_at)


def _pictures(facts: LogFacts, files: Files, folder: Path) -> Iterator[int]:
    """Writes them into the folder; gives the ids of those that are there."""
    for photo_id, key in facts.photos.items():
        if data := paper.photo(files, key):
            (folder / f"{photo_id}.jpg").write_bytes(data)
            yield photo_id


def _told(facts: LogFacts, there: set[int], fonts: Sequence[str]) -> dict[str, Any]:
    """As page.typ reads it."""
    return {
        "fonts": fonts,
        "city": facts.city,
        "title": KINDS.get(facts.patrol.kind, facts.patrol.kind),
        "lines": [
            {"what": what, "value": breakable(value or "—")} for what, value in _lines(facts.patrol)
        ],
        "remarks": breakable(facts.patrol.remarks),
        "map": _drawn(facts.map, fonts) if facts.map else "",
        "map_high": HIGH,
        "has_way": bool(facts.map and facts.map.way),
        "finds": [_row(facts, one, there) for one in facts.finds],
        "foot": f"{moment_words(facts.drawn_at)} 現在",
    }


def _lines(patrol: PatrolSummary) -> list[tuple[str, str]]:
    began, ended = local(patrol.began_at), patrol.ended_at and local(patrol.ended_at)
    end = "巡回中"
    if ended:
        same_day = ended.date() == began.date()
        end = f"{ended:%H:%M}" if same_day else moment_words(ended)
        end += "(終了の操作なし・最後の記録)" if patrol.ended_by == "clock" else ""
    meters = (patrol.meter_from, patrol.meter_to)
    meter = " → ".join("—" if one is None else f"{one:,}" for one in meters)
    return [
        ("日時", f"{moment_words(began)} 〜 {end}"),
        ("天候", patrol.weather),
        ("課", patrol.department_name),
        ("車両", patrol.car),
        ("巡回者", patrol.who),
        ("距離", patrol.distance),
        ("経路", patrol.routes),
        ("メーター", f"{meter} km" if any(one is not None for one in meters) else ""),
    ]


def _drawn(around: LogMap, fonts: Sequence[str]) -> str:
    frame = Frame(WIDE, HIGH, metres_a_mm=around.metres_a_mm)
    pins = [Pin(*spot) for spot in around.spots]
    return svg.svg(around.around, frame, road_id=None, fonts=fonts, pins=pins, way=around.way)


def _row(facts: LogFacts, one: Find, there: set[int]) -> dict[str, Any]:
    photos = [id for id in (one.photo_id, one.after_id) if id in there]
    done = "その場で直した" if one.is_fixed else "受付票を作成"
    if one.seen_again:
        done = "受付済みのものを再度確認" + ("、その場で直した" if one.is_fixed else "")
    return {
        "time": f"{local(one.at):%H:%M}",
        "what": facts.names.get(one.category, one.category),
        "urgent": one.urgent,
        "words": breakable(one.words[:_MOST_LETTERS]),
        "place": breakable(one.place_name or "町名なし"),
        "point": f"{one.place.lat:.5f}, {one.place.lon:.5f}",
        "number": one.number,
        "done": done,
        "done_words": breakable(one.done[:_MOST_LETTERS]),
        "told": breakable(one.told),
        "photos": [f"{id}.jpg" for id in photos],
    }

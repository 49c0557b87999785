"""A list on paper: A4, maps with the places by their numbers, and some twelve tickets a page, each
with its first photo as a small picture."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from geo.nearby import near
from geo.points import Point
from reports.city import clock
from reports.city.calendar import day_words, moment_words
from reports.documents import paper
from reports.documents.exports.columns import Row, category_words, owner_words, road_of, time_left
from reports.documents.exports.rows import Note
from reports.documents.maps import surroundings, svg
from reports.documents.maps.spread import spread
from reports.documents.paper import breakable
from reports.tickets import words
from reports.tickets.marks import Mark
from store.database import transaction
from store.photo_files import Files

BESIDES: Final = {"cover"}
"""What of `rows.read` is needed."""
_PAGE: Final = Path(__file__).with_name("printed.typ")
_PIXELS: Final = (240, 180)
"""Of a picture that is 16 mm wide on paper."""
ON_A_MAP: Final = 50
_MAP: Final = (277.0, 158.0)
"""Wide and high, in millimetres, as in printed.typ."""
_LATE: Final = (Mark.OVERDUE, Mark.LONG_OVERDUE)


def draw(
    pieces: Iterable[list[Row]], conditions: str, moment: datetime, files: Files, note: Note
) -> bytes:
    """The PDF: of each ON_A_MAP tickets a map, and their lines, by the same numbers. `conditions`:
    of the list, in words; `moment`: of whose state it tells, in the city's time. A photo that has
    gone from the store is left out.

    Reads photos from the store: to be called outside of any transaction. Raises paper.NoFont,
    FilesAway.
    """

    def told(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        rows = [row for piece in pieces for row in piece]
        tickets: list[dict[str, Any]] = []
        for turn, row in enumerate(rows, start=1):
            picture, key = f"{turn}.jpg", row.beside["cover"]
            is_there = key and paper.put_small(files, key, folder / picture, _PIXELS, quality=75)
            told = {"turn": str(turn), "picture": picture if is_there else ""}
            tickets.append(_ticket(row, moment) | told)
            note(turn)
        return {
            "fonts": families,
            "city": rows[0].city.name if rows else "",
            "conditions": breakable(conditions),
            "count": f"{len(tickets):,}件",
            "moment": f"{moment_words(moment)} 現在",
            "parts": [
                _map(rows, start, families) | {"tickets": tickets[start : start + ON_A_MAP]}
                for start in range(0, len(rows), ON_A_MAP)
            ],
        }

    return paper.typeset(_PAGE, told, moment)


def _map(rows: Sequence[Row], start: int, families: Sequence[str]) -> dict[str, Any]:
    """Of the ON_A_MAP from there on, as printed.typ reads it; with whatever road is near by."""
    places = [Point(row.line.lon, row.line.lat) for row in rows[start : start + ON_A_MAP]]
    middle, pins, scale = spread(places, *_MAP, first=start + 1)
    assert middle is not None
    with transaction() as db:
        around = surroundings.around(db, middle, scale * max(_MAP) / 2)
    from_the_north = sorted(pins, key=lambda pin: -pin.north)  # no head is under another's tip
    frame = svg.Frame(*_MAP, metres_a_mm=scale)
    legend = [{"sample": sample, "word": word} for sample, word in svg.legend(around, frame)]
    numbers = str(start + 1) if len(places) == 1 else f"{start + 1}〜{start + len(places)}"
    return {
        "numbers": numbers,
        "map": svg.svg(around, frame, road_id=None, fonts=families, pins=from_the_north),
        "legend": legend,
    }


def _ticket(row: Row, moment: datetime) -> dict[str, Any]:
    """As printed.typ reads it."""
    line = row.line
    told = {
        "number": line.number,
        "received": _moment(clock.local(line.received_at), moment),
        "category": category_words(row),
        "place": near(line.place_name) or "町名なし",
        "road": road_of(row),
        "owner": owner_words(row),
        "department": line.department_name or words.NOBODY,
        "status": words.status_words(line),
        "deadline": _day(line.deadline, moment) if line.deadline else "",
        "left": time_left(row),
    }
    late = words.deadline_state(line, row.city.day) in _LATE
    return {name: breakable(value[:120]) for name, value in told.items()} | {
        "urgent": line.urgent,
        "late": late,
    }


def _moment(when: datetime, now: datetime) -> str:
    return f"{_day(when, now)} {when:%H:%M}"


def _day(day: date, now: datetime) -> str:
    """With the year where it is not this one."""
    return f"{'' if day.year == now.year else f'{day.year}年'}{day_words(day)}"

"""A list on paper: A4, some twelve tickets a page, each with its first photo as a small picture."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from geo.nearby import near
from reports.city import clock
from reports.city.calendar import day_words, moment_words
from reports.documents import paper
from reports.documents.exports.columns import Row, category_words, owner_words, road_of, time_left
from reports.documents.exports.rows import Note
from reports.documents.paper import breakable
from reports.tickets import words
from reports.tickets.marks import Mark
from store.photo_files import Files

BESIDES: Final = {"cover"}
"""What of `rows.read` is needed."""
_PAGE: Final = Path(__file__).with_name("printed.typ")
_PIXELS: Final = (240, 180)
"""Of a picture that is 16 mm wide on paper."""
_LATE: Final = (Mark.OVERDUE, Mark.LONG_OVERDUE)


def draw(
    pieces: Iterable[list[Row]], conditions: str, moment: datetime, files: Files, note: Note
) -> bytes:
    """The PDF. `conditions`: of the list, in words; `moment`: of whose state it tells, in the
    city's time. A photo that has gone from the store is left out.

    Reads photos from the store: to be called outside of any transaction. Raises paper.NoFont,
    FilesAway.
    """

    def told(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        tickets: list[dict[str, Any]] = []
        city = ""
        for row in (row for rows in pieces for row in rows):
            picture, key = f"{len(tickets)}.jpg", row.beside["cover"]
            is_there = key and paper.put_small(files, key, folder / picture, _PIXELS, quality=75)
            tickets.append(_ticket(row, moment) | {"picture": picture if is_there else ""})
            city = row.city.name
            note(len(tickets))
        return {
            "fonts": families,
            "city": city,
            "conditions": breakable(conditions),
            "count": f"{len(tickets):,}件",
            "moment": f"{moment_words(moment)} 現在",
            "tickets": tickets,
        }

    return paper.typeset(_PAGE, told, moment)


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

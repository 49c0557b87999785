"""A ticket on one page of paper: what an authority gets with the mail, and a crew may print."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image

from geo.nearby import near
from reports.city.calendar import full_day_words, moment_words
from reports.documents import paper
from reports.documents.maps import svg
from reports.documents.paper import breakable
from reports.documents.sheet.facts import SheetFacts, SheetPhoto, SheetWords
from reports.tickets.read_models import Absence
from store.photo_files import Files


def draw(facts: SheetFacts, files: Files) -> bytes:
    """A PDF of exactly one A4 page; the same facts give the same bytes.

    Reads photos from the store: to be called outside of any transaction. A photo that has gone
    from it since is left out. Raises paper.NoFont, FilesAway.
    """
    photos = list(_pictures(facts.photos, files))

    def told(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        for place, photo in enumerate(photos):
            (folder / f"{place}.jpg").write_bytes(photo.data)
        return _told(facts, photos, families)

    return paper.typeset(_PAGE, told, facts.drawn_at)


class _Picture(NamedTuple):
    data: bytes
    is_upright: bool


_PAGE: Final = Path(__file__).with_name("page.typ")
_WIDE: Final = 180.0
"""Of the page without its margins, in millimetres, as in page.typ."""
_PHOTO_WIDE: Final = 108.0
_GAP: Final = 4.0
_HIGH, _LOW = 109.0, 81.0
_LEGEND: Final = 6.0
_MOST_WORDS: Final = 8
_MOST_LETTERS: Final = 1200


def _pictures(photos: Sequence[SheetPhoto], files: Files) -> Iterator[_Picture]:
    """The first that is there large, the others small; what is no picture is left out."""
    first = True
    for photo in photos:
        data = paper.photo(files, photo.large if first else photo.small)
        if data is None:
            continue
        with Image.open(io.BytesIO(data)) as image:
            wide, high = image.size
        first = False
        yield _Picture(data, high > wide)


def _told(facts: SheetFacts, photos: Sequence[_Picture], families: Sequence[str]) -> dict[str, Any]:
    """As page.typ reads it; lengths are millimetres."""
    high = _HIGH if len(photos) > 1 or any(photo.is_upright for photo in photos) else _LOW
    wide = _WIDE - _PHOTO_WIDE - _GAP if photos else _WIDE
    frame = svg.Frame(wide, high - _LEGEND, metres_a_mm=4.0 if photos else 2.5)
    drawn = svg.svg(facts.around, frame, road_id=facts.road_id, fonts=families)
    shown = facts.words[:_MOST_WORDS]
    return {
        "fonts": families,
        "city": facts.city,
        "number": facts.number,
        "category": facts.category,
        "urgent": facts.urgent,
        "lines": _lines(facts),
        "photos": len(photos),
        "photos_note": _photos_note(facts, len(photos)),
        "high": high,
        "map": drawn,
        "map_words": f"地図: {facts.place_name}のまわり",
        "legend": [
            {"sample": sample, "word": word} for sample, word in svg.legend(facts.around, frame)
        ],
        "words": [
            {
                "words": breakable(one.words[:_MOST_LETTERS]),
                "asked": breakable(_asked(one, before)),
            }
            for one, before in zip(shown, (None, *shown), strict=False)
        ],
        "words_there": len(facts.words),
        "note": breakable(facts.note),
        "note_on": full_day_words(facts.note_on) if facts.note_on else "",
        "foot": f"{moment_words(facts.drawn_at)} 現在",
        "city_note": facts.city_note,
    }


def _lines(facts: SheetFacts) -> list[dict[str, Any]]:
    """The table: what it is, its value, what is added in small letters, whether it is bold."""
    to, place = facts.department, facts.place
    name = to.name if to else "担当課未定"
    window = f"道路の窓口 電話 {facts.city_line}" if facts.city_line else ""
    reports = f"同じ場所の通報{facts.reports}件" if facts.reports > 1 else ""
    lines = [
        *(
            [("あて先", f"{name} 御中", _reach(facts), True), ("差出人", facts.city, window, False)]
            if to and not to.inside
            else [("担当", name, _reach(facts), True)]
        ),
        (
            "場所",
            near(facts.place_name) or "町名なし",
            f"北緯 {place.lat:.6f} 東経 {place.lon:.6f}",
            True,
        ),
        ("道路", facts.road, facts.road_more, False),
        ("設備", facts.asset, "", False),
        ("受付", moment_words(facts.received_at), reports, False),
        ("対応期限", facts.deadline, "", False),
        ("作業", facts.work, "", False),
    ]
    return [
        {
            "what": what,
            "value": breakable(value[:200]),
            "more": breakable(more[:300]),
            "bold": bold,
        }
        for what, value, more, bold in lines
        if value
    ]


def _reach(facts: SheetFacts) -> str:
    to = facts.department
    return f"電話 {to.phone}" if to and to.phone else ""


def _photos_note(facts: SheetFacts, shown: int) -> str:
    """What is missing among the pictures."""
    counted = {
        "写真はほかに{}枚あります。": facts.photos_there - len(facts.photos),
        "写真{}枚のファイルが見つかりません。": len(facts.photos) - shown,
        "写真{}枚はまだ届いていません。": facts.photos_awaited,
    } | {words: facts.photos_gone.get(why, 0) for why, words in _GONE.items()}
    parts = [words.format(count) for words, count in counted.items() if count]
    return "".join(parts) if shown or parts else "写真はありません。"


_GONE: Final[Mapping[Absence, str]] = {
    "taken_back": "写真{}枚は送った人が取り消しました。",
    "erased": "写真{}枚は、送った人のデータとともに消しました。",
    "lost": "写真{}枚は受け取れませんでした。",
    "hidden": "写真{}枚は市が見せないことにしました。",
}


def _asked(one: SheetWords, before: SheetWords | None) -> str:
    """What stands before these words: the question that they answer, once for answers in a row."""
    if one.question is None or (before and before.question == one.question):
        return ""
    return f"市からの質問: {one.question}" if one.question else "市からの質問への返事:"

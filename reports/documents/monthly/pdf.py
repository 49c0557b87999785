"""A month's report on A4: what it says, its charts, map and photos."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from reports.city.calendar import moment_words
from reports.city.clock import local
from reports.documents import chart_svg, paper
from reports.documents.maps import svg
from reports.documents.monthly import told
from reports.documents.monthly.facts import HIGH, WIDE, MonthFacts
from reports.documents.monthly.pairs import Pair
from reports.documents.monthly.shapes import Made
from reports.stats.charts import Spec
from reports.stats.periods import end_of_month
from store.photo_files import Files

_PAGE: Final = Path(__file__).with_name("page.typ")
_A_PAGE: Final = re.compile(rb"/Type\s*/Page[^s]")
_PHOTO_PX: Final = 1000
STEPS: Final = 4
"""Of the making: what is counted, the charts, the photos, the pages."""


def make(facts: MonthFacts, files: Files, note: Callable[[int], None]) -> Made:
    """A PDF of A4 pages; the same facts give the same bytes.

    Reads photos from the store: to be called outside of any transaction. `note`: hears how many
    STEPS are over. Raises paper.NoFont, chart_svg.NotDrawn, FilesAway.
    """
    said, charts = _said(facts)
    note(1)
    drawn = dict(zip(charts, chart_svg.draw([*charts.values()]), strict=True))
    note(2)
    there: list[Pair] = []

    def page(folder: Path, families: Sequence[str]) -> dict[str, Any]:
        there[:] = [one for one in facts.pairs if _put(one, folder, files)]
        note(3)
        pictures = {
            "fonts": families,
            "charts": {name: drawn.get(name, "") for name in ("weeks", "kinds", "days")},
            "map": _map(facts, families),
            "pairs": [_pair(facts, one) for one in there],
            "foot": f"{moment_words(facts.made_at)} 作成",
        }
        return said | pictures

    data = paper.typeset(_PAGE, page, facts.made_at)
    shown = said | {"pairs": [_pair(facts, one) for one in there]}
    as_json = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return Made(
        data=data,
        pages=len(_A_PAGE.findall(data)),
        told=shown,
        digest=hashlib.sha256(as_json.encode()).hexdigest(),
        is_open=facts.closed_at is None,
        tickets=[one.ticket_id for one in there],
        photos=[id for one in there for id in (one.before, one.after)],
    )


def _said(facts: MonthFacts) -> tuple[dict[str, Any], dict[str, Spec]]:
    """As page.typ reads it, without pictures; and the charts."""
    kinds, bars = told.kinds(facts.kinds, facts.kinds_before)
    towns, _ = told.kinds(facts.towns, {}, told.MOST_TOWNS)
    departments, _ = told.kinds(facts.departments, {}, told.MOST_DEPARTMENTS)
    days = told.ranges(facts.kinds, facts.now, told.MOST_KINDS - 2)
    dots = told.week_dots(facts.weeks)
    said = {
        "city": facts.city,
        "phone": facts.phone,
        "title": told.title_of(facts.month),
        "is_open": facts.closed_at is None,
        "state_words": told.state_words(facts.closed_at and local(facts.closed_at)),
        "words": told.paragraphs(facts.words),
        "figures": told.figures(facts.now, facts.before, facts.year_ago),
        "weeks": told.week_words(end_of_month(facts.month)),
        "week_rows": [
            [f"{week.monday.month}/{week.monday.day}", f"{week.received:,}", f"{week.closed:,}"]
            for week in facts.weeks
        ],
        "kinds": kinds,
        "towns": towns,
        "departments": departments,
        "spreads": told.spreads(facts.now, facts.before, facts.year_ago),
        "kept": [f"{facts.now.kept:,}", f"{facts.now.missed:,}", f"{facts.now.overdue:,}"],
        "dots": len(facts.map.dots),
        "definitions": [{"word": word, "what": what} for word, what in told.DEFINITIONS],
    }
    return said, told.specs(dots, bars, days)


def _map(facts: MonthFacts, families: Sequence[str]) -> str:
    if not (facts.map.around or facts.map.dots):
        return ""
    frame = svg.Frame(WIDE, HIGH, facts.map.metres_a_mm)
    return svg.svg(
        facts.map.around, frame, road_id=None, fonts=families, pins=(), dots=facts.map.dots
    )


def _pair(facts: MonthFacts, one: Pair) -> dict[str, str]:
    return {
        "number": one.number,
        "kind": facts.kind_names.get(one.category, one.category),
        "place": one.place,
        "when": told.days_between(local(one.received_at), local(one.fixed_at)),
        "before": f"{one.before}.jpg",
        "after": f"{one.after}.jpg",
    }


def _put(one: Pair, folder: Path, files: Files) -> bool:
    """Both pictures into the folder; False where one has gone."""
    most = (_PHOTO_PX, _PHOTO_PX)
    return all(
        paper.put_small(files, key, folder / f"{id}.jpg", most, quality=82)
        for id, key in ((one.before, one.before_key), (one.after, one.after_key))
    )

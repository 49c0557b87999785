"""Every chart is what the kept library reads, and says in words and shapes what it shows."""

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from reports.stats import charts
from reports.stats.charts import PAPER, SCREEN, Bar, Dot, Range, bars, lines, ranges
from settings import ROOT

SCHEMA = ROOT / "web/node_modules/vega-lite/build/vega-lite-schema.json"
MONDAY = date(2025, 4, 7)


def weeks(count: int) -> list[Dot]:
    days = [MONDAY + timedelta(weeks=week) for week in range(count)]
    received = [Dot(day, "受付", 3 + day.day, f"/behind?{day}") for day in days]
    return received + [Dot(day, "完了", day.day) for day in days]


def texts(spec: Any) -> str:
    return json.dumps(spec, ensure_ascii=False)


ROWS = [Bar("舗装の穴", 1200, 90, "/behind"), Bar("街路灯", 66, 80.5), Bar("ます", 0)]
SPREADS = [Range("道路維持課", 0.5, 2, 5.25, 1300, "/behind"), Range("公園課", 3, 3, 3, 1)]
ALL = [
    *(lines(weeks(count), ink) for count in (0, 1, 9, 60) for ink in (PAPER, SCREEN)),
    *(bars(rows, PAPER, before="前年同期", width=500) for rows in ([], ROWS)),
    *(ranges(rows, SCREEN) for rows in ([], SPREADS)),
]


def test_each_is_a_specification_that_vega_lite_reads() -> None:
    reader = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for spec in ALL for error in reader.iter_errors(spec)] == []


def test_series_differ_without_colour_and_are_named_where_they_end() -> None:
    said = texts(lines(weeks(9)))
    assert "strokeDash" in said
    assert '"circle", "square"' in said
    assert '"said": "受付 5"' in said and '"said": "完了 2"' in said  # noqa: PT018
    grey = [int(PAPER.main[1:3], 16), int(PAPER.other[1:3], 16), 255]
    assert min(b - a for a, b in pairwise(grey)) > 60


def test_bars_carry_their_number_and_that_of_before() -> None:
    said = texts(bars(ROWS, before="前年同期"))
    for words in ("1,200件(90)", "66件(80.5)", '"0件"', "舗装の穴: 1,200件(前年同期 90件)"):
        assert words in said, words
    assert '"type": "tick"' in said
    assert '"type": "tick"' not in texts(bars([Bar("ます", 2)], before="前年同期"))


def test_ranges_say_median_quartiles_and_of_how_many() -> None:
    assert "道路維持課: 中央値 2日(四分位 0.5〜5.2日、1,300件)" in texts(ranges(SPREADS))


def test_what_opens_a_list_is_a_link_and_nothing_else_is() -> None:
    assert '"href": {"field": "address"}' in texts(bars(ROWS))
    assert "href" not in texts(bars([Bar("ます", 2)]))


def test_no_colour_of_paper_is_left_to_the_page() -> None:
    assert "var(" not in texts([lines(weeks(2)), bars(ROWS), ranges(SPREADS)])
    assert charts.SCREEN.text.startswith("var(")


def test_few_are_counted_whole_and_no_name_lies_on_another_or_on_the_axis() -> None:
    week = [Dot(MONDAY, "受付", 1), Dot(MONDAY, "完了", 0)]
    assert lines(week)["encoding"]["y"]["axis"]["values"] == [0, 1]
    assert "values" not in lines(weeks(9))["encoding"]["y"]["axis"]
    last = [Dot(MONDAY, "受付", 9), Dot(MONDAY + timedelta(7), "受付", 0),
            Dot(MONDAY + timedelta(7), "完了", 0)]  # fmt: skip
    above, below = (layer["mark"] for layer in lines(last)["layer"][-2:])
    assert (above["baseline"], below["baseline"], below["dy"]) == ("bottom", "bottom", 0)
    assert above["dy"] <= -12

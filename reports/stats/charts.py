"""Charts as Vega-Lite specifications: a browser draws them, and so does a paper. Pure.

Each is to be read without colour: series differ by dash and shape and are named where they end,
bars carry their number. A chart never stands alone: whoever shows it puts the table of the same
rows beside it.
"""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any, Final, NamedTuple

Spec = dict[str, Any]
"""A Vega-Lite specification: only what JSON has."""

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_FEW_WEEKS: Final = 17
_MANY_DAYS: Final = 800
_MANY_DOTS: Final = 60
_BAR: Final = 24
"""Pixels from one bar to the next."""
_LONGEST_NAME: Final = 150
"""Pixels of a name beside its bar."""
_FEW: Final = 2
"""Between so few, Vega would name halves, too."""
_LOW: Final = 0.1
"""Of the highest value: a name that hangs below this would lie on the axis."""
_LINE: Final = 14
"""Pixels from one name to the next above it."""


class Ink(NamedTuple):
    """With what is drawn; each is a colour as CSS has them."""

    text: str
    soft: str
    line: str
    main: str
    other: str
    back: str
    font: str


PAPER: Final = Ink(
    text="#111111", soft="#4a4a4a", line="#c8c8c8", main="#1f4e42", other="#8f8f8f",
    back="#ffffff", font="Noto Sans CJK JP",
)  # fmt: skip
"""Dark against light, so that a grey printer keeps them apart."""
SCREEN: Final = Ink(
    text="var(--ink)", soft="var(--soft-ink)", line="var(--line)", main="var(--chart)",
    other="var(--chart-other)", back="var(--surface)", font="sans-serif",
)  # fmt: skip
"""As the page's own style has them, so that they follow it into the dark and onto paper."""


class Dot(NamedTuple):
    """One value of a series on a day; `address` opens the list behind it, "" none."""

    day: date
    series: str
    value: float
    address: str = ""


class Bar(NamedTuple):
    """`before`: the same of the time it is compared with; None where there is none."""

    name: str
    value: float
    before: float | None = None
    address: str = ""


class Range(NamedTuple):
    """Days from the lower to the upper quartile of `n`, and the median between them."""

    name: str
    lower: float
    median: float
    upper: float
    n: int
    address: str = ""


def lines(dots: Sequence[Dot], ink: Ink = PAPER, *, unit: str = "件", width: int | None = None,
          height: int = 220) -> Spec:  # fmt: skip
    """A line for each series, at most two, in the order in which they come first; `width` in
    pixels, None: as wide as where it stands."""
    names = list(dict.fromkeys(dot.series for dot in dots))
    rows = [_dot_row(dot) for dot in dots]
    encoding = {
        "x": {"field": "day", "type": "temporal", "scale": {"type": "utc"},
              "axis": _days_axis([dot.day for dot in dots])},
        "y": _amount("value", unit, most=max((dot.value for dot in dots), default=0)),
        "color": {"field": "series", "type": "nominal", "legend": None,
                  "scale": {"domain": names, "range": [ink.main, ink.other]}},
    }  # fmt: skip
    dash = {"field": "series", "type": "nominal", "legend": None,
            "scale": {"domain": names, "range": [[1, 0], [6, 4]]}}  # fmt: skip
    shape = {"field": "series", "type": "nominal", "legend": None,
             "scale": {"domain": names, "range": ["circle", "square"]}}  # fmt: skip
    size = 52 if len(dots) < _MANY_DOTS else 22
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"strokeDash": dash}},
        {"mark": {"type": "point", "size": size, "filled": True, "opacity": 1,
                  "stroke": ink.back, "strokeWidth": 1},
         "encoding": {"shape": shape, **_opens(dots), **_told("told")}},
        *_names_at_the_end(dots, ink),
    ]  # fmt: skip
    return _whole(ink, width, height) | {
        "data": {"values": rows}, "encoding": encoding, "layer": layers
    }  # fmt: skip


def bars(rows: Sequence[Bar], ink: Ink = PAPER, *, unit: str = "件", before: str = "",
         width: int | None = None) -> Spec:  # fmt: skip
    """Lying bars in the order of the rows, each with its number and, in brackets, that of before;
    `before` names what brackets and the upright stroke stand for."""
    values = [
        {"name": row.name, "value": row.value, "before": row.before, "address": row.address,
         "told": _of_bar(row, unit, before), "number": _beside_bar(row, unit)}
        for row in rows
    ]  # fmt: skip
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.62}, "color": ink.main},
         "encoding": {**_opens(rows), **_told("told")}},
        {"mark": _beside(ink),
         "encoding": {"text": {"field": "number"}, "x": {"field": "end", "type": "quantitative"}},
         "transform": [{"calculate": "max(datum.value, datum.before || 0, 0)", "as": "end"}]},
    ]  # fmt: skip
    if before and any(row.before is not None for row in rows):
        layers += _strokes(ink)
    return _lying(rows, ink, width) | {
        "data": {"values": values},
        "encoding": {"y": _names(rows), "x": _amount("value", unit, is_lying=True)},
        "layer": layers,
    }


def ranges(rows: Sequence[Range], ink: Ink = PAPER, *, width: int | None = None) -> Spec:
    """From quartile to quartile as a bar, the median as a dot with its number of days."""
    values = [
        {**row._asdict(), "number": f"中央値 {_number(row.median)}日",
         "told": f"{row.name}: 中央値 {_number(row.median)}日(四分位 {_number(row.lower)}〜"
                 f"{_number(row.upper)}日、{row.n:,}件)"}
        for row in rows
    ]  # fmt: skip
    reach: Spec = {"x": _amount("lower", "日", is_lying=True), "x2": {"field": "upper"}}
    at: Spec = {"x": {"field": "median", "type": "quantitative"}}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.42}, "color": ink.other, "opacity": 0.55},
         "encoding": {**reach, **_opens(rows), **_told("told")}},
        {"mark": {"type": "point", "shape": "diamond", "filled": True, "size": 90, "opacity": 1,
                  "color": ink.main},
         "encoding": {**at, **_opens(rows), **_told("told")}},
        {"mark": _beside(ink),
         "encoding": {"x": {"field": "upper", "type": "quantitative"},
                      "text": {"field": "number"}}},
    ]  # fmt: skip
    return _lying(rows, ink, width) | {
        "data": {"values": values}, "encoding": {"y": _names(rows)}, "layer": layers
    }  # fmt: skip


def _beside(ink: Ink) -> Spec:
    return {"type": "text", "align": "left", "baseline": "middle", "dx": 7, "color": ink.text}


def _dot_row(dot: Dot) -> Spec:
    told = (
        f"{dot.day.year}年{dot.day.month}月{dot.day.day}日から: {dot.series} {_number(dot.value)}"
    )
    return {"day": dot.day.isoformat(), "series": dot.series, "value": dot.value,
            "address": dot.address, "told": told}  # fmt: skip


def _names_at_the_end(dots: Sequence[Dot], ink: Ink) -> list[Spec]:
    """Each series by name at its last dot, the higher one above, so that none lies on the other."""
    last = {dot.series: dot for dot in dots}
    by_height = sorted(last.values(), key=lambda dot: dot.value, reverse=True)
    highest = max((dot.value for dot in dots), default=0) or 1
    is_low = bool(by_height) and by_height[-1].value < _LOW * highest
    is_close = len(by_height) > 1 and by_height[0].value < 2 * _LOW * highest
    return [
        {"data": {"values": [_dot_row(dot) | {"said": f"{dot.series} {_number(dot.value)}"}]},
         "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": "bold",
                  "baseline": "bottom" if place == 0 or is_low else "top",
                  "dy": -_LINE if place == 0 and is_low and is_close else 0,
                  "color": ink.text},
         "encoding": {"text": {"field": "said"}, "color": {"value": ink.text}}}
        for place, dot in enumerate(by_height)
    ]  # fmt: skip


def _strokes(ink: Ink) -> list[Spec]:
    return [
        {"mark": {"type": "tick", "orient": "vertical", "thickness": 3, "height": {"band": 0.9},
                  "color": ink.text, "stroke": ink.back, "strokeWidth": 1},
         "transform": [{"filter": "isValid(datum.before)"}],
         "encoding": {"x": {"field": "before", "type": "quantitative"}, **_told("told")}},
    ]  # fmt: skip


def _beside_bar(row: Bar, unit: str) -> str:
    before = "" if row.before is None else f"({_number(row.before)})"
    return f"{_number(row.value)}{unit}{before}"


def _of_bar(row: Bar, unit: str, before: str) -> str:
    compared = "" if row.before is None else f"({before} {_number(row.before)}{unit})"
    return f"{row.name}: {_number(row.value)}{unit}{compared}"


def _number(value: float) -> str:
    """1,234 or 3.5."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _days_axis(days: Sequence[date]) -> Spec:
    """Mondays by day where they are few; else months, a January with its year."""
    span = (max(days) - min(days)).days if days else 0
    axis: Spec = {"title": None, "grid": False, "labelOverlap": True, "labelFlush": False}
    if span <= 7 * _FEW_WEEKS:
        mondays = [day.isoformat() for day in dict.fromkeys(days)]
        said = "utcFormat(datum.value, '%-m/%-d')"
        return axis | {"values": mondays, "labelExpr": said}
    months = "utcFormat(datum.value, '%-m月')"
    years = "utcFormat(datum.value, '%Y年')"
    return axis | {
        "tickCount": {"interval": "month", "step": 3 if span > _MANY_DAYS else 1},
        "labelExpr": f"utcmonth(datum.value) == 0 ? {years} : {months}",
    }


def _amount(field: str, unit: str, *, is_lying: bool = False, most: float = _FEW + 1) -> Spec:
    """`most`: the highest value; of few, the axis names each whole number alone."""
    axis: Spec = {"title": None if is_lying else f"({unit})", "titleAngle": 0, "titleAlign": "left",
                  "titleAnchor": "end", "titleY": -10, "titleX": -4, "tickCount": 5,
                  "format": ",~f", "tickMinStep": 1}  # fmt: skip
    if most <= _FEW:
        axis["values"] = list(range(ceil(most) + 1))
    return {"field": field, "type": "quantitative", "axis": None if is_lying else axis,
            "scale": {"zero": True, "nice": not is_lying}}  # fmt: skip


def _names(rows: Sequence[Bar] | Sequence[Range]) -> Spec:
    return {"field": "name", "type": "nominal", "sort": [row.name for row in rows],
            "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8,
                     "labelLimit": _LONGEST_NAME}}  # fmt: skip


def _opens(rows: Sequence[Dot] | Sequence[Bar] | Sequence[Range]) -> Spec:
    is_open = any(row.address for row in rows)
    return {"href": {"field": "address"}} if is_open else {}


def _told(field: str) -> Spec:
    return {"tooltip": {"field": field, "type": "nominal"}}


def _lying(rows: Sequence[Bar] | Sequence[Range], ink: Ink, width: int | None) -> Spec:
    return _whole(ink, width, _BAR * max(1, len(rows)))


def _whole(ink: Ink, width: int | None, height: int) -> Spec:
    """`aria` off: a chart is one picture with a name, what it shows is read in its table."""
    letters = {"labelFont": ink.font, "titleFont": ink.font, "labelColor": ink.text,
               "titleColor": ink.soft, "labelFontSize": 12, "titleFontSize": 11,
               "titleFontWeight": "normal"}  # fmt: skip
    return {
        "$schema": _SCHEMA,
        "width": "container" if width is None else width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding", "resize": True},
        "padding": 4,
        "background": "transparent",
        "config": {
            "aria": False,
            "font": ink.font,
            "view": {"stroke": None},
            "axis": letters | dict.fromkeys(("gridColor", "domainColor", "tickColor"), ink.line),
            "text": {"font": ink.font, "fontSize": 12},
        },
    }  # fmt: skip

"""The numbers of a period divided by a dimension: a table, and charts of the same rows."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from reports.stats import charts
from reports.stats.charts import SCREEN, Bar, Dot, Range
from reports.stats.kinds import AGES
from reports.stats.periods import Period
from reports.stats.reading import Numbers, Week
from web.desk.numbers.asked import Asked
from web.desk.numbers.figures import days, differs, figure, share
from web.maps.counted import NONE

DRAWN: Final = 15
"""Of more rows a chart has the first; its table has all."""
MOST: Final = 50
"""Of more sections a table has the first."""
WITHOUT: Final = {"department": "担当課未定", "channel": "不明", "section": "区間のわからないもの"}
_OTHERS: Final = "なし"


class Line(NamedTuple):
    """One value of the dimension; `before`: the same in the time that it is compared with, None
    where there is none; `address`: the page narrowed to it."""

    name: str
    address: str
    opens: Mapping[str, str]
    own: Numbers
    before: Numbers | None
    arrow: str
    differs: str
    fixed: str
    kept: str


def lines(asked: Asked, period: Period, names: Mapping[str, str], own: Mapping[str, Numbers],
          before: Mapping[str, Numbers]) -> list[Line]:  # fmt: skip
    """Those with the most reports first."""
    return [
        _line(asked, period, names, value, own[value], before.get(value))
        for value in in_order(asked.by, own)
    ]


def in_order(dimension: str, own: Mapping[str, Numbers]) -> list[str]:
    """Its values, those with the most reports first; of sections MOST, and those without last."""
    is_section = dimension == "section"

    def rank(value: str) -> tuple[bool, int, int, str]:
        return is_section and not value, -own[value].received, -own[value].open, value

    found = sorted(own, key=rank)
    if is_section and len(found) > MOST:
        return [*found[: MOST - 1], *([""] if "" in own else found[MOST - 1 : MOST])]
    return found


def name_of(dimension: str, value: str, names: Mapping[str, str]) -> str:
    """Of "" what there is not."""
    return names.get(value, value) or WITHOUT.get(dimension, _OTHERS)


def _line(asked: Asked, period: Period, names: Mapping[str, str], value: str, own: Numbers,
          before: Numbers | None) -> Line:  # fmt: skip
    narrower = {asked.by: value}
    whats = ("received", "closed", "open", "overdue", "fixed", "due", "reopened")
    compared = differs(figure("received"), own, before) if before else ("", "")
    kept = share(own.kept, own.kept + own.missed)
    return Line(
        name=name_of(asked.by, value, names),
        address=asked.address(**{asked.by: value or NONE}),
        opens={what: asked.behind(what, period, **narrower) for what in whats},
        own=own,
        before=before,
        arrow=compared[0],
        differs=compared[1],
        fixed=_quarters(own),
        kept="なし" if kept is None else f"{kept:g}%",
    )


def _quarters(numbers: Numbers) -> str:
    spread = numbers.fixed
    if spread.lower is None or spread.median is None or spread.upper is None:
        return "なし"
    return f"{days(spread.median)}日({days(spread.lower)}〜{days(spread.upper)}日)"


def received_chart(rows: Sequence[Line], before: str) -> dict[str, Any]:
    bars = [
        Bar(
            row.name, row.own.received, row.before.received if row.before else None,
            row.opens["received"],
        )
        for row in rows[:DRAWN]
    ]  # fmt: skip
    return charts.bars(bars, SCREEN, before=before)


def fixed_chart(rows: Sequence[Line]) -> dict[str, Any]:
    """Without those of which nothing was repaired."""
    spreads = [
        Range(row.name, took.lower, took.median, took.upper, took.n, row.opens["fixed"])
        for row in rows[:DRAWN]
        if (took := row.own.fixed)
        if took.lower is not None and took.median is not None and took.upper is not None
    ]
    return charts.ranges(spreads, SCREEN)


def weeks_chart(asked: Asked, weeks: Sequence[Week], period: Period) -> dict[str, Any]:
    def dots(name: str, what: str) -> list[Dot]:
        return [
            Dot(week.monday, name, getattr(week, what), asked.behind(what, of_week(week, period)))
            for week in weeks
        ]

    return charts.lines([*dots("受け付けた", "received"), *dots("終わった", "closed")], SCREEN)


def of_week(week: Week, period: Period) -> Period:
    """Its days that lie in the period."""
    sunday = week.monday.fromordinal(week.monday.toordinal() + 6)
    return Period(max(week.monday, period.first), min(sunday, period.last))


def age_names() -> list[str]:
    """7日未満, 7〜29日, …, 365日以上."""
    between = [f"{low}〜{high - 1}日" for low, high in pairwise(AGES)]
    return [f"{AGES[0]}日未満", *between, f"{AGES[-1]}日以上"]


def ages_chart(ages: Sequence[tuple[str, int, str]]) -> dict[str, Any]:
    """Of name, how many, and the address of the list."""
    return charts.bars([Bar(name, many, None, address) for name, many, address in ages], SCREEN)

"""A month's report as it is read: words and figures for page.typ, and the charts' rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from reports.city.calendar import full_day_words, moment_words
from reports.documents.paper import breakable
from reports.stats import charts
from reports.stats.charts import Bar, Dot, Range, Spec
from reports.stats.reading import Numbers, Spread

MOST_KINDS: Final = 12
MOST_TOWNS: Final = 12
MOST_DEPARTMENTS: Final = 8
_WIDE: Final = 640
"""Pixels of a chart; as wide as the page's text."""
_NONE: Final = "—"
DEFINITIONS: Final = (
    ("受付", "その月に届いた通報(まとめたものも1件)。"),
    ("完了", "その月に終わった受付票(直した、または対応しないと決めた)。"),
    ("再開", "終わった後、直っていないなどで、また開いた受付票。"),
    ("まとめ", "同じ所の通報として、ほかの受付票にまとめたもの。"),
    ("期限内", "期限の日までに終わったものの割合。ほかの返事を待つ間は数えない。"),
    ("超過", "月末に、期限を過ぎて終わっていないもの。"),
    ("日数", "受け付けてからの日数(暦日)。中央値と四分位(短い順に4つに分けた境)。"),
    ("満足", "通報した人の評価のうち、5段階の4以上。"),
    ("未了", "月末に終わっていないもの。"),
)


def figures(now: Numbers, before: Numbers | None, ago: Numbers | None) -> list[dict[str, str]]:
    """The table at the beginning: this month beside the one before and a year ago."""
    made = []
    for name, unit, value in _FIGURES:
        mine = value(now)
        row = {"name": name, "now": _said(mine, unit)}
        for key, other in (("before", before), ("ago", ago)):
            theirs = value(other) if other else None
            row[key] = _said(theirs, unit)
            row[f"{key}_more"] = _more(mine, theirs)
        made.append(row)
    return made


def kinds(
    there: Mapping[str, Numbers], before: Mapping[str, Numbers], most: int = MOST_KINDS
) -> tuple[list[dict[str, str]], list[Bar]]:
    """Rows of the table and bars, the most received first, what is beyond `most` as one."""
    names = sorted(there, key=lambda name: (-there[name].received, name))
    names = [name for name in names if there[name].received or there[name].closed]
    rows = [_row(name, there[name]) for name in names[:most]]
    bars = [
        Bar(name, there[name].received, before[name].received if name in before else None)
        for name in names[:most]
        if there[name].received
    ]
    if rest := names[most:]:
        rows.append(
            {
                "name": f"ほか{len(rest)}",
                "received": f"{sum(there[name].received for name in rest):,}",
                "closed": f"{sum(there[name].closed for name in rest):,}",
                "open": f"{sum(there[name].open for name in rest):,}",
                "kept": "",
                "days": "",
            }
        )
    return rows, bars


def ranges(there: Mapping[str, Numbers], whole: Numbers, most: int) -> list[Range]:
    """Days to the repair, of all and of each that had one, the most repairs first."""
    names = sorted(there, key=lambda name: (-there[name].fixed.n, name))
    wanted = [("全体", whole.fixed), *((name, there[name].fixed) for name in names[:most])]
    return [
        Range(name, round(one.lower, 1), round(one.median, 1), round(one.upper, 1), one.n)
        for name, spread in wanted
        if (one := _taken(spread))
    ]


def spreads(now: Numbers, before: Numbers | None, ago: Numbers | None) -> list[dict[str, str]]:
    """The table of days: first look, made safe, mended."""
    return [
        {
            "name": name,
            "n": f"{getattr(now, key).n:,}",
            "now": _days(getattr(now, key)),
            "before": _median(getattr(before, key)) if before else _NONE,
            "ago": _median(getattr(ago, key)) if ago else _NONE,
        }
        for key, name in _SPREADS
    ]


def week_dots(weeks: Sequence[Any]) -> list[Dot]:
    """Received and closed, by the Monday of each week."""
    return [
        Dot(week.monday, name, value)
        for week in weeks
        for name, value in (("受付", week.received), ("完了", week.closed))
    ]


def specs(dots: Sequence[Dot], kind_bars: Sequence[Bar], days: Sequence[Range]) -> dict[str, Spec]:
    """The charts by name; what has nothing to show has none."""
    wanted: dict[str, Spec] = {}
    if dots:
        wanted["weeks"] = charts.lines(dots, width=_WIDE, height=170)
    if kind_bars:
        wanted["kinds"] = charts.bars(kind_bars, before="前月", width=_WIDE)
    if days:
        wanted["days"] = charts.ranges(days, width=_WIDE)
    return wanted


def state_words(closed_at: datetime | None) -> str:
    """Since when the numbers stand (in the city's time), or that they do not yet."""
    if closed_at is None:
        return "速報です。この月の数は、まだ締めていません。締めた後の数は、次の版に載ります。"
    return f"{moment_words(closed_at)} に締めた数です。以後は変わりません。"


def title_of(month: date) -> str:
    """2026年11月."""
    return f"{month.year}年{month.month}月"


def days_between(received: datetime, fixed: datetime) -> str:
    """受付 2026年11月4日(水)・7日後に対応済."""
    many = (fixed.date() - received.date()).days
    when = "その日のうちに" if many == 0 else f"{many}日で"
    return f"{full_day_words(received.date())} 受付・{when}対応"


def week_words(last: date) -> str:
    """What the last point of the weeks' chart stands for."""
    monday = last - timedelta(days=last.weekday())
    full = monday + timedelta(days=6)
    part = "" if last == full else f"最後の週は{last.month}月{last.day}日まで。"
    return f"日付は週の初めの月曜。{part}"


def paragraphs(words: str) -> list[str]:
    """What staff wrote, line by line."""
    return [breakable(line.strip()) for line in words.splitlines() if line.strip()]


_SPREADS: Final = (
    ("looked", "最初の対応まで"),
    ("made_safe", "応急処置まで"),
    ("fixed", "直すまで"),
)


def _row(name: str, one: Numbers) -> dict[str, str]:
    return {
        "name": name,
        "received": f"{one.received:,}",
        "closed": f"{one.closed:,}",
        "open": f"{one.open:,}",
        "kept": _said(_share(one.kept, one.missed), "%"),
        "days": _median(one.fixed),
    }


class _Taken(NamedTuple):
    """A spread of at least one."""

    n: int
    lower: float
    median: float
    upper: float


def _taken(spread: Spread) -> _Taken | None:
    if spread.lower is None or spread.median is None or spread.upper is None:
        return None
    return _Taken(spread.n, spread.lower, spread.median, spread.upper)


def _median(spread: Spread) -> str:
    one = _taken(spread)
    return f"{one.median:.1f}日" if one else _NONE


def _days(spread: Spread) -> str:
    one = _taken(spread)
    return f"{one.median:.1f}日({one.lower:.1f}〜{one.upper:.1f})" if one else _NONE


def _share(good: int, others: int) -> float | None:
    return 100 * good / (good + others) if good + others else None


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return _NONE
    return f"{value:,.0f}{unit}" if unit != "日" else f"{value:,.1f}{unit}"


def _more(mine: float | None, theirs: float | None) -> str:
    """+12, ±0, −3; of what is rounded as it is shown."""
    if mine is None or theirs is None:
        return ""
    many = mine - theirs
    digits = 0 if round(many, 1) == round(many) else 1
    said = f"{abs(many):,.{digits}f}"
    if not float(said.replace(",", "")):
        return "±0"
    return f"+{said}" if many > 0 else f"−{said}"


def _fixed_days(one: Numbers) -> float | None:
    return None if one.fixed.median is None else round(one.fixed.median, 1)


def _kept_share(one: Numbers) -> float | None:
    share = _share(one.kept, one.missed)
    return None if share is None else round(share)


def _satisfied_share(one: Numbers) -> float | None:
    return round(100 * one.satisfied / one.rated) if one.rated else None


_FIGURES: Final = (
    ("受付", "件", lambda one: one.received),
    ("完了", "件", lambda one: one.closed),
    ("月末に未了", "件", lambda one: one.open),
    ("うち期限を超過", "件", lambda one: one.overdue),
    ("期限内に終わった割合", "%", _kept_share),
    ("直すまでの日数(中央値)", "日", _fixed_days),
    ("再開", "件", lambda one: one.reopened),
    ("同じ通報としてまとめたもの", "件", lambda one: one.merged),
    ("満足の割合", "%", _satisfied_share),
)

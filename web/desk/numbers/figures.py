"""The figures of a period in words, and how they differ from those of another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from reports.stats.periods import Period
from reports.stats.reading import Numbers, Spread
from web.desk.numbers.asked import Asked, Compared


class Part(NamedTuple):
    """A number with what stands around it; `address`: of the list behind it, "" none."""

    before: str
    number: str
    after: str
    address: str = ""


class Cell(NamedTuple):
    """`differs`: in words, "" where there is nothing to compare; `arrow`: ↑ ↓ → or ""."""

    parts: Sequence[Part]
    arrow: str = ""
    differs: str = ""


class Row(NamedTuple):
    """`key`: its definition as of `reports.stats.definitions`."""

    key: str
    name: str
    cells: Sequence[Cell]


class Figure(NamedTuple):
    """`value`: what is compared, None where there is none; `parts`: as it is shown, `opens` gives
    the address of a list by its name."""

    key: str
    name: str
    unit: str
    value: Callable[[Numbers], float | None]
    parts: Callable[[Numbers, Callable[[str], str]], list[Part]]
    more: str = "多い"
    less: str = "少ない"


Opens = Callable[[str], str]


def _count(what: str) -> Callable[[Numbers, Opens], list[Part]]:
    return lambda numbers, opens: [
        Part("", f"{getattr(numbers, what):,}", "件", opens(what) if getattr(numbers, what) else "")
    ]


def _counted(key: str, name: str) -> Figure:
    return Figure(key, name, "件", lambda numbers: getattr(numbers, key), _count(key))


def days(value: float) -> str:
    """3.2, or 12 where tenths say nothing."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def _spread(what: str) -> Callable[[Numbers, Opens], list[Part]]:
    def parts(numbers: Numbers, opens: Opens) -> list[Part]:
        spread: Spread = getattr(numbers, what)
        if spread.lower is None or spread.median is None or spread.upper is None:
            return [Part("", "なし", "")]
        quarters = f"{days(spread.lower)}〜{days(spread.upper)}"
        return [
            Part("", days(spread.median), "日", opens(what)),
            Part("(四分位 ", quarters, "日、", opens(what)),
            Part("", f"{spread.n:,}", "件)", opens(what)),
        ]

    return parts


def _timed(key: str, name: str) -> Figure:
    def median(numbers: Numbers) -> float | None:
        spread: Spread = getattr(numbers, key)
        return None if spread.median is None else round(spread.median, 1)

    return Figure(key, name, "日", median, _spread(key), "遅い", "早い")


def share(part: int, whole: int) -> float | None:
    """Per cent, one place; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _per_cent(value: float | None) -> str:
    return "なし" if value is None else f"{value:g}%"


def _kept_parts(numbers: Numbers, opens: Opens) -> list[Part]:
    whole = numbers.kept + numbers.missed
    if not whole:
        return [Part("", "なし", "")]
    return [
        Part("", _per_cent(share(numbers.kept, whole)), "(", opens("due")),
        Part("守った ", f"{numbers.kept:,}", "件、", opens("kept") if numbers.kept else ""),
        Part("過ぎた ", f"{numbers.missed:,}", "件)", opens("missed") if numbers.missed else ""),
    ]


def _share_parts(part: str, whole: str, words: str) -> Callable[[Numbers, Opens], list[Part]]:
    def parts(numbers: Numbers, opens: Opens) -> list[Part]:
        some, all_of = getattr(numbers, part), getattr(numbers, whole)
        if not all_of:
            return [Part("", "なし", "")]
        return [
            Part("", _per_cent(share(some, all_of)), "(", opens(whole)),
            Part("", f"{some:,}", "件 / ", opens(part) if some else ""),
            Part(f"{words} ", f"{all_of:,}", "件)", opens(whole)),
        ]

    return parts


FIGURES: Final[Sequence[Figure]] = (
    _counted("received", "受け付けた"),
    _counted("closed", "終わった"),
    _counted("open", "最後の日に残っていた"),
    _counted("overdue", "うち期限を過ぎていた"),
    _timed("looked", "最初の対応まで(中央値)"),
    _timed("made_safe", "応急の手当てまで(中央値)"),
    _timed("fixed", "直すまで(中央値)"),
    Figure(
        "kept", "期限を守った割合", "ポイント",
        lambda numbers: share(numbers.kept, numbers.kept + numbers.missed),
        _kept_parts, "高い", "低い",
    ),
    _counted("reopened", "再び開いた"),
    Figure(
        "satisfied", "満足の割合", "ポイント",
        lambda numbers: share(numbers.satisfied, numbers.rated),
        _share_parts("satisfied", "rated", "評価"), "高い", "低い",
    ),
    Figure(
        "merged", "重複の割合", "ポイント",
        lambda numbers: share(numbers.merged, numbers.received),
        _share_parts("merged", "received", "受付"), "高い", "低い",
    ),
    Figure(
        "pushes", "LINE で送った通知", "通",
        lambda numbers: numbers.pushes,
        lambda numbers, opens: [
            Part("", f"{numbers.pushes:,}", "通", opens("pushes") if numbers.pushes else ""),
            Part("(", f"{numbers.push_yen:,.0f}", "円)", opens("pushes") if numbers.pushes else ""),
        ],
    ),
)  # fmt: skip
"""In the order in which they are shown."""


WHOLE_ONLY: Final = ("pushes",)
"""Of no ticket, so no filter tells them apart."""
NOT_DIVIDED: Final = "条件では分けられません"


def rows(asked: Asked, period: Period, own: Numbers, others: Sequence[tuple[Compared, Numbers]]
         ) -> list[Row]:  # fmt: skip
    """Each figure of the period, then of each that it is compared with."""
    return [_row(figure, asked, period, own, others) for figure in FIGURES]


def _row(figure: Figure, asked: Asked, period: Period, own: Numbers,
         others: Sequence[tuple[Compared, Numbers]]) -> Row:  # fmt: skip
    if figure.key in WHOLE_ONLY and asked.narrowing:
        cells = [Cell([Part("", NOT_DIVIDED, "")]) for _ in range(1 + len(others))]
        return Row(figure.key, figure.name, cells)
    cells = [Cell(figure.parts(own, lambda what: asked.behind(what, period)))]
    for (_, other), numbers in others:
        parts = figure.parts(numbers, lambda what, of=other: asked.behind(what, of))  # type: ignore[misc]
        cells.append(Cell(parts, *differs(figure, own, numbers)))
    return Row(figure.key, figure.name, cells)


def differs(figure: Figure, own: Numbers, other: Numbers) -> tuple[str, str]:
    """An arrow, and in words what the period is against the other: ↑, 12件 多い."""
    now, then = figure.value(own), figure.value(other)
    if now is None or then is None:
        return "", ""
    by = round(now - then, 1)
    if not by:
        return "→", "同じ"
    much = f"{abs(by):,.1f}".removesuffix(".0") + figure.unit
    return ("↑", f"{much} {figure.more}") if by > 0 else ("↓", f"{much} {figure.less}")


def figure(key: str) -> Figure:
    """Raises StopIteration."""
    return next(each for each in FIGURES if each.key == key)


NAMES: Final[Mapping[str, str]] = {each.key: each.name for each in FIGURES} | {
    "kept": "期限を守った",
    "missed": "期限を過ぎた",
    "due": "期限が来た",
    "satisfied": "満足と答えた",
    "rated": "評価があった",
    "merged": "重複としてまとめた",
    "looked": "最初の対応をした",
    "made_safe": "応急の手当てをした",
    "fixed": "直した",
    "open": "最後の日に残っていた",
    "overdue": "期限を過ぎて残っていた",
    "pushes": "LINE で通知を送った",
}
"""What stands over the list behind a number."""

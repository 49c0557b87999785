"""Two columns for each month, as places on a drawing. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from reports.published.months import Month

WIDE: Final = 640
HIGH: Final = 240
_TOP, _BOTTOM, _SIDE = 26, 34, 8
_COLUMN: Final = 0.36
"""Of a month's width."""
_STEPS: Final = (1, 2, 5)


class Column(NamedTuple):
    """`x`, `y`, `wide`, `high` of the rectangle, and its number, above whose middle it stands."""

    x: float
    y: float
    wide: float
    high: float
    many: int

    @property
    def middle(self) -> float:
        return round(self.x + self.wide / 2, 1)


class Group(NamedTuple):
    """A month: the middle of its words, and its two columns."""

    month: Month
    middle: float
    received: Column
    fixed: Column


class Chart(NamedTuple):
    """`lines`: heights with their numbers."""

    groups: Sequence[Group]
    lines: Sequence[tuple[float, int]]
    floor: float


def chart(months: Sequence[Month]) -> Chart:
    """Of these months, the highest column below the top."""
    most = max([1, *(count for month in months for count in (month.received, month.fixed))])
    step = _step(most)
    top = -(-most // step) * step
    floor = float(HIGH - _BOTTOM)
    scale = (floor - _TOP) / top
    width = (WIDE - 2 * _SIDE) / max(len(months), 1)

    def column(at: float, count: int) -> Column:
        high = round(count * scale, 1)
        return Column(round(at, 1), round(floor - high, 1), round(width * _COLUMN, 1), high, count)

    groups = []
    for turn, month in enumerate(months):
        middle = _SIDE + width * (turn + 0.5)
        left = middle - width * _COLUMN - 1
        groups.append(
            Group(
                month,
                round(middle, 1),
                column(left, month.received),
                column(middle + 1, month.fixed),
            )
        )
    lines = [(round(floor - at * scale, 1), at) for at in range(step, top + 1, step)]
    return Chart(groups, lines, floor)


def _step(most: int) -> int:
    """Between the lines: at most four of them."""
    tens = 1
    while True:
        for each in _STEPS:
            if most <= each * tens * 4:
                return each * tens
        tens *= 10

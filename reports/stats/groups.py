"""Of which dimensions sums are kept: each alone, two together, and all but sections ("cells").
Pure."""

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Final, NamedTuple

from reports.stats.kinds import DIMENSIONS

BETWEEN: Final = "\x1f"
"""Between the values of several dimensions."""
CELL: Final = "cell"
CELLED: Final = tuple(name for name in DIMENSIONS if name != "section")
"""The dimensions of a cell; sections would be nearly as many as tickets."""
PAIRS: Final = tuple(combinations(CELLED, 2))


class Group(NamedTuple):
    """`name`: as `fact_sums.dimension`; `parts`: the dimensions of its values, in their order."""

    name: str
    parts: tuple[str, ...]

    def place(self, dimension: str) -> int:
        """Which of its values is of that dimension, from 0."""
        return self.parts.index(dimension)

    def value(self, value: str, dimension: str) -> str:
        """What of a value of the group is of that dimension; "" where none is asked for."""
        if not dimension:
            return ""
        if len(self.parts) == 1:
            return value
        return value.split(BETWEEN)[self.place(dimension)]


_ALL: Final = Group("", ())
_CELLS: Final = Group(CELL, CELLED)
_PAIRS: Final[Mapping[frozenset[str], Group]] = {
    frozenset(pair): Group("+".join(pair), pair) for pair in PAIRS
}


def group_of(wanted: Collection[str], *, has_pairs: bool) -> Group | None:
    """The smallest in which these dimensions are told apart; None: only facts know. `has_pairs`: of
    a closed month, not of days, nor of what stands open."""
    if not wanted:
        return _ALL
    if len(wanted) == 1:
        (one,) = wanted
        return Group(one, (one,))
    if has_pairs and (pair := _PAIRS.get(frozenset(wanted))):
        return pair
    return _CELLS if set(wanted) <= set(CELLED) else None

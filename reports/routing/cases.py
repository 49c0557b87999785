"""Every case that a routing table can meet, and which rule decides it. Pure.

A case is a category, an owner, a district, urgent or not, in office hours or not. Categories and
districts that no rule names behave alike: "" stands for them. So there are few enough to look at
all: a set of cases is an int with one bit for each. What the city does not know makes no cases, and
of what it knows there may be more than anybody can look at: memory and steps have a limit.
"""

from collections.abc import Container, Iterator, Sequence
from math import prod
from typing import Any, Final

from geo.kinds import OWNERS
from reports.routing.choose import Rule
from reports.routing.table import Known

MOST_BITS: Final = 200_000_000
"""In all sets of a table together: 25 MB, kept twice."""
MOST_WORDS: Final = 500_000_000
"""Of 64 cases each, looked at step by step: about a second."""
_A_STEP: Final = 100
"""What a step costs besides, in such words."""
_DIMENSIONS: Final = ("category", "owner", "district", "urgent", "hours")


class TooManyCases(Exception):
    """More than can be looked at."""


class Cases:
    """Of each rule: the cases it is `wanted` for, and those that it has `decided`, being first.

    `values`: by dimension, in the order in which examples are looked for. Raises TooManyCases, as
    `takers` and `ways_back` do.
    """

    def __init__(self, rules: Sequence[Rule], known: Known) -> None:
        self.rules = rules
        self.values: dict[str, list[Any]] = {
            "category": [*_named(rules, "category", known.categories), ""],
            "owner": list(OWNERS),
            "district": [*_named(rules, "district", known.districts), ""],
            "urgent": [False, True],
            "hours": ["office", "after"],
        }
        count = prod(map(len, self.values.values()))
        if count * len(rules) > MOST_BITS:
            raise TooManyCases
        self._left, self._step = MOST_WORDS, count // 64 + _A_STEP
        self.every = (1 << count) - 1
        self._having = self._by_value()
        self.wanted = [self._matching(rule) for rule in rules]
        self.decided: list[int] = []
        self.undecided = self.every
        for wanted in self.wanted:
            self.decided.append(wanted & self.undecided)
            self.undecided &= ~wanted

    def example(self, some: int) -> dict[str, Any]:
        """A case of these by dimension, without those dimensions that do not matter to it."""
        first = some & -some
        case = {
            name: next(value for value, having in self._having[name].items() if having & first)
            for name in _DIMENSIONS
        }
        for name in _DIMENSIONS:
            wider = {other: value for other, value in case.items() if other != name}
            if not self._all_of(wider) & ~some:
                case = wider
        return case

    def takers(self, row: int) -> list[int]:
        """The rules before it that decide cases which it is wanted for."""
        wanted = self.wanted[row]
        return [other for other in range(row) if self._look() and self.decided[other] & wanted]

    def ways_back(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Ways of a ticket that every department says is not theirs, back to where it has been.

        Each as the rules (by row) that sent it on, and the cases that go this way. Where to is said
        by the first matching rule of the department that has it.
        """
        rows: dict[str | None, list[int]] = {}
        for row, rule in enumerate(self.rules):
            rows.setdefault(rule.department, []).append(row)
        ways: list[tuple[tuple[int, ...], int]] = [
            ((row,), some) for row, some in enumerate(self.decided) if some
        ]
        while ways:
            path, some = ways.pop()
            to = self.rules[path[-1]].not_ours
            if to and any(self.rules[row].department == to for row in path):
                yield path, some
                continue
            for row in rows.get(to, ()) if to else ():
                if self._look() and (here := some & self.wanted[row]):
                    ways.append(((*path, row), here))
                    some &= ~here

    def _look(self) -> bool:
        self._left -= self._step
        if self._left < 0:
            raise TooManyCases
        return True

    def _matching(self, rule: Rule) -> int:
        return self._all_of(
            {name: value for name in _DIMENSIONS if (value := getattr(rule, name)) is not None}
        )

    def _all_of(self, case: dict[str, Any]) -> int:
        found = self.every
        for name, value in case.items():
            found &= self._having[name].get(value, 0)
        return found

    def _by_value(self) -> dict[str, dict[Any, int]]:
        """The cases of each value: runs of ones as long as all that turns faster, over and over."""
        having, run = {}, 1
        for name in reversed(_DIMENSIONS):
            turn = run * len(self.values[name])
            again = self.every // ((1 << turn) - 1)
            ones = (1 << run) - 1
            having[name] = {
                value: (ones << place * run) * again
                for place, value in enumerate(self.values[name])
            }
            run = turn
        return having


def _named(rules: Sequence[Rule], column: str, known: Container[str]) -> list[str]:
    return list(dict.fromkeys(v for rule in rules if (v := getattr(rule, column)) in known))

"""The numbers of a period, made of sums that are added to each other. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from reports.stats.kinds import AGES, SPREADS

Tally = dict[str, dict[str | int, int]]
"""How many of each token, by what stands before and after its colon (whole hours as such); ""
where it has none."""


class Spread(NamedTuple):
    """How long `n` of them took, in days: a quarter, half and three quarters of them no longer than
    so; None where there are none. Within two days whole hours count, from then on whole days."""

    n: int
    lower: float | None
    median: float | None
    upper: float | None


class Stand(NamedTuple):
    """What stands open on a day. `by_age`: as of `kinds.AGES`."""

    open: int
    overdue: int
    by_age: tuple[int, ...]


class Numbers(NamedTuple):
    """Of a period; docs/numbers.md says what each is. `open`, `overdue` and `open_by_age` (as of
    `kinds.AGES`): at the end of its last day, or now. `push_yen`: whole yen."""

    received: int
    closed: int
    merged: int
    reopened: int
    looked: Spread
    made_safe: Spread
    fixed: Spread
    kept: int
    missed: int
    overdue: int
    rated: int
    satisfied: int
    open: int
    open_by_age: tuple[int, ...]
    by_channel: Mapping[str, int]
    pushes: int
    push_yen: int


NONE: Final = Stand(0, 0, (0,) * (len(AGES) + 1))
_NO_TIME: Final = Spread(0, None, None, None)


def add(to: dict[str, Tally], some: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Sums, each of a value, to the tallies of the values."""
    for value, sums in some:
        tally = to.setdefault(value, {})
        for token, many in sums.items():
            name, rest = _parted(token)
            counts = tally.setdefault(name, {})
            counts[rest] = counts.get(rest, 0) + int(many)


def together(some: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Tallies by value, added up; what is given stays as it is."""
    found: dict[str, Tally] = {}
    for tallies in some:
        for value, tally in tallies.items():
            own = found.setdefault(value, {})
            for name, counts in tally.items():
                if name not in own:
                    own[name] = dict(counts)
                    continue
                there = own[name]
                for rest, many in counts.items():
                    there[rest] = there.get(rest, 0) + many
    return found


def numbers_of(tally: Tally, stand: Stand) -> Numbers:
    def many(name: str) -> int:
        return tally.get(name, _EMPTY).get("", 0)

    return Numbers(
        received=many("received"),
        closed=many("closed"),
        merged=many("merged"),
        reopened=many("reopened"),
        **{kind.value: _spread(tally.get(kind, _EMPTY)) for kind in SPREADS},
        kept=many("kept"),
        missed=many("missed"),
        overdue=stand.overdue,
        rated=many("rated"),
        satisfied=many("satisfied"),
        open=stand.open,
        open_by_age=stand.by_age,
        by_channel={str(way): many for way, many in tally.get("channel", _EMPTY).items()},
        pushes=many("pushed"),
        push_yen=many("yen"),
    )


def _spread(counts: Mapping[Any, int]) -> Spread:
    """Of how many took so many hours."""
    n = sum(counts.values())
    if not n:
        return _NO_TIME
    counted, found = 0, list[float]()
    for hour in sorted(counts):
        counted += counts[hour]
        while len(found) < len(_SHARES) and counted >= _SHARES[len(found)] * n:
            found.append(hour / 24)
        if len(found) == len(_SHARES):
            break
    lower, median, upper = found
    return Spread(n, lower, median, upper)


@lru_cache(maxsize=4096)
def _parted(token: str) -> tuple[str, str | int]:
    name, _, rest = token.partition(":")
    return name, int(rest) if name in SPREADS else rest


_SHARES: Final = (0.25, 0.5, 0.75)
_EMPTY: Final[Mapping[str | int, int]] = {}

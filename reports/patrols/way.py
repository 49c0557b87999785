"""Positions of a phone become a sparse line. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from geo.points import Point, metres_between

APART_M: Final = 20.0
"""Nearer to the point before one tells nothing new."""
WITHIN_M: Final = 60.0
"""A position that may be farther out than that is left away."""
MOST_POINTS: Final = 5_000
"""Of one patrol: a hundred kilometres."""
_GAP: Final = timedelta(minutes=5)
_FASTEST: Final = 50.0
"""In metres a second: a position that would need more is a leap of the receiver."""


class Sample(NamedTuple):
    """A position and its moment; `accuracy_m`: how far it may be out."""

    at: datetime
    place: Point
    accuracy_m: float


def sparse(samples: Iterable[Sample], last: Sample | None) -> list[Sample]:
    """Those worth keeping after the one that was kept last, in the order of their time."""
    kept: list[Sample] = []
    for one in sorted(samples, key=lambda sample: sample.at):
        if one.accuracy_m > WITHIN_M or (last and one.at <= last.at):
            continue
        if last:
            metres = metres_between(last.place, one.place)
            seconds = (one.at - last.at).total_seconds()
            if metres < APART_M or metres > _FASTEST * seconds:
                continue
        kept.append(one)
        last = one
    return kept


def length_m(samples: Sequence[Sample]) -> float:
    """Along the line, without the gaps in which no page was open."""
    return sum(
        metres_between(one.place, after.place)
        for one, after in pairwise(samples)
        if after.at - one.at <= _GAP
    )


def runs(samples: Sequence[Sample]) -> list[list[Point]]:
    """The line in pieces: over a gap nothing is drawn."""
    pieces: list[list[Point]] = []
    before: Sample | None = None
    for one in samples:
        if before is None or one.at - before.at > _GAP:
            pieces.append([])
        pieces[-1].append(one.place)
        before = one
    return pieces

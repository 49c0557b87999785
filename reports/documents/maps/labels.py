"""Where the names of a small map go: along their roads, never over each other. Pure."""

import itertools
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

Run = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]

_TRIED: Final = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)
"""Where along a line its name may stand, the best first."""
_BEND: Final = 0.93
"""A name stands straight: its piece of road may be so much longer than the straight way."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words around the middle `x`, `y` (mm, y down), turned clockwise; always read upright."""

    words: str
    x: float
    y: float
    size: float
    degrees: float = 0.0
    turned: bool = False


@dataclass
class Labels:
    """One map's names, in millimetres; what has a place keeps it."""

    wide: float
    high: float
    _taken: list[Box] = field(default_factory=list)
    _lined: set[tuple[int, int]] = field(default_factory=set)
    _said: set[str] = field(default_factory=set)

    def keep_free(self, left: float, top: float, right: float, low: float) -> None:
        """No name shall stand here."""
        self._taken.append((left, top, right, low))

    def keep_clear(self, runs: Iterable[Run]) -> None:
        """What stands upright shall not stand on these lines."""
        for run in runs:
            for piece in inside(run, self.wide, self.high):
                self._lined |= {(int(x), int(y)) for x, y in _steps(piece)}

    def along(self, words: str, runs: Iterable[Run], size: float) -> Label | None:
        """On the longest of these lines that has room for it; each name stands once."""
        if words in self._said:
            return None
        need = width_of(words, size)
        visible = [piece for run in runs for piece in inside(run, self.wide, self.high)]
        for run in sorted(visible, key=_length, reverse=True):
            for share in _TRIED:
                label = _on(run, share, need, words, size)
                if label and self._has_room(label, need):
                    self._said.add(words)
                    return label
        return None

    def flat(self, words: str, points: Iterable[tuple[float, float]], size: float) -> Label | None:
        """Upright around the first of these points that has room for it."""
        if words in self._said:
            return None
        for x, y in points:
            label = Label(words, x, y, size)
            need = width_of(words, size)
            if not self._is_lined(label, need) and self._has_room(label, need):
                self._said.add(words)
                return label
        return None

    def _is_lined(self, label: Label, need: float) -> bool:
        cells = (
            (x, y)
            for left, top, right, low in _boxes(label, need)
            for x in range(int(left), int(right) + 1)
            for y in range(int(top), int(low) + 1)
        )
        return any(cell in self._lined for cell in cells)

    def _has_room(self, label: Label, need: float) -> bool:
        boxes = list(_boxes(label, need))
        inside = all(
            x1 > 1 and y1 > 1 and x2 < self.wide - 1 and y2 < self.high - 1
            for x1, y1, x2, y2 in boxes
        )
        if not inside or any(_meet(box, other) for box in boxes for other in self._taken):
            return False
        self._taken += boxes
        return True


def width_of(words: str, size: float) -> float:
    """About how wide these words are: Japanese letters are square, others half."""
    return sum(size if _is_wide(letter) else size * 0.58 for letter in words)


def inside(run: Run, wide: float, high: float) -> Iterator[Run]:
    """The pieces of a line that are on the paper."""
    piece: list[tuple[float, float]] = []
    for start, end in itertools.pairwise(run):
        cut = _cut(start, end, wide, high)
        if cut is None or (piece and piece[-1] != cut[0]):
            if len(piece) > 1:
                yield tuple(piece)
            piece = []
        if cut is not None:
            piece = [*(piece or [cut[0]]), cut[1]]
    if len(piece) > 1:
        yield tuple(piece)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA"


def _boxes(label: Label, need: float) -> Iterator[Box]:
    """Small squares along the words, which cover them at any angle."""
    turn, half = math.radians(label.degrees), label.size * 0.7
    steps = max(round(need / label.size), 1)
    for step in range(steps + 1):
        along = need * (step / steps - 0.5)
        x, y = label.x + along * math.cos(turn), label.y + along * math.sin(turn)
        yield x - half, y - half, x + half, y + half


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _on(run: Run, share: float, need: float, words: str, size: float) -> Label | None:
    """The words around this share of the line, where it is long and straight enough."""
    middle = _length(run) * share
    if middle < need / 2 or _length(run) - middle < need / 2:
        return None
    (x1, y1), (x2, y2) = _point(run, middle - need / 2), _point(run, middle + need / 2)
    if math.dist((x1, y1), (x2, y2)) < need * _BEND:
        return None
    degrees = math.degrees(math.atan2(y2 - y1, x2 - x1))
    upright = (degrees + 90) % 180 - 90
    return Label(words, (x1 + x2) / 2, (y1 + y2) / 2, size, upright, turned=True)


def _length(run: Run) -> float:
    return sum(map(math.dist, run, run[1:]))


def _point(run: Run, along: float) -> tuple[float, float]:
    """The point so far along the line."""
    for (x1, y1), (x2, y2) in itertools.pairwise(run):
        step = math.dist((x1, y1), (x2, y2))
        if along <= step and step:
            share = along / step
            return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
        along -= step
    return run[-1]


def _steps(run: Run) -> Iterator[tuple[float, float]]:
    """Points on the line, half a millimetre apart."""
    count = int(_length(run) * 2) + 1
    return (_point(run, _length(run) * step / count) for step in range(count + 1))


def _cut(
    start: tuple[float, float], end: tuple[float, float], wide: float, high: float
) -> Sequence[tuple[float, float]] | None:
    """A straight piece, as much of it as is on the paper (Liang and Barsky, 1984)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for step, room in (
        (-dx, start[0]),
        (dx, wide - start[0]),
        (-dy, start[1]),
        (dy, high - start[1]),
    ):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    if first > last:
        return None
    return [(start[0] + dx * share, start[1] + dy * share) for share in (first, last)]

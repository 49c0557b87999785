"""A piece of a file: its geometries looked at one by one, and brought to degrees all at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo.gis_import import findings
from geo.gis_import.extent import Rows
from geo.gis_import.findings import Findings
from geo.gis_import.gis_files import Piece
from geo.gis_import.systems import System
from geo.kinds import Form
from geo.wkb import Coordinates, Shape, read, write


@dataclass(slots=True)
class Places:
    """Where the rows lie that have been read so far."""

    numbers: list[int] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    points: list[Coordinates] = field(default_factory=list)

    def rows(self) -> Rows:
        if not self.numbers:
            return Rows(np.empty(0, int), np.empty((0, 4)), np.empty((0, 2)))
        return Rows(np.array(self.numbers), np.vstack(self.boxes), np.vstack(self.points))


@dataclass(frozen=True, slots=True)
class Reading:
    """What shapes are expected, where they are measured, and where to note what is wrong."""

    form: Form
    system: System
    swap: bool
    found: Findings

    def shapes(
        self, piece: Piece, wanted: Iterable[int], places: Places
    ) -> Iterator[tuple[int, bytes]]:
        """The usable rows among those wanted, both by their index in the piece.

        With WKB in degrees, always of all parts.
        """
        good: list[tuple[int, Shape]] = []
        for index in wanted:
            shape = self._looked_at(piece.first + index, piece.geometries[index])
            if shape:
                good.append((index, shape))
        if not good:
            return
        runs = [run for _, shape in good for run in shape.runs]
        flat = np.concatenate(runs)
        moved = self.system.degrees(flat, swap=self.swap)
        self._note_places(places, piece, good, flat, moved)
        given = iter(np.split(moved, np.cumsum([len(run) for run in runs])[:-1]))
        for index, shape in good:
            yield index, write(shape.with_runs([next(given) for _ in shape.runs]))

    def _looked_at(self, row: int, raw: bytes | None) -> Shape | None:
        if raw is None:
            self.found.add(findings.NO_GEOMETRY, row)
            return None
        shape = read(raw)
        if shape is None or shape.form != self.form or _many_points(shape):
            self.found.add(findings.WRONG_FORM, row)
        elif not shape.runs:
            self.found.add(findings.EMPTY, row)
        elif not all(np.isfinite(run).all() for run in shape.runs):
            self.found.add(findings.NOT_A_NUMBER, row)
        else:
            return self._cleaned(row, shape)
        return None

    def _cleaned(self, row: int, shape: Shape) -> Shape | None:
        """Rings closed; parts without length, and rings of less than three corners, left out."""
        if self.form == "point":
            return shape
        if self.form == "polygon":
            closed = [_closed(run) for run in shape.runs]
            if any(len(new) != len(old) for new, old in zip(closed, shape.runs, strict=True)):
                self.found.add(findings.NOT_CLOSED, row)
            shape = shape.with_runs(closed)
        parts = [part for part in shape.parts if _is_something(part[0], self.form)]
        kept = [[run for run in part if _is_something(run, self.form)] for part in parts]
        if not kept:
            self.found.add(findings.EMPTY, row)
            return None
        return Shape(shape.form, kept)

    def _note_places(
        self, places: Places, piece: Piece, good: list[tuple[int, Shape]], flat: Any, moved: Any
    ) -> None:
        lengths = [sum(len(run) for run in shape.runs) for _, shape in good]
        starts = np.cumsum([0, *lengths[:-1]])
        low, high = np.minimum.reduceat(moved, starts), np.maximum.reduceat(moved, starts)
        places.numbers += [piece.first + index for index, _ in good]
        places.boxes.append(np.hstack([low, high]))
        places.points.append(flat[starts])


def _many_points(shape: Shape) -> bool:
    return shape.form == "point" and len(shape.parts) > 1


def _closed(ring: Coordinates) -> Coordinates:
    if len(ring) < 3 or (ring[0] == ring[-1]).all():
        return ring
    return np.vstack([ring, ring[:1]])


def _is_something(run: Coordinates, form: Form) -> bool:
    if form == "polygon":
        return len(run) >= 4
    return len(run) >= 2 and not (run == run[0]).all()

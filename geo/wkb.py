"""Shapes as numbers: well-known binary (OGC 06-103r4, two dimensions) in and out. Pure."""

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.kinds import Form

Coordinates = NDArray[np.float64]
"""n × 2: easting or longitude first."""


@dataclass(slots=True)
class Shape:
    """A point, line or polygon of one or more parts.

    A polygon's part is its outer ring and its holes; a line's or point's part has one run.
    """

    form: Form
    parts: list[list[Coordinates]]

    @property
    def runs(self) -> list[Coordinates]:
        """All runs of coordinates, in their order."""
        return [run for part in self.parts for run in part]

    def with_runs(self, runs: list[Coordinates]) -> "Shape":
        """The same shape elsewhere: as many runs as `runs` gives."""
        given = iter(runs)
        return Shape(self.form, [[next(given) for _ in part] for part in self.parts])


def point(lon: float, lat: float) -> bytes:
    """A single point, little-endian."""
    return struct.pack("<BIdd", 1, 1, lon, lat)


def read(raw: bytes) -> Shape | None:
    """The shape in these bytes; None for collections, curves and surfaces. Raises ValueError."""
    try:
        shape, _ = _read(raw, 0)
    except (struct.error, IndexError) as short:
        raise ValueError("the geometry's bytes end too early") from short
    return shape


def write(shape: Shape) -> bytes:
    """A polygon or line as its Multi… of all its parts; a point as its first part."""
    if shape.form == "point":
        return _HEAD.pack(1, 1) + bytes(shape.parts[0][0][0].tobytes())
    whole, part = (5, 2) if shape.form == "line" else (6, 3)
    pieces = [_HEAD.pack(1, whole), _COUNT.pack(len(shape.parts))]
    for runs in shape.parts:
        pieces.append(_HEAD.pack(1, part))
        if shape.form == "polygon":
            pieces.append(_COUNT.pack(len(runs)))
        for run in runs:
            pieces += (_COUNT.pack(len(run)), np.ascontiguousarray(run).tobytes())
    return b"".join(pieces)


_HEAD: Final = struct.Struct("<BI")
_COUNT: Final = struct.Struct("<I")
_FORMS: Final[dict[int, Form]] = {
    1: "point", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon",
}  # fmt: skip


def _read(raw: bytes, at: int) -> tuple[Shape | None, int]:
    order = "<" if raw[at] else ">"
    (code,) = struct.unpack_from(order + "I", raw, at + 1)
    form = _FORMS.get(code)
    if form is None:
        return None, at
    if code > 3:
        return _read_parts(raw, at + 5, order, form)
    if code == 1:
        run, at = _run(raw, at + 5, order, 1)
        return Shape(form, [[run]]), at
    runs: list[Coordinates] = []
    count, at = (1, at + 5) if code == 2 else _count(raw, at + 5, order)
    for _ in range(count):
        points, at = _count(raw, at, order)
        run, at = _run(raw, at, order, points)
        runs.append(run)
    return Shape(form, [runs] if runs else []), at


def _read_parts(raw: bytes, at: int, order: str, form: Form) -> tuple[Shape, int]:
    count, at = _count(raw, at, order)
    parts: list[list[Coordinates]] = []
    for _ in range(count):
        part, at = _read(raw, at)
        parts += part.parts if part else []
    return Shape(form, parts), at


def _count(raw: bytes, at: int, order: str) -> tuple[int, int]:
    (count,) = struct.unpack_from(order + "I", raw, at)
    return count, at + 4


def _run(raw: bytes, at: int, order: str, points: int) -> tuple[Coordinates, int]:
    run: Any = np.frombuffer(raw, dtype=order + "f8", count=points * 2, offset=at)
    return run.reshape(points, 2).astype(np.float64, copy=False), at + points * 16

"""GIS files made for tests: a city of straight streets whose every answer is known beforehand."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import import gis_files, one_file
from geo.gis_import.columns import told
from geo.gis_import.facts import Wanted
from geo.gis_import.one_file import Preview
from geo.gis_import.systems import system_of
from geo.kinds import kind_named
from geo.points import Point

Run = Sequence[tuple[float, float]]


def point(x: float, y: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, x, y)


def line(*run: tuple[float, float]) -> bytes:
    return struct.pack("<BI", 1, 2) + _run(run)


def lines(*runs: Run) -> bytes:
    return struct.pack("<BII", 1, 5, len(runs)) + b"".join(line(*run) for run in runs)


def polygon(*rings: Run) -> bytes:
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(map(_run, rings))


def box(west: float, south: float, east: float, north: float) -> bytes:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return polygon(corners)


def write(
    file: Path,
    shapes: Sequence[bytes | None],
    columns: dict[str, Sequence[Any]],
    *,
    crs: str | None = "EPSG:6677",
    form: str = "LineString",
    encoding: str | None = None,
    cpg: bool = True,
    **more: Any,
) -> Path:
    """A file by pyogrio; its kind follows the name. `cpg=False` takes away the note of encoding."""
    values = [np.array(list(each), dtype=_dtype(each)) for each in columns.values()]
    pyogrio.raw.write(
        file, np.array(list(shapes), dtype=object), values, list(columns), geometry_type=form,
        crs=crs, encoding=encoding, **more,
    )  # fmt: skip
    if not cpg:
        file.with_suffix(".cpg").unlink()
    return file


def staged(db: Session, file: Path, kind: str, **how: Any) -> Preview:
    """The file as `michi load` would stage it. `how`: what it can be told."""
    columns = how.pop("columns", {})
    opening = {name: how.pop(name, None) for name in ("layer", "encoding")}
    crs, progress = how.pop("crs", None), how.pop("progress", lambda rows: None)
    with gis_files.opened(file, **opening) as opened:
        found = told(kind_named(kind), columns, opened.columns)
        wanted = Wanted(kind_named(kind), found, system_of(opened.crs, crs), **how)
        return one_file.stage(db, opened, wanted, progress)


def loaded(db: Session, file: Path, kind: str, **how: Any) -> Preview:
    preview = staged(db, file, kind, **how)
    one_file.write(db, preview, source=file.name, loaded_by="tester")
    return preview


@dataclass(frozen=True)
class Grid:
    """Streets every `block` units, east and north of a corner, cut into segments at crossings."""

    x: float
    y: float
    block: float
    streets: int

    def segments(self) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
        """By id: `e-3-5` runs east along street 3 from avenue 5, `n-…` the other way."""
        found = {}
        for street in range(self.streets):
            for block in range(self.streets - 1):
                found[f"e-{street}-{block}"] = (self.at(block, street), self.at(block + 1, street))
                found[f"n-{street}-{block}"] = (self.at(street, block), self.at(street, block + 1))
        return found

    def at(self, column: float, row: float) -> tuple[float, float]:
        return self.x + column * self.block, self.y + row * self.block

    def beside(self, name: str, share: float, offset: float) -> tuple[float, float]:
        """So far along a segment (0 to 1), and so many units to its left."""
        way, street, block = name[0], int(name[2:].split("-")[0]), int(name.rsplit("-", 1)[1])
        if way == "e":
            x, y = self.at(block + share, street)
            return x, y + offset
        x, y = self.at(street, block + share)
        return x - offset, y

    @staticmethod
    def owner(name: str) -> str:
        """Every street has one owner all along; neighbours differ."""
        street = int(name.split("-")[1])
        return ("国道", "都道", "市道", "私道")[street % 4]


def in_degrees(db: Session, xy: tuple[float, float], srid: int) -> Point:
    """By PostGIS, which is another way than the one that loads."""
    found = db.execute(
        text(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y),"
            " :srid), 4326) AS p) AS there"
        ),
        {"x": xy[0], "y": xy[1], "srid": srid},
    ).one()
    return Point(*found)


def _run(run: Run) -> bytes:
    return struct.pack("<I", len(run)) + np.array(run, "<f8").tobytes()


def _dtype(values: Sequence[Any]) -> Any:
    return object if any(isinstance(each, str) or each is None for each in values) else None

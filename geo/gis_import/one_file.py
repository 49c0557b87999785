"""One file of map data: read, judged and staged; and, once somebody has looked, written."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geo.gis_import import extent, findings, staging, versions
from geo.gis_import.extent import ANYWHERE, Rows
from geo.gis_import.facts import Facts, Wanted
from geo.gis_import.findings import Findings
from geo.gis_import.gis_files import GisFile
from geo.gis_import.pieces import Places, Reading
from geo.gis_import.selection import Selection
from geo.kinds import BadFile


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be written. `box`: west, south, east, north; `owners`: (value, owner) → rows.

    `chosen`: how many of the file's rows were meant.
    """

    wanted: Wanted
    chosen: int
    rows: int
    box: tuple[float, float, float, float]
    accuracy_m: float | None
    found: Findings
    owners: Counter[tuple[str, str]]
    sample: list[Mapping[str, Any]]


def stage(
    db: Session, file: GisFile, wanted: Wanted, progress: Callable[[int], None] = lambda rows: None
) -> Preview:
    """Read the whole file into this connection's staging table. Raises BadFile, naming rows."""
    found, facts, places = Findings(), Facts(wanted), Places()
    selection = Selection(wanted.only)
    reading = Reading(wanted.kind.form, wanted.system, wanted.swap, found)
    staging.begin(db)
    with staging.copying(db) as put:
        for piece in file.pieces(sorted({*wanted.columns.values(), *wanted.only})):
            chosen = selection.of(piece.columns, len(piece.geometries))
            for index, shape in reading.shapes(piece, chosen, places):
                row = facts.of(piece.first + index, shape, piece.columns, index, found)
                if row:
                    put(row)
            progress(min(piece.first + len(piece.geometries) - 1, file.rows))
    selection.demand_all()
    facts.demand_one_city()
    rows = places.rows()
    problems = [*found.refused(), *facts.refused()]
    if problems:
        raise BadFile(f"{file.name}: " + "\n".join(problems))
    if not len(rows.numbers):
        raise BadFile(f"{file.name}: 読みこめる行がありません / no row is left to load")
    accuracy = wanted.system.accuracy_m(rows.points)
    left = _without_far(db, rows, wanted, found)
    _look_at_polygons(db, file, wanted, found)
    return Preview(
        wanted=wanted,
        chosen=selection.rows,
        rows=staging.count(db),
        box=(*left[:, :2].min(axis=0).tolist(), *left[:, 2:].max(axis=0).tolist()),
        accuracy_m=accuracy,
        found=found,
        owners=facts.owners,
        sample=staging.sample(db),
    )


def write(db: Session, preview: Preview, *, source: str, loaded_by: str = "") -> int:
    """What was staged becomes the version in use. Returns how many rows it has."""
    wanted = preview.wanted
    options = {
        "columns": dict(wanted.columns),
        "crs": wanted.system.name,
        "only": {column: sorted(values) for column, values in wanted.only.items()},
        "left_out": {
            what.english: rows
            for what, rows in preview.found.rows.items()
            if what.done is findings.Done.LEFT_OUT
        },
    }
    layer = versions.new_version(
        db, wanted.kind, source=source, loaded_by=loaded_by, options=options
    )
    rows = staging.move_in(db, wanted.kind, layer)
    versions.finish(db, wanted.kind, layer, rows)
    staging.end(db)
    return rows


def _without_far(db: Session, rows: Rows, wanted: Wanted, found: Findings) -> Any:
    """The boxes of the rows that stay."""
    home = ANYWHERE if wanted.elsewhere else extent.home_of(db, wanted.kind, rows, wanted.system)
    far = extent.far_rows(home, rows, wanted.system, swap=wanted.swap)
    if not far:
        return rows.boxes
    if not wanted.drop_far:
        extent.refuse_far(home, rows, far)
    staging.drop(db, far)
    found.add(findings.FAR_AWAY, *far)
    return rows.boxes[~np.isin(rows.numbers, far)]


def _look_at_polygons(db: Session, file: GisFile, wanted: Wanted, found: Findings) -> None:
    if wanted.kind.form != "polygon":
        return
    staging.mend_polygons(db, found)
    staging.look_at_keys(db, found)
    if found.refused():
        raise BadFile(f"{file.name}: " + "\n".join(found.refused()))
    if not staging.count(db):
        raise BadFile(f"{file.name}: 読みこめる行がありません / no row is left to load")

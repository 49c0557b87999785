"""One file of map data: read, judged and staged; and, once somebody has looked, written."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geo.gis_import import extent, findings, staging, versions
from geo.gis_import.extent import ANYWHERE, Rows
from geo.gis_import.findings import Findings
from geo.gis_import.gis_files import GisFile
from geo.gis_import.pieces import Places, Reading, text_of
from geo.gis_import.staging import Staged
from geo.gis_import.systems import System
from geo.kinds import BadFile, Kind
from geo.owners import owner_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read. `columns`: field → column. `owner_is`: of every row."""

    kind: Kind
    columns: Mapping[str, str]
    system: System
    owner_map: Mapping[str, str] = field(default_factory=dict)
    owner_is: str | None = None
    other_owner: str | None = None
    tolerances: Mapping[str, float] = field(default_factory=dict)
    swap: bool = False
    drop_far: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be written. `box`: west, south, east, north; `owners`: (value, owner) → rows."""

    wanted: Wanted
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
    found, facts, places = Findings(), _Facts(wanted), Places()
    reading = Reading(wanted.kind.form, wanted.system, wanted.swap, found)
    staging.begin(db)
    with staging.copying(db) as put:
        for piece in file.pieces(sorted({*wanted.columns.values()})):
            for index, shape in reading.shapes(piece, places):
                row = facts.of(piece.first + index, shape, piece.columns, index, found)
                if row:
                    put(row)
            progress(min(piece.first + len(piece.geometries) - 1, file.rows))
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


class _Facts:
    """Row by row from the file's columns to ours; remembers what it has seen."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.owners: Counter[tuple[str, str]] = Counter()
        self._unknown: Counter[str] = Counter()
        self._classes: set[str] = set()
        self._seen: set[int] = set()

    def of(
        self, row: int, shape: bytes, columns: Mapping[str, Any], index: int, found: Findings
    ) -> Staged | None:
        """None for a row that was there before, or that has not what it needs."""
        words = {
            name: text_of(columns[column][index]) for name, column in self.wanted.columns.items()
        }
        mark = hash((shape, *words.values()))
        if mark in self._seen:
            found.add(findings.TWICE, row)
            return None
        self._seen.add(mark)
        made = {"areas": self._area, "roads": self._road, "assets": self._asset}
        return made[self.wanted.kind.table](row, shape.hex(), words, found)

    def refused(self) -> list[str]:
        """Owners that nobody explained, classes that do not occur."""
        lines = []
        if self._unknown:
            listed = "、".join(
                f"「{value}」{count:,}行" for value, count in self._unknown.most_common(30)
            )
            lines.append(
                f"道路管理者がわからない値 / owners not known: {listed}。"
                "--owner-map '値=city,…' か --other-owner other で指定してください"
            )
        if strange := set(self.wanted.tolerances) - self._classes:
            lines.append(
                f"--tolerance: 種別 {', '.join(sorted(strange))} はありません / no such class;"
                f" {', '.join(sorted(self._classes)) or 'なし / none (--class)'}"
            )
        return lines

    def _area(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged | None:
        name = words.get("name", "")
        if not name:
            found.add(findings.NAMELESS, row)
            return None
        return Staged(
            row, shape, key=words.get("key") or name, name=name, name_en=words.get("name_en", "")
        )

    def _road(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged:
        road_class, ref = words.get("class", ""), words.get("ref", "")
        self._classes.add(road_class)
        return Staged(
            row,
            shape,
            name=words.get("name") or ref,
            name_en=words.get("name_en", ""),
            ref=ref,
            owner=self._owner(words.get("owner", "")),
            road_class=road_class,
            tolerance_m=self.wanted.tolerances.get(road_class),
            source_id=words.get("id", ""),
        )

    def _asset(self, row: int, shape: str, words: dict[str, str], found: Findings) -> Staged:
        key, name = words.get("key", ""), words.get("name", "")
        if self.wanted.kind.name == "town" and not name:
            found.add(findings.NAMELESS, row)
        elif "key" in words and not key:
            found.add(findings.WITHOUT_KEY, row)
        value = words.get("owner", "")
        says = value or self.wanted.owner_is or "" in self.wanted.owner_map
        owner = self._owner(value) if says else ""
        return Staged(row, shape, key=key, name=name, owner=owner)

    def _owner(self, value: str) -> str:
        wanted = self.wanted
        owner = wanted.owner_is or owner_of(value, wanted.owner_map) or wanted.other_owner
        if owner is None:
            self._unknown[value] += 1
        self.owners[value, owner or ""] += 1
        return owner or ""

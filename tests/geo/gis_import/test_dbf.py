"""Rows that somebody deleted from a Shapefile, and that are in it still."""

from pathlib import Path

import pytest
from made_files import line, staged, write
from sqlalchemy.orm import Session

from geo.gis_import import gis_files
from geo.kinds import BadFile


def roads(folder: Path, rows: int, *, without: tuple[int, ...]) -> Path:
    """Names are the rows' numbers; those that are deleted keep their place until somebody packs."""
    shapes = [line((0, 0), (10, row)) for row in range(rows)]
    names = [str(row) for row in range(rows)]
    file = write(folder / "roads.shp", shapes, {"name": names, "owner": ["市道"] * rows})
    dbf = file.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes())
    start, length = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    for row in without:
        raw[start + row * length] = ord("*")
    dbf.write_bytes(raw)
    return file


@pytest.mark.parametrize("without", [(), (1,), (0, 24), (9, 10, 11), (*range(10, 20),), (3, 22)])
def test_deleted_rows_are_not_there_and_all_others_are_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: tuple[int, ...]
) -> None:
    monkeypatch.setattr(gis_files, "ROWS_AT_ONCE", 10)
    with gis_files.opened(roads(tmp_path, 25, without=without)) as file:
        pieces = list(file.pieces(["name"]))
    names = [name for piece in pieces for name in piece.columns["name"]]
    assert names == [str(row) for row in range(25) if row not in without]
    assert file.rows == len(names)
    firsts = [1 + sum(len(piece.geometries) for piece in pieces[:at]) for at in range(len(pieces))]
    assert [piece.first for piece in pieces] == firsts


def test_a_file_with_deleted_rows_is_loaded(db: Session, tmp_path: Path) -> None:
    assert staged(db, roads(tmp_path, 4, without=(1, 2)), "road", elsewhere=True).rows == 2


def test_where_all_rows_are_deleted_none_is_left(db: Session, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no row is left"):
        staged(db, roads(tmp_path, 2, without=(0, 1)), "road", elsewhere=True)

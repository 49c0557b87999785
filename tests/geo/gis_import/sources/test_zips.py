"""Zips of other machines are read with their names, or refused in words; never a traceback."""

import contextlib
import sqlite3
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from made_files import line, write
from odd_zips import marked, packed, parts

from geo.gis_import.gis_files import opened
from geo.gis_import.sources import zips
from geo.kinds import BadFile

IN_UTF_8 = 0x800


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """Of two rows, with a name in which cp932 has a backslash."""
    return write(
        tmp_path / "表示.shp", [line((0, 0), (9, 9)), line((0, 0), (9, 0))], {"name": ["a", "b"]},
        encoding="cp932",
    )  # fmt: skip


def inside(given: Path, layer: str | None = None) -> tuple[str, int]:
    """Which file of it was read, and how many rows that has."""
    with opened(given, layer=layer) as file:
        return str(file.source.inside), file.rows


@pytest.mark.parametrize("names_in", ["utf-8", "cp932", None])
def test_names_are_read_whether_or_not_the_zip_says_their_encoding(
    roads: Path, tmp_path: Path, names_in: str | None
) -> None:
    given = packed(tmp_path / "行政界.zip", parts(roads, "市の表/"), names_in=names_in)
    with zipfile.ZipFile(given) as archive:
        flags = {each.flag_bits & IN_UTF_8 for each in archive.infolist()}
    assert flags == ({0} if names_in else {IN_UTF_8})
    assert inside(given) == ("市の表/表示.shp", 2)


def test_windows_own_separators_are_folders(roads: Path, tmp_path: Path) -> None:
    given = packed(tmp_path / "a.zip", parts(roads, "市の表\\"), names_in="cp932")
    assert inside(given) == ("市の表/表示.shp", 2)


def test_names_that_are_in_no_encoding_do_no_harm(tmp_path: Path) -> None:
    roads = write(tmp_path / "a.shp", [line((0, 0), (9, 9))], {"name": ["a"]})
    given = packed(tmp_path / "a.zip", parts(roads, "ÿ\x81ÿ/"), names_in="latin-1")
    assert inside(given)[1] == 1


def test_what_a_mac_lays_beside_files_is_not_seen(roads: Path, tmp_path: Path) -> None:
    shadows = {f"__MACOSX/._{name}": b"\0\5\x16\7 icon" for name in parts(roads)}
    assert inside(packed(tmp_path / "a.zip", parts(roads) | shadows)) == ("表示.shp", 2)
    beside = packed(tmp_path / "b.zip", parts(roads, "x/") | {"x/._表示.shp": b"\0\5\x16\7"})
    assert inside(beside) == ("x/表示.shp", 2)
    (folder := tmp_path / "folder").mkdir()
    for name, content in (parts(roads) | {"._表示.shp": b"\0\5\x16\7"}).items():
        (folder / name).write_bytes(content)
    assert inside(folder) == ("表示.shp", 2)


def test_a_zip_in_a_zip_is_unpacked_too_but_not_for_ever(roads: Path, tmp_path: Path) -> None:
    within = packed(tmp_path / "1.zip", parts(roads))
    for number in (2, 3, 4):
        assert inside(within)[1] == 2
        outer = tmp_path / f"{number}.zip"
        within = packed(outer, {f"x/{within.name}": within.read_bytes()})
    with pytest.raises(BadFile, match="深すぎます"):
        inside(within)


def refused(given: Path) -> str:
    with pytest.raises(BadFile) as bad:
        inside(given)
    return str(bad.value)


def test_a_password_and_a_method_that_nobody_has_are_said_with_the_way_out(
    roads: Path, tmp_path: Path
) -> None:
    for given, words in (
        (marked(packed(tmp_path / "p.zip", parts(roads)), flag=1), "パスワード"),
        (marked(packed(tmp_path / "d.zip", parts(roads)), method=9), "Deflate64"),
        (marked(packed(tmp_path / "x.zip", parts(roads)), method=77), "77"),
    ):
        said = refused(given)
        assert words in said
        assert "展開して、そのフォルダーを指定" in said
        assert "unpack it and give the folder" in said


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2,
                                    zipfile.ZIP_LZMA])  # fmt: skip
def test_every_damage_is_said_to_be_one(roads: Path, tmp_path: Path, method: int) -> None:
    """Cut off anywhere, or with other bytes anywhere, it is read or refused: nothing else."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        for name, content in parts(roads).items():
            archive.writestr(name, content)
    whole = (tmp_path / "a.zip").read_bytes()
    damaged = tmp_path / "damaged.zip"
    refusals = 0
    for at in range(4, len(whole), 23):
        for broken in (whole[:at], whole[:at] + b"\xff\x81\0\7" + whole[at + 4 :]):
            damaged.write_bytes(broken)
            try:
                inside(damaged)
            except BadFile:
                refusals += 1
    assert refusals > len(whole) // 23
    damaged.write_bytes(whole[: len(whole) // 2])
    assert "壊れています" in refused(damaged)


def test_a_geopackage_brings_what_a_program_has_not_yet_written_into_it(tmp_path: Path) -> None:
    """In a zip that was made while the GeoPackage was open in QGIS (https://sqlite.org/wal.html)."""
    roads = write(tmp_path / "道路.gpkg", [line((0, 0), (9, 9))], {"name": ["前"]})
    with contextlib.closing(sqlite3.connect(roads)) as program:
        for test in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            program.create_function(test, 1, lambda shape: 0)
        program.execute("PRAGMA journal_mode = wal")
        program.execute("UPDATE 道路 SET name = '後'")
        program.commit()
        together = {each.name: each.read_bytes() for each in tmp_path.glob("道路.gpkg*")}
    assert "道路.gpkg-wal" in together
    for order in (together, dict(reversed(together.items()))):
        given = packed(tmp_path / "a.zip", {f"市/{name}": raw for name, raw in order.items()})
        with opened(given) as file:
            names = [[*piece.columns["name"]] for piece in file.pieces(["name"])]
        assert names == [["後"]]


def test_a_name_that_claims_to_be_utf_8_and_is_not_is_damage(roads: Path, tmp_path: Path) -> None:
    given = packed(tmp_path / "a.zip", parts(roads), names_in="cp932")
    assert "壊れています" in refused(marked(given, flag=IN_UTF_8))


def test_what_would_fill_the_disk_is_refused(
    roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = packed(tmp_path / "1.zip", parts(roads))
    size = sum(map(len, parts(roads).values()))
    given = packed(tmp_path / "2.zip", {"1.zip": within.read_bytes(), "2.zip": within.read_bytes()})
    monkeypatch.setattr(zips, "MOST_UNPACKED", size + 2 * within.stat().st_size)
    assert "大きすぎます" in refused(given)
    assert inside(within)[1] == 2


def with_a_list(path: Path, files: int) -> Path:
    """A zip that lists so many files, of which there is none."""
    listed = struct.pack("<4s24xH16x", b"PK\1\2", 1) + b"a"
    size = len(listed) * files
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, files, files, size, 0)
    end += struct.pack("<4sIQI", b"PK\6\7", 0, size, 1)
    end += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    return packed(path, {"within.zip": listed * files + end})


def test_a_list_without_end_is_refused_before_it_is_read(
    roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_a_list(tmp_path / "long.zip", 1 + zips.MOST_LISTED // 47)
    assert given.stat().st_size < 100_000
    tracemalloc.start()
    assert "多すぎます" in refused(given)
    assert tracemalloc.get_traced_memory()[1] < 3 * zips.MOST_LISTED
    tracemalloc.stop()
    monkeypatch.setattr(zips, "MOST_FILES", 1 + 2 * len(parts(roads)))
    within = packed(tmp_path / "1.zip", parts(roads)).read_bytes()
    assert inside(packed(tmp_path / "a.zip", {"1.zip": within}))[1] == 2
    assert "多すぎます" in refused(packed(tmp_path / "b.zip", {"1.zip": within, "2.zip": within}))

"""Of what a city gave the layer that is meant is read; where there are several, they are named."""

import os
import shutil
import sqlite3
import unicodedata
from pathlib import Path

import pytest
from made_files import line, point, write
from odd_zips import packed, parts

from geo.gis_import.gis_files import opened
from geo.kinds import BadFile

RUN = line((139.5, 35.7), (139.51, 35.7))
N02 = "N02-25_GML"


def shapefile(file: Path, rows: int = 1, *, encoding: str = "cp932") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return write(file, [RUN] * rows, {"路線名": ["中央線"] * rows}, crs="EPSG:6668",
                 encoding=encoding)  # fmt: skip


def geojson(file: Path, rows: int = 1) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return write(file, [RUN] * rows, {"路線名": ["中央線"] * rows}, crs="EPSG:4326")


def read(given: Path, layer: str | None = None) -> tuple[str, int]:
    with opened(given, layer=layer) as file:
        assert "路線名" in file.columns
        return str(file.source.inside), file.rows


def refused(given: Path, layer: str | None = None) -> str:
    with pytest.raises(BadFile) as bad, opened(given, layer=layer):
        pass
    return str(bad.value)


@pytest.fixture
def n02(tmp_path: Path) -> Path:
    """国土数値情報: each layer as a Shapefile in both encodings and as GeoJSON, of 1 to 3 rows."""
    top = tmp_path / "n02" / N02
    for layer, more in (("N02-25_RailroadSection", 0), ("N02-25_Station", 10)):
        shapefile(top / "Shift-JIS" / f"{layer}.shp", 1 + more)
        shapefile(top / "UTF-8" / f"{layer}.shp", 2 + more, encoding="utf-8")
        geojson(top / "UTF-8" / f"{layer}.geojson", 3 + more)
    files = {
        f"{N02}/{each.relative_to(top).as_posix()}": each.read_bytes() for each in top.rglob("*.*")
    }
    return packed(tmp_path / "N02-25_GML.zip", files)


def test_a_layer_in_two_encodings_and_two_formats_is_one(n02: Path) -> None:
    said = refused(n02)
    assert said.endswith("--layer: N02-25_RailroadSection, N02-25_Station")
    assert read(n02, "N02-25_Station") == (f"{N02}/UTF-8/N02-25_Station.geojson", 13)
    assert refused(n02, "N02-25_Depot") == said


@pytest.mark.parametrize(
    ("layer", "inside", "rows"),
    [
        (f"{N02}/UTF-8/N02-25_Station", "UTF-8/N02-25_Station.geojson", 13),
        (f"{N02}/UTF-8/N02-25_Station.shp", "UTF-8/N02-25_Station.shp", 12),
        ("Shift-JIS/N02-25_Station", "Shift-JIS/N02-25_Station.shp", 11),
        ("Shift-JIS/N02-25_RailroadSection.shp", "Shift-JIS/N02-25_RailroadSection.shp", 1),
    ],
)
def test_another_one_of_a_layers_files_is_chosen_by_its_path(
    n02: Path, layer: str, inside: str, rows: int
) -> None:
    assert read(n02, layer) == (f"{N02}/{inside}", rows)


def test_one_layer_in_two_encodings_needs_no_choice(tmp_path: Path) -> None:
    shapefile(tmp_path / "in" / "Shift-JIS" / "道路.shp")
    shapefile(tmp_path / "in" / "UTF-8" / "道路.shp", 2, encoding="utf-8")
    assert read(tmp_path / "in") == ("UTF-8/道路.shp", 2)
    with opened(tmp_path / "in") as file:
        assert [str(each) for each in file.source.others] == ["Shift-JIS/道路.shp"]


def test_files_of_one_name_in_folders_of_other_years_are_not_one_layer(tmp_path: Path) -> None:
    for year in (2024, 2025):
        shapefile(tmp_path / "in" / str(year) / "道路.shp", year - 2023)
    assert refused(tmp_path / "in").endswith("--layer: 2024/道路, 2025/道路")
    assert refused(tmp_path / "in", "道路").endswith("--layer: 2024/道路, 2025/道路")
    assert read(tmp_path / "in", "2025/道路") == ("2025/道路.shp", 2)


def test_a_file_that_is_named_is_read_whatever_lies_beside_it(tmp_path: Path) -> None:
    shapefile(tmp_path / "道路.shp", 1)
    geojson(tmp_path / "道路.geojson", 2)
    assert read(tmp_path / "道路.shp") == ("道路.shp", 1)
    assert read(tmp_path / "道路.geojson") == ("道路.geojson", 2)


def test_a_layer_that_is_not_there_is_refused_in_every_format(tmp_path: Path) -> None:
    tunnels = write(tmp_path / "トンネル.gpkg", [RUN], {"路線名": ["a"]}, layer="隧道")
    for file in (shapefile(tmp_path / "道路.shp"), geojson(tmp_path / "橋.geojson"), tunnels):
        assert "--layer" in refused(file, "水路")
    assert read(tmp_path / "道路.shp", "道路")[1] == 1
    assert read(tmp_path / "トンネル.gpkg", "隧道")[1] == 1
    assert read(tmp_path / "トンネル.gpkg", "トンネル")[1] == 1


@pytest.mark.parametrize("ending", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts_is_told_what_to_bring(
    tmp_path: Path, ending: str
) -> None:
    file = shapefile(tmp_path / "in" / "道路.shp")
    file.with_suffix(ending).unlink()
    for given in (file, file.parent, packed(tmp_path / "a.zip", parts(file))):
        said = refused(given)
        assert f"道路.shp といっしょの {ending} がありません" in said
        assert ".shp .shx .dbf .prj を同じ名前で" in said
        assert f"{ending} of the same name must lie beside the .shp" in said


def test_its_parts_may_be_written_in_capitals(tmp_path: Path) -> None:
    file = shapefile(tmp_path / "道路.shp")
    for ending in (".shx", ".dbf", ".cpg", ".prj"):
        file.with_suffix(ending).rename(tmp_path / f"道路{ending.upper()}")
    with opened(file.rename(tmp_path / "道路.SHP")) as read_file:
        assert read_file.columns == ("路線名",)
        assert "6668" in (read_file.crs or "")
        assert read_file.encoding.how == "cpg"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_names_on_the_disk_may_be_cp932_or_a_macs(tmp_path: Path, encoding: str) -> None:
    """As other programs unpack zips; が and its like are two letters on a Mac."""
    file = shapefile(tmp_path / "a.shp", 2)
    name = "がけ表" if encoding == "cp932" else unicodedata.normalize("NFD", "がけ表")
    (folder := tmp_path / "in").mkdir()
    for ending in (".shp", ".shx", ".dbf"):
        shutil.copy(file.with_suffix(ending), os.fsencode(folder) + b"/" + name.encode(encoding)
                    + ending.encode())  # fmt: skip
    assert read(folder) == read(folder, "がけ表") == ("がけ表.shp", 2)
    (given,) = folder.glob("*.shp")
    with opened(given) as file_of_that_name:
        assert (file_of_that_name.name, file_of_that_name.rows) == ("がけ表.shp", 2)


@pytest.mark.parametrize("ending", [".dbf", ".shx", ".prj"])
def test_a_part_that_is_given_instead_leads_to_the_shapefile(tmp_path: Path, ending: str) -> None:
    given = shapefile(tmp_path / "道路.shp").with_suffix(ending)
    assert "同じ名前の .shp を指定" in refused(given)


def test_what_a_file_is_is_seen_in_it_and_not_in_its_name(tmp_path: Path) -> None:
    shutil.copy(geojson(tmp_path / "a.geojson", 2), tmp_path / "a.txt")
    write(tmp_path / "b.gpkg", [RUN], {"路線名": ["a"]}).rename(tmp_path / "b.geojson")
    packed(tmp_path / "c.zip", {"a.geojson": (tmp_path / "a.txt").read_bytes()})
    (tmp_path / "c.zip").rename(tmp_path / "c.shp")
    assert read(tmp_path / "a.txt")[1] == 2
    assert read(tmp_path / "b.geojson")[1] == 1
    assert read(tmp_path / "c.shp") == ("a.geojson", 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"not JSON", b"[1, 2]", b"{}", b"<kml/>", b"\x1f\x8b\x08", b"7z\xbc\xaf", b"a,b\n1,2\n",
     b'{"type": "Topology", "objects": {}}'],
)  # fmt: skip
def test_what_is_none_of_the_three_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.geojson", "a.gpkg", "a.shp", "a.xyz"):
        (tmp_path / "in" / name).write_bytes(content)
        said = refused(tmp_path / "in" / name)
        assert "書き出してください" in said, name
    assert "書き出してください" in refused(tmp_path / "in")
    assert "書き出してください" in refused(packed(tmp_path / "a.zip", {"a.shp": content}))
    assert "no such file" in refused(tmp_path / "nowhere.shp")


def test_a_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as db:
        db.execute("CREATE TABLE roads (name text)")
    assert "読めません" in refused(tmp_path / "a.gpkg")


def test_links_that_lead_out_of_what_was_given_are_not_followed(tmp_path: Path) -> None:
    elsewhere = shapefile(tmp_path / "elsewhere" / "道路.shp")
    geojson(elsewhere.with_name("橋.geojson"))
    given = shapefile(tmp_path / "given" / "道路.shp", 2)
    (given.parent / "橋.geojson").symlink_to(elsewhere.with_name("橋.geojson"))
    assert read(given.parent) == ("道路.shp", 2)
    dbf = given.with_suffix(".dbf")
    dbf.unlink()
    dbf.symlink_to(elsewhere.with_suffix(".dbf"))
    assert ".dbf がありません" in refused(given)
    (tmp_path / "link.shp").symlink_to(elsewhere)
    assert ".shx と .dbf がありません" in refused(tmp_path / "link.shp")


def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    """Cut off anywhere, or with other bytes anywhere, in every one of its parts."""
    files = [shapefile(tmp_path / "a.shp", 40).with_suffix(e) for e in (".shp", ".shx", ".dbf")]
    files.append(write(tmp_path / "b.gpkg", [point(1, 2)] * 20, {"路線名": ["a"] * 20},
                       form="Point"))  # fmt: skip
    files.append(geojson(tmp_path / "c.geojson", 20))
    for file in files:
        whole = file.read_bytes()
        given = file.with_suffix(".shp") if file.stem == "a" else file
        for at in range(0, len(whole), len(whole) // 37):
            for broken in (whole[:at], whole[:at] + b"\xff\x81\0\7" + whole[at + 4 :]):
                file.write_bytes(broken)
                try:
                    with opened(given) as read_file:
                        for _ in read_file.pieces(read_file.columns):
                            pass
                except BadFile:
                    pass
        file.write_bytes(whole)
        assert read(given)[1] in (20, 40)

"""Places as somebody on the telephone names them, and the addresses of 国土交通省's file."""

import csv
import io
import time
import zipfile
from pathlib import Path

import pytest
from block_files import prefecture
from sqlalchemy.orm import Session

from geo.gis_import.addresses import load
from geo.kinds import BadFile
from geo.named_places import places
from geo.points import Point
from store import sql
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
HEAD = (
    "都道府県名,市区町村名,大字・丁目名,小字・通称名,街区符号・地番,座標系番号,Ｘ座標,Ｙ座標,"
    "緯度,経度,住居表示フラグ,代表フラグ,更新前履歴フラグ,更新後履歴フラグ"
)
ROWS = (
    "東京都,小金井市,本町六丁目,,5,9,0,0,35.701500,139.503500,1,1,0,0",
    "東京都,小金井市,本町六丁目,,15,9,0,0,35.702500,139.504500,1,1,0,0",
    "東京都,小金井市,本町六丁目,,16,9,0,0,35.702500,139.504500,1,1,0,3",
    "東京都,八王子市,元本郷町三丁目,,24,9,0,0,35.666300,139.315900,1,1,0,0",
)


def file_of(folder: Path, *rows: str, encoding: str = "cp932") -> Path:
    file = folder / "13210-18.0a.csv"
    file.write_text("\r\n".join([HEAD, *rows, ""]), encoding=encoding)
    return file


def names(words: str) -> list[tuple[str, str]]:
    with transaction() as db:
        return [(place.name, place.kind) for place in places(db, words)]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_the_addresses_of_the_city_are_loaded_and_found_as_people_say_them(
    tmp_path: Path, encoding: str
) -> None:
    with transaction() as db:
        loaded = load(db, file_of(tmp_path, *ROWS, encoding=encoding))
    assert (loaded.kept, loaded.elsewhere, loaded.gone) == (2, 1, 1)
    for said in ("本町6-5-3", "本町６丁目５番３号", "小金井市本町六丁目5番地", "本町6ー5"):
        first = names(said)[0]
        assert first == ("本町六丁目5番", "address"), said
    assert names("本町6-15")[0] == ("本町六丁目15番", "address")
    assert "address" not in {kind for _, kind in names("本町6-16")}


def test_a_file_that_is_none_leaves_what_is_there(tmp_path: Path) -> None:
    with transaction() as db:
        load(db, file_of(tmp_path, ROWS[0]))
    for rows, says in (
        ((ROWS[3],), "市の区域の中に"),
        (("東京都,小金井市,本町六丁目,,5,9,0,0,北,139.5,1,1,0,0",), "2行目"),
        (("東京都,小金井市",), "2行目"),
    ):
        with pytest.raises(BadFile, match=says), transaction() as db:
            load(db, file_of(tmp_path, *rows))
    assert names("本町6-5")[0] == ("本町六丁目5番", "address")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadFile, match="見出し"), transaction() as db:
        load(db, tmp_path / "other.csv")


def test_figures_towns_and_what_is_still_being_typed() -> None:
    with transaction() as db:
        (written, *_) = places(db, "35.7015, 139.5246")
        assert (written.kind, written.is_exact) == ("written", True)
        assert written.point == Point(139.5246, 35.7015)
        town = next(place for place in places(db, "本町6") if place.kind == "town")
        assert (town.name, town.is_exact) == ("本町六丁目", False)
        assert places(db, "  ") == places(db, "どこにもない場所の名前") == []
        assert places(db, "\x00") == []
        assert places(db, "本町\x006") == places(db, "本町6") != []


def quoted(*rows: str, head: str = HEAD) -> bytes:
    """As it comes: every cell in quotes, cp932."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(row.split(";") for row in rows)
    return (",".join(f'"{name}"' for name in head.split(",")) + "\r\n" + out.getvalue()).encode(
        "cp932"
    )


def row(town: str, part: str, block: str, lat: str, main: str = "1", city: str = "小金井市") -> str:
    return f"東京都;{city};{town};{part};{block};9;-32255.1;-21901.3;{lat};139.5045;0;{main};0;0"


def test_a_prefectures_zip_with_lots_parts_and_several_rows_of_a_block(tmp_path: Path) -> None:
    table = quoted(
        row("本町六丁目", "", "5", "35.7030", "0"),
        row("本町六丁目", "", "５", "35.7020"),
        row("大字岩根", "下桶", "12", "35.7021"),
        row("大字岩根", "下桶", "126", "35.7022"),
        row("大字岩根", "上桶", "126", "35.7023"),
        row("大字岩根", "", "甲31", "35.7024"),
        row("霞ヶ関町", "", "24,29", "35.7025"),
        row("霞ヶ関町", "", "7.5", "35.7025"),
        row("（大字なし）", "", "3", "35.7025"),
        row("霞ヶ関町", "", "8", "35.7026"),
        row("霞ヶ関町", "", "8", "35.7027", city="国分寺市"),
        row("本町六丁目", "", "5", "35.9000", city="八王子市"),
        head=HEAD.replace("大字・丁目名", "大字・町丁目名"),
    )
    file = tmp_path / "13000-24.0a.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("13000-24.0a/13_2025.CSV", table)
        packed.writestr("13000-24.0a/META_13_2025.html", "<p>")
    with transaction() as db:
        loaded = load(db, file)
    assert (loaded.kept, loaded.elsewhere, loaded.gone, loaded.unnumbered) == (9, 1, 0, 2)
    with transaction() as db:
        assert places(db, "本町6-5-3")[0].point.lat == 35.702
    for said, name in (
        ("〒184-0004 小金井市岩根12-3", "大字岩根12番"),
        ("岩根字下桶126番地", "大字岩根下桶126番"),
        ("大字岩根甲31の1", "大字岩根甲31番"),
        ("霞が関町29", "霞ヶ関町29番"),
        ("国分寺市霞ケ関町8", "国分寺市霞ヶ関町8番"),
    ):
        assert names(said)[0] == (name, "address"), said
    assert "address" not in {kind for _, kind in names("岩根126")}, "of two parts, which?"


def test_the_years_forms_and_what_one_of_them_should_not_hold(tmp_path: Path) -> None:
    """Until 2016 there are 13 columns; the file of 令和3年度 has rows that it calls removed."""
    head = HEAD.replace("小字・通称名,", "").encode("cp932")
    old = "東京都,小金井市,本町六丁目,5,9,0,0,35.701500,139.503500,1,1,0,0".encode("cp932")
    file = tmp_path / "13_2016.csv"
    file.write_bytes(b"\r\n".join([head, old, b""]))
    with transaction() as db:
        assert load(db, file).kept == 1
    assert names("本町6-5")[0] == ("本町六丁目5番", "address")
    packed = tmp_path / "13000-20.0a.zip"
    written = prefecture(packed, blocks=600)
    with transaction() as db:
        loaded = load(db, packed)
    assert (loaded.kept, loaded.elsewhere, loaded.gone) == (
        written.here,
        written.elsewhere,
        written.gone,
    )
    assert loaded.unnumbered == written.unnumbered
    assert "address" not in {kind for _, kind in names("本町6-5")}
    for name in ("表十番町一丁目1番", "髙﨑町二丁目2番"):
        assert names(f"小金井市{name}")[0] == (name, "address")


@pytest.mark.long
def test_a_whole_prefectures_file_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "13000-20.0a.zip"
    written = prefecture(packed, blocks=300_000)
    began, used = time.monotonic(), time.process_time()
    with transaction() as db:
        loaded = load(db, packed)
    lasted, used = time.monotonic() - began, time.process_time() - used
    print(f"300,000 rows in {lasted:.1f} s, {used:.1f} s of CPU: {loaded}")
    assert (loaded.kept, loaded.elsewhere) == (written.here, written.elsewhere)
    assert (loaded.gone, loaded.unnumbered) == (written.gone, written.unnumbered)


def load_without_outline(db: Session, file: Path) -> None:
    sql.run(db, "DELETE FROM areas WHERE kind = 'city'")
    load(db, file)


def test_the_wrong_file_is_named(tmp_path: Path) -> None:
    towns = tmp_path / "13_2025.csv"
    towns.write_bytes(quoted(head="市区町村名,大字町丁目コード,大字町丁目名,緯度,経度"))
    with pytest.raises(BadFile, match="街区レベル"), transaction() as db:
        load(db, towns)
    two = quoted(row("本町", "", "5", "35.7030"), row("本町", "", "5", "35.7", city="国分寺市"))
    towns.write_bytes(two)
    with pytest.raises(BadFile, match="市の区域を"), transaction() as db:
        load_without_outline(db, towns)

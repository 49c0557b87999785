"""`michi load` as it is typed: looked at first, written with --yes, asked at a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from made_files import Grid, box, line, point, write
from PIL import Image
from sqlalchemy import text
from typer.testing import CliRunner

from cli.gis.commands import gis
from settings import ROOT
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
GRID = Grid(-29_000, -33_000, 80, 6)


def typed(*words: object) -> Result:
    return CliRunner().invoke(gis, [str(word) for word in words], env={"COLUMNS": "200"})


def asked(question: str) -> list[tuple[object, ...]]:
    with transaction() as db:
        return [tuple(row) for row in db.execute(text(question))]


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """A city's Shapefile as it comes: cp932 without .cpg, zone IX, words of its own."""
    segments = GRID.segments()
    return write(
        tmp_path / "道路.shp", [line(*ends) for ends in segments.values()],
        {"路線名": [f"本町{name}号線" for name in segments], "種別": [*map(GRID.owner, segments)],
         "番号": [*segments], "高さ": [1 if name == "n-2-1" else 0 for name in segments]},
        encoding="cp932", cpg=False,
    )  # fmt: skip


COLUMNS = ("--name", "路線名", "--owner", "種別", "--class", "種別", "--id", "番号")


def test_without_yes_and_without_a_terminal_it_is_only_looked_at(roads: Path) -> None:
    before = asked("SELECT count(*), max(id) FROM roads")
    shown = typed("roads", roads, *COLUMNS)
    assert shown.exit_code == 0, shown.output
    for words in (
        "EPSG:6677",
        "cp932",
        "本町e-0-0号線",
        "まだ書きこんでいません",
        "national",
        "60",
    ):
        assert words in shown.output
    assert asked("SELECT count(*), max(id) FROM roads") == before
    assert asked("SELECT 1 FROM pg_class WHERE relname = 'staged'") == []


def test_with_yes_it_is_written_and_can_be_undone(roads: Path) -> None:
    before = asked("SELECT id, name FROM roads ORDER BY id")
    done = typed("roads", roads, *COLUMNS, "--tolerance", "国道=40,私道=15",
                 "--level", "高さ", "--yes")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert asked("SELECT owner, road_class, tolerance_m, count(*) FROM roads GROUP BY 1, 2, 3"
                 " ORDER BY 1") == [
        ("city", "市道", None, 10), ("national", "国道", 40, 20), ("other", "私道", 15, 10),
        ("prefecture", "都道", None, 20),
    ]  # fmt: skip
    assert asked("SELECT name FROM roads WHERE source_id = 'n-2-1'") == [("本町n-2-1号線",)]
    assert asked("SELECT source_id FROM roads WHERE level = 1") == [("n-2-1",)]
    assert "道路.shp" in typed("versions").output
    assert typed("undo", "roads", "--yes").exit_code == 0
    assert asked("SELECT id, name FROM roads ORDER BY id") == before
    again = typed("undo", "roads", "--yes")
    assert (again.exit_code, "新しいほうの版" in again.output) == (0, True)
    assert asked("SELECT count(*) FROM roads") == [(60,)]


@pytest.mark.long
def test_undo_says_what_would_remain_and_does_nothing_without_a_yes(roads: Path) -> None:
    before = asked("SELECT count(*) FROM roads")
    assert typed("roads", roads, *COLUMNS, "--yes").exit_code == 0
    shown = typed("undo", "roads")
    assert shown.exit_code == 1
    for words in ("60行(道路.shp", "roads.geojson", f"{before[0][0]}行", "--yes で戻します"):
        assert words in shown.output
    assert asked("SELECT count(*) FROM roads") == [(60,)]
    code, said = at_a_terminal("undo", "roads", answers="n\n")
    assert (code, "戻しませんでした" in said) == (0, True)
    assert asked("SELECT count(*) FROM roads") == [(60,)]
    code, said = at_a_terminal("undo", "roads", answers="y\n")
    assert (code, "に戻しました" in said) == (0, True), said
    assert asked("SELECT count(*) FROM roads") == before


def test_undo_of_a_first_load_leaves_nothing_only_when_told_so(tmp_path: Path) -> None:
    file = write(tmp_path / "l.geojson", [point(139.5, 35.7)], {"key": ["A-1"]}, crs="EPSG:4326",
                 form="Point")  # fmt: skip
    there = "SELECT count(*) FROM assets WHERE kind = 'bench'"
    assert typed("undo", "bench", "--yes").exit_code == 1
    assert typed("assets", file, "--kind", "bench", "--yes").exit_code == 0
    for words in (("--yes",), ()):
        refused = typed("undo", "bench", *words)
        assert (refused.exit_code, "--to-nothing" in refused.output) == (1, True)
        assert "1行 が消えて何も残りません" in refused.output
    assert asked(there) == [(1,)]
    assert typed("undo", "bench", "--to-nothing").exit_code == 1
    assert typed("undo", "bench", "--to-nothing", "--yes").exit_code == 0
    assert asked(there) == [(0,)]
    assert typed("undo", "bench", "--yes").exit_code == 0
    assert asked(there) == [(1,)]


def test_the_picture_shows_the_city_and_every_owner(roads: Path, tmp_path: Path) -> None:
    picture = tmp_path / "extent.png"
    assert typed("roads", roads, *COLUMNS, "--picture", picture).exit_code == 0
    with Image.open(picture) as image:
        assert image.size == (1200, 900)
        colours = {colour for _, colour in image.getcolors(1 << 20) or []}
    for owner in ("#b3261e", "#c77700", "#1d6fb8", "#7a5ba6", "#eef0ea"):
        assert tuple(bytes.fromhex(owner[1:])) in colours
    away = typed("roads", roads, *COLUMNS, "--picture", tmp_path / "nowhere" / "extent.png")
    assert (away.exit_code, "読み書きできません" in away.output) == (1, True)


def test_missing_columns_unknown_owners_and_classes_are_refused_by_name(roads: Path) -> None:
    missing = typed("roads", roads)
    assert (missing.exit_code, "路線名?" in missing.output) == (1, True)
    unknown = typed("roads", roads, "--name", "路線名", "--owner", "番号", "--yes")
    assert unknown.exit_code == 1
    assert "「e-0-0」1行" in unknown.output.replace("\n", "")
    taken = typed("roads", roads, "--name", "路線名", "--owner", "番号", "--other-owner", "city")
    assert taken.exit_code == 0, taken.output
    classes = typed("roads", roads, *COLUMNS, "--tolerance", "幹線=40")
    assert (classes.exit_code, "幹線" in classes.output) == (1, True)
    levels = typed("roads", roads, *COLUMNS, "--level", "種別", "--yes")
    assert (levels.exit_code, "--level: 「国道」20行" in levels.output) == (1, True)
    assert typed("roads", roads, *COLUMNS, "--owner-map", "国道=kuni").exit_code == 2
    assert typed("roads", roads, *COLUMNS, "--other-owner", "kuni").exit_code == 2
    assert typed("roads", roads.with_name("none.shp")).exit_code == 1


def test_a_zip_a_folder_and_one_layer_of_several_are_read(roads: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in tmp_path.glob("道路.*"):
            archive.write(file, f"市のデータ/{file.name}")
    folder = tmp_path / "folder"
    folder.mkdir()
    for file in tmp_path.glob("道路.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    for given in (packed, folder):
        done = typed("roads", given, *COLUMNS, "--yes")
        assert (done.exit_code, "60行" in done.output) == (0, True), done.output
    several = tmp_path / "several.gpkg"
    for layer, kind in (("lights", "A"), ("mirrors", "B")):
        write(several, [point(*GRID.at(1, 1))], {"key": [f"{kind}-1"]}, form="Point", layer=layer,
              append=several.exists())  # fmt: skip
    refused = typed("assets", several, "--kind", "mirror")
    assert (refused.exit_code, "lights, mirrors" in refused.output) == (1, True)
    assert typed("assets", several, "--kind", "mirror", "--layer", "mirrors", "-y").exit_code == 0
    assert asked("SELECT key FROM assets WHERE kind = 'mirror'") == [("B-1",)]


def test_outline_neighbours_districts_and_towns_each_take_the_place_of_their_kind(
    tmp_path: Path,
) -> None:
    counts = dict(asked("SELECT kind, count(*)::int FROM areas GROUP BY kind"))  # type: ignore[arg-type]
    areas = write(
        tmp_path / "areas.geojson", [box(139.49, 35.69, 139.50, 35.70)],
        {"name": ["新"], "name_en": ["New"], "key": ["new"]}, crs="EPSG:4326", form="Polygon",
    )  # fmt: skip
    for words, kind in (
        (("towns",), "town"), (("districts",), "district"), (("areas",), "city"),
        (("areas", "--kind", "neighbour"), "neighbour"),
    ):  # fmt: skip
        done = typed(words[0], areas, *words[1:], "--yes")
        assert done.exit_code == 0, done.output
        counts[kind] = 1
        assert dict(asked("SELECT kind, count(*)::int FROM areas GROUP BY kind")) == counts  # type: ignore[arg-type]
    assert asked("SELECT DISTINCT key, name, name_en FROM areas") == [("new", "新", "New")]
    assert typed("areas", areas, "--kind", "town").exit_code == 2


def test_a_refused_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    before = asked("SELECT count(*), max(id) FROM areas")
    file = tmp_path / "broken.geojson"
    for words in ("not JSON", json.dumps({"type": "FeatureCollection", "features": []})):
        file.write_text(words)
        assert typed("towns", file, "--name", "name", "--yes").exit_code == 1
    assert asked("SELECT count(*), max(id) FROM areas") == before


def at_a_terminal(*words: object, answers: str) -> tuple[int, str]:
    """What it ends with and says to somebody who types these answers."""
    ours, theirs = pty.openpty()
    code = "from cli.gis.commands import gis; gis(prog_name='load')"
    running = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], cwd=ROOT, stdin=theirs, stdout=theirs,
        stderr=theirs, close_fds=True, env=os.environ | {"TERM": "dumb", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, answers.encode())
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
        said += piece
    os.close(ours)
    return running.wait(), said.decode()


@pytest.mark.long
def test_at_a_terminal_columns_and_consent_are_asked_for(roads: Path) -> None:
    """Answers: the guess for the name, the owner typed, nothing more, and yes."""
    code, words = at_a_terminal("roads", roads, answers="\n種別\n\n\n\n\ny\n")
    assert code == 0, words
    assert re.search(r"名前 の列", words)
    assert asked("SELECT count(*), min(owner) FROM roads WHERE name LIKE '本町%'") == [(60, "city")]


@pytest.mark.long
def test_no_picture_stays_that_nobody_asked_for(
    roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in tmp_path.glob("道路.*"):
            archive.write(file, file.name)
    for words in ((), ("--yes",)):
        assert typed("roads", packed, *COLUMNS, *words).exit_code == 0
    for answer in ("y\n", "n\n"):
        code, said = at_a_terminal("roads", packed, *COLUMNS, answers=f"\n\n{answer}")
        assert code == 0, said
        picture = re.search(rf"{temporary}/michi-\S+/road.png", said)
        assert picture, said
    assert [*temporary.iterdir()] == []


TOKYO = [
    ("13201", "八王子市", box(139.25, 35.60, 139.43, 35.72)),
    ("13210", "小金井市", box(139.48, 35.69, 139.50, 35.71)),
    ("13210", "小金井市", box(139.50, 35.69, 139.54, 35.71)),
    ("13421", "小笠原村", box(142.15, 27.03, 142.25, 27.13)),
    ("13421", "小笠原村", box(142.10, 26.60, 142.20, 26.70)),
    ("", "", box(139.78, 35.55, 139.79, 35.56)),
]
N03 = ("--name", "N03_004", "--key", "N03_007")


@pytest.fixture
def prefecture(tmp_path: Path) -> Path:
    """国土数値情報 行政区域データ: all municipalities of one, several rows each, one of nobody."""
    keys, names, shapes = zip(*TOKYO, strict=True)
    top = tmp_path / "N03-20250101_13_GML"
    top.mkdir()
    columns = {"N03_001": ["東京都"] * len(keys), "N03_004": names, "N03_007": keys}
    for ending in ("shp", "geojson"):
        write(top / f"N03-20250101_13.{ending}", shapes, columns, crs="EPSG:6668", form="Polygon",
              encoding="cp932" if ending == "shp" else None)  # fmt: skip
    packed = tmp_path / "N03-20250101_13_GML.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in top.iterdir():
            archive.write(file, f"{top.name}/{file.name}")
    return packed


def test_a_prefecture_is_no_city(prefecture: Path) -> None:
    before = asked("SELECT * FROM areas")
    done = typed("areas", prefecture, *N03, "--drop-far", "--drop-nameless", "--yes")
    assert done.exit_code == 1
    said = done.output.replace("\n", "")
    for words in ("13201 八王子市、13210 小金井市、13421 小笠原村", "--only", "choose one"):
        assert words in said
    assert typed("areas", prefecture, "--name", "N03_004", "--yes").exit_code == 1
    assert asked("SELECT * FROM areas") == before


@pytest.mark.parametrize(
    "words", [(*N03, "--only", "13210"), (*N03, "--where", "N03_004=小金井市"),
              ("--name", "N03_004", "--only", "小金井市"),
              (*N03, "--where", "N03_001=東京都", "--where", "N03_007=１３２１０")],
)  # fmt: skip
def test_one_city_of_a_prefecture_is_chosen_by_its_key_or_by_any_column(
    prefecture: Path, words: tuple[str, ...]
) -> None:
    done = typed("areas", prefecture, *words, "--yes")
    assert done.exit_code == 0, done.output
    assert "N03-20250101_13.geojson" in done.output
    assert "2(N03_0" in done.output
    (city,) = asked("SELECT name, ST_XMin(shape), ST_XMax(shape) FROM areas WHERE kind = 'city'")
    assert city == ("小金井市", 139.48, 139.54)
    live = "SELECT options FROM layers WHERE kind = 'city' AND state = 'live'"
    ((options,),) = asked(live)
    assert isinstance(options, dict)
    assert options["only"]


def test_neighbours_may_be_several_of_them(prefecture: Path) -> None:
    keys = ("--only", "13201", "--only", "13210")
    done = typed("areas", prefecture, *N03, *keys, "--kind", "neighbour", "--yes")
    assert done.exit_code == 0, done.output
    assert asked("SELECT key FROM areas WHERE kind = 'neighbour' ORDER BY key") == [
        ("13201",), ("13210",),
    ]  # fmt: skip


def test_a_choice_of_what_is_not_there_is_refused_with_what_is(prefecture: Path) -> None:
    before = asked("SELECT * FROM areas")
    for words, said in (
        (("--only", "99999"), "N03_007 が 99999 の行はありません"),
        (("--only", "13210", "--only", "13299"), "N03_007 が 13299 の行はありません"),
        (("--only", "13299"), "13201、13210、13421"),
        (("--where", "N03_04=小金井市"), "(N03_004?)"),
        (("--where", "N03_004=小金井市", "--only", "13201"), "no row is left"),
    ):
        done = typed("areas", prefecture, *N03, *words, "--yes")
        assert (done.exit_code, said in done.output.replace("\n", "")) == (1, True), done.output
    assert typed("areas", prefecture, *N03, "--where", "小金井市").exit_code == 2
    assert asked("SELECT * FROM areas") == before


def test_a_city_of_several_wards_is_one_by_its_own_name(tmp_path: Path) -> None:
    wards = write(
        tmp_path / "wards.geojson",
        [box(139.60, 35.43, 139.63, 35.46), box(139.57, 35.43, 139.60, 35.46)],
        {"N03_004": ["横浜市"] * 2, "N03_007": ["14103", "14106"]},
        crs="EPSG:4326", form="Polygon",
    )  # fmt: skip
    done = typed("areas", wards, *N03, "--yes")
    assert (done.exit_code, "as --key" in done.output.replace("\n", " ")) == (1, True), done.output
    done = typed("areas", wards, "--name", "N03_004", "--key", "N03_004", "--yes")
    assert done.exit_code == 0, done.output
    assert asked("SELECT name FROM areas WHERE kind = 'city'") == [("横浜市",)]


@pytest.mark.parametrize("command", ["areas", "districts", "towns", "roads", "assets"])
def test_every_kind_of_file_can_be_told_the_same(command: str) -> None:
    shown = typed(command, "--help").output
    for option in ("--layer", "--where", "--crs", "--encoding", "--swap", "--drop-far",
                   "--drop-nameless", "--elsewhere", "--picture", "--yes", "-y"):  # fmt: skip
        assert option in shown

"""`michi load` as it is typed: looked at first, written with --yes, asked at a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
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
         "番号": [*segments]},
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
    done = typed("roads", roads, *COLUMNS, "--tolerance", "国道=40,私道=15", "--yes")
    assert done.exit_code == 0, done.output
    assert asked("SELECT owner, road_class, tolerance_m, count(*) FROM roads GROUP BY 1, 2, 3"
                 " ORDER BY 1") == [
        ("city", "市道", None, 10), ("national", "国道", 40, 20), ("other", "私道", 15, 10),
        ("prefecture", "都道", None, 20),
    ]  # fmt: skip
    assert asked("SELECT name FROM roads WHERE source_id = 'n-2-1'") == [("本町n-2-1号線",)]
    assert "道路.shp" in typed("versions").output
    assert typed("undo", "roads").exit_code == 0
    assert asked("SELECT id, name FROM roads ORDER BY id") == before
    assert typed("undo", "roads").exit_code == 0
    assert asked("SELECT count(*) FROM roads") == [(60,)]


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


def test_at_a_terminal_columns_and_consent_are_asked_for(roads: Path) -> None:
    """Answers: the guess for the name, the owner typed, nothing more, and yes."""
    ours, theirs = pty.openpty()
    code = "from cli.gis.commands import gis; gis(prog_name='load')"
    running = subprocess.Popen(
        [sys.executable, "-c", code, "roads", str(roads)], cwd=ROOT, stdin=theirs, stdout=theirs,
        stderr=theirs, close_fds=True, env=os.environ | {"TERM": "dumb", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, "\n種別\n\n\n\n\ny\n".encode())
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
        said += piece
    words = said.decode()
    assert running.wait() == 0, words
    assert re.search(r"名前 の列", words)
    assert asked("SELECT count(*), min(owner) FROM roads WHERE name LIKE '本町%'") == [(60, "city")]

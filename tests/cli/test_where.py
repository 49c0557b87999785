"""`michi where` as it is typed: one place, or a file of many whose every answer is known."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from made_files import Grid, line, write
from pyproj import Transformer
from sqlalchemy import text
from typer.testing import CliRunner

from cli.app import app
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
OWNERS = {"国道": "national", "都道": "prefecture", "市道": "city", "私道": "other"}
STATION = ("139.5067", "35.7011")


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


def rows_of(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


@pytest.fixture
def nothing_known(database_url: str) -> None:
    """As after `michi migrate`: no city, no areas, no roads, no categories, no rules."""
    with transaction() as db:
        db.execute(
            text(
                "TRUNCATE areas, roads, assets, layers, city, rule_tables, categories, departments"
                " CASCADE"
            )
        )


@pytest.mark.long
@pytest.mark.usefixtures("nothing_known")
def test_seven_thousand_places_in_a_citys_own_feet_get_their_road_and_its_owner(
    tmp_path: Path,
) -> None:
    """A real file's way: feet, no outline, no city; each place beside one known segment."""
    grid = Grid(985_000, 200_000, 260, 60)
    segments = grid.segments()
    file = write(
        tmp_path / "streets.shp", [line(*ends) for ends in segments.values()],
        {"SEG": [*segments], "KIND": [*map(grid.owner, segments)]}, crs="EPSG:2263",
        encoding="UTF-8",
    )  # fmt: skip
    loaded = typed("load", "roads", file, "--name", "SEG", "--owner", "KIND", "--id", "SEG", "-y")
    assert loaded.exit_code == 0, loaded.output
    way = Transformer.from_crs("EPSG:2263", "EPSG:4326", always_xy=True)
    beside = [grid.beside(name, 0.15 + 0.7 * (turn % 9) / 8, (-1) ** turn * 27)
              for turn, name in enumerate(segments)]  # fmt: skip
    places = tmp_path / "places.csv"
    with places.open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["lon", "lat", "owner", "right"])
        lines.writerows(
            [*way.transform(*xy), grid.owner(name), name]
            for xy, name in zip(beside, segments, strict=True)
        )
    told = typed("where", "--csv", places)
    assert told.exit_code == 0, told.output[-500:]
    rows = rows_of(told.stdout)
    assert len(rows) == len(segments) == 7080
    assert [row["right"] for row in rows if row["owner"] != OWNERS[row["given_owner"]]] == []
    assert [row["right"] for row in rows if row["road_id"] != row["right"]] == []
    assert {row["inside"] for row in rows} == {""}
    assert all(abs(float(row["distance_m"]) - 27 * 1200 / 3937) < 0.02 for row in rows)


def test_one_place_is_answered_in_words_and_as_json() -> None:
    shown = typed("where", *STATION)
    assert shown.exit_code == 0, shown.output
    for words in ("小金井市", "本町六丁目", "道路管理課", "舗装", "規則"):
        assert words in shown.stdout
    told = json.loads(typed("where", *STATION, "--category", "pothole", "--json").stdout)
    assert (told["inside"], told["area"], told["district"]) == (True, "小金井市", "central")
    assert (told["town"], told["owner"], told["department"]) == ("本町六丁目", "city", "road")
    assert (told["rules_version"], told["ambiguous"], told["reason"]) == (1, False, "rule")
    assert told["margin_m"] == pytest.approx(
        told["runner_up_distance_m"] - told["distance_m"], abs=0.02
    )
    every = json.loads(typed("where", *STATION, "--json").stdout)["departments"]
    assert every["pothole"] == {name: told[name] for name in every["pothole"]}
    assert len(every) == 11


def test_outside_the_neighbour_is_named_and_nobody_is_responsible() -> None:
    told = json.loads(typed("where", "139.4795", "35.7003", "--json").stdout)
    assert (told["inside"], told["area"], told["departments"]) == (False, "国分寺市", {})
    assert "国分寺市" in typed("where", "139.4795", "35.7003").stdout


def test_two_roads_about_as_near_are_told_with_no_department() -> None:
    crossing = "139.5083", "35.7087"  # of 小金井街道 with a street of the city
    told = json.loads(typed("where", *crossing, "--category", "pothole", "--json").stdout)
    assert told["ambiguous"] is True
    assert (told["department"], told["rule"], told["reason"]) == (None, None, "ambiguous")
    assert told["owner"] != told["runner_up_owner"]
    assert told["road_name"]


def test_what_is_no_place_is_refused_with_what_to_do() -> None:
    for words, said in (
        (("35.7011", "139.5067"), "139.5067 35.7011"),
        (("139.5067", "abc"), "not numbers"),
        (("0", "0"), "0, 0"),
        (("139.5", "35.7", "--category", "ufo"), "pothole"),
    ):
        refused = typed("where", *words)
        assert refused.exit_code == 1, words
        assert said in refused.stderr
    assert typed("where").exit_code == 2
    assert typed("where", "139.5").exit_code == 2
    assert typed("where", "-122.33", "47.6", "--json").exit_code == 0


def planted(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    file = folder / "places.csv"
    file.write_text("\n".join(lines) + "\n", encoding)
    return file


def test_bad_rows_are_named_by_line_after_all_others_are_answered(tmp_path: Path) -> None:
    file = planted(
        tmp_path, "番号,LON,lat,=メモ", "1,139.5067,35.7011,=1+1", "2,35.7011,139.5067,＝1＋1", "",
        '3,,35.7,"二行\nの言葉"', "4,139.5246,35.7015,-5", "5,139.5,35.7,a,b", "6,x,35.7,",
        encoding="cp932",
    )  # fmt: skip
    kept = tmp_path / "answers.csv"
    told = typed("where", "--csv", file, "-o", kept, "--category", "pothole")
    assert told.exit_code == 1
    for line_number in ("3行目", "6行目", "8行目", "9行目"):
        assert line_number in told.stderr
    assert kept.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of(kept.read_text("utf-8"))
    assert [row["番号"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert [bool(row["error"]) for row in rows] == [False, True, True, False, True, True]
    assert (rows[0]["'=メモ"], rows[3]["'=メモ"]) == ("'=1+1", "-5")
    assert rows[1]["'=メモ"] == "'＝1＋1"
    assert [row["department"] for row in rows] == ["road", "", "", "road", "", ""]


@pytest.mark.parametrize(
    "head", ["経度,緯度", "緯度,経度", " 経度 ,緯度", "lng,lat", "Longitude,Latitude"]
)
def test_the_columns_may_be_called_as_people_call_them(tmp_path: Path, head: str) -> None:
    place = "35.7011,139.5067" if head.startswith("緯度") else "139.5067,35.7011"
    file = planted(tmp_path, f"{head},番号", f"{place},7", encoding="cp932")
    told = typed("where", "--csv", file, "--category", "pothole")
    assert told.exit_code == 0, told.output
    (row,) = rows_of(told.stdout)
    assert (row["town"], row["番号"], row["error"]) == ("本町六丁目", "7", "")
    (answer,) = json.loads(typed("where", "--csv", file, "--json").stdout)
    assert (answer["lon"], answer["lat"]) == (139.5067, 35.7011)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize("before", ["", "sep={}\r\n"])
def test_a_table_is_read_as_spreadsheets_write_it(
    tmp_path: Path, encoding: str, sign: str, before: str
) -> None:
    """Excel's 「Unicode テキスト」 is UTF-16 with tabs."""
    words = "番号,経度,緯度\r\n7号,139.5067,35.7011\r\n".replace(",", sign)
    file = tmp_path / "places.csv"
    file.write_bytes((before.format(sign) + words).encode(encoding))
    told = typed("where", "--csv", file, "--category", "pothole")
    assert told.exit_code == 0, told.output
    (row,) = rows_of(told.stdout)
    assert (row["town"], row["番号"], row["error"]) == ("本町六丁目", "7号", "")


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_an_end_of_line_ends_a_row(tmp_path: Path, sign: str) -> None:
    file = tmp_path / "places.csv"
    file.write_text(f"lon,lat,note\n139.5067,35.7011,一{sign}二\n", "utf-8")
    (answer,) = json.loads(typed("where", "--csv", file, "--json").stdout)
    assert (answer["note"], answer["error"]) == (f"一{sign}二", None)


def test_a_file_that_breaks_off_in_a_letter_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes("lon,lat,note\n139.5067,35.7011,一二三".encode()[:-1])
    refused = typed("where", "--csv", file)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "breaks off" in refused.stderr


def test_a_file_can_be_answered_as_json_and_what_is_no_table_is_refused(tmp_path: Path) -> None:
    file = planted(tmp_path, "lon,lat,owner", "139.5067,35.7011,me", "0,0,you")
    told = typed("where", "--csv", file, "--json")
    first, second = json.loads(told.stdout)
    assert (first["given_owner"], first["owner"], first["lon"]) == ("me", "city", 139.5067)
    assert (told.exit_code, bool(second["error"])) == (1, True)
    wrong: Any
    for wrong in (planted(tmp_path, "x,y", "1,2"), tmp_path / "none.csv", tmp_path):
        refused = typed("where", "--csv", wrong)
        assert (refused.exit_code, refused.stdout) == (1, "")
    assert typed("where", "--csv", file, *STATION).exit_code == 2
    planted(tmp_path, "lon,lat,note", '139.5,35.7,"a quote that never closes', "139.5,35.7,b")
    refused = typed("where", "--csv", file)
    assert (refused.exit_code, refused.stdout) == (1, "")

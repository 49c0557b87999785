"""`michi city` as it is typed: each part for itself, checked as a whole, and all or nothing."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from cli.app import app
from reports.city import profile
from reports.city import versions as versions_of_city
from reports.routing import versions
from settings import ROOT
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
SAMPLE = ROOT / "local" / "sample_city"
ONE_MORE = """
[[categories]]
key = "ice"
names = { ja = "凍結", en = "Ice" }
icon = "🧊"
department = "road"
deadline_days = 1
"""


ONE_TEMPLATE = """
[[templates]]
key = "look"
title = "見に行きます"
use = "note"
texts.ja = "現場を確認します。"
texts.pt = "Vamos ver."
"""


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


def counted(table: str) -> int:
    with transaction() as db:
        return int(db.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def kept() -> list[tuple[object, ...]]:
    """All that the files of a city become."""
    tables = ("city", "categories", "departments", "terms", "templates", "rule_tables", "roads")
    with transaction() as db:
        return [tuple(row) for name in tables for row in db.execute(text(f"SELECT * FROM {name}"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample city's files."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "city"))


def test_one_category_is_added_alone_and_nothing_else_is_touched(tmp_path: Path) -> None:
    (file := tmp_path / "categories.toml").write_text(
        (SAMPLE / "categories.toml").read_text("utf-8") + ONE_MORE, "utf-8"
    )
    before = kept()
    done = typed("city", "categories", file)
    assert done.exit_code == 0, done.output
    assert "種類 12件 / 12 categories" in done.output
    with transaction() as db:
        assert [*profile.offered(db)][-2:] == ["other", "ice"]
    assert [row for row in kept() if row not in before] == [
        row for row in kept() if row[0] == "ice"
    ]


def test_a_category_that_is_not_in_the_file_stays_until_retiring_is_asked_for(
    tmp_path: Path,
) -> None:
    (file := tmp_path / "categories.toml").write_text(ONE_MORE, "utf-8")
    done = typed("city", "categories", file)
    assert "動物の死骸(animal)" in done.output
    assert "--retire" in done.output
    with transaction() as db:
        assert [*profile.offered(db)][:2] == ["ice", "pothole"]
    typed("city", "categories", file, "--retire")
    with transaction() as db:
        assert [*profile.offered(db)] == ["ice"]
        assert profile.categories(db)["animal"].name("ja") == "動物の死骸"
    typed("city", "categories", SAMPLE / "categories.toml")
    with transaction() as db:
        assert [*profile.offered(db)][-2:] == ["other", "ice"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"ice"', f'"{"氷" * 23}"', "LINE のボタンに入りません"),
        ('en = "Ice"', 'English = "Ice"', "「English」は言語の記号"),
    ],
)
def test_what_no_resident_could_press_or_read_is_refused(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    (file := tmp_path / "categories.toml").write_text(ONE_MORE.replace(right, wrong), "utf-8")
    done = typed("city", "categories", file)
    assert (done.exit_code, told in done.output) == (1, True)
    file.write_text(ONE_MORE.replace('"ice"', f'"{"氷" * 22}"'), "utf-8")
    assert typed("city", "categories", file).exit_code == 0


def test_a_category_is_retired_by_its_own_line(tmp_path: Path) -> None:
    words = (SAMPLE / "categories.toml").read_text("utf-8")
    file = tmp_path / "categories.toml"
    file.write_text(words.replace('key = "animal"\n', 'key = "animal"\nretired = true\n'), "utf-8")
    assert typed("city", "categories", file).exit_code == 0
    with transaction() as db:
        assert "animal" not in profile.offered(db)
        assert profile.categories(db)["animal"].retired


def test_every_fault_of_a_folder_is_named_at_once_and_nothing_is_written(folder: Path) -> None:
    before = kept()
    categories = (folder / "categories.toml").read_text("utf-8").splitlines()
    mirror = categories.index('key = "mirror"') + 2
    faults = {
        "city.toml": ('lat = 35.7010', '"lat" = "35.7010"'),
        "categories.toml": ('ja = "カーブミラー", ', ''),
        "departments.toml": ('phone = "042-000-0101"', 'phone = 101'),
        "rules.csv": ("10,,national,,,,national_road_office", "10,,national,,,,nobody"),
        "roads.geojson": ('"owner": "prefecture"', '"owner": "emperor"'),
        "areas.geojson": ('"kind": "district"', '"kind": "distict"'),
    }  # fmt: skip
    for name, (right, wrong) in faults.items():
        words = (folder / name).read_text("utf-8")
        assert right in words
        (folder / name).write_text(words.replace(right, wrong, 1), "utf-8")
    (folder / "terms.en.md").write_text(" ", "utf-8")
    for command in (("city", "check"), ("load-city",)):
        done = typed(*command, folder)
        assert done.exit_code == 1
        lines = done.output.splitlines()
        for line in (
            "✗ city.toml, 14行目 / line 14: centre.lat は使えません。数で書いてください"
            " / centre.lat cannot be so: a number is wanted",
            f"✗ categories.toml, {mirror}行目 / line {mirror}: mirror: names.ja がありません"
            " / mirror: names.ja is missing",
            '✗ departments.toml, 10行目 / line 10: road: phone は使えません。"…" の文字で書いて'
            "ください / road: phone cannot be so: text in quotes is wanted",
            "✗ terms.en.md: 空です / it is empty",
        ):
            assert line in lines, done.output
        for start in ("✗ rules.csv: ", "✗ roads.geojson, ", "✗ areas.geojson, "):
            assert any(line.startswith(start) for line in lines), start
    assert kept() == before


def test_a_right_folder_is_said_to_be_right_and_nothing_is_written(folder: Path) -> None:
    before = kept()
    done = typed("city", "check", folder)
    assert (done.exit_code, kept()) == (0, before), done.output
    assert "使えます / can be loaded" in done.output


def test_a_district_that_goes_with_the_folder_is_missed_by_the_check_as_by_the_load(
    folder: Path,
) -> None:
    rules, areas = folder / "rules.csv", folder / "areas.geojson"
    given = json.loads(areas.read_text("utf-8"))
    kinds = [each["properties"]["kind"] for each in given["features"]]
    district = given["features"][kinds.index("district")]["properties"]["key"]
    head, first, rest = rules.read_text("utf-8").split("\n", 2)
    line = f"5,,,{district},,,road".ljust(len(head.split(",")) + 4, ",")
    rules.write_text("\n".join((head, line, first, rest)), "utf-8")
    assert typed("city", "check", folder).exit_code == 0
    left = [each for each in given["features"] if each["properties"]["kind"] != "district"]
    areas.write_text(json.dumps(given | {"features": left}), "utf-8")
    done = [typed("city", "check", folder), typed("load-city", folder)]
    assert [each.exit_code for each in done] == [1, 1], done[0].output
    assert district in done[0].output


def test_what_the_folder_has_no_more_is_said_with_the_way_back(folder: Path) -> None:
    areas = folder / "areas.geojson"
    given = json.loads(areas.read_text("utf-8"))
    left = [each for each in given["features"] if each["properties"]["kind"] != "town"]
    gone = len(given["features"]) - len(left)
    areas.write_text(json.dumps(given | {"features": left}), "utf-8")
    done = typed("load-city", folder)
    assert done.exit_code == 0, done.output
    assert f"! town: ファイルにないので、{gone}件 がなくなりました" in done.output
    assert "michi load undo town" in done.output
    assert typed("load", "undo", "town", "--yes").exit_code == 0
    with transaction() as db:
        assert db.scalar(text("SELECT count(*) FROM areas WHERE kind = 'town'")) == gone
    assert "なくなりました" not in typed("load-city", SAMPLE).output


def test_a_folder_without_the_citys_outline_is_refused(folder: Path) -> None:
    areas = folder / "areas.geojson"
    given = json.loads(areas.read_text("utf-8"))
    left = [each for each in given["features"] if each["properties"]["kind"] != "city"]
    areas.write_text(json.dumps(given | {"features": left}), "utf-8")
    before = kept()
    for command in (("city", "check"), ("load-city",)):
        done = typed(*command, folder)
        assert done.exit_code == 1
        assert "areas.geojson: kind が city の図形がありません" in done.output
    assert kept() == before


def test_terms_without_a_language_and_without_letters_are_said_so(folder: Path) -> None:
    (folder / "terms.md").write_text("Terms", "utf-8")
    (folder / "terms.en.md").write_bytes("Terms".encode("utf-16-le"))
    done = typed("city", "terms", folder)
    assert done.exit_code == 1
    assert "✗ terms.md: 名前は terms.言語.md です" in done.output
    assert "✗ terms.en.md, 1行目 / line 1: UTF-8 ではありません" in done.output


def test_templates_take_the_place_of_those_before(folder: Path) -> None:
    file = folder / "templates.toml"
    before = counted("templates")
    assert before >= 10
    file.write_text(ONE_TEMPLATE, "utf-8")
    assert "定型文 1件 / 1 templates" in typed("city", "templates", file).output
    with transaction() as db:
        (template,) = profile.templates(db)
    assert (template.title, template.use) == ("見に行きます", "note")
    assert template.texts == {"ja": "現場を確認します。", "pt": "Vamos ver."}


def test_a_folder_without_templates_leaves_those_that_are_there(folder: Path) -> None:
    before = counted("templates")
    (folder / "templates.toml").unlink()
    assert typed("load-city", folder).exit_code == 0
    assert counted("templates") == before


def test_templates_that_are_not_there_are_said_so(folder: Path) -> None:
    before = counted("templates")
    done = typed("city", "templates", folder / "nothing.toml")
    assert done.exit_code == 1
    assert "✗ nothing.toml" in done.output
    assert counted("templates") == before


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('use = "note"', 'use = "nota"', "5行目"),
        ('texts.ja = "現場を確認します。"', "", "texts.ja がありません"),
        (
            'texts.ja = "現場を確認します。"',
            'texts.ja = "現場を\\n確認します。"',
            "1行で書いてください",
        ),
        ('title = "見に行きます"', "", "title がありません"),
        ("texts.pt", "texts.EN", "「EN」は言語の記号"),
        ("texts.pt", "texts.英語", "TOML"),
        ("texts.pt", 'texts."英語"', "「英語」は言語の記号"),
        ('"Vamos ver."', '"a\\u0000b"', "使えない文字"),
        ('"Vamos ver."', f'"{"x" * 501}"', "500文字まで"),
        ('"Vamos ver."', '"\\u200b"', "空です"),
        ("Vamos ver.", "Vamos ver {numero}.", "{numero} という差し込みはありません"),
        (
            "Vamos ver.",
            "Vamos ver {number}.",
            "texts.ja に、ほかの言語にある {number} がありません",
        ),
        (
            "確認します",
            "{deadline}に見ます",
            "texts.pt に、ほかの言語にある {deadline} がありません",
        ),
        ('use = "note"', 'use = "note"\ncategories = ["hole"]', "種類「hole」はありません"),
        ('use = "note"', 'use = "note"\nstatuses = ["mended"]', "状態「mended」はありません"),
    ],
)
def test_what_is_wrong_with_a_template_is_named_by_its_line(
    folder: Path, right: str, wrong: str, told: str
) -> None:
    file, before = folder / "templates.toml", kept()
    file.write_text(ONE_TEMPLATE.replace(right, wrong), "utf-8")
    for command in (("city", "templates", file), ("city", "check", folder)):
        done = typed(*command)
        assert done.exit_code == 1
        assert told in done.output
    assert kept() == before


def test_two_templates_of_one_japanese_text_are_refused(folder: Path) -> None:
    file = folder / "templates.toml"
    file.write_text(ONE_TEMPLATE + ONE_TEMPLATE.replace('"look"', '"again"'), "utf-8")
    assert "日本語の文が同じ定型文があります" in typed("city", "templates", file).output


def test_the_citys_facts_departments_and_terms_come_alone(folder: Path) -> None:
    for name, right, wanted in (
        ("city.toml", "042-000-0000", "042-111-1111"),
        ("departments.toml", "042-000-0101", "042-111-1111"),
        ("terms.en.md", "Unsend", "Unsend, please unsend,"),
    ):
        words = (folder / name).read_text("utf-8")
        (folder / name).write_text(words.replace(right, wanted), "utf-8")
    roads = counted("roads")
    assert typed("city", "facts", folder / "city.toml").exit_code == 0
    assert typed("city", "departments", folder / "departments.toml").exit_code == 0
    assert "3件 / 3 texts" in typed("city", "terms", folder).output
    assert "1件 / 1 texts" in typed("city", "terms", folder / "terms.en.md").output
    with transaction() as db:
        assert profile.profile(db)["phones"]["road_line"] == "042-111-1111"
        assert versions.known(db).departments["road"].phone == "042-111-1111"
        assert "please unsend" in str(
            db.scalar(text("SELECT words FROM terms WHERE language='en'"))
        )
    assert counted("roads") == roads


SENTENCES = """kind,words
pothole,道路に穴があいています
tree,道路に穴があいています
,カーブミラーが割れた
sign,とても困っています
ice,道が凍っています
"""


def test_sentences_are_tried_on_the_citys_hints_and_those_not_understood_are_shown(
    tmp_path: Path,
) -> None:
    (sentences := tmp_path / "s.csv").write_text(SENTENCES, "utf-8")
    before = kept()
    done = typed("city", "kinds", sentences)
    assert (done.exit_code, kept()) == (0, before), done.output
    assert done.output.splitlines() == [
        "! 3行目 / line 3: tree → pothole: 道路に穴があいています",
        "! 4行目 / line 4: なし / none → mirror: カーブミラーが割れた",
        "! 5行目 / line 5: sign → なし / none: とても困っています",
        "正しい / right: 1 (25.0%)",
        "分からない / not known: 1 (25.0%)",
        "別の種類 / of another kind: 1 (25.0%)",
        "まちがい / false: 1 (25.0%)",
        "! ない種類の文 1件は見ていません / 1 left out, of kinds that there are not: ice",
    ]


def test_hints_are_tried_before_they_are_loaded(tmp_path: Path) -> None:
    (sentences := tmp_path / "s.csv").write_text("kind,words\nice,道がつるつるです\n", "utf-8")
    (file := tmp_path / "categories.toml").write_text(
        ONE_MORE.replace('"road"', '"winter"') + 'hints = ["つるつる"]\n', "utf-8"
    )
    done = typed("city", "kinds", sentences, "--categories", file)
    assert done.exit_code == 0, done.output
    assert "正しい / right: 1 (100.0%)" in done.output
    file.write_text(file.read_text("utf-8") + 'but_not = "道"\n', "utf-8")
    done = typed("city", "kinds", sentences, "--categories", file)
    assert done.exit_code == 1
    assert "ice: but_not cannot be so: a list in brackets is wanted" in done.output


def test_without_a_file_the_sample_citys_sentences_are_tried() -> None:
    done = typed("city", "kinds")
    assert done.exit_code == 0, done.output
    assert "正しい / right: 1,9" in done.output
    assert "まちがい / false: 1 (0.1%)" in done.output


@pytest.mark.parametrize("command", ["rules", "load-city"])
def test_a_table_that_staff_edited_is_put_away_and_the_way_back_is_told(
    command: str, folder: Path
) -> None:
    with transaction() as db:
        lines = versions.live_rules(db).lines
        edited = versions.replace(db, lines[:-2] + lines[-1:], by="佐藤 恵")
    words = ("city", "rules", folder / "rules.csv") if command == "rules" else (command, folder)
    done = typed(*words)
    assert done.exit_code == 0, done.output
    assert f"第{edited}版(佐藤 恵)をしまいました" in done.output
    assert f"michi rules switch {edited}" in done.output
    again = typed(*words)
    assert "しまいました" not in again.output


def test_a_bad_rules_file_changes_nothing(tmp_path: Path) -> None:
    (file := tmp_path / "rules.csv").write_text("order,department\n10,nobody\n", "utf-8")
    before = kept()
    done = typed("city", "rules", file)
    assert (done.exit_code, kept()) == (1, before)
    assert "rules.csv" in done.output


def edit_in_the_browser(part: versions_of_city.Part, facts: object) -> None:
    with transaction() as db:
        versions_of_city.take(db, part)
        versions_of_city.keep(db, part, facts, by="佐藤 恵", note="")


def test_what_staff_have_edited_stays_until_the_file_is_asked_for(folder: Path) -> None:
    with transaction() as db:
        kinds = versions_of_city.now(db, "categories")
        city = versions_of_city.now(db, "facts")
    edit_in_the_browser("categories", [kinds[0] | {"deadline_days": 9}, *kinds[1:]])
    edit_in_the_browser("facts", city | {"extra_holidays": ["2026-12-28"]})
    edit_in_the_browser("templates", [])
    for command in (
        ("load-city", folder),
        ("city", "facts", folder / "city.toml"),
        ("city", "categories", folder / "categories.toml"),
        ("city", "templates", folder / "templates.toml"),
    ):
        done = typed(*command)
        assert done.exit_code == 0, done.output
        assert "画面で変えた版(佐藤 恵、" in done.output
        assert "--replace" in done.output
    with transaction() as db:
        assert profile.categories(db)["pothole"].deadline_days == 9
        assert profile.closing_days(profile.profile(db))
        assert profile.templates(db) == []
    done = typed("load-city", folder, "--replace")
    assert (done.exit_code, "画面で変えた版" in done.output) == (0, False)
    with transaction() as db:
        assert profile.categories(db)["pothole"].deadline_days == 3
        assert not profile.closing_days(profile.profile(db))
        assert profile.templates(db)
        assert [
            (each.made_by, each.from_file)
            for each in versions_of_city.listed(db)
            if each.part == "categories"
        ] == [("", True), ("佐藤 恵", False), ("", True)]


def test_rules_may_not_name_a_category_that_only_a_file_has_which_is_not_taken(
    folder: Path,
) -> None:
    with transaction() as db:
        kinds = versions_of_city.now(db, "categories")
    edit_in_the_browser("categories", [kinds[0] | {"deadline_days": 9}, *kinds[1:]])
    with (folder / "categories.toml").open("a", encoding="utf-8") as file:
        file.write(ONE_MORE)
    with (folder / "rules.csv").open("a", encoding="utf-8") as file:
        file.write("5,ice,,,,,road,,,,\n")
    refused = typed("load-city", folder)
    assert (refused.exit_code, "ice" in refused.output) == (1, True)
    assert typed("load-city", folder, "--replace").exit_code == 0


FIRMS = """
[[contractors]]
key = "doboku"
name = "小金井土木株式会社"
email = "d@example.jp"
prices = [{ year = 2026, work = "舗装補修", unit = "m²", yen = 4800 }]

[[contractors]]
key = "other"
name = "別の会社"
mail_pdf = false
"""


def test_contractors_come_with_their_prices_and_every_fault_is_named(tmp_path: Path) -> None:
    file = tmp_path / "contractors.toml"
    wrong = FIRMS.replace('unit = "m²"', 'unit = "山"').replace("d@example.jp", "d@").replace(
        'key = "other"', 'key = "Other"'
    )  # fmt: skip
    file.write_text(wrong + "telephone = 1\n", "utf-8")
    refused = typed("city", "contractors", file)
    assert refused.exit_code == 1
    for line in (5, 6, 9, 12):
        assert f"{line}行目 / line {line}" in refused.output
    file.write_text(FIRMS, "utf-8")
    assert typed("city", "contractors", file).exit_code == 0
    with transaction() as db:
        priced = "SELECT c.mail_pdf, p.yen FROM contractors c LEFT JOIN unit_prices p"
        kept = db.execute(text(f"{priced} ON p.contractor_id = c.id ORDER BY c.key")).all()
        db.execute(text("UPDATE contractors SET name = '社名変更', edited_by = '佐藤'"))
    assert [tuple(row) for row in kept] == [(True, 4800), (False, None)]
    assert "画面で変えたまま" in typed("city", "contractors", file).output
    assert typed("city", "contractors", file, "--replace").exit_code == 0
    with transaction() as db:
        names = db.scalars(text("SELECT name FROM contractors ORDER BY key")).all()
    assert names == ["小金井土木株式会社", "別の会社"]

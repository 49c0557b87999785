"""A city's TOML files: what is wrong is named with its line, in both languages, all at once."""

from pathlib import Path

import pytest

from geo.kinds import BadFile
from reports.city import files
from reports.city.toml_lines import line_of
from settings import ROOT

SAMPLE = ROOT / "local" / "sample_city"
CATEGORY = {
    "key": '"hole"', "names": '{ ja = "穴" }', "icon": '"O"', "department": '"road"',
    "deadline_days": "3",
}  # fmt: skip
CITY = """\
name = "市"
name_en = "City"
[centre]
lon = 139.5
lat = 35.7
[phones]
police = "110"
road_emergency = "#9910"
road_line = "042"
"""


def categories(tmp_path: Path, *entries: dict[str, str]) -> Path:
    file = tmp_path / "categories.toml"
    lines = ["# kinds"]
    for entry in entries:
        lines += ["[[categories]]", *(f"{name} = {value}" for name, value in entry.items())]
    file.write_text("\n".join(lines), "utf-8")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(BadFile) as bad:
        files.categories_in(file, ["road"])
    return str(bad.value).splitlines()


@pytest.mark.parametrize(
    ("name", "value", "line", "said"),
    [
        ("names", '{ en = "hole" }', 4, "hole: names.ja is missing"),
        ("names", '{ ja = " " }', 4, "names.ja cannot be so: it is empty"),
        ("names", '"穴"', 4, "names cannot be so: a table is wanted"),
        ("icon", '""', 5, "icon cannot be so: it is empty"),
        ("department", '"parks"', 6, "no department “parks”"),
        ("deadline_days", '"3"', 7, "a whole number is wanted"),
        ("deadline_days", "300", 7, "250 or less"),
        ("deadline_days", "true", 7, "a whole number is wanted"),
        ("urgent_deadline_days", "-1", 8, "0 or more"),
        ("urgent", '"no"', 8, "true or false is wanted"),
        ("radius_m", "0", 8, "more than 0"),
        ("radius_m", "nan", 8, "radius_m cannot be so"),
        ("hints", '"hole"', 8, "a list in brackets is wanted"),
        ("hints", '["a", 3]', 8, "hints item 2 cannot be so: text in quotes is wanted"),
        ("hints", "[{ near = ['a'] }]", 8, "hints.words item 1 is missing"),
        ("hints", "[{ words = [] }]", 8, "hints.words item 1 cannot be so"),
        (
            "hints",
            "[{ words = ['a'], weight = 10 }]",
            8,
            "hints.weight item 1 cannot be so: 9 or less",
        ),
        ("hints", "[{ words = ['a'], butnot = ['b'] }]", 8, "butnot item 1 is no field"),
        ("icon", '"\\u200b"', 5, "icon cannot be so: it is empty"),
        ("icon", '"\\u0000"', 5, "a character that cannot be kept"),
        ("hints", '["a", "b\\u0000"]', 8, "a character that cannot be kept"),
        ("retired", "1", 8, "true or false is wanted"),
        ("urgent_dedline_days", "1", 8, "did you mean urgent_deadline_days?"),
        ("key", '"a b"', 3, "without spaces"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, name: str, value: str, line: int, said: str
) -> None:
    (fault,) = faults(categories(tmp_path, CATEGORY | {name: value}))
    assert fault.startswith(f"categories.toml, {line}行目 / line {line}: ")
    assert said in fault.partition(" / line ")[2]


@pytest.mark.parametrize("missing", CATEGORY)
def test_what_every_category_needs_is_asked_for_at_its_head(tmp_path: Path, missing: str) -> None:
    entry = {name: value for name, value in CATEGORY.items() if name != missing}
    (fault,) = faults(categories(tmp_path, entry))
    assert fault.startswith("categories.toml, 2行目 / line 2: ")
    assert f"{missing} がありません" in fault
    assert f"{missing} is missing" in fault


def test_all_faults_are_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = categories(
        tmp_path,
        CATEGORY | {"department": '"parks"'},
        CATEGORY | {"radius_m": "0", "urgent": "1"},
    )
    found = faults(file)
    assert [fault.split("行目")[0].split(", ")[1] for fault in found] == ["6", "9", "14", "15"]
    assert "stands here twice" in found[1]


def test_two_of_one_name_are_refused_unless_one_is_retired(tmp_path: Path) -> None:
    other = CATEGORY | {"key": '"hollow"'}
    assert len(faults(categories(tmp_path, CATEGORY, other))) == 2
    file = categories(tmp_path, CATEGORY, other | {"retired": "true"})
    assert [entry["key"] for entry in files.categories_in(file, ["road"])] == ["hole", "hollow"]


@pytest.mark.parametrize(
    "names",
    ['{ ja = " 穴" }', '{ ja = "くぼみ", en = "ＨＯＬＥ" }', '{ ja = "くぼみ", en = "hole " }'],
)
def test_names_that_residents_cannot_tell_apart_are_the_same(tmp_path: Path, names: str) -> None:
    first = CATEGORY | {"names": '{ ja = "穴", en = "Hole" }'}
    other = CATEGORY | {"key": '"hollow"', "names": names}
    assert len(faults(categories(tmp_path, first, other))) == 2


def test_a_file_that_offers_nothing_is_refused(tmp_path: Path) -> None:
    assert (
        "no category is offered" in faults(categories(tmp_path, CATEGORY | {"retired": "true"}))[0]
    )
    assert "there is no [[categories]]" in faults(categories(tmp_path))[0]


def test_what_is_no_toml_or_no_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "categories.toml"
    file.write_text("[[categories]]\nkey = hole\n", "utf-8")
    assert faults(file)[0].startswith("categories.toml, 2行目 / line 2: TOML として読めません")
    file.write_bytes("[[categories]]\n# 穴\n".encode("cp932"))
    assert faults(file)[0].startswith("categories.toml, 2行目 / line 2: UTF-8 ではありません")
    file.unlink()
    assert faults(file)[0].startswith("categories.toml: 読めません / cannot be read")


def city(tmp_path: Path, right: str = "", wrong: str = "", more: str = "") -> Path:
    file = tmp_path / "city.toml"
    file.write_text(f"{more}{CITY.replace(right, wrong) if right else CITY}", "utf-8")
    return file


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("lon = 139.5\n", "", "3行目 / line 3: centre.lon がありません"),
        ("lat = 35.7", "lat = 139.5", "5行目 / line 5: centre.lat は使えません。90.0 以下です"),
        ('name_en = "City"', "name_en = 3", "2行目 / line 2: name_en は使えません"),
        ('police = "110"', 'police = "none"', "7行目 / line 7: phones.police は使えません"),
        ('road_line = "042"', 'road_lin = "042"', "road_line がありません"),
        ("[centre]", "zoom = 99\n[centre]", "3行目 / line 3: zoom は使えません"),
        (
            "[centre]",
            'extra_holidays = ["soon"]\n[centre]',
            "extra_holidays 1番目「soon」 は使えません",
        ),
        ("[phones]", '[office_hours]\nopens = "dawn"\n[phones]', "office_hours.opens は使えません"),
        (
            "[phones]",
            '[office_hours]\ncloses = "17.15"\n[phones]',
            "office_hours.closes は使えません",
        ),
        (
            "[phones]",
            '[office_hours]\ncloses = "24:00"\n[phones]',
            "office_hours.closes は使えません",
        ),
        ("[phones]", "[office_hours]\ncloses = 17\n[phones]", "office_hours.closes は使えません"),
        ('name = "市"', 'name = "市\\u0000"', "1行目 / line 1: 使えない文字"),
        ("[phones]", '[office_hours]\nopens = "18:00"\n[phones]', "opens は closes より前です"),
    ],
)
def test_a_wrong_city_is_refused_before_anybody_is_answered_by_it(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    with pytest.raises(BadFile) as bad:
        files.city_in(city(tmp_path, right, wrong))
    assert said in str(bad.value)


def test_times_and_dates_of_toml_are_kept_as_everybody_reads_them(tmp_path: Path) -> None:
    hours = "[office_hours]\nopens = 08:00:00\n[phones]"
    more = 'extra_holidays = [2026-10-01, "2026-10-02"]\n'
    kept = files.city_in(city(tmp_path, "[phones]", hours, more))
    assert kept["extra_holidays"] == ["2026-10-01", "2026-10-02"]
    assert kept["office_hours"] == {"opens": "08:00", "closes": "17:15"}
    assert "zoom" not in kept


def test_a_kind_that_nobody_knows_is_not_kept_back(tmp_path: Path) -> None:
    """Misspelt, what was meant would be shown to everybody."""
    wrong = '[open]\nshown = true\nkept_back = ["graffiti", "grafitti"]\n[phones]'
    written = city(tmp_path, "[phones]", wrong)
    with pytest.raises(BadFile, match="種類「grafitti」はありません"):
        files.city_in(written, {"graffiti": 1})
    assert files.city_in(written)["open"]["kept_back"] == ["graffiti", "grafitti"]


def test_full_width_figures_are_read_as_figures(tmp_path: Path) -> None:
    hours = '[office_hours]\nopens = "８：３０"\ncloses = "17:15 "\n[phones]'
    written = city(tmp_path, "[phones]", hours)
    written.write_text(written.read_text("utf-8").replace('"042"', '"０４２－３８３"'), "utf-8")
    kept = files.city_in(written)
    assert kept["office_hours"] == {"opens": "08:30", "closes": "17:15"}
    assert kept["phones"]["road_line"] == "042-383"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("opens = 8:30", '値を "…" で囲んでください'),
        ("key = koganei", '値を "…" で囲んでください'),
        ("key = “koganei”", "半角で書いてください"),
        ('key　=　"koganei"', "半角で書いてください"),
        ("urgent = False", "小文字で書いてください"),
        ("days = [2026-02-30]", "そのような日付や時刻はありません"),
        ('key = "a"\nkey = "b"', "同じ名前がふたつあります"),
        ("[a]\n[a]", "[[…]] と書きます"),
        ('key = "a', '"…" で囲んでください'),
        ("key", "書き方を確かめてください"),
    ],
)
def test_what_may_be_meant_is_said_where_a_line_is_no_toml(
    tmp_path: Path, line: str, said: str
) -> None:
    (file := tmp_path / "city.toml").write_text(f"# 市\n{line}\n", "utf-8")
    with pytest.raises(BadFile) as bad:
        files.city_in(file)
    japanese = str(bad.value).partition(" / not TOML")[0]
    assert said in japanese
    assert "Invalid" not in japanese
    assert "Cannot" not in japanese


def test_two_departments_of_one_name_are_refused_at_both(tmp_path: Path) -> None:
    entry = '[[departments]]\nkey = "{}"\nname = "{}"\nname_en = "N"\ninside = true\nphone = "1"\n'
    file = tmp_path / "departments.toml"
    file.write_text(
        "".join(entry.format(*one) for one in (("a", "道路課"), ("b", "道路 課"))), "utf-8"
    )
    with pytest.raises(BadFile) as bad:
        files.departments_in(file, {})
    assert [line.split("行目")[0] for line in str(bad.value).splitlines()] == [
        "departments.toml, 3", "departments.toml, 9",
    ]  # fmt: skip
    assert "another department has the same name" in str(bad.value)


def test_a_department_is_not_called_like_another_that_stays(tmp_path: Path) -> None:
    entry = '[[departments]]\nkey = "{}"\nname = "{}"\nname_en = "N"\ninside = true\nphone = "1"\n'
    file = tmp_path / "departments.toml"
    file.write_text(
        "".join(entry.format(*one) for one in (("a", "橋梁課"), ("b", "道路課"))), "utf-8"
    )
    with pytest.raises(BadFile, match=r"departments\.toml, 3行目"):
        files.departments_in(file, {"of_the_web": "橋梁 課"})
    assert list(files.departments_in(file, {"a": "橋梁課", "c": "公園課"})) == ["a", "b"]


def test_the_sample_city_is_kept_as_it_stands_in_its_files() -> None:
    departments = files.departments_in(SAMPLE / "departments.toml", {})
    assert departments["police"].tell_by == "list"
    entries = files.categories_in(SAMPLE / "categories.toml", departments)
    assert entries[0]["names"]["easy_ja"] == "みちの あな・でこぼこ"


TEXT = """\
# [[kinds]]
note = "kinds"
[[kinds]]
key = "a"
  [kinds.names]   # of a
  ja = "い"
[[kinds]]  # the second
key = "b"
names = { easy_ja = "ろ", ja = "ろ" }
[centre]
"lon" = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1), (("kinds", 0), 3), (("kinds", 0, "names", "ja"), 6), (("kinds", 1, "key"), 8),
        (("kinds", 1, "names", "ja"), 9), (("kinds", 1, "icon"), 7), (("centre",), 10),
        (("centre", "lon"), 11), (("centre", "lat"), 10), (("nothing",), 1),
    ],
)  # fmt: skip
def test_a_line_is_found_by_its_path(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line

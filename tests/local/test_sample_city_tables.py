"""The sample city's tables agree: departments, categories and rules name only what exists."""

import csv
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from reports.city.spelling import plain
from reports.routing.checks import check
from reports.routing.csv import read
from reports.routing.table import COLUMNS, Known, cells
from reports.tickets.read_models import DepartmentSummary

SAMPLE = Path(__file__).resolve().parents[2] / "local" / "sample_city"


def entries(name: str) -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = tomllib.loads((SAMPLE / f"{name}.toml").read_text("utf-8"))[name]
    return table


def rules() -> list[dict[str, str]]:
    with (SAMPLE / "rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def department_for(category: str, owner: str, district: str) -> str | None:
    wanted = {"category": category, "owner": owner, "district": district}
    return next(
        (r["department"] for r in rules() if all(r[k] in ("", v) for k, v in wanted.items())), None
    )


def hint_words(category: dict[str, Any]) -> set[str]:
    """As they are looked for."""
    return {plain(word) for hint in category["hints"] for word in hint["words"]}


def test_the_city_says_that_it_is_a_sample_and_that_its_numbers_are_made_up() -> None:
    city = tomllib.loads((SAMPLE / "city.toml").read_text("utf-8"))
    assert (city["key"], city["name"]) == ("koganei", "小金井市")
    assert "見本" in city["note"]
    assert "架空" in city["note"]
    assert city["phones"] == {
        "road_line": "042-000-0000",
        "city_hall": "042-000-0001",
        "police": "110",
        "road_emergency": "#9910",
    }
    assert city["office_hours"] == {"opens": "08:30", "closes": "17:15"}
    assert city["extra_holidays"] == []
    for department in entries("departments"):
        assert department["phone"].startswith("042-000-")
        assert "架空" in department["contact"]


def test_every_category_has_three_names_that_fit_a_button_of_twenty_letters() -> None:
    for category in entries("categories"):
        assert set(category["names"]) == {"ja", "easy_ja", "en"}
        for name in category["names"].values():
            label = f"{category['icon']} {name}"
            assert name
            assert len(label.encode("utf-16-le")) // 2 <= 20, label


def test_every_category_has_a_deadline_a_radius_hints_and_a_known_department() -> None:
    inside = {d["key"] for d in entries("departments") if d["inside"]}
    categories = {category["key"]: category for category in entries("categories")}
    assert " ".join(categories) == (
        "pothole sidewalk drain mirror guardrail streetlight sign tree debris animal other"
    )
    for category in categories.values():
        assert category["department"] in inside
        assert 0 < category["deadline_days"] <= 10
        assert 10 <= category["radius_m"] <= 60
        words = hint_words(category)
        assert any(word.isascii() for word in words)
        assert any(not word.isascii() for word in words)


def test_no_hint_belongs_to_two_categories() -> None:
    words = Counter(word for category in entries("categories") for word in hint_words(category))
    assert [word for word, count in words.items() if count > 1] == []


def test_the_routing_table_passes_its_own_checks_and_uses_every_column() -> None:
    departments = {
        entry["key"]: DepartmentSummary(entry["key"], entry["name"], "", entry["inside"], "", "")
        for entry in entries("departments")
    }
    categories = {entry["key"]: entry["names"]["ja"] for entry in entries("categories")}
    known = Known(departments, categories, dict.fromkeys(("north", "central", "south"), ""))
    table = read((SAMPLE / "rules.csv").read_bytes(), known)
    assert [finding for finding in check(table, known) if finding.refuses] == []
    assert all(any(cells(rule)[column] for rule in table) for column in COLUMNS)


def test_city_roads_go_to_the_category_s_department_and_other_owners_to_theirs() -> None:
    for category in entries("categories"):
        key = category["key"]
        assert department_for(key, "city", "north") == category["department"]
        assert department_for(key, "prefecture", "north") == "tokyo_kitatama_south"
        assert department_for(key, "national", "north") == "national_road_office"


def test_private_roads_are_left_to_the_staff_except_for_the_public_sewer() -> None:
    matched = {
        category["key"]: found
        for category in entries("categories")
        if (found := department_for(category["key"], "other", "central"))
    }
    assert matched == {"drain": "drains"}


def test_every_phone_and_pc_of_the_last_years_has_the_pictures_of_the_kinds() -> None:
    newer = range(0x1FA70, 0x20000)
    icons = [category["icon"] for category in entries("categories")]
    assert [icon for icon in icons if any(ord(letter) in newer for letter in icon)] == []

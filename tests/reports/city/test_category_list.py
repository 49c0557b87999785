"""What can be done with the list of categories, and what two lists have different."""

from typing import Any

from reports.city import category_list, differences
from reports.city.differences import Difference

HOLE: dict[str, Any] = {"key": "hole", "names": {"ja": "穴", "en": "Hole"}, "deadline_days": 3}
LAMP: dict[str, Any] = {"key": "lamp", "names": {"ja": "電灯"}, "deadline_days": 5}
GONE: dict[str, Any] = {"key": "gone", "names": {"ja": "昔"}, "deadline_days": 5, "retired": True}
ALL = [HOLE, LAMP, GONE]


def test_a_new_one_comes_behind_those_that_are_offered() -> None:
    new = {"key": "ice", "names": {"ja": "凍結"}}
    assert category_list.keys(category_list.with_entry(ALL, new)) == ["hole", "lamp", "ice", "gone"]
    assert category_list.with_entry(ALL, LAMP | {"icon": "o"})[1] == LAMP | {"icon": "o"}


def test_one_moves_as_far_as_there_is_room() -> None:
    order = ["a", "b", "c"]
    assert category_list.moved(order, "c", -1) == ["a", "c", "b"]
    assert category_list.moved(order, "a", -1) == order
    assert category_list.moved(order, "b", 5) == ["a", "c", "b"]
    assert category_list.in_order(ALL, ["lamp", "hole"]) == [LAMP, HOLE, GONE]


def test_what_has_come_since_is_retired_when_an_older_list_comes_back() -> None:
    assert category_list.back_to(ALL, [LAMP]) == [LAMP, HOLE | {"retired": True}, GONE]
    assert category_list.back_to(ALL, [LAMP], retire=False) == [LAMP, HOLE, GONE]
    assert category_list.with_retired(ALL, "gone", False)[2] == {
        "key": "gone", "names": {"ja": "昔"}, "deadline_days": 5,
    }  # fmt: skip


def test_differences_name_each_field_and_the_order_at_last() -> None:
    changed = HOLE | {"names": {"ja": "穴", "en": "Pothole"}, "urgent": True, "radius_m": 30.0}
    new = {"key": "ice"}
    assert differences.of_categories(ALL, [GONE, changed, LAMP, new]) == [
        Difference("hole", "names.en", "Hole", "Pothole"),
        Difference("hole", "urgent", False, True),
        Difference("ice", "added", None, new),
        Difference("", "order", ["hole", "lamp", "gone"], ["gone", "hole", "lamp", "ice"]),
    ]
    assert differences.of_categories(ALL, ALL) == []


def test_days_are_told_as_those_that_are_new_and_those_that_are_not_any_more() -> None:
    before = {"name": "市", "phones": {"police": "110"}, "extra_holidays": ["2026-12-28"]}
    after = before | {"phones": {"police": "110", "city_hall": "042"}, "extra_holidays": []}
    assert differences.of_facts(before, after) == [
        Difference("", "phones.city_hall", None, "042"),
        Difference("", "opened", None, ["2026-12-28"]),
    ]

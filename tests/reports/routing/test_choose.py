"""Owner and department are chosen from facts, never guessed, and always with the reason."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.nearby import NearRoad
from geo.roads import TOLERANCE_M
from reports.routing.choose import MARGIN_M, Case, Reason, Routing, Rule, choose

OWNERS = ("national", "prefecture", "city", "other")


def road(owner: str, metres: float, tolerance: float | None = None) -> NearRoad:
    return NearRoad(OWNERS.index(owner) + 1, f"{owner} 1", owner, owner, owner, metres, tolerance)


def rule(order: int, department: str, **wanted: Any) -> Rule:
    return Rule(order, department=department, **wanted)


ANY = rule(1, "road")
HOLE = Case("pothole", "north")


def chosen(*roads: NearRoad, rules: list[Rule] | None = None) -> Routing:
    return choose(roads, rules or [ANY], HOLE)


@pytest.mark.parametrize(
    ("roads", "reason", "owner"),
    [
        ([], Reason.NO_ROAD, None),
        ([road("city", 0)], Reason.RULE, "city"),
        ([road("city", TOLERANCE_M)], Reason.RULE, "city"),
        ([road("city", TOLERANCE_M + 0.01)], Reason.NO_ROAD, None),
        ([road("prefecture", 40, 40)], Reason.RULE, "prefecture"),
        ([road("prefecture", 40.01, 40)], Reason.NO_ROAD, None),
        ([road("city", 100, 120)], Reason.RULE, "city"),
        ([road("city", 2), road("prefecture", 2 + MARGIN_M)], Reason.RULE, "city"),
        ([road("city", 2), road("prefecture", 1.99 + MARGIN_M)], Reason.AMBIGUOUS, None),
        ([road("city", 5), road("prefecture", 5)], Reason.AMBIGUOUS, None),
        ([road("city", 5), road("prefecture", 30), road("other", 31)], Reason.RULE, "city"),
        # too far for its own kind, so it is not the road the report is about
        ([road("other", 16, 15), road("city", 20)], Reason.RULE, "city"),
        ([road("other", 16, 15), road("city", 61)], Reason.NO_ROAD, None),
        ([road("city", 14), road("other", 16, 15)], Reason.RULE, "city"),
        (
            [road("other", 16, 15), road("city", 20), road("prefecture", 22, 40)],
            Reason.AMBIGUOUS,
            None,
        ),
    ],
)
def test_the_nearest_road_within_its_tolerance_decides_unless_another_owners_is_as_near(
    roads: list[NearRoad], reason: Reason, owner: str | None
) -> None:
    found = chosen(*roads)
    assert (found.reason, found.owner) == (reason, owner)
    assert found.department == ("road" if reason is Reason.RULE else None)


@pytest.mark.parametrize(
    ("rules", "department"),
    [
        ([rule(1, "a"), rule(2, "b")], "a"),
        ([rule(1, "a", category="tree"), rule(2, "b")], "b"),
        ([rule(1, "a", owner="prefecture"), rule(2, "b", owner="city")], "b"),
        ([rule(1, "a", district="south"), rule(2, "b", district="north"), rule(3, "c")], "b"),
        ([rule(1, "a", category="pothole", owner="city", district="north"), rule(2, "b")], "a"),
        ([rule(1, "a", category="pothole", owner="city", district="south"), rule(2, "b")], "b"),
        ([rule(1, "a", category="tree")], None),
    ],
)
def test_the_first_rule_that_matches_decides(rules: list[Rule], department: str | None) -> None:
    found = chosen(road("city", 3), rules=rules)
    assert found.department == department
    assert found.reason is (Reason.RULE if department else Reason.NO_RULE)
    assert found.owner == "city"


def test_a_rule_for_one_district_does_not_match_where_the_district_is_unknown() -> None:
    rules = [rule(1, "a", district="north")]
    found = choose([road("city", 1)], rules, Case("pothole", None))
    assert found.reason is Reason.NO_RULE


def test_why_names_the_rule_the_road_the_metres_and_the_runner_up() -> None:
    assert chosen(road("city", 3.14159), road("prefecture", 40)).why() == {
        "reason": "rule",
        "rule": 1,
        "road": {"id": 3, "ref": "city 1", "name": "city", "name_en": "city", "owner": "city",
                 "metres": 3.1, "source_id": ""},
        "runner_up": {"id": 2, "ref": "prefecture 1", "name": "prefecture",
                      "name_en": "prefecture", "owner": "prefecture", "metres": 40,
                      "source_id": ""},
    }  # fmt: skip


def test_why_names_the_road_that_was_too_far() -> None:
    why = chosen(road("city", 99)).why()
    assert (why["reason"], why["road"]["metres"], why["rule"]) == ("no_road", 99, None)


METRES = st.floats(0, 150)
ROADS = st.lists(
    st.tuples(st.sampled_from(OWNERS), METRES, st.none() | st.floats(1, 150)),
    max_size=4,
    unique_by=lambda facts: facts[0],
).map(lambda many: sorted((road(*facts) for facts in many), key=lambda near: near.metres))


@given(ROADS)
def test_an_owner_is_only_named_within_tolerance_and_clear_of_every_other(
    roads: list[NearRoad],
) -> None:
    found = chosen(*roads)
    within = [near for near in roads if near.metres <= (near.tolerance_m or TOLERANCE_M)]
    clear = all(b.metres - a.metres >= MARGIN_M for a, b in itertools.pairwise(within[:2]))
    assert (found.owner is not None) == (bool(within) and clear)
    if found.owner:
        assert found.road == within[0]


@pytest.mark.parametrize(
    ("wanted", "fitting", "other"),
    [
        ({"category": "pothole"}, {}, {"category": "tree"}),
        ({"owner": "city"}, {}, None),
        ({"owner": "prefecture"}, None, {}),
        ({"district": "north"}, {}, {"district": "south"}),
        ({"urgent": True}, {"urgent": True}, {"urgent": False}),
        ({"hours": "office"}, {"in_hours": True}, {"in_hours": False}),
        ({"hours": "after"}, {"in_hours": False}, {"in_hours": True}),
    ],
)
def test_a_rule_decides_about_what_it_names_and_about_nothing_else(
    wanted: dict[str, Any], fitting: dict[str, Any] | None, other: dict[str, Any] | None
) -> None:
    rules = [rule(1, "trees", **wanted), rule(2, "road")]
    for facts, department in ((fitting, "trees"), (other, "road")):
        if facts is not None:
            found = choose([road("city", 2)], rules, replace(HOLE, **facts))
            assert found.department == department

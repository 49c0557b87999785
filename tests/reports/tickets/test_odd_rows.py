"""Rows of `history` and `tickets` read whatever stands in their JSON."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports.tickets.event_json import key_of, read
from reports.tickets.event_kinds import KINDS, Event, Unknown
from reports.tickets.why import why_of

ODD: list[Any] = [[], "x", 7, {"a": 1}, True, 1e300, [[1]], ["x"], None]


def line(what: str, details: Any) -> Event:
    row: Any = SimpleNamespace(
        what=what, from_status=None, to_status=None, note="n", details=details
    )
    return read(row)


@pytest.mark.parametrize("details", [[], "x", 7, None], ids=str)
def test_details_that_are_no_object_are_unknown_or_not_needed(details: Any) -> None:
    assert [what for what in KINDS if line(what, details).note != "n"] == []


@pytest.mark.parametrize(
    ("what", "name", "odd"),
    [
        ("joined", "photos", "x"),
        ("rated", "stars", []),
        ("recategorised", "to", {}),
        ("relocated", "metres", "far"),
        ("added", "photo_ids", ["x"]),
        ("added", "place", [1]),
        ("unsent", "parts", 7),
        ("merged", "number", {}),
        ("mailed", "department", []),
        ("put_off", "deadline", 7),
        ("photo_elsewhere", "metres", {}),
    ],
)
def test_a_field_of_the_wrong_type_makes_the_line_unknown(what: str, name: str, odd: Any) -> None:
    assert line(what, {key_of(KINDS[what].type, name): odd}) == Unknown(what, note="n")


@pytest.mark.parametrize("end", [[], {"a": 1}, 7], ids=str)
def test_so_does_somebody_who_is_no_key(end: Any) -> None:
    assert isinstance(line("assigned", {"from": end, "to": "road"}), Unknown)


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("name", ["reason", "rule", "road", "runner_up", "asset", "departments"])
def test_why_is_read_without_what_does_not_fit(name: str, odd: Any) -> None:
    read = why_of({"reason": "not_ours", name: odd})
    assert isinstance(read.get("road") or {}, dict)
    assert isinstance(read.get("reason", ""), str | None)
    assert all(isinstance(key, str) for key in read.get("departments", ()))
    assert why_of(odd).get("reason") is None


def test_what_fits_stays() -> None:
    road = {"metres": 3.5, "owner": "city", "name": "", "ref": "市道1", "id": 7}
    why = {"reason": "rule", "rule": 40, "road": road, "runner_up": None, "departments": ["road"]}
    assert why_of(why) == why
    assert why_of(why | {"road": road | {"metres": "x"}})["road"] == {
        name: fact for name, fact in road.items() if name != "metres"
    }

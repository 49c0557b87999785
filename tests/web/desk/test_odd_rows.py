"""One ticket whose row another version wrote takes no page down."""

import json
from typing import Any

import pytest
from townsfolk import rows
from web_scene import Browser, filed

WHY: list[Any] = [
    [], "x", {"reason": "hologram"}, {"reason": [1]}, {"reason": "rule", "road": "x"},
    {"reason": "rule", "road": {"metres": "x", "owner": []}}, {"reason": "rule", "asset": "x"},
    {"reason": "rule", "asset": {"owner": "city"}}, {"reason": "not_ours", "departments": [1]},
    {"reason": "not_ours", "departments": 7}, {"reason": "ambiguous", "road": {}},
]  # fmt: skip


@pytest.mark.parametrize("why", WHY, ids=str)
def test_the_lists_and_the_page_open_whatever_the_reason(staff: Browser, why: Any) -> None:
    one = filed()
    rows("UPDATE tickets SET why = CAST(:why AS jsonb)", why=json.dumps(why))
    number = one.number
    for path in (
        f"tickets/{number}",
        f"tickets/{number}/sheet.pdf",
        "tickets.geojson",
        "authorities",
    ):
        assert staff.get(f"/staff/{path}").status_code == 200


def test_a_line_that_does_not_read_is_shown_by_its_name(staff: Browser) -> None:
    one = filed()
    for what, details in (("assigned", {"from": {"a": 1}, "to": "x"}), ("rated", ["x"])):
        rows(
            "INSERT INTO history (ticket_id, actor, actor_name, what, note, details)"
            " VALUES (:id, 'michi', '', :what, '', CAST(:details AS jsonb))",
            id=one.id, what=what, details=json.dumps(details),
        )  # fmt: skip
    page = staff.get(f"/staff/tickets/{one.number}")
    assert (page.status_code, "記録: assigned" in page.text) == (200, True)

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


@pytest.mark.parametrize(
    "why", [*WHY[:4], *(pytest.param(why, marks=pytest.mark.long) for why in WHY[4:])], ids=str
)
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


def test_a_status_that_only_a_newer_version_knows_is_shown_by_its_word_and_left_alone(
    staff: Browser, crew: Browser
) -> None:
    one, other = filed(), filed()
    rows("UPDATE tickets SET status = 'patrolled' WHERE id = :id", id=one.id)
    path = f"/staff/tickets/{one.number}"
    for address in (path, f"{path}/sheet.pdf", f"{path}?moved=patrolled", "/staff/authorities",
                    "/staff/due", "/staff/tickets.geojson?status=all", "/staff/"):  # fmt: skip
        assert staff.get(address).status_code == 200, address
    assert "patrolled" in staff.get(path).text
    assert one.number in staff.get("/staff/tickets.geojson?status=all").text
    for address in ("/crew/", f"/crew/?done={one.number}", f"/crew/tickets/{one.number}"):
        assert crew.get(address).status_code == 200, address
    for act, fields in {
        "move": {"to": "fixed"},
        "department": {"department": "trees", "why": "根"},
        "place": {"point": "35.7022, 139.5090"},
        "category": {"category": "tree"},
        "merge": {"into": other.number},
    }.items():
        answer = staff.post(f"{path}/{act}", **fields)
        assert (answer.status_code, 'role="alert"' in answer.text) == (409, True), act
    assert staff.post(f"/staff/tickets/{other.number}/merge", into=one.number).status_code == 409
    assert rows("SELECT status FROM tickets WHERE id = :id", id=one.id) == [("patrolled",)]


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

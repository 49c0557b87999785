"""Residents who disturb: found from a ticket, paused with a reason, taken again."""

from datetime import timedelta

import pytest
from townsfolk import HARUKA, hear, photo, rows, value
from web_scene import Browser, filed

from reports.city.clock import today
from reports.outbox import kinds, residents
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")


def sender_of(number: str) -> int:
    id = value(
        "SELECT resident_id FROM reports r JOIN tickets t ON t.id = r.ticket_id WHERE number = :n",
        n=number,
    )
    assert isinstance(id, int)
    return id


def test_a_sender_is_found_from_the_ticket_paused_and_taken_again(staff: Browser) -> None:
    who = sender_of(number := filed().number)
    assert f'href="/staff/senders/{who}"' in staff.get(f"/staff/tickets/{number}").text
    path = f"/staff/senders/{who}"
    answer = staff.post(f"{path}/pause", days="7", why="毎日同じ写真を送ってくる", key="a")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?done=paused")
    page = staff.get("/staff/senders").text
    assert "毎日同じ写真を送ってくる" in page
    assert f"{(last := today() + timedelta(days=7)).month}月{last.day}日" in page
    assert number in staff.get(path).text
    pause = value("SELECT id FROM pauses")
    assert staff.post(f"/staff/senders/pauses/{pause}/end", back=str(who)).status_code == 303
    assert value("SELECT paused_until FROM residents WHERE id = :id", id=who) is None
    assert "これまでの停止" in staff.get(path).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": "7", "why": " "}, "理由を書いてください。"),
        ({"days": "until", "until": "", "why": "x"}, "日付を選んでください。"),
        ({"days": "until", "until": "2020-01-01", "why": "x"}, "今日から1年のうちの日"),
        ({"days": "9999", "why": "x"}, "日付を選んでください。"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    staff: Browser, fields: dict[str, str], sentence: str
) -> None:
    answer = staff.post(f"/staff/senders/{sender_of(filed().number)}/pause", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert rows("SELECT 1 FROM pauses") == []


@pytest.mark.parametrize("path", ["/staff/senders/999999", "/staff/senders/0"])
def test_nobody_is_not_there(staff: Browser, path: str) -> None:
    assert staff.get(path).status_code in (404, 422)
    assert staff.post(f"{path}/pause", days="7", why="x").status_code in (404, 422)


def test_a_crew_sees_none_of_it(crew: Browser) -> None:
    assert crew.get("/staff/senders").status_code == 403
    assert crew.post("/staff/senders/1/pause", days="7", why="x").status_code == 403
    assert crew.post("/staff/senders/pauses/1/end").status_code == 403


def test_whom_a_limit_has_stopped_is_shown(staff: Browser) -> None:
    hear(photo())
    with transaction() as db:
        residents.push(db, [HARUKA], [kinds.Limit(of="photos", most=60, minutes=3)])
    page = staff.get("/staff/senders").text
    assert f"通報者 {value('SELECT id FROM residents')}" in page
    assert "1回" in page

"""What a crew told is taken back within a minute: as it had been, and residents hear nothing."""

from typing import Any

import pytest
from sqlalchemy import text
from townsfolk import STAFF, rows, value
from web_scene import ON_CITY_ROAD, Browser, Filed, filed, picture

from reports.actions.assign import assign
from reports.actions.move import move
from reports.outbox import riders
from reports.tickets.status import Status
from store.database import transaction

HERE = f"{ON_CITY_ROAD.lon},{ON_CITY_ROAD.lat},12.0"
JSON = {"accept": "application/json"}
KEPT = """
    SELECT status, department_id, assignee_id, deadline, deadline_days, due_from, closed_at, why,
           paused_at, paused_days, silent_since, passes FROM tickets WHERE id = :id
"""
RECIPIENTS = text("SELECT recipient FROM messages")
WORK = "SELECT history_id FROM works ORDER BY id DESC LIMIT 1"


def tell(crew: Browser, one: Filed, outcome: str, *shots: bytes) -> None:
    files = [("photo", ("road.jpg", data, "image/jpeg")) for data in shots]
    told = {"csrf": crew.csrf, "outcome": outcome, "here": HERE, "key": outcome}
    path = f"/crew/tickets/{one.number}/done"
    assert crew.client.post(path, data=told, files=files, headers=JSON).json()["done"]


def taken_back(crew: Browser, one: Filed, work: int, act: str = "undo") -> Any:
    told = {"csrf": crew.csrf, "work": str(work), "act": act, "key": "of its page"}
    path = f"/crew/tickets/{one.number}/take-back"
    return crew.client.post(path, data=told, headers=JSON, follow_redirects=False)


@pytest.mark.parametrize("outcome", ["fixed", "made_safe", "not_found", "bigger", "no_access"])
def test_it_is_as_it_had_been_and_residents_hear_nothing(crew: Browser, outcome: str) -> None:
    one = filed()
    before = rows(KEPT, id=one.id)
    tell(crew, one, outcome, picture())
    work = value(WORK)
    for path in ("/crew/", "/crew/line"):
        page = crew.get(path).text
        assert f'name="work" value="{work}"' in page, "wherever they have gone on to"
    for _ in range(2):
        answer = taken_back(crew, one, work).json()
        assert answer["next"] == f"/crew/tickets/{one.number}?undone=1"
    assert "取り消しました" in crew.get(answer["next"]).text
    assert rows(KEPT, id=one.id) == before
    assert rows("SELECT FROM messages WHERE state = 'waiting' AND say::text LIKE '%moved%'") == []
    assert value("SELECT state FROM photos ORDER BY id DESC LIMIT 1") == "removed"
    assert [line.what for line in rows("SELECT what FROM history ORDER BY id")][-1] == "taken_back"
    assert rows("SELECT FROM works") == rows("SELECT FROM history WHERE what = 'moved'") == []


def test_the_words_wait_alone_and_leave_at_once_when_the_minute_is_given_up(
    crew: Browser, staff: Browser
) -> None:
    one = filed()
    tell(crew, one, "fixed", picture())
    work = value(WORK)
    assert value("SELECT min(due_at) > now() + interval '60 s' FROM messages")
    with transaction() as db:
        db.connection().exec_driver_sql("UPDATE photos SET state = 'stored' WHERE ticket_id > 0")
        (who,) = {row[0] for row in db.execute(RECIPIENTS)}
        assert riders._waiting(db, 0, who, into="answer") == []
    assert taken_back(crew, one, work, "keep").json()["done"]
    assert value("SELECT count(*) FROM messages WHERE due_at <= now()") == 1
    answer = taken_back(crew, one, work)
    assert (answer.status_code, answer.json()["reason"]) == (409, "changed")
    assert "作業班の報告" in staff.get(f"/staff/tickets/{one.number}").text


def test_it_is_refused_once_the_ticket_went_on_or_the_minute_is_over(crew: Browser) -> None:
    late, moved, handed = filed(), filed(), filed()
    works = []
    for one in (late, moved, handed):
        tell(crew, one, "made_safe")
        works.append(value(WORK))
    rows("UPDATE works SET created_at = now() - interval '66 s' WHERE history_id = :w", w=works[0])
    with transaction() as db:
        move(db, moved.id, Status.IN_PROGRESS, STAFF)
        assign(db, handed.id, "trees", STAFF, "みどりの仕事です")
    said = [taken_back(crew, *each) for each in zip((late, moved, handed), works, strict=True)]
    assert [answer.status_code for answer in said] == [409] * 3
    assert "時間が過ぎました" in said[0].json()["sentence"]
    assert "ほかの人" in said[1].json()["sentence"]
    assert len(rows("SELECT FROM works")) == 3
    assert taken_back(crew, late, 10**12).status_code == 404
    assert taken_back(crew, moved, works[2]).status_code == 409

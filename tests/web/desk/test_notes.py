"""Notes on the screens: who they are for finds them, and no resident ever does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from townsfolk import STAFF, rows, value
from web_scene import Browser, filed, picture, ticket_of
from years import year_after_closing

from reports.actions.move import move
from reports.people.permissions import RESIDENT
from reports.photos import intake
from reports.photos.links import last_day, photo_link
from reports.tickets import events, history
from reports.tickets.status import Status
from store.database import transaction
from workers.photos import take_in


def listed(staff: Browser, query: str = "") -> dict[str, Any]:
    return dict(staff.get(f"/staff/tickets.geojson?{query}").json())


def me() -> str:
    id = value("SELECT id FROM users WHERE name = 'sato'")
    return f"user:{id}"


def test_a_note_is_written_found_in_the_list_and_ticked_off(staff: Browser) -> None:
    one, other = filed(), filed()
    path = f"/staff/tickets/{one.number}"
    before = listed(staff)
    answer = staff.post(f"{path}/notes", memo="折り返し電話する", to=me())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#notes")
    assert "折り返し電話する" in staff.get(path).text
    fields = {name: before[name] for name in ("day", "words")} | {"since": before["moment"]}
    told = staff.get(f"/staff/tickets/changes?{urlencode(fields)}").json()
    (ticket,) = told["tickets"]
    assert (ticket["properties"]["memo"], told["memos"]) == (True, 1)
    mine = listed(staff, "notes=mine")
    assert [each["properties"]["number"] for each in mine["features"]] == [one.number]
    assert {each["properties"]["number"] for each in listed(staff)["features"]} == {
        one.number, other.number,
    }  # fmt: skip
    note_id = value("SELECT id FROM notes")
    assert staff.post(f"{path}/notes/{note_id}/done").status_code == 303
    assert "佐藤 恵 が確認" in staff.get(path).text
    after = listed(staff, "notes=mine")
    assert (after["features"], after["memos"]) == ([], 0)


def test_an_answer_is_marked_counted_and_found_until_somebody_has_seen_to_it(
    staff: Browser, crew: Browser
) -> None:
    one, _ = filed(), filed()
    with transaction() as db:
        answer = events.Answered(report_id=None, photo_ids=(1,), note="まだ水が出ています")
        history.write(db, one.id, RESIDENT, answer)
    path = f"/staff/tickets/{one.number}"
    found = listed(staff, "unread=yes")
    assert [each["properties"]["number"] for each in found["features"]] == [one.number]
    assert (found["features"][0]["properties"]["unread"], found["unread"]) == (True, 1)
    assert "返信あり" in crew.get("/crew/").text
    assert "通報した人から返信・追加がありました" in staff.get(path).text
    staff.post(f"{path}/notes", memo="通報した人の返信を確認しました。", to="")
    assert "通報した人から返信・追加がありました" not in staff.get(path).text
    after = listed(staff, "unread=yes")
    assert (after["features"], after["unread"]) == ([], 0)


def test_what_cannot_be_a_note_is_refused_and_what_was_typed_stays(staff: Browser) -> None:
    path = f"/staff/tickets/{filed().number}/notes"
    for fields, status in (
        ({"memo": " ", "to": ""}, 422),
        ({"memo": "だれに", "to": "nobody"}, 422),
        ({"memo": "だれに", "to": "user:999999"}, 409),
        ({"memo": "だれに", "to": "department:nowhere"}, 409),
        ({"memo": "長い" * 600, "to": ""}, 422),
    ):
        answer = staff.post(path, **fields)
        assert answer.status_code == status, fields
        assert fields["memo"][:1000].strip() in answer.text
    assert staff.post(f"{path}/7/done").status_code == 404
    assert rows("SELECT * FROM notes") == []


def test_a_crew_reads_what_is_for_its_department_and_ticks_it_off(
    staff: Browser, crew: Browser
) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}/notes"
    staff.post(path, memo="夕方までにお願いします", to="department:road")
    staff.post(path, memo="これは職員だけ", to=me())
    assert "メモあり" in crew.get("/crew/").text
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert "夕方までにお願いします" in page
    assert "これは職員だけ" not in page
    ours, others = (
        value("SELECT id FROM notes WHERE words LIKE :words", words=words)
        for words in ("夕方%", "これは%")
    )
    crew_path = f"/crew/tickets/{one.number}/notes"
    assert crew.post(f"{crew_path}/{others}/done").status_code == 404
    assert crew.post(f"{crew_path}/{ours}/done").status_code == 303
    assert "メモあり" not in crew.get("/crew/").text
    assert "道路作業班 が確認" in staff.get(f"/staff/tickets/{one.number}").text


@pytest.mark.long
def test_photos_of_a_note_are_for_those_who_read_it_alone(
    staff: Browser, crew: Browser, client: TestClient
) -> None:
    one = filed(pictures=1)
    path = f"/staff/tickets/{one.number}"
    shots = [("photo", (f"{turn}.jpg", picture(turn), "image/jpeg")) for turn in (1, 2)]
    for _ in range(2):  # the second press is the same one
        told = staff.post(f"{path}/notes", shots, memo="中の様子", to="department:road", key="once")
        assert told.status_code == 303, told.text
    staff.post(
        f"{path}/notes", [("photo", ("3.jpg", picture(3), "image/jpeg"))], memo="職員へ", to=me()
    )
    assert (
        staff.post(
            f"{path}/notes", [("photo", ("x.jpg", b"x", "image/jpeg"))], memo="x", to=""
        ).status_code
        == 422
    )
    found = rows("SELECT id FROM photos WHERE note_id IS NOT NULL ORDER BY id")
    first, second, theirs = [row.id for row in found]
    for id in (first, second, theirs):
        write = take_in(id)
        assert write
        with transaction() as db:
            write(db)
    tomorrow = last_day(datetime.now(UTC), 1)
    page, on_phone = staff.get(path).text, crew.get(f"/crew/tickets/{one.number}").text
    for id in (first, second, theirs):
        address = f"/staff/photos/{id}/small"
        assert f"/staff/photos/{id}/large" in page
        assert staff.get(address).status_code == 200
        is_ours = id != theirs
        assert (f"/staff/photos/{id}/large" in on_phone) == is_ours
        assert crew.get(address).status_code == (200 if is_ours else 404)
        assert client.get(photo_link(id, "small", tomorrow)).status_code == 404
    assert [photo.id for photo in ticket_of(one).photos] == [one.photo_id]
    assert client.get(photo_link(one.photo_id or 0, "small", tomorrow)).status_code == 200
    assert value("SELECT cover_id FROM tickets") == one.photo_id
    with transaction() as db:  # a draft's photos are forgotten; these are not
        assert intake.forgotten_drafts(db, datetime.now(UTC) + timedelta(days=1)) == []
    staff.post(f"{path}/department", department="trees", why="公園")
    assert crew.get(f"/staff/photos/{first}/small").status_code == 404
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF)
    with transaction() as db:
        year_after_closing(db, datetime.now(UTC) + timedelta(days=400))
    states = {row.id: row.state for row in rows("SELECT id, state FROM photos")}
    assert {states[id] for id in (first, second, theirs)} == {"removed"}
    assert states[one.photo_id or 0] == "stored"
    assert f"/staff/photos/{first}/large" not in staff.get(path).text


def test_no_resident_and_no_program_reads_a_note(staff: Browser) -> None:
    one = filed()
    staff.post(f"/staff/tickets/{one.number}/notes", memo="秘密のこと", to="")
    found = ticket_of(one)
    assert "秘密のこと" not in repr(found)

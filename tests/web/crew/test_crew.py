"""A crew on its phone: its own tickets, the urgent ones first, and two taps to the end."""

from typing import Any

from sqlalchemy import text
from townsfolk import STAFF
from web_crew import copies_of
from web_scene import Browser, Filed, filed, picture, sends_more, ticket_of

from geo.points import Point
from reports.actions.move import move
from reports.people.permissions import RESIDENT, Actor, Role
from reports.tickets import history
from reports.tickets.events import PhotoElsewhere
from reports.tickets.status import Status
from store.database import transaction
from web.crew.list.routes import AT_ONCE

ROADS = Actor(Role.CREW, "道路作業班", department="road")
IN_THE_SOUTH = Point(139.5019, 35.68775)


def test_the_list_holds_the_departments_tickets_and_the_urgent_ones_first(crew: Browser) -> None:
    usual, trees = filed("pothole"), filed("tree")
    urgent = filed("debris", IN_THE_SOUTH, pictures=1)
    page = crew.get("/crew/").text
    assert page.index(urgent.number) < page.index(usual.number)
    assert trees.number not in page
    assert "2件" in page
    assert f"/staff/photos/{urgent.photo_id}/small" in page


def test_a_long_list_goes_on_and_counts_all_of_it(crew: Browser) -> None:
    usual = filed()
    again = filed()
    with transaction() as db:
        move(db, again.id, Status.FIXED, STAFF, note="直しました")
        move(db, again.id, Status.REOPENED, RESIDENT)
        update_of = text("UPDATE tickets SET deadline = current_date + 900 WHERE id = :id")
        db.execute(update_of, {"id": again.id})
        copies_of(db, usual.id, AT_ONCE)
    page = crew.get("/crew/").text
    assert page.index(again.number) < page.index(usual.number)
    assert page.count("data-number=") == AT_ONCE
    assert f"{AT_ONCE + 2}件" in page
    more = page.partition('data-more="')[2].partition('"')[0]
    rest = crew.get(f"/crew/?after={more}").text
    assert rest.count("data-number=") == 2
    assert 'data-more=""' in rest
    for wrong in ("x", "true,true", "true,false,true,2026-02-31,1"):
        assert crew.get(f"/crew/?after={wrong}").status_code == 422


def test_what_waits_and_what_has_no_deadline_comes_last(crew: Browser) -> None:
    waits, none, late, soon, urgent = (filed() for _ in range(5))
    with transaction() as db:
        move(db, waits.id, Status.MADE_SAFE, STAFF, note="囲いました")
        move(db, waits.id, Status.MONITORING, STAFF, note="様子を見ます")
        for one, words in (
            (none, "deadline = NULL"),
            (late, "deadline = current_date + 900"),
            (soon, "deadline = DATE '2020-01-01'"),
            (urgent, "urgent = true, deadline = current_date + 900"),
        ):
            db.execute(text(f"UPDATE tickets SET {words} WHERE id = :id"), {"id": one.id})
    page = crew.get("/crew/").text
    found = [page.index(one.number) for one in (urgent, soon, late, none, waits)]
    assert found == sorted(found)
    assert "5件" in page


def test_an_empty_list_says_so(crew: Browser) -> None:
    assert "開いている受付票はありません" in crew.get("/crew/").text


def test_the_ticket_shows_the_photo_and_the_way_there(crew: Browser) -> None:
    one = filed(pictures=1)
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert f"/staff/photos/{one.photo_id}/large" in page
    assert "geo:35.701500,139.524600" in page
    assert "写真を撮って完了" in page
    assert page.count('name="photo" type="file" accept="image/*" multiple') == 6  # no camera alone


def test_a_photo_and_one_post_finish_it(crew: Browser) -> None:
    one = filed()
    answer = crew.post(
        f"/crew/tickets/{one.number}/move",
        files={"photo": ("road.jpg", picture(), "image/jpeg")},
        to="fixed",
        seen="received",
    )
    assert answer.headers["location"] == f"/crew/?done={one.number}"
    page = crew.get(answer.headers["location"]).text
    assert f"{one.number} を「対応済」にしました" in page
    found = ticket_of(one)
    assert found.ticket.status is Status.FIXED
    assert [photo.of for photo in found.photos] == ["repair"]
    assert found.history[-1].actor_name == "道路作業班"


def test_a_phone_that_lost_the_answer_and_sends_again_finishes_once(crew: Browser) -> None:
    one = filed()
    path = f"/crew/tickets/{one.number}/move"
    for _ in range(2):
        photo = {"photo": ("road.jpg", picture(), "image/jpeg")}
        answer = crew.post(path, files=photo, to="fixed", seen="received", key="of its page")
        assert answer.headers["location"] == f"/crew/?done={one.number}"
    found = ticket_of(one)
    assert len(found.photos) == 1
    assert len([line for line in found.history if line.what == "moved"]) == 1


def test_one_tap_says_that_work_has_begun(crew: Browser) -> None:
    one = filed()
    answer = crew.post(f"/crew/tickets/{one.number}/move", to="in_progress", seen="received")
    assert answer.headers["location"] == f"/crew/tickets/{one.number}"
    page = crew.get(answer.headers["location"]).text
    assert "対応中にする" not in page
    assert 'name="outcome" value="made_safe"' in page


def test_what_only_the_desk_may_do_is_refused(crew: Browser) -> None:
    one = filed()
    answer = crew.post(f"/crew/tickets/{one.number}/move", to="declined", note="理由")
    assert answer.status_code == 409
    assert "変えられません" in answer.text


def test_another_departments_ticket_and_its_photos_are_not_there(crew: Browser) -> None:
    one = filed("tree", pictures=1)
    assert crew.get(f"/crew/tickets/{one.number}").status_code == 404
    assert crew.post(f"/crew/tickets/{one.number}/move", to="fixed").status_code == 404
    assert crew.get(f"/staff/photos/{one.photo_id}/small").status_code == 404
    assert one.number not in crew.get(f"/crew/?done={one.number}").text


def test_a_crew_sees_its_photos_but_no_original(crew: Browser) -> None:
    one = filed(pictures=1)
    assert crew.get(f"/staff/photos/{one.photo_id}/large").status_code == 200
    assert crew.get(f"/staff/photos/{one.photo_id}/original").status_code == 404


def test_a_finished_ticket_has_no_finish(crew: Browser) -> None:
    one = filed()
    with transaction() as db:
        move(db, one.id, Status.FIXED, Actor(Role.STAFF))
    assert "写真を撮って完了" not in crew.get(f"/crew/tickets/{one.number}").text
    assert one.number not in crew.get("/crew/").text


def test_a_strange_done_shows_the_list_all_the_same(crew: Browser) -> None:
    for done in ("%00", "x" * 5000, "<script>", "123-456-789"):
        answer = crew.get(f"/crew/?done={done}")
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def reopened(**more: Any) -> Filed:
    """A ticket that its resident found unmended after the crew had finished it."""
    one = filed(**more)
    with transaction() as db:
        move(db, one.id, Status.FIXED, ROADS)
        move(db, one.id, Status.REOPENED, RESIDENT)
    return one


def test_what_is_not_mended_stands_on_top_and_is_counted(crew: Browser) -> None:
    urgent, again = filed("debris", IN_THE_SOUTH), reopened(words="前の言葉")
    page = crew.get("/crew/").text
    assert page.index(again.number) < page.index(urgent.number)
    assert "2件・<strong>まだ直っていない 1件</strong>" in page
    assert "まだ直っていない</span>" in page


def test_the_crew_sees_what_the_resident_sent_since_first(crew: Browser) -> None:
    one = reopened(words="はじめの言葉", pictures=1)
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert "まだ届いていません" in page
    (new,) = sends_more(one, "reopened", words="また穴があきました", pictures=1)
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert page.index(f"/staff/photos/{new}/large") < page.index(f"photos/{one.photo_id}/large")
    assert page.count("新しい写真") == 2
    box = page.partition('class="not-mended"')[2].partition("</section>")[0]
    assert "通報した人から" in box
    assert "また穴があきました" in box
    assert "はじめの言葉" not in box
    assert page.count("また穴があきました") == 1
    assert "はじめの言葉" in page


def test_a_ticket_that_is_mended_again_is_not_called_unmended(crew: Browser) -> None:
    one = reopened()
    with transaction() as db:
        move(db, one.id, Status.FIXED, ROADS)
    assert "まだ直っていない" not in crew.get(f"/crew/tickets/{one.number}").text


def test_the_crew_reads_the_place_in_words_and_a_doubt_about_it(crew: Browser) -> None:
    one = filed(pictures=1, place_hint="郵便局の前")
    with transaction() as db:
        history.write(db, one.id, None, PhotoElsewhere(one.photo_id, 320))
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert "「郵便局の前」と書かれています" in page
    assert "約 320\u00a0m 離れています" in page


def test_the_crew_reads_an_answer_below_its_question(crew: Browser, staff: Browser) -> None:
    one = filed(words="段差です")
    staff.post(f"/staff/tickets/{one.number}/ask", words="どちら側ですか")
    assert "どちら側ですか" not in crew.get(f"/crew/tickets/{one.number}").text
    sends_more(one, "answer", words="右側です", pictures=1, place=IN_THE_SOUTH)
    page = crew.get(f"/crew/tickets/{one.number}").text
    asked = page.partition('class="exchange"')[2].partition("</section>")[0]
    assert asked.index("どちら側ですか") < asked.index("右側です") < asked.index("写真 1枚")
    assert page.count("右側です") == 1
    assert "段差です" in page

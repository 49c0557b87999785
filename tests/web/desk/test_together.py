"""The desk and those who reported: a question with its answers, and duplicates put together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from web_scene import PASSWORD, STATION, Browser, Filed, filed, sends_more, ticket_of

from geo.points import Point
from reports.outbox import quota
from reports.outbox.models import LineQuota, Message
from reports.people.accounts import create_user
from reports.people.models import Resident
from reports.people.permissions import RESIDENT
from reports.tickets import history
from reports.tickets.events import Confirmed, PhotoElsewhere, Rated
from reports.tickets.models import Report, Ticket
from reports.tickets.status import Status
from store.database import transaction

CLOSE_BY = Point(139.5246, 35.70165)


def ask(staff: Browser, one: Filed, words: str = "どちら側ですか", **more: str) -> None:
    answer = staff.post(f"/staff/tickets/{one.number}/ask", words=words, **more)
    assert answer.headers["location"] == f"/staff/tickets/{one.number}?asked=1"


def test_a_question_goes_to_the_resident_and_the_page_waits_for_the_answer(staff: Browser) -> None:
    one = filed()
    ask(staff, one, "穴は右側ですか。\n左側ですか。")
    page = staff.get(f"/staff/tickets/{one.number}?asked=1").text
    assert "質問を LINE で送りました" in page
    assert "穴は右側ですか。\n左側ですか。" in page
    assert "から返事を待っています" in page
    with transaction() as db:
        said = db.scalars(select(Message.say)).all()
    assert [say["say"] for row in said for say in row] == ["question"]


def test_the_answer_stands_below_its_question_with_its_photos(staff: Browser) -> None:
    one = filed(pictures=1)
    ask(staff, one)
    photo_ids = sends_more(one, "answer", words="右側です", pictures=2, place=CLOSE_BY)
    page = staff.get(f"/staff/tickets/{one.number}").text
    asking = page.partition('id="asking"')[2].partition("</section>")[0]
    assert "右側です" in asking
    assert "返事を待っています" not in asking
    assert "35.70165, 139.52460" in asking
    for photo_id in photo_ids:
        assert f"/staff/photos/{photo_id}/large" in asking
    assert f"/staff/photos/{one.photo_id}/large" not in asking


def test_a_question_sent_twice_is_asked_once(staff: Browser) -> None:
    one = filed()
    ask(staff, one, key="of its page")
    ask(staff, one, key="of its page")
    assert [line.what for line in ticket_of(one).history].count("asked") == 1
    ask(staff, one, "別の質問", key="of its page")
    assert [line.what for line in ticket_of(one).history].count("asked") == 2


def test_two_people_of_the_same_name_are_two(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed()
    with transaction() as db:
        create_user(db, name="sato2", shown_name="佐藤 恵", password=PASSWORD, role="staff")
    other = come_in("sato2")
    ask(staff, one)
    ask(other, one)
    asked = [line for line in ticket_of(one).history if line.what == "asked"]
    assert len(asked) == len({line.actor_id for line in asked}) == 2
    wish = {"to": "scheduled", "seen": "received"}
    path = f"/staff/tickets/{one.number}/move"
    for browser, page, status in ((staff, "hers", 303), (staff, "hers", 303), (other, "his", 409)):
        assert browser.post(path, **wish, key=page).status_code == status


def test_who_cannot_be_reached_is_not_asked(staff: Browser) -> None:
    one = filed()
    with transaction() as db:
        db.execute(update(Resident).values(blocked_at=datetime.now(UTC)))
    answer = staff.post(f"/staff/tickets/{one.number}/ask", words="届きますか")
    assert answer.status_code == 409
    assert "連絡できない" in answer.text
    assert "届きますか</textarea>" in answer.text


def test_questions_that_cannot_be_are_refused_kindly(staff: Browser) -> None:
    path = f"/staff/tickets/{filed().number}/ask"
    for status, fields in (
        (422, {}),
        (422, {"words": " \n\x00"}),
        (422, {"words": "長" * 1001}),
        (403, {"words": "何", "csrf": "wrong"}),
    ):
        answer = staff.post(path, **fields)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert staff.post("/staff/tickets/000-000-000/ask", words="何").status_code == 404


def test_near_tickets_of_the_same_kind_are_offered_with_photo_and_distance(staff: Browser) -> None:
    one, near = filed(), filed(place=CLOSE_BY, pictures=1)
    tree, far = filed("tree"), filed(place=STATION)
    form = staff.get(f"/staff/tickets/{one.number}").text.partition("/merge")[2]
    assert f'value="{near.number}"' in form
    assert "約 17\u00a0m" in form
    assert f"/staff/photos/{near.photo_id}/small" in form
    for other in (one, tree, far):
        assert f'value="{other.number}"' not in form


def test_a_near_ticket_that_the_resident_said_is_another_is_marked_so(staff: Browser) -> None:
    there, near = filed("pothole"), filed("pothole")
    one = filed("pothole", differs_from=[there.id])
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert f'<a class="number" href="/staff/tickets/{there.number}">' in page
    assert "とはちがう(通報した人の答え)" in page
    assert page.count("通報した人は「ちがいます」と答えました") == 1
    assert "ちがう" not in staff.get(f"/staff/tickets/{near.number}").text


def test_who_looks_at_the_other_of_two_that_differ_is_warned_as_well(staff: Browser) -> None:
    there, other = filed("pothole"), filed("pothole")
    filed("pothole", differs_from=[other.id])
    warned = "通報した人は「ちがいます」と答えました"
    assert warned not in staff.get(f"/staff/tickets/{there.number}").text
    staff.post(f"/staff/tickets/{other.number}/merge", into=there.number)
    assert staff.get(f"/staff/tickets/{there.number}").text.count(warned) == 1


def test_a_ticket_never_differs_from_itself_nor_from_what_became_it(staff: Browser) -> None:
    there, other = filed("pothole"), filed("pothole")
    one = filed("pothole", differs_from=[there.id, other.id])
    staff.post(f"/staff/tickets/{one.number}/merge", into=there.number)
    page = staff.get(f"/staff/tickets/{there.number}").text
    assert f'href="/staff/tickets/{there.number}"' not in page
    said = page.partition("とはちがう")[0].rpartition("<dd>")[2]
    assert other.number in said
    staff.post(f"/staff/tickets/{other.number}/merge", into=there.number)
    assert "とはちがう" not in staff.get(f"/staff/tickets/{there.number}").text


def test_a_duplicate_goes_on_in_the_other_ticket_and_each_names_the_other(staff: Browser) -> None:
    kept, double = filed(words="元の通報"), filed(place=CLOSE_BY, words="同じ穴です", pictures=1)
    path = f"/staff/tickets/{double.number}"
    answer = staff.post(f"{path}/merge", into=kept.number, note="同じ穴でした")
    assert answer.headers["location"] == path
    merged = staff.get(path).text
    assert f'href="/staff/tickets/{kept.number}"' in merged
    assert "重複のためまとめて対応" in merged
    assert "/merge" not in merged
    assert "LINE で質問を送る" not in merged
    going_on = staff.get(f"/staff/tickets/{kept.number}").text
    assert f'href="/staff/tickets/{double.number}"' in going_on
    assert f"受付番号 {double.number} をここにまとめました" in going_on
    assert "同じ穴です" in going_on
    assert f"/staff/photos/{double.photo_id}/large" in going_on
    assert "知らせを受け取る人: 2人" in going_on


def test_the_number_may_be_typed_as_people_type_it(staff: Browser) -> None:
    kept, near = filed(place=STATION), filed(place=CLOSE_BY)
    wide = kept.number.replace("-", "ー").translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    for double, fields in (
        (filed(), {"into": f" {wide} です"}),
        (near, {"into": "other", "number": kept.number.replace("-", "")}),
    ):
        answer = staff.post(f"/staff/tickets/{double.number}/merge", **fields)
        assert answer.status_code == 303, answer.text
        assert ticket_of(double).ticket.merged_into == kept.number


def test_the_same_merge_twice_is_one(staff: Browser) -> None:
    kept, double = filed(), filed()
    for _ in range(2):
        path, key = f"/staff/tickets/{double.number}/merge", "of its page"
        assert staff.post(path, into=kept.number, key=key).status_code == 303
    assert [line.what for line in ticket_of(kept).history].count("merged") == 1


def test_merges_that_cannot_be_say_why_and_keep_what_was_typed(staff: Browser) -> None:
    one, closed = filed(), filed(place=STATION)
    staff.post(f"/staff/tickets/{closed.number}/move", to="fixed")
    for status, into, sentence in (
        (409, one.number, "同じ受付票どうしは"),
        (409, closed.number, "終わっているため"),
        (422, "", "受付番号(例 123-456-789)を確かめて"),
        (422, "123-456-789", "受付番号(例 123-456-789)を確かめて"),
        (422, "other", "受付番号(例 123-456-789)を確かめて"),
    ):
        answer = staff.post(f"/staff/tickets/{one.number}/merge", into=into, note="理由です")
        assert answer.status_code == status
        assert sentence in answer.text
        assert 'role="alert"' in answer.text
        assert answer.text.count("理由です</textarea>") == 1
    answer = staff.post(f"/staff/tickets/{closed.number}/merge", into=one.number)
    assert answer.status_code == 409
    assert ticket_of(one).ticket.status is Status.RECEIVED


def test_a_merge_can_be_undone_by_opening_the_ticket_again(staff: Browser) -> None:
    kept, double = filed(), filed(words="別の穴でした")
    staff.post(f"/staff/tickets/{double.number}/merge", into=kept.number)
    page = staff.get(f"/staff/tickets/{double.number}").text
    assert "移した通報をこの受付票に戻します" in page
    staff.post(f"/staff/tickets/{double.number}/move", to="reopened", seen="merged")
    assert "別の穴でした" in staff.get(f"/staff/tickets/{double.number}").text
    assert "別の受付票に分けました" in staff.get(f"/staff/tickets/{kept.number}").text


def test_what_a_clerk_needs_of_each_report_is_on_the_page(staff: Browser) -> None:
    one = filed(
        words="段差があります",
        pictures=1,
        place_source="exif",
        place_accuracy_m=12.0,
        place_hint="<郵便局>の前",
        owner_said="unknown",
        urgent=True,
    )
    with transaction() as db:
        history.write(db, one.id, None, PhotoElsewhere(one.photo_id, 320))
        for said in (Rated(3), Rated(4), Confirmed()):
            history.write(db, one.id, RESIDENT, said)
        db.execute(update(Report).values(withdrawn_at=datetime.now(UTC)))
    page = staff.get(f"/staff/tickets/{one.number}").text
    for said in (
        "段差があります",
        "写真に記録された位置(誤差 約 12\u00a0m)",
        "「&lt;郵便局&gt;の前」",
        "分からない(通報した人の答え)",
        "危険を知らせる言葉あり",
        "写真を撮った場所が、送られた場所から約 320\u00a0m 離れています",
        "直りました 1件",
        "評価 3・4(5点満点、平均 3.5)",
        "に取り下げ",
    ):
        assert said in page, said


def test_staff_are_told_when_the_months_pushes_run_short(staff: Browser) -> None:
    one = filed()
    paths = ("/staff/", f"/staff/tickets/{one.number}", "/staff/terms")
    for used, said in (
        (159, None),
        (160, "200通のうち、160通を使いました"),
        (200, "(200通)を使い切りました"),
    ):
        with transaction() as db:
            quota.keep(db, limit=200, used=used)
        for path in paths:
            page = staff.get(path).text
            assert (said or "お知らせ") in page if said else 'class="notice warn quota"' not in page
    with transaction() as db:
        db.execute(update(LineQuota).values(looked_at=datetime.now(UTC) - timedelta(days=40)))
    assert "使い切りました" not in staff.get("/staff/").text


def test_a_crew_may_neither_ask_nor_put_together(crew: Browser) -> None:
    one, other = filed(), filed()
    assert crew.post(f"/staff/tickets/{one.number}/ask", words="何").status_code == 403
    answer = crew.post(f"/staff/tickets/{one.number}/merge", into=other.number)
    assert answer.status_code == 403
    with transaction() as db:
        assert set(db.scalars(select(Ticket.status))) == {"received"}

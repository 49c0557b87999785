"""Other authorities at the desk: pages, forms, refusals."""

from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import text
from web_scene import Browser, Filed, filed
from web_visit import PC, PHONE, visit

from geo.points import Point
from reports.outbox import mails
from store.database import transaction

ON_TODO = Point(139.5078, 35.7014)
OFFICE = "東京都北多摩南部建設事務所"
KEY = "tokyo_kitatama_south"
PAGE = "/staff/authorities"


def sql(statement: str, **values: Any) -> Any:
    with transaction() as db:
        done = db.connection().execute(text(statement), values)
        return done.scalar() if done.returns_rows else None


def on_todo(**more: Any) -> Filed:
    return filed("pothole", ON_TODO, **more)


def told(staff: Browser, *ones: Filed, **fields: str) -> Any:
    chosen = {f"ticket:{one.number}": "on" for one in ones}
    wish = {"department": KEY, "note": "東京都へ連絡しました。"} | fields
    return staff.post(f"{PAGE}/tell", **chosen, **wish)


def silent(staff: Browser) -> Filed:
    one = on_todo()
    told(staff, one)
    sql("UPDATE tickets SET silent_since = now() - interval '40 days'")
    return one


def test_a_pile_shows_what_to_copy_and_a_reason_that_names_whose_it_is(staff: Browser) -> None:
    one = on_todo(words="<b>穴</b>が深い")
    html = staff.get(PAGE).text
    for part in (
        OFFICE,
        one.number,
        "「&lt;b&gt;穴&lt;/b&gt;が深い」",
        "maps.gsi.go.jp",
        "042-000-0201",
    ):
        assert part in html
    assert f"市から{OFFICE}へ連絡しました" in html
    assert staff.get("/staff/menu.json").json()["badges"]["/staff/authorities"] == 1


def test_one_click_tells_an_authority_of_all_that_was_chosen(staff: Browser) -> None:
    first, second, third = on_todo(), on_todo(), on_todo()
    answer = told(staff, first, second)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=told&count=2")
    html = staff.get(answer.headers["location"]).text
    assert "2件を連絡済みにしました" in html
    assert third.number in html
    assert first.number not in html


def test_the_second_of_two_who_press_reads_that_it_is_done(staff: Browser) -> None:
    one = on_todo()
    told(staff, one)
    again = told(staff, one)
    assert again.status_code == 409
    assert "ほかの人が先に済ませました" in again.text


def test_the_same_press_twice_is_one(staff: Browser) -> None:
    one, late = on_todo(), silent(staff)
    for _ in range(2):
        assert told(staff, one, key="1").headers["location"] == f"{PAGE}?done=told&count=1"
        for what in ("remind", "answer"):
            fields = {"number": late.number, "note": "来週直します", "key": what}
            assert staff.post(f"{PAGE}/{what}", **fields).status_code == 303
    with transaction() as db:
        told_of = list(
            db.scalars(text("SELECT what FROM history WHERE key IS NOT NULL ORDER BY id"))
        )
    assert told_of == ["moved", "reminded", "authority_answered"]


CANNOT_BE_TOLD = [
    ({"note": " "}, 409, "説明を書いてください"),
    ({"note": "あ" * 1001}, 422, "文章が長すぎます"),
    ({"department": "\0"}, 409, "先に済ませました"),
]


def test_a_telling_that_cannot_be_says_why_and_changes_nothing(staff: Browser) -> None:
    one = on_todo()
    for fields, status, sentence in CANNOT_BE_TOLD:
        answer = told(staff, one, **fields)
        assert (answer.status_code, sentence in answer.text) == (status, True), sentence
    assert sql("SELECT status FROM tickets") == "received"


def test_nothing_chosen_is_said_so(staff: Browser) -> None:
    on_todo()
    assert "1件も選ばれていません" in told(staff).text
    assert told(staff, **{"ticket:\0": "on"}).status_code == 409


def test_a_silent_authority_is_asked_again(staff: Browser) -> None:
    one = silent(staff)
    assert "開庁日 返事なし" in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/remind", number=one.number).status_code == 303
    assert staff.post(f"{PAGE}/remind", number=one.number).status_code == 409
    assert "開庁日 返事なし" not in staff.get(PAGE).text
    assert "返事をもう一度" in staff.get(f"/staff/tickets/{one.number}").text


def test_an_answer_is_kept_and_moves_the_ticket(staff: Browser) -> None:
    one = silent(staff)
    empty = staff.post(f"{PAGE}/answer", number=one.number, note="", to="scheduled")
    assert (empty.status_code, "回答の内容を書いてください" in empty.text) == (422, True)
    wrong = staff.post(f"{PAGE}/answer", number=one.number, note="x", to="nowhere")
    assert wrong.status_code == 422
    staff.post(f"{PAGE}/answer", number=one.number, note="来月直します", to="scheduled")
    html = staff.get(f"/staff/tickets/{one.number}").text
    assert "来月直します" in html
    assert sql("SELECT status FROM tickets") == "scheduled"


def test_a_mail_that_did_not_arrive_is_sent_again_or_told_otherwise(staff: Browser) -> None:
    one = on_todo()
    told(staff, one)
    mail_id = sql("SELECT max(id) FROM mails")
    with transaction() as db:
        mails.failed(db, mail_id, "550 no such user")
    html = staff.get(PAGE).text
    assert "550 no such user" in html
    chosen = {f"mail:{mail_id}": "on"}
    again = staff.post(f"{PAGE}/mails", do="again", **chosen)
    assert again.headers["location"].endswith("done=again&count=1")
    with transaction() as db:
        mails.failed(db, mail_id, "550 no such user")
    assert staff.post(f"{PAGE}/mails", do="told", **chosen).status_code == 303
    assert "届かなかったメールはありません" in staff.get(PAGE).text


def failed(*ones: Filed) -> list[int]:
    """The mails about these have all failed."""
    with transaction() as db:
        numbers = {"numbers": [one.number for one in ones]}
        return list(db.scalars(text(FAILED), numbers))


FAILED = """
    UPDATE mails m SET state = 'failed', error = '550' FROM tickets t
    WHERE t.id = m.ticket_id AND t.number = ANY(:numbers) RETURNING m.id
"""


def test_the_same_press_of_who_told_otherwise_is_one_and_no_refusal(staff: Browser) -> None:
    sql(
        "UPDATE departments SET tell_by = 'email', email = 'road@tokyo.example.jp' WHERE key = :k",
        k=KEY,
    )
    first, second = on_todo(), on_todo()
    told(staff, first, second)
    sql("UPDATE departments SET tell_by = 'list'")
    in_list, in_mails = failed(first), failed(second)
    for _ in range(2):
        answer = told(staff, first, key="1")
        assert answer.headers.get("location") == f"{PAGE}?done=told&count=1"
        fields = {f"mail:{in_mails[0]}": "on", "do": "told", "key": "2"}
        answer = staff.post(f"{PAGE}/mails", **fields)
        assert answer.headers.get("location") == f"{PAGE}?done=noted&count=1"
    lines = "SELECT count(*) FROM history WHERE what = 'told_otherwise' AND key IS NOT NULL"
    assert sql(lines) == 2
    assert len(in_list) == 1


def test_a_mail_pressed_again_twice_is_on_its_way_once(staff: Browser) -> None:
    one = on_todo()
    told(staff, one)
    chosen = {f"mail:{id}": "on" for id in failed(one)}
    for _ in range(2):
        answer = staff.post(f"{PAGE}/mails", do="again", key="1", **chosen)
        assert answer.headers.get("location") == f"{PAGE}?done=again&count=1"
    assert sql("SELECT count(*) FROM tasks WHERE name = 'send_mail'") == 2
    assert sql("SELECT count(*) FROM history WHERE what = 'mailed_again'") == 1
    html = staff.get(f"/staff/tickets/{one.number}").text
    assert "届かなかったメールをもう一度送ることにしました" in html


def test_a_mail_that_is_none_is_no_error(staff: Browser) -> None:
    for name in ("mail:x", "mail:" + "9" * 40, "mail:²"):
        assert staff.post(f"{PAGE}/mails", do="again", **{name: "on"}).status_code == 409


def test_only_staff_see_authorities_and_cards(crew: Browser) -> None:
    for path in (PAGE, "/staff/departments", "/staff/departments/road"):
        assert crew.get(path).status_code == 403
    assert crew.post(f"{PAGE}/tell", department=KEY).status_code == 403


@pytest.mark.long
def test_a_clerk_copies_a_text_and_tells_with_the_keyboard(chromium: Chromium, site: str) -> None:
    one = on_todo(words="深い穴")
    sql("UPDATE departments SET tell_by = 'list' WHERE NOT inside")
    desk = visit(
        chromium, site, "sato", PC, permissions=["clipboard-read", "clipboard-write"], at=PAGE
    )
    page = desk.page
    page.get_by_role("button", name="コピー").click()
    expect(page.locator(".copying [role=status]")).to_have_text("コピーしました。")
    assert one.number in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="選んだものを連絡済みにする").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1件を連絡済みにしました")
    assert desk.complaints == []


def test_the_pages_fit_a_phone(chromium: Chromium, site: str) -> None:
    on_todo()
    page = visit(chromium, site, "sato", PHONE).page
    for path in (PAGE, "/staff/departments", f"/staff/departments/{KEY}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path

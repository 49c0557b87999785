"""The page of a public ticket, in three languages, and what staff let it say."""

import re

from starlette.testclient import TestClient
from townsfolk import rows, value
from web_scene import Browser, Filed, filed, ticket_of

from bot.render.cards import ticket_card
from bot.render.scene import look_at, scene_of
from bot.render.ticket_view import Told
from store.database import transaction
from web.open.said import LANGUAGES, SAID
from workers import publishing

WORDS = "わが家の前に穴があります。\n子どもが転びました。山田"


def page(stranger: TestClient, one: Filed, lang: str = "ja") -> tuple[int, str]:
    publishing.publish()
    answer = stranger.get(f"/open/tickets/{one.number}?lang={lang}", follow_redirects=False)
    return answer.status_code, answer.text


def press(staff: Browser, one: Filed, path: str, **fields: str) -> tuple[int, str]:
    answer = staff.post(f"/staff/tickets/{one.number}/{path}", **fields)
    return answer.status_code, answer.text


def test_a_public_ticket_tells_what_it_is_and_what_happened_in_three_languages(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(words=WORDS)
    assert page(stranger, one)[0] == 404
    assert "ご自分の通報の様子は" in page(stranger, one)[1]
    assert press(staff, one, "move", to="inspecting", seen="received")[0] == 303
    assert press(staff, one, "move", to="fixed", seen="inspecting")[0] == 303
    code, shown = page(stranger, one)
    assert code == 200
    for words in ("舗装の穴・段差", "直りました", "通報を受け付けました", "現場を確認しています"):
        assert words in shown
    for secret in ("山田", "わが家", "佐藤"):
        assert secret not in shown
    assert "The report was received" in page(stranger, one, "en")[1]
    assert "知らせを もらいました" in page(stranger, one, "easy_ja")[1]
    assert {len(texts) for texts in SAID.values()} == {len(LANGUAGES)}
    answer = stranger.get(f"/open/tickets/{one.number}", headers={"accept-language": "en"})
    assert '<html lang="en"' in answer.text
    assert "set-cookie" not in answer.headers
    again = stranger.get(
        f"/open/tickets/{one.number}",
        headers={"accept-language": "en", "if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304
    drawn = stranger.get(f"/open/tickets/{one.number}/map.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "公開の画面を見る" in staff.get(f"/staff/tickets/{one.number}").text


def test_the_link_stands_on_the_card_while_everybody_may_see_it(staff: Browser) -> None:
    one = filed()
    who = value("SELECT line_user_id FROM residents")

    def card() -> str:
        publishing.publish()
        with transaction() as db:
            sight = look_at(scene_of(db, who), number=one.number)
            assert sight
            return str(ticket_card(sight, "受付", Told(), history=True))

    link = f"/open/tickets/{one.number}?lang=ja"
    assert link not in card()
    assert press(staff, one, "move", to="inspecting", seen="received")[0] == 303
    assert link in card()
    rows("UPDATE city SET facts = facts - 'open'")
    assert link not in card()


def test_staff_release_words_with_what_tells_of_people_left_out(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(words=WORDS)
    assert press(staff, one, "move", to="inspecting", seen="received")[0] == 303
    remark = value("SELECT id FROM remarks")
    words, kept = f"words/{remark}", "わが家の前に穴があります。\n●が転びました。"
    code, told = press(staff, one, words, do="release", public="大きな穴", seen="")
    assert (code, "通報した人の言葉にない文字" in told) == (422, True)
    assert press(staff, one, words, do="release", public=" ", seen="")[0] == 422
    assert press(staff, one, words, do="release", public=kept, seen="")[0] == 303
    assert "●が転びました。" in page(stranger, one)[1]
    assert press(staff, one, words, do="withhold", seen="")[0] == 409
    assert press(staff, one, words, do="withhold", seen=kept.replace("\n", "\r\n"))[0] == 303
    assert "転びました" not in page(stranger, one)[1]
    assert press(staff, one, "words/999999", do="release", public="穴", seen="")[0] == 422
    told_of = [(line.what, line.actor_name) for line in ticket_of(one).history][-2:]
    assert told_of == [("words_released", "佐藤 恵"), ("words_withheld", "佐藤 恵")]


def test_one_ticket_is_kept_from_the_public_and_let_out_again(
    staff: Browser, crew: Browser, stranger: TestClient
) -> None:
    one = filed()
    assert press(staff, one, "move", to="inspecting", seen="received")[0] == 303
    assert press(staff, one, "public", do="keep", why="", seen="no")[0] == 422
    assert press(staff, one, "public", do="keep", why="個人の敷地", seen="no")[0] == 303
    assert page(stranger, one)[0] == 404
    assert "公開しないと決めました" in staff.get(f"/staff/tickets/{one.number}").text
    assert press(staff, one, "public", do="keep", why="同じ", seen="no")[0] == 409
    assert press(crew, one, "public", do="let", seen="yes")[0] == 403
    assert press(staff, one, "public", do="let", seen="yes")[0] == 303
    assert page(stranger, one)[0] == 200


def test_the_city_says_in_the_browser_what_is_open(staff: Browser, stranger: TestClient) -> None:
    one = filed()
    assert press(staff, one, "move", to="inspecting", seen="received")[0] == 303
    assert page(stranger, one)[0] == 200
    here = "/staff/city/open"
    seen = re.findall(r'name="seen" value="(\d+)"', staff.get(here).text)[0]
    form = {"shown": "yes", "after_looking": "yes", "after_hours": "0", "seen": seen}
    looked = staff.post(here, do="look", **form, **{"kept-pothole": "yes"})
    assert "公開しない種類の 1件は、すぐ消えます。" in looked.text
    assert staff.post(here, do="look", **form | {"after_hours": "x"}).status_code == 422
    saved = staff.post(here, do="save", **form, **{"kept-pothole": "yes"})
    assert saved.status_code == 303
    assert page(stranger, one)[0] == 404
    assert rows("SELECT facts -> 'open' ->> 'kept_back' FROM city") == [('["pothole"]',)]
    seen = re.findall(r'name="seen" value="(\d+)"', staff.get(here).text)[0]
    assert staff.post(here, do="save", **form | {"shown": "no", "seen": seen}).status_code == 303
    closed = stranger.get(f"/open/tickets/{one.number}")
    assert (closed.status_code, "公開していません" in closed.text) == (404, True)

"""The page on which a crew member links their own LINE account."""

import re
from urllib.parse import quote

from web_scene import Browser

from reports.outbox import quota
from reports.people import crew_links
from reports.people.crew_links import MOST_CODES
from store.database import transaction
from web.kit.qr import qr

LINE = "U" + "7" * 32


def test_a_code_is_shown_once_and_the_link_is_ended_here(crew: Browser, staff: Browser) -> None:
    assert "コードを出す" in crew.get("/crew/line").text
    given = crew.post("/crew/line/code")
    sent = re.search(r'value="つなぐ ([A-Z]{4}-[0-9]{4})"', given.text)
    assert sent
    assert "no-store" in given.headers["cache-control"]
    assert sent[1] not in crew.get("/crew/line").text
    with transaction() as db:
        fate, user_id = crew_links.try_code(db, LINE, sent[1])
        assert user_id is not None, fate
        crew_links.link(db, user_id, LINE)
    assert "つながっています" in crew.get("/crew/line").text
    assert crew.post("/crew/line/code").status_code == 409
    assert crew.post("/crew/line/end").status_code == 303
    assert crew.post("/crew/line/end").status_code == 303
    assert "つながりをやめました" in crew.get("/crew/line?ended=1").text
    assert staff.get("/crew/line").status_code == 403


def test_codes_are_few(crew: Browser) -> None:
    answers = [crew.post("/crew/line/code").status_code for _ in range(MOST_CODES + 1)]
    assert answers == [*[200] * MOST_CODES, 429]
    assert "1時間" in crew.post("/crew/line/code").text


def test_only_a_form_of_their_own_page_is_taken(crew: Browser) -> None:
    assert crew.client.post("/crew/line/code", data={"csrf": "x"}).status_code == 403


def test_a_link_and_its_qr_code_open_the_citys_chat_with_the_code(crew: Browser) -> None:
    bare = crew.post("/crew/line/code").text
    assert "line.me" not in bare, "LINE has not said yet how the account is called"
    with transaction() as db:
        quota.keep(db, limit=None, used=0)
        quota.keep_basic_id(db, "@michi")
    page = crew.post("/crew/line/code").text
    sent = re.search(r'value="(つなぐ [A-Z]{4}-[0-9]{4})"', page)
    assert sent
    link = f"https://line.me/R/oaMessage/%40michi/?{quote(sent[1])}"
    assert f'href="{link}"' in page
    assert str(qr(link)) in page
    assert "<svg" in qr(link)
    assert "style=" not in qr(link)

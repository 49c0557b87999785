"""A crew's list: who takes what, what is told while it is open, and how little it weighs."""

import base64
import gzip
import hashlib
import json
import re
from typing import Any

from sqlalchemy import text
from townsfolk import STAFF, value
from web_crew import PERSON, ComeIn, another, in_charge
from web_scene import Browser, filed

from geo.points import Point
from reports.actions.move import move
from reports.city.clock import today
from reports.tickets.status import Status
from store.database import transaction

IN_THE_SOUTH = Point(139.5019, 35.68775)


def test_several_are_taken_and_given_back_at_once(crew: Browser) -> None:
    ones, me = [filed() for _ in range(3)], value(PERSON, name="roads")
    ticked = {f"t.{one.number}": "1" for one in ones[:2]}
    answer = crew.post("/crew/claim", act="take", key="of its page", **ticked)
    assert answer.headers["location"] == "/crew/?take=2"
    assert [in_charge(one.id) for one in ones] == [me, me, None]
    page = crew.get(answer.headers["location"]).text
    assert "2件を引き受けました" in page
    assert 'id="mine">2<' in page
    assert page.count(" data-mine") == 2
    again = crew.post("/crew/claim", act="take", key="of its page", **ticked)
    assert again.headers["location"] == "/crew/?take=2"
    assert crew.get("/crew/?only=mine").text.count("data-number=") == 2
    answer = crew.post("/crew/claim", act="give_back", **ticked)
    assert "2件を班に返しました" in crew.get(answer.headers["location"]).text
    assert [in_charge(one.id) for one in ones] == [None] * 3
    told = "SELECT count(*) FROM history WHERE what = 'put_in_charge'"
    assert value(told) == 4


def test_one_is_taken_and_given_back_on_its_own_page(crew: Browser, come_in: ComeIn) -> None:
    one, other = filed(), another()
    here = f"/crew/tickets/{one.number}"
    assert "担当はまだいません" in crew.get(here).text
    assert crew.post(f"{here}/charge", act="take").headers["location"] == here
    assert "担当は自分です" in crew.get(here).text
    colleague = come_in("tanaka")
    assert "担当 道路作業班" in colleague.get(here).text
    assert [colleague.post(f"{here}/charge", act=act).status_code for act in ("take", "x")] == [
        409,
        422,
    ]
    crew.post(f"{here}/charge", act="give_back")
    colleague.post(f"{here}/charge", act="take")
    assert in_charge(one.id) == other
    assert come_in("trees").post(f"{here}/charge", act="take").status_code == 404


def test_what_a_colleague_has_is_neither_taken_nor_given_back(
    crew: Browser, come_in: ComeIn
) -> None:
    free, taken, trees = filed(), filed(), filed("tree")
    other = another()
    come_in("tanaka").post("/crew/claim", act="take", **{f"t.{taken.number}": "1"})
    assert "田中 一" in crew.get("/crew/").text
    for act in ("take", "give_back"):
        ticked = {f"t.{one.number}": "1" for one in (taken, trees)}
        answer = crew.post("/crew/claim", act=act, **ticked)
        assert answer.status_code == 409
        assert f"{taken.number}: ほかの人が担当しています" in answer.text
        assert f"{trees.number}: いまは、この班の受付票ではありません" in answer.text
        assert (in_charge(taken.id), in_charge(trees.id)) == (other, None)
    some = crew.post("/crew/claim", act="take", **{f"t.{one.number}": "1" for one in (free, taken)})
    assert "1件を引き受けました。1件はできませんでした" in some.text
    assert in_charge(free.id) == value(PERSON, name="roads")


def test_a_press_that_says_nothing_is_refused_in_words(crew: Browser, staff: Browser) -> None:
    one = filed()
    ticked = {f"t.{one.number}": "1"}
    assert crew.post("/crew/claim", act="take").status_code == 422
    assert crew.post("/crew/claim", act="drop", **ticked).status_code == 422
    assert crew.post("/crew/claim", act="take", **{"t.1": "1"}).status_code == 422
    many = {f"t.{one.number} {turn}": "1" for turn in range(51)}
    assert "一度に選べるのは 50件" in crew.post("/crew/claim", act="take", **many).text
    assert staff.post("/crew/claim", act="take", **ticked).status_code == 403
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF)
    assert "対応が終わっています" in crew.post("/crew/claim", act="take", **ticked).text


def told_since(crew: Browser, page: str) -> tuple[int, dict[str, Any]]:
    moment, stamp = (
        page.partition(f'data-{name}="')[2].partition('"')[0] for name in ("moment", "stamp")
    )
    answer = crew.get(f"/crew/changes?since={moment}&stamp={stamp}")
    return answer.status_code, answer.json() if answer.content else {}


def test_an_open_list_is_told_what_came_and_what_left(crew: Browser) -> None:
    usual, leaves = filed(), filed()
    page = crew.get("/crew/").text
    assert told_since(crew, page) == (204, {})
    urgent, trees = filed("debris", IN_THE_SOUTH), filed("tree")
    with transaction() as db:
        move(db, leaves.id, Status.FIXED, STAFF)
    _, told = told_since(crew, page)
    assert told["numbers"] == [urgent.number, usual.number]
    assert (told["count"], told["reopened"], told["mine"]) == (2, 0, 0)
    assert f'data-number="{urgent.number}"' in told["rows"]
    assert "data-urgent" in told["rows"]
    assert usual.number not in told["rows"]
    assert trees.number not in json.dumps(told)
    assert crew.get("/crew/changes?since=nonsense&stamp=x").json() == {"anew": True}


def test_a_list_is_read_anew_when_another_order_was_packed(crew: Browser) -> None:
    one, me = filed(), value(PERSON, name="roads")
    page = crew.get("/crew/").text
    crew.post(
        "/crew/plan", person=str(me), day=today().isoformat(), act="add",
        **{f"t.{one.number}": ""},
    )  # fmt: skip
    assert told_since(crew, page) == (200, {"anew": True})
    page = crew.get("/crew/").text
    assert 'data-stop="1"' in page
    assert '<option value="packed" selected>' in page


def test_the_list_of_a_large_department_is_light(crew: Browser) -> None:
    one = filed(pictures=1)
    with transaction() as db:
        columns = "category, status, place, place_name, owner, department_id, deadline, why"
        db.execute(
            text(f"""
            INSERT INTO tickets (number, {columns})
            SELECT '1' || to_char(turn, 'FM00') || '-' || to_char(turn * 7, 'FM000') || '-' ||
                   to_char(turn, 'FM000'), category, status,
                   ST_SetSRID(ST_MakePoint(139.5 + turn * 1e-4, 35.7 + turn % 17 * 1e-3), 4326),
                   place_name || turn, owner, department_id, deadline + turn % 9, why
            FROM tickets, generate_series(1, 308) AS turn WHERE tickets.id = {one.id:d}
        """)
        )
    answer = crew.get("/crew/", **{"accept-encoding": "gzip"})
    assert answer.text.count("data-number=") == 309
    assert int(answer.headers["content-length"]) < 25_000
    assert "accept-encoding" in answer.headers["vary"].lower()
    plain = crew.get("/crew/", **{"accept-encoding": "identity"})
    assert int(plain.headers["content-length"]) == len(plain.content) > 200_000


def test_the_list_is_readable_with_its_first_answer_alone(crew: Browser) -> None:
    filed()
    answer = crew.get("/crew/")
    assert 'rel="stylesheet"' not in answer.text
    (sheet,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert len(gzip.compress(answer.content)) < 20_000

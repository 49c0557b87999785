"""廃棄 in the browser: what is due, a list by one, the approval by another, 廃棄簿, 保留."""

import csv
import io
from collections.abc import Callable

import pytest
from discard_scene import boss, closed, kept_for
from townsfolk import rows, value
from web_scene import Browser

from reports.city import clock
from reports.discard import lists
from store.database import transaction
from workers import discarding

pytestmark = pytest.mark.usefixtures("database_url")
HERE = "/staff/discard"


@pytest.fixture
def two(come_in: Callable[[str], Browser]) -> tuple[Browser, Browser]:
    boss("kanri"), boss("fukushi")
    return come_in("kanri"), come_in("fukushi")


def long_ago() -> str:
    """A ticket that ended five years ago; its number."""
    one = closed()
    rows("UPDATE tickets SET closed_at = closed_at - interval '5 years' WHERE id = :id", id=one.id)
    return one.number


def lines(browser: Browser, path: str) -> list[list[str]]:
    body = browser.get(path).content
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:]


def test_one_proposes_another_approves_and_the_book_says_so(two: tuple[Browser, Browser]) -> None:
    mine, others = two
    kept_for(1)
    gone, held = long_ago(), long_ago()
    form = f"/staff/tickets/{held}/hold"
    assert mine.post(form, why="", key="a").status_code == 422
    assert mine.post(form, why="裁判", until="2020-01-01", key="b").status_code == 422
    assert mine.post(form, why="損害賠償の請求", key="c").status_code == 303
    assert "いまは保留中です" in mine.get(form).text
    assert mine.get("/staff/menu.json").json()["badges"][HERE] == 1
    assert [line[-1] for line in lines(mine, f"{HERE}/due.csv")] == ["", "保留中"]
    assert "廃棄予定一覧を作る" in mine.get(HERE).text
    made = mine.post(f"{HERE}/lists", key="once").headers["location"]
    assert mine.post(f"{HERE}/lists", key="once").headers["location"] == made
    assert mine.post(f"{HERE}/lists", key="twice").status_code == 409
    with transaction() as db:
        found = lists.open_one(db)
        assert found is not None
        list_id, seen = found.id, found.digest
    refused = mine.post(f"{made}/approve", seen=seen)
    assert refused.status_code == 409
    assert "ほかの管理者に頼んでください" in refused.text
    assert others.post(f"{made}/approve", seen="x").status_code == 409
    assert "承認して廃棄する" in others.get(made).text
    assert others.post(f"{made}/approve", seen=seen).status_code == 303
    assert others.get(f"{made}/progress").json() == {"state": "approved", "done": 0, "total": 1}
    with transaction() as db:
        discarding.throw_away(list_id)(db)
    assert "1件を廃棄しました" in others.get(made).text
    assert [line[6] for line in lines(others, f"{made}/list.csv")] == ["廃棄済み", "保留"]
    assert [line[0] for line in lines(others, f"{HERE}/book.csv")] == [gone]
    assert gone in others.get(f"{HERE}/book").text
    told = mine.get(f"/staff/tickets/{gone}")
    assert (told.status_code, "廃棄しました" in told.text) == (404, True)
    assert mine.get(f"/staff/tickets/{held}").status_code == 200
    assert mine.get("/staff/menu.json").json()["badges"][HERE] == 0
    hold_id = value("SELECT id FROM ticket_holds")
    assert mine.post(f"{form}/{hold_id}/end", key="d").status_code == 303
    assert [line[0] for line in lines(mine, f"{HERE}/due.csv")] == [held]
    audit = {(row.what, row.about) for row in rows("SELECT what, about FROM audit")}
    assert {("discarded added", f"discarded:{gone}"), ("ticket_holds added", f"ticket:{held}"),
            ("discard_lists changed", f"discard list:{list_id}")} <= audit  # fmt: skip
    assert not {what for what, about in audit if what == "history removed"}
    assert "裁判" not in str(rows("SELECT old, new FROM audit"))


def test_a_list_that_is_withdrawn_throws_nothing_away(two: tuple[Browser, Browser]) -> None:
    mine, others = two
    kept_for(1)
    assert mine.post(f"{HERE}/lists", key="none").status_code == 409
    long_ago()
    made = mine.post(f"{HERE}/lists", key="once").headers["location"]
    assert mine.post(f"{made}/withdraw").status_code == 303
    assert others.post(f"{made}/approve", seen="x").status_code == 409
    assert value("SELECT count(*) FROM tickets") == 1
    assert mine.get(f"{HERE}/lists/99").status_code == 404
    assert clock.today().isoformat()[:4] in mine.get(made).text

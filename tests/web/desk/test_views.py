"""Views of the list under a name: one's own, the department's, and the one to begin with."""

from collections.abc import Callable

import pytest
from townsfolk import rows, value
from web_scene import PASSWORD, STATION, Browser, filed

from reports.actions import keep_view
from reports.people.accounts import create_user
from store import sql
from store.database import transaction

VIEWS = "/staff/views"
MENU = "/staff/menu.json"


@pytest.fixture
def ueda(staff: Browser, come_in: Callable[[str], Browser]) -> Browser:
    """Of 道路管理課, as sato is."""
    with transaction() as db:
        create_user(
            db, name="ueda", shown_name="上田", password=PASSWORD, role="staff",
            department_key="road",
        )  # fmt: skip
    rows(
        "UPDATE users SET department_id = (SELECT id FROM departments WHERE key = 'road')"
        " WHERE name = 'sato'"
    )
    return come_in("ueda")


def kept(staff: Browser, name: str = "緊急", query: str = "urgent=yes", **more: str) -> int:
    answer = staff.post(VIEWS, name=name, query=query, **more)
    assert answer.status_code == 303, answer.text
    return int(value("SELECT max(id) FROM saved_views"))


def in_menu(staff: Browser) -> dict[int, int | None]:
    return {one["id"]: one["many"] for one in staff.get(MENU).json()["views"]}


def test_a_view_opens_the_list_as_it_was_and_says_how_many_are_in_it(staff: Browser) -> None:
    filed(urgent=True), filed()
    query = "?x=1&urgent=yes&status=open&category="
    view = kept(staff, "  緊急 の\u3000もの ", query)
    assert staff.post(VIEWS, name="緊急 の もの", query=query).headers["location"] == (
        "/staff/?urgent=yes#kept"
    )
    assert value("SELECT count(*) FROM saved_views") == 1
    page = staff.get("/staff/").text
    assert f'<a href="/staff/?urgent=yes" data-view="{view}">緊急 の もの ' in page
    answer = staff.get(MENU)
    kept_one = {"id": view, "name": "緊急 の もの", "query": "urgent=yes"}
    assert answer.json()["views"] == [kept_one | {"many": 1}]
    tag = {"if-none-match": answer.headers["etag"]}
    assert staff.get(MENU, **tag).status_code == 304
    filed(urgent=True)
    assert staff.get(MENU, **tag).json()["views"] == [kept_one | {"many": 2}]


def test_ones_own_are_ones_own_and_the_departments_are_everybodys(
    staff: Browser, ueda: Browser, come_in: Callable[[str], Browser]
) -> None:
    own, shared = kept(staff), kept(staff, "課の緊急", whose="department")
    assert [*in_menu(ueda)] == [shared]
    assert [*in_menu(staff)] == [own, shared]
    assert ueda.post(f"{VIEWS}/{own}/rename", name="別").status_code == 422
    ueda.post(f"{VIEWS}/{own}/drop")
    assert ueda.post(f"{VIEWS}/start", view=str(own)).status_code == 422
    assert ueda.post(f"{VIEWS}/{shared}/rename", name="みんなの緊急").status_code == 303
    assert "みんなの緊急" in staff.get(VIEWS).text
    assert ueda.post(f"{VIEWS}/{shared}/drop").headers["location"] == f"{VIEWS}?done=dropped"
    assert [*in_menu(staff)] == [own]
    assert ueda.post(f"{VIEWS}/{shared}/drop").status_code == 303


def test_the_list_begins_with_the_view_of_ones_choice(staff: Browser, ueda: Browser) -> None:
    view = kept(staff, whose="department", start="yes")
    assert staff.get("/staff/").headers["location"] == "/staff/?urgent=yes"
    assert staff.get("/staff/?status=open").status_code == 200
    assert ueda.get("/staff/").status_code == 200
    assert "最初に開くのをやめる" in staff.get(VIEWS).text
    ueda.post(f"{VIEWS}/start", view=str(view))
    assert ueda.get("/staff/").status_code == 303
    ueda.post(f"{VIEWS}/start")
    assert ueda.get("/staff/").status_code == 200
    rows("UPDATE users SET department_id = NULL WHERE name = 'sato'")
    assert staff.get("/staff/").status_code == 200
    ueda.post(f"{VIEWS}/{view}/drop")
    assert value("SELECT count(*) FROM start_views") == 0


def test_a_view_that_is_not_understood_any_more_is_left_alone(staff: Browser) -> None:
    view = kept(staff, start="yes")
    rows("UPDATE saved_views SET query = 'due=never'")
    assert staff.get("/staff/").status_code == 200
    assert in_menu(staff) == {view: None}
    assert staff.get(VIEWS).status_code == 200


WRONG = (
    {"name": "", "query": ""}, {"name": "x" * 41, "query": ""}, {"name": "x" * 2000, "query": ""},
    {"name": "a", "query": "due=never"}, {"name": "a", "query": "x" * 3000},
    {"name": "\u200d", "query": ""}, {"name": "\u2060 \u00ad", "query": ""},
    {"name": "a", "query": "q=%00"},
    {"name": "緊急", "query": "urgent=no"}, {"name": "a", "query": "", "whose": "department"},
)  # fmt: skip


def test_what_cannot_be_kept_is_said(staff: Browser) -> None:
    kept(staff)
    for fields in WRONG:
        answer = staff.post(VIEWS, **fields)
        assert answer.status_code in (403, 422), fields
        assert 'role="alert"' in answer.text
    assert value("SELECT count(*) FROM saved_views") == 1
    for query in ("%", "\N{SNOWMAN}=&status=%00"):
        assert staff.post(VIEWS, name="a", query=query).status_code == 303


def test_no_more_are_kept_than_can_be_counted(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_view, "MOST", 1)
    kept(staff)
    assert staff.post(VIEWS, name="b", query="").status_code == 422


def test_no_other_view_is_a_fault(staff: Browser, crew: Browser) -> None:
    for view in ("0", "x", "-1", "9" * 30, "１"):
        assert staff.post(f"{VIEWS}/{view}/rename", name="b").status_code in (404, 422)
        assert staff.post(f"{VIEWS}/{view}/drop").status_code in (303, 404)
        assert staff.post(f"{VIEWS}/start", view=view).status_code in (404, 422)
    assert staff.client.post(VIEWS, data={"name": "b"}).status_code == 403
    assert crew.get(VIEWS).status_code == 403
    assert crew.post(VIEWS, name="b", query="").status_code == 403


def test_all_views_are_counted_by_one_statement(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(urgent=True), filed(), filed("sign", STATION)
    queries = {"category=sign": 1, "department=road&status=all": 2, "urgent=yes": 1,
               "urgent=no&received_from=2026-01-01": 2, "town=x": 0, "status=fixed": 0}  # fmt: skip
    ids = [kept(staff, query, query) for query in queries]
    asked: list[str] = []
    run = sql.run
    monkeypatch.setattr(
        sql, "run", lambda db, said, **values: asked.append(said) or run(db, said, **values)
    )
    found = in_menu(staff)
    assert [found[id] for id in ids] == [*queries.values()]
    assert sum("FROM tickets t WHERE" in said and "count(*)" in said for said in asked) == 1
    monkeypatch.setattr("web.desk.menu.MOST_COUNTED", 1)
    assert max(filter(None, in_menu(staff).values())) == 2

"""Who may do what at the desk, ticket by ticket: with theirs, with others', and only looking."""

import re
from collections.abc import Callable
from typing import Final

from order_scene import firm, ordered
from townsfolk import value
from web_scene import ON_CITY_ROAD, PASSWORD, Browser, Filed, filed

from reports.actions.assign import assign
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.route import route
from reports.people.accounts import create_user
from reports.people.permissions import OPENS, Actor, Do, Role
from reports.tickets.status import Status
from store.database import transaction
from web.desk.rights.words import GROUPS, OF_PROGRAMS, ROLES, WHOSE
from web.kit.roles import SCOPES

ComeIn = Callable[[str], Browser]
STAFF = Actor(Role.STAFF, "佐藤 恵")
POSTS: Final[dict[str, dict[str, str]]] = {
    "move": {"to": "scheduled", "note": ""},
    "ask": {"words": "どの穴ですか"},
    "place": {"point": "35.7015,139.5246", "seen": "", "why": ""},
    "category": {"category": "debris"},
    "department": {"department": "trees", "why": "木のため"},
    "deadline": {"day": "2030-01-04", "why": "雨のため"},
    "person": {"person": ""},
    "notes": {"memo": "見てきました"},
}
CHANGE: Final = "SELECT change FROM tickets WHERE id = :id"
FORMS: Final = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')


def somebody(name: str, role: str, *departments: str) -> None:
    with transaction() as db:
        create_user(
            db, name=name, shown_name=name, password=PASSWORD, role=role, further=departments
        )


def of(department: str, **more: object) -> Filed:
    """A ticket of this department."""
    one = filed(pictures=1, place=ON_CITY_ROAD, **more)  # type: ignore[arg-type]
    with transaction() as db:
        if department != "road":
            assign(db, one.id, department, STAFF, "試し")
    return one


def test_staff_of_a_department_change_theirs_and_nobodys_and_see_the_others(
    come_in: ComeIn,
) -> None:
    theirs, others = of("road"), of("trees")
    somebody("doi", "department", "road")
    doi = come_in("doi")
    before = value(CHANGE, id=others.id)
    for act, fields in POSTS.items():
        answer = doi.post(f"/staff/tickets/{others.number}/{act}", **fields)
        assert answer.status_code == 403, act
        assert "ほかの課の受付票です" in answer.text
    assert value(CHANGE, id=others.id) == before
    assert doi.post(f"/staff/tickets/{theirs.number}/move", to="scheduled").status_code == 303
    page = doi.get(f"/staff/tickets/{others.number}").text
    assert FORMS.findall(page) == ["/sign-out"]
    assert page.count("ほかの課の受付票は、見ることだけできます") == 1
    assert f"/staff/tickets/{theirs.number}/move" in FORMS.findall(
        doi.get(f"/staff/tickets/{theirs.number}").text
    )
    assert doi.get(f"/staff/photos/{others.photo_id}/large").status_code == 200


def test_staff_of_a_department_give_a_ticket_away_and_merge_into_none_of_others(
    come_in: ComeIn,
) -> None:
    theirs, others = of("road"), of("trees")
    somebody("doi", "department", "road")
    doi = come_in("doi")
    refused = doi.post(f"/staff/tickets/{theirs.number}/merge", into=others.number)
    assert (refused.status_code, "ほかの課の受付票" in refused.text) == (409, True)
    away = doi.post(
        f"/staff/tickets/{theirs.number}/department", seen="road", department="trees", why="木"
    )
    assert away.status_code == 303
    assert doi.post(f"/staff/tickets/{theirs.number}/move", to="scheduled").status_code == 403


def test_what_was_put_together_is_not_taken_out_of_anothers_ticket(come_in: ComeIn) -> None:
    theirs, into = of("road"), of("road")
    with transaction() as db:
        merge(db, theirs.id, into.number, STAFF)
        assign(db, into.id, "trees", STAFF, "木のため")
    somebody("doi", "department", "road")
    doi = come_in("doi")
    answers = [
        doi.post(f"/staff/tickets/{into.number}/part", one=theirs.number),
        doi.post(f"/staff/tickets/{theirs.number}/move", to="reopened"),
    ]
    assert [(one.status_code, "ほかの課の受付票" in one.text) for one in answers] == [
        (409, True),
        (409, True),
    ]
    assert value("SELECT merged_into FROM tickets WHERE id = :id", id=theirs.id) == into.id


def test_a_viewer_sees_a_ticket_without_any_form_or_telephone_number(
    staff: Browser, come_in: ComeIn
) -> None:
    entered = staff.post(
        "/staff/new", channel="telephone", place="本町六丁目", point="35.701500, 139.524600",
        category="pothole", words="穴があります", key="press-1", name="田中さん",
        phone="042-387-9999", call_back="yes",
    )  # fmt: skip
    assert entered.status_code == 303, entered.text
    number = value("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")
    assert "042-387-9999" in staff.get(f"/staff/tickets/{number}").text
    with transaction() as db:
        route(db, entered_id := value("SELECT max(id) FROM tickets"))
        move(db, entered_id, Status.SCHEDULED, STAFF)
    somebody("doi", "department", "trees")
    for browser, is_told in ((staff, True), (come_in("doi"), False)):
        assert ("042-387-9999" in browser.get("/staff/calls").text) is is_told
        assert browser.get("/staff/menu.json").json()["badges"]["/staff/calls"] == int(is_told)
    somebody("mita", "viewer")
    mita = come_in("mita")
    page = mita.get(f"/staff/tickets/{number}").text
    assert FORMS.findall(page) == ["/sign-out"]
    assert "見ることだけできます" in page
    assert "042-387-9999" not in page
    assert "田中さん" not in page
    desk = mita.get("/staff/").text
    for shut in ("/staff/new", "/staff/calls", "/staff/orders", "/staff/rules", "/staff/city"):
        assert f'href="{shut}"' not in desk
    assert mita.get("/staff/menu.json").json()["badges"] == {}


def test_many_at_once_are_done_as_far_as_they_are_theirs(come_in: ComeIn) -> None:
    theirs, others = of("road"), of("trees")
    somebody("doi", "department", "road")
    doi = come_in("doi")
    chosen = doi.post("/staff/bulk", numbers=f"{theirs.number},{others.number}")
    run = chosen.headers["location"].partition("?")[0]
    shown = doi.post(f"{run}/act", kind="move", to="inspecting", note="")
    page = doi.get(shown.headers["location"]) if shown.status_code == 303 else shown
    assert "ほかの課の受付票です" in page.text
    (seal,) = set(re.findall(r'name="shown" value="(\w+)"', page.text))
    assert doi.post(f"{run}/begin", shown=seal).status_code == 303
    statuses = "SELECT status FROM tickets WHERE id = :id"
    assert value(statuses, id=theirs.id) == "inspecting"
    assert value(statuses, id=others.id) == "received"


def test_an_order_with_anothers_ticket_is_not_theirs_to_write(come_in: ComeIn) -> None:
    theirs, others = of("road"), of("trees")
    somebody("doi", "department", "road")
    with transaction() as db:
        order_id = ordered(db, [others.id], firm(db), issued=False)
    doi = come_in("doi")
    assert doi.post("/staff/orders", numbers=others.number).status_code == 403
    assert doi.post(f"/staff/orders/{order_id}/save", then="issue").status_code == 403
    assert FORMS.findall(doi.get(f"/staff/orders/{order_id}").text) == ["/sign-out"]
    assert doi.post("/staff/orders", numbers=theirs.number).status_code == 303


def test_a_crew_of_two_departments_sees_and_does_what_is_of_both_and_nothing_else(
    come_in: ComeIn,
) -> None:
    roads, trees, parks = of("road"), of("trees"), of("drains")
    somebody("both", "crew", "road", "trees")
    both = come_in("both")
    worklist = both.get("/crew/").text
    for one in (roads, trees):
        assert one.number in worklist
        assert both.get(f"/crew/tickets/{one.number}").status_code == 200
        assert both.get(f"/staff/photos/{one.photo_id}/small").status_code == 200
        assert both.post(f"/crew/tickets/{one.number}/move", to="in_progress").status_code == 303
    assert parks.number not in worklist
    assert both.get(f"/crew/tickets/{parks.number}").status_code == 404
    assert both.get(f"/staff/photos/{parks.photo_id}/small").status_code == 404
    assert both.post(f"/crew/tickets/{parks.number}/move", to="in_progress").status_code == 404


def test_the_table_is_shown_whole_with_ones_own_column(come_in: ComeIn) -> None:
    somebody("doi", "department", "road")
    page = come_in("doi").get("/staff/rights").text
    assert "あなたは「所属の職員」です。課: 道路管理課。" in page
    assert [do for _, does in GROUPS for do in does] == list(
        dict.fromkeys(do for _, does in GROUPS for do in does)
    )
    assert {do for _, does in GROUPS for do in does} | set(OF_PROGRAMS) == set(Do)
    assert set(OF_PROGRAMS) == {do for opened in OPENS.values() for do in opened}
    assert set(ROLES) == set(Role) - {Role.PROGRAM}
    for words in (*OF_PROGRAMS.values(), *SCOPES.values()):
        assert words in page
    for words in WHOSE.values():
        assert words in page

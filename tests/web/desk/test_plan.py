"""Staff pack the morning of any department's crew."""

from httpx2 import Response
from townsfolk import rows, value
from web_crew import PERSON, ComeIn, another, in_charge
from web_scene import Browser, Filed, filed

from reports.city.clock import today
from store.database import transaction
from store.sql import run

ORDER = "SELECT ticket_id FROM plan_stops WHERE user_id = :user AND day = :day ORDER BY turn"


def packed(
    staff: Browser, department: str, person: int, act: str, order: list[Filed], *new: Filed
) -> Response:
    numbers = ",".join(one.number for one in order)
    fields = {"person": str(person), "day": today().isoformat(), "seen": numbers, "order": numbers}
    ticked = {f"t.{one.number}": "" for one in new}
    return staff.post("/staff/plan", department=department, act=act, **(fields | ticked))


def order_of(person: int) -> list[int]:
    return [id for (id,) in rows(ORDER, user=person, day=today())]


def test_each_person_of_each_department_gets_a_day_in_an_order(
    staff: Browser, come_in: ComeIn
) -> None:
    hole, second, tree = filed(), filed(), filed("tree")
    tanaka, trees = another(), int(value(PERSON, name="trees"))
    page = staff.get("/staff/plan?department=trees").text
    assert tree.number in page
    assert hole.number not in page
    answer = packed(staff, "road", tanaka, "add", [], hole, second)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/staff/plan?department=road&person=")
    shown = [{one.id: one for one in (hole, second)}[id] for id in order_of(tanaka)]
    assert packed(staff, "road", tanaka, f"down {shown[0].number}", shown).status_code == 303
    assert order_of(tanaka) == [shown[1].id, shown[0].id]
    assert packed(staff, "trees", trees, "add", [], tree).status_code == 303
    assert (in_charge(tree.id), order_of(trees)) == (trees, [tree.id])
    page = staff.get(f"/staff/plan?department=road&person={tanaka}").text
    assert page.index(f'data-number="{shown[1].number}"') < page.index(
        f'data-number="{shown[0].number}"'
    )
    phone = come_in("tanaka").get("/crew/").text
    assert f'data-number="{shown[1].number}"' in phone


def test_nobody_is_given_what_is_not_their_departments_and_who_is_slower_is_told(
    staff: Browser, crew: Browser
) -> None:
    hole, tree = filed(), filed("tree")
    roads, clerk = int(value(PERSON, name="roads")), int(value(PERSON, name="sato"))
    assert packed(staff, "road", roads, "add", [], tree).status_code == 303
    assert packed(staff, "trees", roads, "add", [], tree).status_code == 404
    assert packed(staff, "road", clerk, "add", [], hole).status_code == 404
    assert packed(staff, "nobody's", roads, "add", [], hole).status_code == 404
    assert (in_charge(hole.id), in_charge(tree.id), order_of(roads)) == (None, None, [])
    assert packed(staff, "road", roads, "add", [], hole).status_code == 303
    late = packed(staff, "road", roads, "add", [], filed())
    assert (late.status_code, "ほかの人がこの日の順番" in late.text) == (409, True)
    assert crew.get("/staff/plan").status_code == 403


def test_without_any_crew_the_page_says_so(staff: Browser) -> None:
    with transaction() as db:
        run(db, "UPDATE users SET disabled = true WHERE role = 'crew'")
    answer = staff.get("/staff/plan")
    assert (answer.status_code, "作業班の人がまだいません" in answer.text) == (200, True)
    assert packed(staff, "", 1, "add", [], filed()).status_code == 404

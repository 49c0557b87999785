"""Deadlines on the screens: marks and filters, and the page of what is due at whom."""

from datetime import timedelta

from sqlalchemy import text
from web_scene import Browser, filed

from reports.actions.ask import ask
from reports.city import clock
from reports.people.permissions import Actor, Role
from store.database import transaction


def due_in(days: int, number: str, long: bool = False) -> None:
    """Its deadline is so many days from today."""
    day = clock.today() + timedelta(days=days)
    with transaction() as db:
        db.execute(
            text(
                "UPDATE tickets SET deadline = :day, paused_at = NULL, long_overdue_on = :long"
                " WHERE number = :number"
            ),
            {"day": day, "long": day if long else None, "number": number},
        )


def numbers(staff: Browser, mark: str) -> list[str]:
    found = staff.get(f"/staff/tickets.geojson?due={mark}").json()["features"]
    return [feature["properties"]["number"] for feature in found]


def test_lists_say_what_is_due_overdue_long_overdue_or_standing_still(
    staff: Browser, crew: Browser
) -> None:
    today, over, long, asked, calm = (filed().number for _ in range(5))
    due_in(0, today)
    due_in(-3, over)
    due_in(-9, long, long=True)
    due_in(9, calm)
    with transaction() as db:
        ticket_id = db.scalar(
            text("SELECT id FROM tickets WHERE number = :number"), {"number": asked}
        )
        ask(db, ticket_id, Actor(Role.STAFF), "どちら側ですか。")
    assert numbers(staff, "due") == [today]
    assert sorted(numbers(staff, "overdue")) == sorted([over, long])
    assert numbers(staff, "long_overdue") == [long]
    assert numbers(staff, "paused") == [asked]
    assert len(numbers(staff, "")) == 5
    assert staff.get("/staff/tickets.geojson?due=soon").status_code == 422
    page = crew.get("/crew/").text
    for mark in ("今日まで", "期限超過", "期限の3倍を超過", "期限停止中", "通報した人の返事待ち"):
        assert mark in page
    assert "通報した人の返事待ち" in crew.get(f"/crew/tickets/{asked}").text


def test_the_page_counts_what_is_due_at_every_department_and_leads_to_it(staff: Browser) -> None:
    roads, trees, nobodys = filed(), filed("tree"), filed(routed=False)
    due_in(-2, roads.number)
    due_in(0, trees.number)
    due_in(-1, nobodys.number)
    page = staff.get("/staff/due").text
    assert 'href="/staff/due" aria-current' in page
    for one in (roads, trees, nobodys):
        assert f"/staff/tickets/{one.number}" in page
    assert "/staff/?department=road&amp;due=overdue" in page
    assert "/staff/?department=trees&amp;due=due" in page
    assert "/staff/?department=unassigned&amp;due=overdue" in page
    assert 'href="/staff/due"' in staff.get("/staff/").text


def test_where_nothing_is_due_the_page_says_so(staff: Browser) -> None:
    assert "ありません" in staff.get("/staff/due").text


def test_a_crew_does_not_see_what_is_due_at_others(crew: Browser) -> None:
    assert crew.get("/staff/due").status_code in (303, 403, 404)

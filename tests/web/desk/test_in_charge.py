"""Who is in charge of a ticket: taken, given, given back, and gone with the department."""

from townsfolk import STAFF, value
from web_scene import Browser, filed

from reports.actions.disable import disable, release
from reports.actions.move import move
from reports.tickets.status import Status
from store.database import transaction

PERSON = "SELECT id FROM users WHERE name = :name"
IN_CHARGE = "SELECT assignee_id FROM tickets WHERE id = :id"


def test_a_ticket_is_taken_given_and_given_back(staff: Browser, crew: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}"
    me = value(PERSON, name="sato")
    answer = staff.post(f"{path}/person", person=str(me), seen="")
    assert answer.headers["location"] == f"{path}?changed=person"
    page = staff.get(path).text
    assert "担当者を佐藤 恵にしました" in page
    assert "自分が担当する" not in page
    (line,) = staff.get("/staff/tickets.geojson").json()["features"]
    assert line["properties"]["assignee"] == "佐藤 恵"
    assert staff.post(f"{path}/person", person="", seen="").status_code == 409
    assert staff.post(f"{path}/person", person="", seen=str(me)).status_code == 303
    assert "佐藤 恵が担当を離れました" in staff.get(path).text
    assert value(IN_CHARGE, id=one.id) is None
    assert crew.post(f"{path}/person", person="", seen="").status_code in (403, 404)


def test_nobody_who_cannot_be_is_put_in_charge(staff: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}/person"
    assert staff.post(path, person="x", seen="").status_code == 422
    assert staff.post(path, person="999999", seen="").status_code == 409
    assert staff.post(path, person="0", seen="").status_code == 409
    assert value(IN_CHARGE, id=one.id) is None


def test_a_crew_lets_go_of_what_is_another_departments(staff: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}"
    staff.post(f"{path}/person", person=str(value(PERSON, name="roads")), seen="")
    told = staff.post(f"{path}/department", department="trees", why="公園の中")
    assert told.status_code == 303, told.text
    assert value(IN_CHARGE, id=one.id) is None
    assert "道路作業班が担当を離れました" in staff.get(path).text


def test_lists_are_narrowed_to_a_person_and_to_how_it_came(staff: Browser) -> None:
    one, other = filed(), filed(channel="telephone")
    me = value(PERSON, name="sato")
    staff.post(f"/staff/tickets/{one.number}/person", person=str(me), seen="")

    def listed(query: str) -> list[str]:
        told = staff.get(f"/staff/tickets.geojson?{query}").json()["features"]
        return [each["properties"]["number"] for each in told]

    assert listed("person=mine") == listed(f"person={me}") == [one.number]
    assert listed("person=none") == [other.number]
    assert listed("channel=telephone") == [other.number]
    assert listed("channel=line") == [one.number]
    assert listed("channel=patrol") == []
    assert staff.get("/staff/tickets.geojson?person=x").status_code == 422


def test_who_is_disabled_is_in_charge_of_nothing_any_more(staff: Browser) -> None:
    open_one, closed_one = filed(), filed()
    roads = str(value(PERSON, name="roads"))
    for one in (open_one, closed_one):
        staff.post(f"/staff/tickets/{one.number}/person", person=roads, seen="")
    with transaction() as db:
        move(db, closed_one.id, Status.FIXED, STAFF)
    for _ in range(2):  # once more where the first was killed in between
        with transaction() as db:
            user_id = disable(db, "roads")
        assert user_id == int(roads)
        with transaction() as db:
            release(db, user_id)
    assert value(IN_CHARGE, id=open_one.id) is None
    page = staff.get(f"/staff/tickets/{open_one.number}").text
    assert page.count("道路作業班が担当を離れました") == 1
    assert "この人の利用を止めたため" in page
    assert value(IN_CHARGE, id=closed_one.id) == int(roads)
    with transaction() as db:
        move(db, closed_one.id, Status.REOPENED, STAFF)
    assert value(IN_CHARGE, id=closed_one.id) is None
    with transaction() as db:
        assert disable(db, "nobody") is None

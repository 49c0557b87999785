"""The reads: every filter keeps what it says, every order is what people work by."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session
from townsfolk import ALEX, CREW, HONCHO, STAFF, file, resident

from geo.points import Point
from reports.actions.move import move
from reports.actions.route import route
from reports.city.models import Department
from reports.tickets import queries, residents_view
from reports.tickets.counts import counts
from reports.tickets.models import Photo, Ticket
from reports.tickets.read_models import PhotoKeys
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter

NOW = datetime.now(UTC)
EAST = Point(139.5246, 35.7015)


@pytest.fixture
def haruka(db: Session) -> int:
    return resident(db)


def filed(db: Session, who: int, *, department: str | None = "road", **facts: Any) -> int:
    """A ticket of that department, with these facts instead of what routing would say."""
    how = {
        name: facts.pop(name) for name in ("at", "category", "spoken", "photo_ids") if name in facts
    }
    ticket_id = file(db, who, **how)
    found = db.query(Department).filter_by(key=department).one_or_none() if department else None
    facts |= {"department_id": found.id if found else None}
    db.execute(update(Ticket).where(Ticket.id == ticket_id).values(**facts))
    return ticket_id


def found(db: Session, wanted: TicketFilter | None = None, **how: Any) -> list[int]:
    return [line.id for line in queries.tickets(db, wanted or TicketFilter(), **how)]


def taken(db: Session, who: int | None, state: str = "stored", **facts: Any) -> int:
    photo = Photo(resident_id=who, state=state, **facts)
    db.add(photo)
    db.flush()
    return photo.id


def test_a_line_says_where_a_ticket_is_longitude_first(db: Session, haruka: int) -> None:
    filed(db, haruka, at=HONCHO)
    (line,) = queries.tickets(db, TicketFilter())
    assert (line.lon, line.lat) == (HONCHO.lon, HONCHO.lat)
    assert db.scalar(text("SELECT ST_X(place) FROM tickets")) == line.lon > 100


def test_without_a_wish_only_open_tickets_are_found(db: Session, haruka: int) -> None:
    by_status = {status: filed(db, haruka, status=status) for status in Status}
    assert set(found(db)) == {by_status[status] for status in OPEN}
    assert set(found(db, TicketFilter(statuses=None))) == set(by_status.values())
    assert found(db, TicketFilter(statuses=())) == []
    for status, ticket_id in by_status.items():
        assert found(db, TicketFilter(statuses=[status])) == [ticket_id]


def test_each_filter_keeps_what_it_names_and_they_hold_together(db: Session, haruka: int) -> None:
    hole = filed(db, haruka, at=HONCHO)
    tree = filed(db, haruka, at=EAST, category="tree", department="trees")
    nobodys = filed(db, haruka, at=EAST, department=None, updated_at=NOW + timedelta(hours=1))
    number = queries.tickets(db, TicketFilter(id=hole))[0].number
    expected: list[tuple[TicketFilter, set[int]]] = [
        (TicketFilter(), {hole, tree, nobodys}),
        (TicketFilter(department="trees"), {tree}),
        (TicketFilter(department=""), {nobodys}),
        (TicketFilter(department="none such"), set()),
        (TicketFilter(category="tree"), {tree}),
        (TicketFilter(number=number), {hole}),
        (TicketFilter(number="000-000-001"), set()),
        (TicketFilter(id=tree), {tree}),
        (TicketFilter(since=NOW + timedelta(minutes=30)), {nobodys}),
        (TicketFilter(since=NOW - timedelta(days=1)), {hole, tree, nobodys}),
        (TicketFilter(bbox=(139.50, 35.70, 139.515, 35.71)), {hole}),
        (TicketFilter(bbox=(EAST.lon, EAST.lat, EAST.lon, EAST.lat)), {tree, nobodys}),
        (TicketFilter(bbox=(35.70, 139.50, 35.71, 139.53)), set()),
        (TicketFilter(category="tree", department="road"), set()),
        (TicketFilter(category="pothole", bbox=(139.52, 35.70, 139.53, 35.71)), {nobodys}),
        (TicketFilter(resident_id=haruka), {hole, tree, nobodys}),
        (TicketFilter(resident_id=404), set()),
    ]
    for wanted, ids in expected:
        assert set(found(db, wanted)) == ids, wanted


def test_the_work_list_begins_with_nobodys_then_the_urgent_then_the_nearest_deadline(
    db: Session, haruka: int
) -> None:
    day = NOW.date()
    late = filed(db, haruka, deadline=day + timedelta(days=9))
    soon = filed(db, haruka, deadline=day)
    endless = filed(db, haruka, deadline=None)
    urgent = filed(db, haruka, deadline=day + timedelta(days=20), urgent=True)
    nobodys = filed(db, haruka, department=None, deadline=day + timedelta(days=30))
    same = filed(db, haruka, deadline=day)
    assert found(db) == [nobodys, urgent, soon, same, late, endless]
    assert found(db, limit=2) == [nobodys, urgent]


def test_the_newest_first_is_the_newest_first(db: Session, haruka: int) -> None:
    three = [filed(db, haruka) for _ in range(3)]
    assert found(db, order="newest") == three[::-1]
    assert [line.id for line in residents_view.latest_of(db, haruka, limit=2)] == three[:0:-1]


def test_latest_of_a_resident_are_the_tickets_they_follow_whatever_the_status(
    db: Session, haruka: int
) -> None:
    alex = resident(db, ALEX, "en")
    own, fixed = filed(db, haruka), filed(db, haruka, status="fixed")
    filed(db, alex)
    assert [line.id for line in residents_view.latest_of(db, haruka)] == [fixed, own]


def test_pages_of_changes_follow_one_another_without_gap_or_repeat(
    db: Session, haruka: int
) -> None:
    made = [filed(db, haruka) for _ in range(7)]
    move(db, made[2], Status.INSPECTING, STAFF)
    seen: list[int] = []
    after = ""
    while page := queries.tickets(db, TicketFilter(), order="changed", after=after, limit=3):
        seen += [line.id for line in page]
        after = str(page[-1].change)
    assert seen == [*made[:2], *made[3:], made[2]]
    move(db, made[0], Status.INSPECTING, STAFF)
    (changed,) = queries.tickets(db, TicketFilter(), order="changed", after=after)
    assert changed.id == made[0]


def test_an_order_that_is_not_in_the_table_is_an_error(db: Session) -> None:
    with pytest.raises(KeyError):
        queries.tickets(db, TicketFilter(), order="random()")


def test_a_wish_is_a_value_and_never_a_statement(db: Session, haruka: int) -> None:
    filed(db, haruka)
    for wish in ("' OR true --", "%", "\\", "road'; DELETE FROM tickets"):
        for wanted in (
            TicketFilter(department=wish),
            TicketFilter(category=wish),
            TicketFilter(number=wish),
        ):
            assert found(db, wanted) == []
    assert len(found(db)) == 1


def test_a_line_counts_followers_and_shows_the_first_stored_photo(db: Session, haruka: int) -> None:
    ids = [taken(db, haruka, state) for state in ("waiting", "gone", "stored", "stored")]
    filed(db, haruka, photo_ids=ids)
    (line,) = queries.tickets(db, TicketFilter())
    assert (line.photo_id, line.followers) == (ids[2], 1)


def test_a_line_names_its_department_or_none(db: Session, haruka: int) -> None:
    filed(db, haruka, department="tokyo_kitatama_south")
    (line,) = queries.tickets(db, TicketFilter())
    assert line.department
    assert line.department.inside is False
    assert line.department.name == "東京都北多摩南部建設事務所"
    filed(db, haruka, department=None)
    assert queries.tickets(db, TicketFilter())[0].department is None


def test_a_page_has_everything_about_one_ticket_in_its_order(db: Session, haruka: int) -> None:
    own = taken(db, haruka, width=3, height=2)
    ticket_id = filed(db, haruka, photo_ids=[own], spoken="深い穴")
    repaired = taken(db, None)
    route(db, ticket_id)
    move(db, ticket_id, Status.FIXED, CREW, note="埋めました", photo_ids=[repaired])
    page = queries.ticket(db, id=ticket_id)
    assert page
    assert page == queries.ticket(db, number=page.ticket.number)
    assert page.ticket.status is Status.FIXED
    assert [(photo.id, photo.of, photo.resident_id) for photo in page.photos] == [
        (own, "report", haruka),
        (repaired, "repair", None),
    ]
    assert [(line.what, line.actor) for line in page.history] == [
        ("filed", "resident"),
        ("routed", "michi"),
        ("moved", "crew"),
    ]
    assert page.history[-1].to_status is Status.FIXED
    assert page.history[-1].note == "埋めました"
    assert list(page.words) == ["深い穴"]


def test_a_ticket_that_is_not_there_is_none(db: Session) -> None:
    assert queries.ticket(db, id=404) is None
    assert queries.ticket(db, number="000-000-001") is None


def test_the_citys_own_departments_come_first(db: Session) -> None:
    inside = [department.inside for department in queries.departments(db)]
    assert inside == sorted(inside, reverse=True)
    assert True in inside
    assert False in inside


def test_keys_are_given_for_stored_photos_with_the_department_that_works_on_them(
    db: Session, haruka: int
) -> None:
    keys = {"original": "o", "large": "l", "small": "s"}
    stored, waiting = taken(db, haruka, **keys), taken(db, haruka, "waiting")
    loose = taken(db, haruka, **keys)
    filed(db, haruka, department="trees", photo_ids=[stored, waiting])
    outside = {"outside_large": "l", "outside_small": "s"}
    assert queries.photo_keys(db, stored) == PhotoKeys(
        "o", "l", "s", "trees", filed=True, **outside
    )
    assert queries.photo_keys(db, loose) == PhotoKeys("o", "l", "s", None, filed=False, **outside)
    assert queries.photo_keys(db, waiting) is None
    assert queries.photo_keys(db, 404) is None


def test_what_waits_is_counted_and_nobodys_tickets_are_seen(db: Session, haruka: int) -> None:
    filed(db, haruka, department=None)
    filed(db, haruka)
    filed(db, haruka, department=None, status="fixed")
    found = counts(db)
    assert found.pop("cell_changes") > 3
    assert found.pop("text_changes") > 3
    assert found == {"open_tickets": 2, "open_tickets_of_nobody": 1}

"""What the public sees follows the tickets, and what is taken back goes everywhere."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from townsfolk import CREW, STAFF, rows, value
from web_scene import Filed, filed

from geo.points import Point, metres_between
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.published import reading
from reports.published.publishing import publish
from reports.published.shape import PublicTicket
from reports.published.wanted import Order, PublicFilter, after
from reports.tickets.status import Status
from store.database import transaction
from workers import publishing

BESIDE = Point(139.52463, 35.70158)


def says(**said: Any) -> None:
    """The city says this of what is open."""
    rows(
        "UPDATE city SET facts = facts || jsonb_build_object('open',"
        " coalesce(facts -> 'open', '{}') || CAST(:said AS jsonb))",
        said=json.dumps(said),
    )


def looked_at(one: Filed, to: Status = Status.INSPECTING) -> None:
    with transaction() as db:
        move(db, one.id, to, STAFF)


def public(number: str) -> PublicTicket | None:
    publishing.publish()
    with transaction() as db:
        return reading.one(db, number)


def told(since: int = 0) -> list[tuple[str, str, str | None, bool]]:
    with transaction() as db:
        found = reading.events(db, since)
    return [(each.number, each.kind, each.state, each.ticket is not None) for each in found]


def test_a_ticket_is_public_once_staff_have_looked_and_follows_what_becomes_of_it(
    database_url: str,
) -> None:
    one = filed(place=BESIDE, words="わが家の前です 090-1234-5678")
    assert public(one.number) is None
    looked_at(one)
    seen = public(one.number)
    assert seen
    assert (seen.state, seen.status, seen.category) == ("open", "inspecting", "pothole")
    assert (seen.owner, seen.words, seen.before_photo) == ("city", None, None)
    assert seen.town
    assert seen.department == "道路管理課"
    assert (seen.looked_at, seen.fixed_at) != (None, None)
    assert 0 < metres_between(Point(seen.lon, seen.lat), BESIDE) < 30
    with transaction() as db:
        move(db, one.id, Status.MADE_SAFE, CREW)
    safe = public(one.number)
    assert safe
    assert (safe.state, safe.safe_at is not None) == ("made_safe", True)
    assert safe.version > seen.version
    looked_at(one, Status.FIXED)
    fixed = public(one.number)
    assert fixed
    assert (fixed.state, fixed.fixed_at is not None, fixed.closed_at is not None) == (
        "fixed", True, True,
    )  # fmt: skip
    with transaction() as db:
        assert publish(db) == 0
        lines = reading.lines(db, one.number)
        assert reading.newest(db) == fixed.version
    assert [(line["what"], line.get("to_status")) for line in lines] == [
        ("filed", None), ("moved", "inspecting"), ("moved", "made_safe"), ("moved", "fixed"),
    ]  # fmt: skip
    assert told() == [
        (one.number, "published", "open", True),
        (one.number, "moved", "made_safe", True),
        (one.number, "moved", "fixed", True),
    ]


def test_what_is_taken_back_goes_at_once_and_nothing_of_it_is_left_but_the_number(
    database_url: str,
) -> None:
    one, other = filed(place=BESIDE, words="穴があります"), filed("streetlight")
    for each in (one, other):
        looked_at(each)
    rows("UPDATE remarks SET public_words = words")
    shown = public(one.number)
    assert shown
    assert shown.words == "穴があります"
    rows("DELETE FROM remarks")
    without = public(one.number)
    assert without
    assert without.words is None
    assert (
        value("SELECT count(*) FROM published_events WHERE data::text LIKE '%穴があります%'") == 0
    )
    says(kept_back=["pothole"])
    assert public(one.number) is None
    assert public(other.number)
    says(kept_back=[], after_hours=2)
    assert public(other.number) is None
    assert value("SELECT count(*) FROM published_due WHERE due_at > now()") == 2
    with transaction() as db:
        assert publish(db, datetime.now(UTC) + timedelta(hours=3)) == 2
        assert {each.number for each in reading.find(db)} == {one.number, other.number}
    says(after_hours=0, shown=False)
    assert public(other.number) is None
    assert value("SELECT count(*) FROM published_tickets") == 0
    assert {one for (one,) in rows("SELECT DISTINCT data::text FROM published_events")} == {"{}"}
    assert [kind for number, kind, _, _ in told() if number == one.number] == [
        "published", "words", "withdrawn", "published", "withdrawn",
    ]  # fmt: skip


def test_under_the_number_of_a_ticket_that_was_put_together_the_other_is_found(
    database_url: str,
) -> None:
    one, other = filed(place=BESIDE), filed(place=BESIDE)
    for each in (one, other):
        looked_at(each)
    assert public(one.number)
    with transaction() as db:
        merge(db, one.id, other.number, STAFF)
    assert public(one.number) is None
    with transaction() as db:
        assert reading.goes_on_as(db, one.number) == other.number
        assert reading.goes_on_as(db, other.number) is None
    rows("UPDATE tickets SET kept_back = true, change = DEFAULT WHERE id = :id", id=one.id)
    assert public(one.number) is None
    with transaction() as db:
        assert reading.goes_on_as(db, one.number) is None, "kept back, so nobody learns where it is"
        move(db, one.id, Status.REOPENED, STAFF)
    rows("UPDATE tickets SET kept_back = false WHERE id = :id", id=one.id)
    assert public(one.number)
    with transaction() as db:
        assert reading.goes_on_as(db, one.number) is None


def test_a_ticket_that_was_of_a_kind_kept_back_does_not_tell_so(database_url: str) -> None:
    one = filed("debris", place=BESIDE)
    looked_at(one)
    assert public(one.number)
    with transaction() as db:
        recategorise(db, one.id, "sign", STAFF)
    assert public(one.number)
    says(kept_back=["debris"])
    assert public(one.number)
    for table in ("published_tickets", "published_events"):
        assert value(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%debris%'") == 0, table
    with transaction() as db:
        (line,) = (each for each in reading.lines(db, one.number) if "before" in each)
    assert (line["before"], line["to"]) == (None, "sign")


def test_readers_filter_page_and_follow_by_version(database_url: str) -> None:
    made = [filed(kind, place=BESIDE) for kind in ("pothole", "streetlight", "pothole")]
    for each in made:
        looked_at(each)
    publishing.publish()
    numbers = [each.number for each in made]
    with transaction() as db:
        everything = reading.find(db)
        first = everything[0]
        assert {each.number for each in everything} == set(numbers)
        for order in Order:
            whole = [each.number for each in reading.find(db, order=order)]
            begun = reading.find(db, order=order, limit=2)
            rest = reading.find(db, order=order, after=after(begun[-1]))
            assert [each.number for each in (*begun, *rest)] == whole
        box = (first.lon - 0.001, first.lat - 0.001, first.lon + 0.001, first.lat + 0.001)
        day = timedelta(days=1)
        finds = {
            3: PublicFilter(states=["open"], statuses=["inspecting"], owners=["city"], bbox=box),
            2: PublicFilter(categories=["pothole"], towns=[first.town or ""]),
            1: PublicFilter(q=f" {numbers[1]} ", changed_from=first.changed_at - day),
            0: PublicFilter(received_from=first.received_at + day, closed_until=first.received_at),
        }
        for many, wanted in finds.items():
            assert len(reading.find(db, wanted)) == reading.count(db, wanted) == many
        assert reading.count(db, PublicFilter(numbers=[])) == 0
        assert [each.seq for each in reading.events(db, 0, 2)] == [
            each.version for each in reading.find(db, order=Order.CHANGES, limit=2)
        ]
        assert reading.public_among(db, [*numbers, "000-000-000"]) == set(numbers)


def test_nobody_publishes_while_somebody_else_does(database_url: str) -> None:
    looked_at(filed(place=BESIDE))
    with transaction() as one:
        assert publish(one) == 1
        with transaction() as other:
            assert publish(other) == 0
            assert reading.find(other) == []
    with transaction() as db:
        assert publish(db) == 0
        assert len(reading.find(db)) == 1

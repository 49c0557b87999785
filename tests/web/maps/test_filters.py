"""What an address asks for: several statuses, old addresses, and what is kept of it."""

from datetime import date

import pytest

from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from web.maps.filters import NOBODY, Filters

CLOSED = set(Status) - OPEN
FIXED, DECLINED, RECEIVED = Status.FIXED, Status.DECLINED, Status.RECEIVED


@pytest.mark.parametrize(
    ("query", "statuses", "withdrawn"),
    [
        ("", OPEN, None),
        ("status=", OPEN, None),
        ("status=patrolled", OPEN, None),
        ("status=open", OPEN, None),
        ("status=closed", CLOSED, None),
        ("status=all", None, None),
        ("status=closed&status=open", None, None),
        ("status=received", {RECEIVED}, None),
        ("status=received&status=fixed", {RECEIVED, FIXED}, None),
        ("status=received,fixed", {RECEIVED, FIXED}, None),
        ("status=declined", {DECLINED}, False),
        ("status=withdrawn", {DECLINED}, True),
        ("status=withdrawn&status=declined", {DECLINED}, None),
        ("status=withdrawn&status=fixed", {DECLINED, FIXED}, True),
        ("status=closed&status=declined", CLOSED, None),
        ("status=open&status=declined", OPEN | {DECLINED}, False),
    ],
)
def test_statuses_are_added_to_each_other(
    query: str, statuses: set[Status] | None, withdrawn: bool | None
) -> None:
    wanted = Filters.read(query).wanted
    assert wanted.statuses is None if statuses is None else set(wanted.statuses or ()) == statuses
    assert wanted.withdrawn is withdrawn


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "status=open"),
        ("status=open&department=&x=1", "status=open"),
        ("status=received,fixed&status=closed", "status=received&status=fixed&status=closed"),
        ("urgent=yes&received_from=2026-11-01", "received_from=2026-11-01&urgent=yes"),
        ("q=%E7%A9%B4+a&sort=near&near=139.5,35.7",
         "q=%E7%A9%B4+a&sort=near&near=139.5%2C35.7"),
    ],
)  # fmt: skip
def test_a_query_is_kept_in_one_way_of_writing(query: str, kept: str) -> None:
    assert Filters.read(query).query == kept
    assert Filters.read(kept) == Filters.read(query)


@pytest.mark.parametrize("query", [
    "due=soon", "received_from=2026-13-01", "followers=0", "sort=x", "near=139.5", "urgent=maybe",
    "near=1000,5", "near=181,5", "near=0,0", "department=a'b", "x=" + "y" * 2000,
    "&".join(f"a{n}=1" for n in range(70)), "status=" + "," * 50, "q=a%00",
])  # fmt: skip
def test_what_no_list_has_is_not_kept(query: str) -> None:
    assert not Filters.is_read(query)


def test_yes_and_no_are_also_the_names_of_something() -> None:
    wanted = Filters.read("category=no&owner=yes&district=no&urgent=no&photo=yes").wanted
    assert (wanted.category, wanted.owner) == ("no", "yes")
    assert (wanted.urgent, wanted.photo, wanted.unread) == (False, True, None)


def test_every_condition_is_taken_over() -> None:
    asked = {
        "category": "tree", "number": "123", "owner": "city", "place_source": "exif",
        "language": "en", "closed_from": "2026-11-01", "changed_until": "2026-11-02",
        "followers": 3, "urgent": "yes", "photo": "no", "reopened": "yes", "town": "本町6丁目",
        "department": NOBODY, "due": "overdue",
    }  # fmt: skip
    wanted = Filters.model_validate(asked).wanted
    assert wanted == TicketFilter(
        statuses=wanted.statuses,
        category="tree", number="123", owner="city", place_source="exif", language="en",
        closed_from=date(2026, 11, 1), changed_until=date(2026, 11, 2), followers=3, urgent=True,
        photo=False, reopened=True, town="本町六丁目", department="", due=wanted.due,
    )  # fmt: skip
    assert Filters().wanted == TicketFilter(statuses=Filters().wanted.statuses)
    assert Filters.read("sort=near").point is None

"""What the public sees follows the tickets, and what is taken back goes everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from townsfolk import CREW, STAFF, rows, value
from web_scene import Filed, filed

from geo.points import Point, metres_between
from reports.actions.move import move
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
    import json

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


def told(after: int = 0) -> list[tuple[str, str, str | None, bool]]:
    with transaction() as db:
        found = reading.events(db, after)
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

"""What is public of a ticket, by tables: states, places, words, lines; field by field."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from geo.points import Point, metres_between
from reports.city.opened import Opened, opened
from reports.published import lines, places
from reports.published.may import Kept, Standing, Why, kept
from reports.published.shape import PublicTicket, as_json, from_json, kind_of_change
from reports.published.states import STATE_OF, State, state_of
from reports.tickets import events
from reports.tickets.event_kinds import KINDS, Reader
from reports.tickets.shortened import is_taken_from
from reports.tickets.status import OPEN, Status, status_of

HERE = Point(139.5, 35.7)
EAST_10_M = 10 / (111_320 * 0.812084)
ROAD = [[(139.5, 35.7), (139.5 + 10 * EAST_10_M, 35.7)]]
NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
SHOWN = Opened(shown=True)
SEEN = Standing("pothole", Status.RECEIVED, False, False, NOW - timedelta(hours=2), NOW)
KEPT = [
    (SEEN, SHOWN, None),
    (SEEN, Opened(), Kept(Why.SWITCH)),
    (SEEN, SHOWN._replace(kept_back=frozenset({"pothole"})), Kept(Why.KIND)),
    (dataclasses.replace(SEEN, held=True), SHOWN, Kept(Why.HELD)),
    (dataclasses.replace(SEEN, withdrawn=True), SHOWN, Kept(Why.WITHDRAWN)),
    (dataclasses.replace(SEEN, status=Status.MERGED), SHOWN, Kept(Why.MERGED)),
    (dataclasses.replace(SEEN, looked_at=None), SHOWN, Kept(Why.NOT_LOOKED_AT)),
    (dataclasses.replace(SEEN, looked_at=None), SHOWN._replace(after_looking=False), None),
    (SEEN, SHOWN._replace(after_hours=2), None),
    (
        SEEN,
        SHOWN._replace(after_hours=3),
        Kept(Why.TOO_YOUNG, NOW + timedelta(hours=1)),
    ),
]
SHORTENED = [
    ("穴があります", "穴があります。山田です", True),
    ("●●の前の穴 …です", "わが家の前の穴があるのです", True),
    ("", "穴", True),
    ("大きな穴", "穴があります", False),
    ("すまり穴", "穴があります", False),
]


def test_every_status_has_a_state_and_one_that_is_open_is_none_of_the_ends() -> None:
    assert set(STATE_OF) == set(Status)
    ends = {status for status, state in STATE_OF.items() if state in (State.FIXED, State.CLOSED)}
    assert ends == set(Status) - OPEN
    assert state_of(status_of("of a newer version")) is State.CLOSED


@pytest.mark.parametrize("metres", [0.0, 3.0, 4.9, 5.1, 44.0, 97.0])
def test_a_place_is_drawn_at_the_nearest_ten_metres_along_its_road(metres: float) -> None:
    beside = Point(139.5 + metres / 10 * EAST_10_M, 35.7002)
    drawn = places.along(ROAD, beside)
    assert abs(drawn.lat - 35.7) < 1e-6
    along = metres_between(HERE, drawn)
    assert abs(along - round(metres / 10) * 10) < 0.2
    same = places.along(ROAD, Point(beside.lon, 35.69985))  # the other side of the road
    assert same == drawn


def test_a_short_piece_and_a_place_without_a_road_tell_no_more() -> None:
    short = [[(139.5, 35.7), (139.5 + 0.7 * EAST_10_M, 35.7)]]
    assert places.along(short, Point(139.5 + 0.6 * EAST_10_M, 35.7)) == HERE
    corner = places.on_grid(HERE)
    around = [Point(corner.lon + x, corner.lat + y) for x in (-4e-5, 4e-5) for y in (-4e-5, 4e-5)]
    assert {places.on_grid(one) for one in around} == {corner}
    assert max(metres_between(one, corner) for one in around) > 5


@pytest.mark.parametrize(("ticket", "city", "why"), KEPT)
def test_who_may_see_it_and_what_keeps_it_back(
    ticket: Standing, city: Opened, why: Kept | None
) -> None:
    assert kept(ticket, city, NOW) == why


def test_a_city_that_says_nothing_shows_nothing() -> None:
    assert not opened({}).shown
    said = {"open": {"shown": True, "kept_back": ["tree"]}, "strangers_photos": "none"}
    assert opened(said) == Opened(True, 0, True, frozenset({"tree"}), False)


@pytest.mark.parametrize(("words", "said", "is_theirs"), SHORTENED)
def test_nothing_is_put_into_a_residents_mouth(words: str, said: str, is_theirs: bool) -> None:
    assert is_taken_from(words, said) is is_theirs


def test_of_lines_only_the_public_kinds_and_of_them_only_the_named_fields_are_shown() -> None:
    public = {what for what, kind in KINDS.items() if kind.reader is Reader.PUBLIC}
    assert set(lines.FIELDS) == public
    hidden = {
        (what, part.name)
        for what in public
        for part in dataclasses.fields(KINDS[what].type)
        if part.name not in lines.FIELDS[what]
    }
    assert hidden == {
        *((what, "note") for what in public), ("moved", "into"), ("moved", "reports"),
        ("moved", "outcome"), ("moved", "via"), ("merged", "number"), ("parted", "number"),
    }  # fmt: skip
    moved = events.Moved(
        Status.RECEIVED, Status.MERGED, "123-456-789", (1, 2), "no_access", "line", note="秘密"
    )
    assert lines.public_line(moved, NOW) == {
        "what": "moved", "at": NOW.isoformat(), "from_status": "received", "to_status": "merged",
    }  # fmt: skip
    assert lines.public_line(events.Asked(note="どこですか"), NOW) is None


def test_the_shape_comes_back_as_it_was_and_a_change_has_one_kind() -> None:
    facts = dict.fromkeys(PublicTicket._fields) | {
        "number": "123-456-789", "state": "open", "status": "received", "category": "pothole",
        "owner": "city", "lon": 139.5, "lat": 35.7, "received_at": NOW, "changed_at": NOW,
        "version": 7,
    }  # fmt: skip
    ticket = PublicTicket(**facts)
    assert from_json(as_json(ticket) | {"of a newer version": 1}) == ticket
    assert from_json({}) is None
    kinds = {
        "published": None,
        "moved": facts | {"status": "inspecting", "words": "x"},
        "photo": facts | {"after_photo": "k", "words": "x"},
        "words": facts | {"words": "x"},
        "changed": facts | {"town": "本町"},
    }
    assert {kind: kind_of_change(before, facts) for kind, before in kinds.items()} == {
        kind: kind for kind in kinds
    }

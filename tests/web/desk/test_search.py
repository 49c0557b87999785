"""The desk's one field: what it finds is the same on the list, on the map, and in what is told."""

from urllib.parse import quote, urlencode

import pytest
from tile_reading import tickets_in, tile_of
from townsfolk import rows
from web_scene import ON_CITY_ROAD, Browser, filed


def test_one_field_finds_by_number_and_by_words_on_list_and_map_alike(staff: Browser) -> None:
    one, other = filed(words="ガードレールが曲がっています"), filed(words="穴です")
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() WHERE id = :id", id=other.id)
    wide = str.maketrans("0123456789-", "０１２３４５６７８９ー")
    cases = {
        "がーどれーる": [one.number],
        "穴": [],
        "ガードレール 穴": [],
        other.number: [other.number],
        other.number.replace("-", ""): [other.number],
        f"{other.number.translate(wide)} の件": [other.number],
    }
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
    for typed, expected in cases.items():
        found = staff.get(f"/staff/tickets.geojson?q={quote(typed)}").json()
        assert [each["properties"]["number"] for each in found["features"]] == expected, typed
        assert found["count"] == len(expected)
        shown, _ = tickets_in(staff, tile, f"?q={quote(typed)}")
        assert shown == expected
    found = staff.get(f"/staff/tickets.geojson?status=all&q={quote('穴')}").json()
    assert [each["properties"]["number"] for each in found["features"]] == [other.number]


def test_what_comes_into_a_search_and_what_leaves_it_is_told(staff: Browser) -> None:
    one = filed(words="水")
    began = staff.get(f"/staff/tickets.geojson?q={quote('水')}").json()
    two = filed(words="水たまり")
    rows("UPDATE remarks SET words = '' WHERE report_id IN (SELECT id FROM reports"
         " WHERE ticket_id = :id)", id=one.id)  # fmt: skip
    rows("UPDATE tickets SET updated_at = now() WHERE id = :id", id=one.id)
    fields = {name: began[name] for name in ("day", "words")} | {
        "since": began["moment"],
        "q": "水",
    }
    told = staff.get(f"/staff/tickets/changes?{urlencode(fields)}").json()
    assert [each["properties"]["number"] for each in told["tickets"]] == [two.number]
    assert told["gone"] == [one.number]


@pytest.mark.parametrize(
    ("asked", "is_first"),
    [
        ("received_from=2026-11-03", False),
        ("received_until=2026-11-02", True),
        ("received_from=2026-11-02&received_until=2026-11-02", True),
        ("received_from=2026-11-03&received_until=2026-11-02", None),
        ("followers=3", True),
        ("followers=2&photo=yes", True),
        ("photo=no", False),
        ("urgent=yes", True),
        ("urgent=no", False),
        ("owner=national", True),
        ("owner=city&district=south", False),
        ("district=nowhere", None),
    ],
)
def test_what_is_asked_narrows_list_map_and_what_is_told_alike(
    staff: Browser, asked: str, is_first: bool | None
) -> None:
    one, other = filed(pictures=1), filed()
    rows("UPDATE tickets SET owner = 'city', district = 'south'")
    rows(
        "UPDATE tickets SET received_at = '2026-11-02 23:59:59+09', follower_count = 3,"
        " urgent = true, owner = 'national' WHERE id = :id",
        id=one.id,
    )
    rows("UPDATE tickets SET received_at = '2026-11-03 00:00+09' WHERE id = :id", id=other.id)
    expected = [] if is_first is None else [one.number if is_first else other.number]
    found = staff.get(f"/staff/tickets.geojson?{asked}").json()
    assert [each["properties"]["number"] for each in found["features"]] == expected
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 12)
    assert tickets_in(staff, tile, f"?{asked}") == (expected, 0)
    rows("UPDATE tickets SET updated_at = now()")
    fields = {name: found[name] for name in ("day", "words")} | {"since": found["moment"]}
    told = staff.get(f"/staff/tickets/changes?{asked}&{urlencode(fields)}").json()
    assert [each["properties"]["number"] for each in told["tickets"]] == expected


@pytest.mark.parametrize(
    "asked",
    [
        "received_from=2026-02-30",
        "received_until=9999-12-31",
        "followers=0",
        "followers=x",
        "photo=1",
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(staff: Browser, asked: str) -> None:
    assert staff.get(f"/staff/tickets.geojson?{asked}").status_code == 422

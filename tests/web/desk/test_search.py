"""The desk's one field: what it finds is the same on the list, on the map, and in what is told."""

from urllib.parse import quote, urlencode

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

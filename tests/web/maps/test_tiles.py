"""Tickets in tiles, read by a decoder that is not ours: who sees what, where, and as of when."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from examples import LONG
from sqlalchemy import text
from starlette.testclient import TestClient
from tile_reading import around, layers_of, tickets_in, tile_of
from web_scene import ON_CITY_ROAD, PAGE, STATION, Browser, filed

from geo.tiles import Tile
from reports.actions.move import move
from reports.city.clock import today
from reports.people.permissions import Actor, Role
from reports.tickets import cells
from reports.tickets.lock import changed, locked
from reports.tickets.status import Status
from store.database import transaction

STAFF = Actor(Role.STAFF)
EDGE_OF_ALL = (
    (-180, 20), (180, 20), (180, 85.06), (-180, -89.5), (12, 90), (12, -90), (0, 1e-9), (1e-9, 0),
)  # fmt: skip
"""Places at which a tile's arithmetic goes wrong if it can."""


def many(places: Iterable[tuple[float, float]], **facts: Any) -> dict[str, tuple[float, float]]:
    """Tickets at these places, without their reports: number to place."""
    row = {"category": "pothole", "status": "received", "department": "road"} | facts
    with transaction() as db:
        first = db.scalar(text("SELECT count(*) FROM tickets")) or 0
        rows = [
            row | {"number": f"{first + turn:09}", "lon": lon, "lat": lat}
            for turn, (lon, lat) in enumerate(places)
        ]
        db.execute(
            text(
                "INSERT INTO tickets (number, category, status, place, department_id)"
                " SELECT :number, :category, :status,"
                " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326),"
                " (SELECT id FROM departments WHERE key = :department)"
            ),
            rows,
        )
    return {row["number"]: (row["lon"], row["lat"]) for row in rows}


def on_edges(z: int) -> Iterator[tuple[float, float]]:
    """The corners of the tiles around the sample city, as exact as numbers can say them."""
    middle = tile_of(139.51, 35.70, z)
    for x in range(middle.x - 1, middle.x + 3):
        for y in range(middle.y - 1, middle.y + 3):
            west, _, _, north = Tile(z, x, y).window()
            yield west, north


@pytest.mark.long
def test_every_open_ticket_is_in_exactly_one_tile_of_every_zoom(staff: Browser) -> None:
    dice = random.Random(4)
    several = 250 if LONG else 30
    spread = [(dice.uniform(139.48, 139.54), dice.uniform(35.68, 35.72)) for _ in range(several)]
    stack = [(139.5124, 35.7031)] * 40
    finer = on_edges(17) if LONG else ()
    made = many([*spread, *stack, *on_edges(14), *finer, *EDGE_OF_ALL])
    many(spread[:20], status="fixed")
    for z in (0, 1, 5, 11, 13, 14, 15) if LONG else (0, 14, 15):
        seen: Counter[str] = Counter()
        counted = 0
        for tile in around(tile_of(*place, z) for place in made.values()):
            numbers, more = tickets_in(staff, tile)
            seen.update(numbers)
            counted += more
        assert max(seen.values()) == 1
        assert seen.keys() <= made.keys()
        assert seen.total() + counted == len(made), f"zoom {z}"
        assert (counted == 0) is (z >= 15), f"zoom {z}"


def test_a_ticket_lies_where_the_map_would_draw_it(staff: Browser) -> None:
    one = filed()
    for z in (0, 7, 14, 19, 22):
        tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, z)
        (feature,) = layers_of(staff, f"/map/tickets/{z}/{tile.x}/{tile.y}.mvt")["tickets"]
        west, south, east, north = tile.window()
        across, down = feature["geometry"]["coordinates"]
        assert west + (east - west) * across / 4096 <= ON_CITY_ROAD.lon
        assert abs(west + (east - west) * across / 4096 - ON_CITY_ROAD.lon) < (east - west) / 4000
        if z > 7:
            assert abs(north - (north - south) * down / 4096 - ON_CITY_ROAD.lat) < (
                (north - south) / 2000
            )
        assert feature["properties"]["number"] == one.number


def test_far_away_three_together_are_a_cluster_with_the_worst_of_them(staff: Browser) -> None:
    many([(139.5124, 35.7031), (139.5125, 35.7032), (139.5126, 35.7030)])
    lone = next(iter(many([(139.4801, 35.6801)])))
    with transaction() as db:
        day = today()
        db.execute(
            text("UPDATE tickets SET deadline = :day WHERE number = '000000001'"),
            {"day": day - timedelta(days=1)},
        )
    tile = tile_of(139.5125, 35.7031, 12)
    layers = layers_of(staff, f"/map/tickets/12/{tile.x}/{tile.y}.mvt")
    (cluster,) = layers["clusters"]
    told = cluster["properties"]
    assert (told["count"], told["worst"]) == (3, "overdue")
    assert 0 <= 139.5124 - told["west"] < 1e-5
    assert 0 <= told["east"] - 139.5126 < 1e-5
    assert 0 <= 35.7030 - told["south"] < 1e-5
    assert 0 <= told["north"] - 35.7032 < 1e-5
    alone = [feature["properties"]["number"] for feature in layers.get("tickets", ())]
    assert alone == [lone] * (tile_of(139.4801, 35.6801, 12) == tile)


def test_a_tile_too_full_for_pins_sends_counts_at_every_zoom(staff: Browser) -> None:
    many([(139.5124 + turn * 1e-7, 35.7031) for turn in range(2001)])
    tile = tile_of(139.5125, 35.7031, 16)
    numbers, counted = tickets_in(staff, tile)
    assert (len(numbers), counted) == (0, 2001)


def test_marks_say_what_is_due_until_the_clock_stands_still(staff: Browser) -> None:
    day = today()
    marks = {
        "due": ("deadline = :day", day),
        "overdue": ("deadline = :day", day - timedelta(days=1)),
        "long_overdue": ("deadline = '2020-01-06', long_overdue_on = :day", day),
        "nobody": ("deadline = :day, department_id = NULL", day),
        "urgent": ("deadline = :day, urgent = true", day - timedelta(days=9)),
        "plain": ("deadline = :day, paused_at = now()", day - timedelta(days=9)),
    }
    numbers = list(many([(139.503 + turn / 10000, 35.70) for turn in range(len(marks))]))
    with transaction() as db:
        for number, (change, when) in zip(numbers, marks.values(), strict=True):
            statement = text(f"UPDATE tickets SET {change} WHERE number = :number")
            db.execute(statement, {"number": number, "day": when})
    tile = tile_of(139.503, 35.70, 15)
    layers = layers_of(staff, f"/map/tickets/15/{tile.x}/{tile.y}.mvt")
    told = [feature["properties"] for feature in layers["tickets"]]
    assert [one["mark"] for one in told] == [*reversed(cells.RANKS)]
    assert {one["number"]: one["mark"] for one in told} == dict(zip(numbers, marks, strict=True))


def test_a_crew_gets_its_own_departments_tickets_whatever_it_asks_for(
    come_in: Callable[[str], Browser],
) -> None:
    crew = come_in("roads")
    ours = many([(139.51 + turn / 1e5, 35.70) for turn in range(5)])
    many([(139.51 + turn / 1e5, 35.70) for turn in range(7)], department="trees")
    many([(139.51, 35.70)], department=None)
    for query in ("", "?department=trees", "?department=unassigned", "?status=all&category="):
        numbers, counted = tickets_in(crew, tile_of(139.51, 35.70, 16), query)
        assert sorted(numbers) == sorted(ours)
        assert counted == 0
        numbers, counted = tickets_in(crew, tile_of(139.51, 35.70, 10), query)
        assert (numbers, counted) == ([], 5)
    assert tickets_in(come_in("sato"), tile_of(139.51, 35.70, 10)) == ([], 13)


def test_filters_of_the_desk_hold_on_its_map(staff: Browser) -> None:
    road, tree = filed(), filed("tree")
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
    assert tickets_in(staff, tile, "?category=tree") == ([tree.number], 0)
    assert tickets_in(staff, tile, "?department=road") == ([road.number], 0)
    assert tickets_in(staff, tile, "?status=closed") == ([], 0)
    assert staff.get("/map/tickets/16/1/1.mvt?category=%00").status_code == 422


def test_what_was_moved_or_closed_a_second_ago_is_so_on_the_next_tile(staff: Browser) -> None:
    one, other = filed(), filed("sign", STATION)
    here, there = (tile_of(place.lon, place.lat, 16) for place in (ON_CITY_ROAD, STATION))
    assert tickets_in(staff, here) == ([one.number], 0)
    before = staff.get(f"/map/tickets/16/{there.x}/{there.y}.mvt").headers["etag"]
    with transaction() as db:
        ticket = locked(db, one.id)
        ticket.place = STATION.wkt  # type: ignore[assignment]
        changed(db, ticket)
    path = f"/map/tickets/16/{there.x}/{there.y}.mvt"
    assert staff.get(path, **{"if-none-match": before}).status_code == 200
    assert tickets_in(staff, here) == ([], 0)
    assert sorted(tickets_in(staff, there)[0]) == sorted([one.number, other.number])
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF)
    assert tickets_in(staff, there) == ([other.number], 0)
    assert tickets_in(staff, there, "?status=closed") == ([one.number], 0)


def test_the_tag_stays_while_no_ticket_has_changed(staff: Browser) -> None:
    one = filed()
    path = "/map/tickets/3/7/3.mvt"
    tag = staff.get(path).headers["etag"]
    with transaction() as db:
        db.execute(text("INSERT INTO residents (line_user_id) VALUES ('Usomebody')"))
    again = staff.get(path, **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "private, no-cache"
    assert staff.get(f"{path}?status=closed").headers["etag"] != tag
    with transaction() as db:
        move(db, one.id, Status.SCHEDULED, STAFF)
    assert staff.get(path, **{"if-none-match": tag}).status_code == 200


def test_a_change_overtaken_by_a_later_one_changes_the_tag_open_or_closed(staff: Browser) -> None:
    path, closed, opened, late = "/map/tickets/3/7/3.mvt?status=all", filed(), filed(), filed()
    with transaction() as db:
        move(db, closed.id, Status.FIXED, STAFF)
    for one, to in ((closed, Status.SCHEDULED), (opened, Status.IN_PROGRESS)):
        with transaction() as slow:
            changed(slow, locked(slow, one.id))
            with transaction() as quick:
                move(quick, late.id, to, STAFF)
            tag = staff.get(path).headers["etag"]
        assert staff.get(path, **{"if-none-match": tag}).status_code != 304


def test_addresses_of_no_tile_are_refused_with_the_reason(staff: Browser, crew: Browser) -> None:
    for layer in ("tickets", "city"):
        for numbers in ("23/0/0", "-1/0/0", "3/8/0", "3/0/8", "3/-1/0", f"{10**30}/0/0"):
            answer = staff.client.get(f"/map/{layer}/{numbers}.mvt")
            assert answer.status_code == 404
            assert "区画" in answer.json()["detail"]
        assert staff.client.get(f"/map/{layer}/a/0/0.mvt").status_code == 422
        assert staff.get(f"/map/{layer}/3/8/0.mvt").status_code == 404
        assert crew.get(f"/map/{layer}/3/0/0.mvt").status_code == 204


def test_nobody_signed_in_gets_no_tile(stranger: TestClient) -> None:
    for path in ("/map/tickets/3/7/3.mvt", "/map/city/3/7/3.mvt", "/map/city/99/0/0.mvt"):
        assert stranger.get(path).status_code == 401
        assert stranger.get(path, headers=PAGE, follow_redirects=False).status_code == 303

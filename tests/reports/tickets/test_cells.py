"""Cells of the map: at every moment the count that the tickets give, whoever writes meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random
from threading import Event
from typing import Any

import mapbox_vector_tile
import pytest
from examples import examples
from sqlalchemy import text
from sqlalchemy.orm import Session
from tile_reading import tile_of
from townsfolk import rows, value

from geo.tiles import Tile
from reports.city import clock
from reports.tickets import cells, clusters, tiles
from reports.tickets.counts import counts
from reports.tickets.marks import Mark
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")

TODAY = date(2026, 11, 30)
CLOSED = tuple(status for status in Status if status not in OPEN)
FILTERS = {
    "open": TicketFilter(),
    "of a department": TicketFilter(department="road"),
    "nobody's": TicketFilter(department=""),
    "in two statuses": TicketFilter((Status.RECEIVED, Status.FIXED)),
    "closed": TicketFilter(CLOSED),
    "all": TicketFilter(None),
    "withdrawn": TicketFilter((Status.DECLINED,), withdrawn=True),
    "declined": TicketFilter((Status.DECLINED,), withdrawn=False),
    "of a category": TicketFilter(category="tree"),
    **{f"{mark}": TicketFilter(due=mark) for mark in Mark},
    "overdue of a department": TicketFilter(due=Mark.OVERDUE, department="road"),
    "nobody's of a category": TicketFilter(None, department="", category="pothole"),
}
EDGES = ((-180, 20), (180, 85.06), (12, -90), (139.482421875, 35.7))
"""Where the world ends, and where two tiles meet."""


def spread(chance: Random) -> tuple[float, float]:
    """Some places stand alone, most are close to others."""
    wide = chance.choice((0.001, 0.02, 0.3))
    return 139.51 + chance.uniform(-wide, wide), 35.70 + chance.uniform(-wide, wide)


def facts(chance: Random) -> dict[str, Any]:
    status = chance.choice(list(Status))
    lon, lat = chance.choice(EDGES) if chance.random() < 0.02 else spread(chance)
    return {
        "status": status,
        "lon": lon,
        "lat": lat,
        "withdrawn": status is Status.DECLINED and chance.random() < 0.5,
        "department": chance.choice(["road", "trees", None]),
        "category": chance.choice(["pothole", "tree"]),
        "urgent": chance.random() < 0.1,
        "paused": chance.choice([None, None, "2026-01-01"]),
        "deadline": chance.choice([None, *(TODAY + timedelta(days) for days in range(-2, 3))]),
        "long": chance.choice([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]),
    }


def add(db: Session, chance: Random, number: str) -> None:
    sql.run(db, _ADD, number=number, **facts(chance))


_SET = """
    status = %(status)s, place = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326),
    is_withdrawn = %(withdrawn)s, category = %(category)s, urgent = %(urgent)s,
    department_id = (SELECT id FROM departments WHERE key = %(department)s),
    paused_at = %(paused)s::timestamptz, deadline = %(deadline)s, long_overdue_on = %(long)s
"""
_ADD = """
    INSERT INTO tickets (number, status, place, is_withdrawn, category, urgent, department_id,
                         paused_at, deadline, long_overdue_on)
    VALUES (%(number)s, %(status)s, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326),
            %(withdrawn)s, %(category)s, %(urgent)s,
            (SELECT id FROM departments WHERE key = %(department)s), %(paused)s::timestamptz,
            %(deadline)s, %(long)s)
"""


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def hundreds(database_url: str) -> None:
    """Some hundred tickets that are added up, and some after them that are not yet."""
    chance = Random(7)
    with transaction() as db:
        for n in range(300):
            add(db, chance, f"{n:09}")
    cells.add_up()
    with transaction() as db:
        for n in range(300, 340):
            add(db, chance, f"{n:09}")
        for n in range(0, 300, 7):
            sql.run(
                db, f"UPDATE tickets SET {_SET} WHERE number = %(number)s",
                number=f"{n:09}", **facts(chance),
            )  # fmt: skip
        db.execute(text("DELETE FROM tickets WHERE number < '000000005'"))


def differences() -> list[dict[str, Any]] | None:
    with transaction() as db:
        return cells.differences(db)


def drawn(tile: Tile, wanted: TicketFilter, day: date = TODAY) -> Any:
    with transaction() as db:
        return layers(tiles.ticket_tile(db, tile, wanted, day))


def layers(body: bytes) -> Any:
    return mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})


@contextmanager
def only_counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(clusters, "_kept", lambda wanted, today: None)
        yield


def without_edges(layers: Any) -> Any:
    """All that a tile says, but between which degrees a cluster lies."""
    for feature in layers.get("clusters", {"features": ()})["features"]:
        for edge in ("west", "south", "east", "north"):
            del feature["properties"][edge]
    return {name: sorted(map(repr, layer["features"])) for name, layer in layers.items()}


def edges(layers: Any) -> dict[Any, tuple[float, ...]]:
    return {
        str(each["geometry"]["coordinates"]): tuple(
            each["properties"][edge] for edge in ("west", "south", "east", "north")
        )
        for each in layers.get("clusters", {"features": ()})["features"]
    }


@pytest.mark.usefixtures("hundreds")
@pytest.mark.parametrize("name", FILTERS)
def test_a_tile_of_kept_cells_says_what_counting_says(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = FILTERS[name]
    asked = {
        Tile(z, x, y)
        for z in range(15)
        for lon, lat in ((139.51, 35.70), *EDGES)
        for x, y in [(tile_of(lon, lat, z).x, tile_of(lon, lat, z).y)]
    }
    looked = 0
    for tile in sorted(asked, key=lambda tile: (tile.z, tile.x, tile.y)):
        kept = drawn(tile, wanted)
        with only_counting(monkeypatch):
            counted = drawn(tile, wanted)
        for at, (west, south, east, north) in edges(counted).items():
            w, s, e, n = edges(kept)[at]
            assert (w, s) <= (west, south)
            assert s <= south
            assert e >= east
            assert n >= north
        assert without_edges(kept) == without_edges(counted), tile
        looked += bool(counted)
    assert looked > 10


@pytest.mark.usefixtures("hundreds")
def test_what_cells_do_not_tell_apart_is_counted() -> None:
    tile = tile_of(139.51, 35.70, 9)
    one = TicketFilter(None, number="000000123")
    assert clusters._kept(one, TODAY) is None
    assert clusters._kept(TicketFilter(due=Mark.DUE, due_on=TODAY + timedelta(1)), TODAY) is None
    (only,) = drawn(tile, one)["clusters"]["features"]
    assert only["properties"]["count"] == 1


@pytest.mark.usefixtures("hundreds")
def test_at_midnight_marks_are_of_the_new_day_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """First counted, since the sums are of yesterday; then summed anew."""
    tomorrow = TODAY + timedelta(1)
    tile = tile_of(139.51, 35.70, 10)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    told = {}
    for name in ("open", "of a department", "due", "overdue"):
        told[name] = without_edges(drawn(tile, FILTERS[name], tomorrow))
    for _ in range(2):
        cells.add_up()
        assert value("SELECT day FROM ticket_cell_days") == tomorrow
        assert value("SELECT count(*) FROM ticket_cell_changes") == 0
        assert differences() == []
        for name, was in told.items():
            assert without_edges(drawn(tile, FILTERS[name], tomorrow)) == was
    assert value("SELECT count(*) FROM ticket_cells WHERE many = 0") == 0


@pytest.mark.usefixtures("hundreds")
def test_only_what_a_cell_tells_apart_is_noted() -> None:
    cells.add_up()
    rows("UPDATE tickets SET place_name = '本町', follower_count = 3, updated_at = now()")
    assert value("SELECT count(*) FROM ticket_cell_changes") == 0
    rows("UPDATE tickets SET urgent = NOT urgent WHERE number = '000000123'")
    assert rows("SELECT sum(many), count(*) FROM ticket_cell_changes") == [(0, 2)]


@pytest.mark.usefixtures("hundreds")
def test_what_is_not_added_up_yet_is_counted_among_what_waits() -> None:
    with transaction() as db:
        assert counts(db)["cell_changes"] > 40
    cells.add_up()
    with transaction() as db:
        assert counts(db)["cell_changes"] == 0


@pytest.mark.usefixtures("hundreds")
def test_a_wrong_count_is_found_and_counted_anew() -> None:
    assert differences() == []
    rows("UPDATE ticket_cells SET many = many + 1 WHERE zoom = 12 AND level = 'open' AND cell < 40")
    rows("DELETE FROM ticket_cell_changes WHERE ctid IN"
         " (SELECT ctid FROM ticket_cell_changes LIMIT 1)")  # fmt: skip
    found = differences()
    assert {each["zoom"] for each in found} == {10, 11, 12, 13, 14}
    assert all(each["kept"] != each["found"] for each in found)
    cells.count_anew()
    assert differences() == []


def test_without_any_sums_tickets_are_counted() -> None:
    with transaction() as db:
        add(db, Random(1), "000000001")
    rows(
        "UPDATE tickets SET status = 'received',"
        " place = ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326)"
    )
    assert differences() is None
    (one,) = drawn(tile_of(139.5, 35.7, 3), TicketFilter())["tickets"]["features"]
    assert one["properties"]["number"] == "000000001"


def test_counts_are_exact_at_every_moment_while_many_write_and_several_add_up() -> None:
    """Three hands write, and take some of it back; two clocks add up; somebody looks."""
    done, looked = Event(), list[int]()

    def writes(seed: int) -> None:
        chance = Random(seed)
        for n in count():
            if n >= examples(60) and (len(looked) > 3 or looking.done()):
                return
            with transaction() as db:
                held = ""
                for turn in range(chance.randint(1, 4)):
                    if chance.random() < 0.4:
                        add(db, chance, f"{seed}-{n}-{turn}")
                    else:
                        numbers = sorted(db.scalars(text("SELECT number FROM tickets")))[:50]
                        later = [number for number in numbers if number > held]  # or two hands wait
                        number = chance.choice([*later, "none"])
                        held = number if later and number != "none" else held
                        sql.run(
                            db, f"UPDATE tickets SET {_SET} WHERE number = %(number)s",
                            number=number, **facts(chance),
                        )  # fmt: skip
                    if chance.random() < 0.1:
                        db.rollback()
                        break

    def adds_up() -> None:
        while not done.wait(0.01):
            cells.add_up()

    def looks() -> None:
        while not done.is_set():
            assert differences() == []
            looked.append(1)

    cells.add_up()
    with ThreadPoolExecutor(6) as pool:
        clocks = [pool.submit(adds_up) for _ in range(2)]
        looking = pool.submit(looks)
        hands = [pool.submit(writes, seed) for seed in range(3)]
        try:
            for hand in hands:
                hand.result()
        finally:
            done.set()
        for each in clocks:
            each.result()
        looking.result()
    assert len(looked) > 3
    assert differences() == []
    cells.add_up()
    assert differences() == []
    assert value("SELECT count(*) FROM ticket_cell_changes") == 0


OTHERS = """
    SELECT indexname FROM pg_indexes
    WHERE tablename = 'tickets' AND starts_with(indexname, 'ix_')
      AND indexname <> 'ix_tickets_open_place'
"""


@pytest.mark.usefixtures("hundreds")
@pytest.mark.parametrize("z", [8, 10, 12, 14])
def test_cells_are_read_by_their_index_and_no_ticket_is(z: int) -> None:
    """But single ones, by their place."""
    with transaction() as db:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        looking = db.begin_nested()
        for other in db.scalars(text(OTHERS)).all():
            db.execute(text(f"DROP INDEX {other}"))  # as good where hardly a ticket is
        plan = _plan(db, tile_of(139.51, 35.70, z), replace(TicketFilter(), department="road"))
        looking.rollback()
    (read,) = [node for node in plan if node.get("Relation Name") == "ticket_cells"]
    assert read["Index Name"] == "pk_ticket_cells"
    assert "level" in read["Index Cond"]
    singles = [node for node in plan if node.get("Relation Name") == "tickets"]
    assert {node.get("Index Name") for node in singles} <= {"ix_tickets_open_place", None}


def _plan(db: Session, tile: Tile, wanted: TicketFilter) -> list[dict[str, Any]]:
    cells_read = clusters._kept(wanted, TODAY)
    assert cells_read is not None
    statement, values = clusters.statement_of(tile, wanted, TODAY, cells_read)
    ((plans,),) = sql.run(db, f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", **values).fetchall()
    found, waiting = [], [plans[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.get("Plans", ())
    return found

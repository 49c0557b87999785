"""One tile of a map against the same things as GeoJSON, and tipg's: time, and bytes sent.

    python -m bench.tiles [rounds]

5,000 open tickets and 100,000 roads lie over a city of 20 km by 20 km. tipg makes each ticket a
point at every zoom, as its collections have it. Ends with an error when a ratio is above its limit.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from sqlalchemy import text

from bench.ground import ground
from bench.rounds import interleave, report
from bench.tipg_tiles import tipg_tiles
from geo.city_tiles import city_tile
from geo.tiles import Tile
from reports.city import profile
from reports.city.clock import today
from reports.tickets import cells, news, queries, tiles
from reports.tickets.news import Moment
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.kit.tickets import feature, shown

WARM_UP: Final = 6
"""Rounds: the statements of a connection are prepared after five."""
TIMES: Final = 10
"""In one turn beside tipg: whatever else the machine does makes two of one millisecond."""
TICKETS, ROADS = 5_000, 100_000
TILES: Final = {
    z: Tile(z, x, y)
    for z, x, y in ((11, 1817, 806), (12, 3635, 1612), (14, 14541, 6451), (15, 29082, 12902))
}
LIMITS: Final = {"zoom 12: clusters": 0.1, "zoom 15: points": 0.1, "no change": 0.05}
OF_TIPG: Final = {12: 0.7, 15: 1.2}
CITY_LIMITS: Final = {"zoom 11: main roads": 0.2, "zoom 12: small ones": 0.4, "zoom 14": 0.1}


def tickets_as_geojson() -> bytes:
    """What the desk's list gets, and its map would."""
    with transaction() as db:
        categories, day = profile.categories(db), today()
        lines = queries.tickets(db, TicketFilter(), limit=TICKETS)
        features = [feature(shown(line, categories, day)) for line in lines]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def tickets_as_tile(tile: Tile) -> bytes:
    with transaction() as db:
        return tiles.ticket_tile(db, tile, TicketFilter(), today())


def nothing_new(moment: Moment) -> bytes:
    """All that a 304 costs."""
    with transaction() as db:
        return news.look(db, moment).now.encode()


def roads_as_geojson() -> bytes:
    with transaction() as db:
        return bytes(db.execute(_ALL_ROADS).scalar_one(), "utf-8")


def city_as_tile(tile: Tile) -> bytes:
    with transaction() as db:
        return city_tile(db, tile)


def main(rounds: int = 9) -> int:
    with ground(durable=False):
        with transaction() as db:
            db.execute(_MAKE_TICKETS, {"many": TICKETS})
            db.execute(_MAKE_ROADS, {"many": ROADS})
        cells.count_anew()  # as the clock adds them up
        with transaction() as db:
            db.execute(text("ANALYZE"))
        with transaction() as db:
            moment = news.look(db, None).now
        kept = [
            *_beside_tipg(rounds),
            *_compare(
                f"{TICKETS:,} tickets",
                {
                    "GeoJSON": tickets_as_geojson,
                    "zoom 12: clusters": partial(tickets_as_tile, TILES[12]),
                    "zoom 12 again (A/A)": partial(tickets_as_tile, TILES[12]),
                    "zoom 15: points": partial(tickets_as_tile, TILES[15]),
                    "no change": partial(nothing_new, moment),
                },
                LIMITS,
                rounds,
            ),
            *_compare(
                f"{ROADS:,} roads",
                {
                    "GeoJSON": roads_as_geojson,
                    "zoom 11: main roads": partial(city_as_tile, TILES[11]),
                    "zoom 12: small ones": partial(city_as_tile, TILES[12]),
                    "zoom 14": partial(city_as_tile, TILES[14]),
                    "zoom 14 again (A/A)": partial(city_as_tile, TILES[14]),
                },
                CITY_LIMITS,
                rounds,
            ),
        ]
    return 0 if all(kept) else 1


def _beside_tipg(rounds: int) -> Iterator[bool]:
    with tipg_tiles() as theirs:
        for z, limit in OF_TIPG.items():
            ways = {
                "tipg": partial(theirs, TILES[z]),
                "michi": partial(tickets_as_tile, TILES[z]),
                "michi again (A/A)": partial(tickets_as_tile, TILES[z]),
            }
            title = f"{TICKETS:,} tickets, zoom {z}, beside tipg"
            limits = {"michi": limit}
            yield from _compare(title, ways, limits, rounds, baseline="tipg", times=TIMES)


def _compare(
    title: str,
    ways: Mapping[str, Callable[[], bytes]],
    limits: dict[str, float],
    rounds: int,
    *,
    baseline: str = "GeoJSON",
    times: int = 1,
) -> tuple[bool, bool]:
    """Whether the limits hold for time, the quickest of so many in each turn, and for bytes."""
    measures = {name: partial(_seconds, way, times) for name, way in ways.items()}
    interleave(measures, WARM_UP)
    clock = interleave(measures, rounds)
    size = interleave({name: partial(_bytes, way) for name, way in ways.items()}, 1)
    return (
        report(f"{title}: time", clock, baseline, limits),
        report(f"{title}: sent", size, baseline, limits, unit="kB", scale=1e-3),
    )


def _seconds(work: Callable[[], bytes], times: int) -> float:
    return min(_once(work) for _ in range(times))


def _once(work: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bytes(work: Callable[[], bytes]) -> float:
    return float(len(work()))


_MAKE_TICKETS: Final = text("""
    INSERT INTO tickets (number, category, status, place, department_id, deadline, urgent)
    SELECT lpad(n::text, 9, '0'), 'pothole', 'received',
           ST_SetSRID(ST_MakePoint(139.4 + random() * 0.22, 35.6 + random() * 0.18), 4326),
           (SELECT id FROM departments WHERE key = 'road'), current_date + (n % 30) - 5, n % 50 = 0
    FROM generate_series(1, :many) AS n
""")
_MAKE_ROADS: Final = text("""
    WITH starts AS (
        SELECT n, 139.4 + random() * 0.22 AS lon, 35.6 + random() * 0.18 AS lat, random() AS turn
        FROM generate_series(1, :many) AS n
    )
    INSERT INTO roads (ref, name, name_en, owner, road_class, line, layer_id)
    SELECT n::text, '市道' || n, '', CASE WHEN n % 50 = 0 THEN 'prefecture' ELSE 'city' END, '',
           ST_Multi(ST_SetSRID(ST_MakeLine(ARRAY[
               ST_MakePoint(lon, lat),
               ST_MakePoint(lon + 0.0005 * cos(turn * 6.28), lat + 0.0005 * sin(turn * 6.28)),
               ST_MakePoint(lon + 0.001 * cos(turn * 6.3), lat + 0.001 * sin(turn * 6.3))
           ]), 4326)), (SELECT id FROM layers WHERE kind = 'road' AND state = 'live')
    FROM starts
""")
_ALL_ROADS: Final = text("""
    SELECT json_agg(json_build_object('type', 'Feature', 'geometry', ST_AsGeoJSON(line, 6)::json,
        'properties', json_build_object('name', name, 'ref', ref, 'owner', owner)))::text
    FROM roads
""")

if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))

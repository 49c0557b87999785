"""What reading costs as a city grows: each of the project's own reads against `select 1`.

    python -m bench.growth [rounds] [open] [closed]

On the same connection, in turns, medians. Tickets lie over 6 km by 4 km; every one has a report, a
photo and a follower. Ends with an error when a ratio is above its limit.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from math import asinh, pi, radians, tan
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.ground import ground
from bench.rounds import interleave, report
from geo.areas import areas_at
from geo.points import Point
from geo.tiles import Tile
from reports.city.clock import today
from reports.tickets import cells, lists, news, queries, search, tiles
from reports.tickets.duplicates import same_holes
from reports.tickets.wanted import TicketFilter
from store.database import engine, transaction

ROUNDS: Final = 30
HERE: Final = Point(139.5078, 35.7014)
LIMITS: Final = {
    "one ticket with all that belongs to it": 5.0,
    "crew's list, first 50": 3.0,
    "desk's list, first 100": 4.0,
    "is anything new?": 1.3,
    "search, a rare word": 5.0,
    "tile z16": 5.0,
    "tile z14": 15.0,
    "tile z13": 15.0,
    "tile z12": 5.0,
    "tile z10": 5.0,
}


def main(rounds: int = ROUNDS, open_ones: int = 5_000, closed: int = 0) -> int:
    with ground(durable=False):
        fill(open_ones, closed)
        with transaction() as db:
            measures: dict[str, Callable[[], float]] = {
                name: partial(_seconds, read) for name, read in _reads(db).items()
            }
            interleave(measures, 3)
            samples = interleave(measures, rounds)
    title = f"{open_ones:,} open, {closed:,} closed"
    return 0 if report(title, samples, "select 1", LIMITS) else 1


def _reads(db: Session) -> dict[str, Callable[[], object]]:
    number = db.scalar(text("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")) or ""
    moment, day = news.look(db, None).now, today()
    of_road, everything = TicketFilter(department="road"), TicketFilter()
    select_1 = partial(db.execute, text("SELECT 1"))
    return {
        "select 1": lambda: select_1().scalar(),
        "select 1 again (A/A)": lambda: select_1().scalar(),
        "duplicates within 30 m": partial(
            same_holes, db, category="pothole", place=HERE, radius_m=30.0
        ),
        "areas_at": partial(areas_at, db, HERE),
        "one ticket with all that belongs to it": partial(queries.ticket, db, number=number),
        "crew's list, first 50": partial(lists.page, db, of_road, lists.CREW, limit=50),
        "desk's list, first 100": partial(lists.page, db, everything, lists.ALL, limit=100),
        "desk's list of closed ones": partial(
            lists.page, db, TicketFilter(statuses=None), lists.NEWEST, limit=100
        ),
        "how many in the desk's list": partial(lists.count, db, everything, 5_000),
        "is anything new?": partial(news.look, db, moment),
        "search, a rare word": partial(search.search, db, "ぬけ穴"),
        **{
            f"tile z{z}": partial(tiles.ticket_tile, db, _tile(z), everything, day)
            for z in (16, 14, 13, 12, 10)
        },
        "tile z13 of a department": partial(tiles.ticket_tile, db, _tile(13), of_road, day),
        "tile z13 of all, closed ones too": partial(
            tiles.ticket_tile, db, _tile(13), TicketFilter(statuses=None), day
        ),
    }


def _tile(z: int) -> Tile:
    east, south = (HERE.lon + 180) / 360, radians(HERE.lat)
    return Tile(z, int(east * 2**z), int((1 - asinh(tan(south)) / pi) / 2 * 2**z))


def fill(open_ones: int, closed: int) -> None:
    with transaction() as db:
        db.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # rows in bulk, no triggers
        for statement in _FILL:
            db.execute(text(statement), {"open": open_ones, "all": open_ones + closed})
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    cells.count_anew()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


TICKETS: Final = """
    INSERT INTO tickets (number, category, status, place, place_name, owner, department_id, why,
                         deadline, urgent, follower_count, cover_id, received_at, routed_at,
                         closed_at)
    SELECT 'N' || n, (array['pothole', 'tree', 'sign', 'debris'])[1 + n % 4],
           CASE WHEN n <= :all - :open THEN 'fixed' ELSE
                (array['received', 'in_progress', 'scheduled', 'monitoring'])[1 + n % 4] END,
           ST_SetSRID(ST_MakePoint(139.475 + random() * 0.066, 35.684 + random() * 0.036), 4326),
           '小金井市本町' || n % 9, 'city', nullif(n % 6, 0),
           jsonb_build_object('reason', 'rule', 'rule', n % 7, 'road', jsonb_build_object(
               'id', n, 'name', '市道' || n, 'ref', '', 'owner', 'city', 'metres', 3.5)),
           current_date + (n % 30) - 5, n % 50 = 0, 1, n,
           now() - (:all - n) * interval '10 seconds', now(),
           CASE WHEN n <= :all - :open THEN now() END
    FROM generate_series(1, :all) n
    """
"""`all` of them, of which the last so many are `open`."""
_FILL: Final = (
    "INSERT INTO residents (line_user_id) SELECT 'U' || n FROM generate_series(1, 1000) n",
    TICKETS,
    """
    INSERT INTO reports (id, ticket_id, resident_id, draft_key, category, place, place_source)
    SELECT row_number() OVER (ORDER BY id), id, 1 + id % 1000, 'd' || id, category, place, 'line'
    FROM tickets
    """,
    """
    INSERT INTO photos (id, state, resident_id, report_id, original, large, small, width, height)
    SELECT id, 'stored', resident_id, id, 'o' || id, 'l' || id, 's' || id, 4000, 3000 FROM reports
    """,
    "INSERT INTO followers (ticket_id, resident_id) SELECT ticket_id, resident_id FROM reports",
    "INSERT INTO remarks (report_id, words) SELECT id, '段差があります' FROM reports",
    """
    INSERT INTO history (ticket_id, actor, what, to_status)
    SELECT id, 'resident', 'filed', 'received' FROM tickets
    UNION ALL SELECT id, 'michi', 'routed', NULL FROM tickets
    """,
    """
    INSERT INTO ticket_texts (ticket_id, words)
    SELECT id, lower(number) || E'\\n' || place_name || E'\\n市道' || id || E'\\n'
               || CASE WHEN id = 4711 THEN 'ぬけ穴があります' ELSE '段差があります' END
    FROM tickets
    """,
    """
    SELECT setval(pg_get_serial_sequence(name, 'id'), :all)
    FROM unnest(array['reports', 'photos']) AS name
    """,
)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))

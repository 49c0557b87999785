"""What the numbers of a year take over a million tickets, against `select 1`.

    python -m bench.numbers [tickets] [rounds]

On a throw-away PostGIS: three years of tickets with their histories, of which each number is
counted by the clock's own duty (`workers.numbers.count`), so the rate of catching up is told as
well. The dashboard: the numbers of a year, of the year before, its weeks and its parts by kind, by
department and by district. Ends with an error when one of the first two, or all together without
towns, is above LIMIT times `select 1`.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.ground import ground
from bench.rounds import interleave, report
from reports.city.clock import today
from reports.stats import reading
from reports.stats.periods import Period, end_of_month, months_back
from store import sql
from store.database import engine, transaction
from workers.numbers import count

TICKETS: Final = 1_000_000
LIMIT: Final = 20.0
TURNS: Final = 20
"""Each sample is the mean of so many."""


def main(tickets: int = TICKETS, rounds: int = 5) -> int:
    with ground(durable=False):
        _fill(tickets)
        begun = time.monotonic()
        many = count()
        rate = many / (time.monotonic() - begun)
        print(f"counted: {many:,} tickets and days, {rate:,.0f} a second", flush=True)
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE facts, fact_sums, fact_months"))
        last = end_of_month(months_back(today(), 1))
        year = Period(months_back(last.replace(day=1), 11), last)
        dashboard = partial(_dashboard, year=year)
        ways: dict[str, Callable[[], float]] = {
            "select 1": partial(_taken, _nothing),
            "numbers of a year": partial(_taken, partial(reading.numbers, period=year)),
            "weeks of a year": partial(_taken, partial(reading.weeks, period=year)),
            "dashboard of a year": partial(_taken, dashboard),
            "by town": partial(_taken, partial(_by, year=year, dimension="town")),
            "two filters together (facts)": partial(_taken, partial(_filtered, year=year)),
            "the list behind a number": partial(
                _taken, partial(reading.behind, period=year, what="missed")
            ),
            "select 1 again (A/A)": partial(_taken, _nothing),
        }
        interleave(ways, 1)
        samples = interleave(ways, rounds)
    limits = {"numbers of a year": LIMIT, "weeks of a year": LIMIT, "dashboard of a year": LIMIT}
    return 0 if report("numbers of a year", samples, "select 1", limits) else 1


def _taken(ask: Callable[[Session], object]) -> float:
    with transaction() as db:
        ask(db)
        begun = time.perf_counter()
        for _ in range(TURNS):
            ask(db)
        return (time.perf_counter() - begun) / TURNS


def _nothing(db: Session) -> None:
    sql.run(db, "SELECT 1")


def _by(db: Session, year: Period, dimension: str) -> None:
    reading.by(db, year, reading.ALL, dimension)


def _filtered(db: Session, year: Period) -> None:
    reading.numbers(db, year, reading.Only(categories=("tree",), owners=("city",)))


def _dashboard(db: Session, year: Period) -> None:
    reading.numbers(db, year)
    reading.numbers(db, year.before())
    reading.weeks(db, year)
    for dimension in ("category", "department", "district"):
        _by(db, year, dimension)


def _fill(tickets: int) -> None:
    with transaction() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL:
            db.execute(text(statement), {"all": tickets})
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE tickets, reports, history"))


_FILL: Final = (
    """
    INSERT INTO tickets (id, number, category, status, place, owner, department_id, district,
                         deadline, received_at, closed_at)
    SELECT n, 'N' || n, (array['pothole', 'tree', 'sign', 'debris', 'drain'])[1 + n % 5],
           CASE WHEN n % 50 > 0 OR n < :all * 0.8 THEN 'fixed' ELSE 'received' END,
           ST_SetSRID(ST_MakePoint(139.475 + random() * 0.066, 35.684 + random() * 0.036), 4326),
           (array['city', 'city', 'prefecture'])[1 + n % 3], nullif(n % 6, 0), 'd' || n % 7,
           (received + n % 30 * interval '1 day')::date, received,
           CASE WHEN n % 50 > 0 OR n < :all * 0.8
                THEN least(received + n % 41 * interval '17 hours', now()) END
    FROM generate_series(1, :all) n
    CROSS JOIN LATERAL (SELECT now() - (:all - n) * interval '1095 days' / :all) AS r (received)
    """,
    """
    INSERT INTO reports (id, ticket_id, draft_key, category, place, place_source, channel)
    SELECT id, id, 'd' || id, category, place, 'line',
           (array['line', 'telephone', 'telephone', 'counter'])[1 + id % 4] FROM tickets
    """,
    """
    INSERT INTO history (ticket_id, at, actor, what, from_status, to_status)
    SELECT t.id, h.at, h.actor, h.what, h.before, h.after
    FROM tickets t CROSS JOIN LATERAL (VALUES
        (t.received_at, 'resident', 'filed', NULL, 'received'),
        (t.received_at + (t.closed_at - t.received_at) / 4, 'staff', 'moved', 'received',
         'inspecting'),
        (t.closed_at, 'crew', 'moved', 'inspecting', 'fixed')) AS h (at, actor, what, before, after)
    WHERE h.at IS NOT NULL
    """,
)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

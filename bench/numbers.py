"""What the numbers of a year take over a million tickets, against `select 1`.

    python -m bench.numbers [tickets] [rounds]

On a throw-away PostGIS: three years of tickets with their histories. COUNTED of them are counted by
the clock's own duty (the rate is told), the facts of the others are theirs once more; sums and
months are made by the duty. The dashboard: the numbers of a year, of the year before, its weeks,
and its parts by kind, by department and by district; as in a process that has read these closed
months before, and in one that has not. Ends with an error when the numbers, the weeks or the
dashboard is above LIMIT times `select 1`.
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
from reports.stats.following import follow
from reports.stats.periods import Period, end_of_month, months_back
from reports.stats.remembered import forget
from store import sql
from store.database import engine, transaction
from workers.numbers import count

TICKETS: Final = 1_000_000
COUNTED: Final = 10_000
"""So many of them by the clock's duty; the facts of the others are these once more."""
LIMIT: Final = 20.0
TURNS: Final = 20
"""Each sample is the mean of so many."""


def main(tickets: int = TICKETS, rounds: int = 5) -> int:
    with ground(durable=False):
        _fill(COUNTED)
        begun = time.monotonic()
        _followed()
        rate = COUNTED / (time.monotonic() - begun)
        print(f"counted: {COUNTED:,} tickets, {rate:,.0f} a second", flush=True)
        with transaction() as db:
            db.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in _MORE:
                db.execute(text(statement), {"times": tickets // COUNTED})
        begun = time.monotonic()
        count()
        print(f"added up in {time.monotonic() - begun:.0f} s", flush=True)
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
            "dashboard, nothing remembered": partial(_taken, partial(_anew, year=year)),
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


def _followed() -> None:
    gone = 1
    while gone:
        with transaction() as db:
            gone = follow(db)


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


def _anew(db: Session, year: Period) -> None:
    forget()
    _dashboard(db, year)


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
_MORE: Final = (
    """
    INSERT INTO facts (kind, day, key, ticket_id, number, category, department, district, town,
                       owner, channel, minutes, amount, good, since, deadline)
    SELECT kind, day, key, ticket_id + n * 10000000, number || '-' || n, category, department,
           district, town, owner, channel, minutes, amount, good, since, deadline
    FROM facts CROSS JOIN generate_series(1, :times - 1) AS n
    """,
    "INSERT INTO fact_stale (day) SELECT DISTINCT day FROM facts ON CONFLICT DO NOTHING",
)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

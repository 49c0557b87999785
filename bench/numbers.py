"""What the numbers of a year take over a million tickets, against `select 1`.

    python -m bench.numbers [tickets] [rounds]

On a throw-away PostGIS: three years of tickets with their histories. COUNTED of them are counted by
the clock's own duty (the rate is told), the facts of the others are theirs once more, of other
kinds, departments, districts, towns, owners and channels; sums and months are made by the duty. The
dashboard: the numbers of a period and of the one to compare with, its weeks, and its parts by kind,
department and district. Of the last twelve closed months: as in a process that has read them before
("remembered"), and in one that has not. Of the year up to today: as long as nothing has been
counted since, and after a change, when this month's sums and what stands open now are read anew.
Filtered by one, two and three dimensions as well. Ends with an error where a way is above its
limit.
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
from reports.stats.reading import ALL, Ask, Only
from reports.stats.remembered import forget
from store import sql
from store.database import engine, transaction
from workers.numbers import count

TICKETS: Final = 1_000_000
COUNTED: Final = 10_000
"""So many of them by the clock's duty; the facts of the others are these once more."""
TURNS: Final = 20
"""Each sample is the mean of so many."""
FILTERS: Final = {
    "one filter": Only(categories=("tree",)),
    "two filters": Only(categories=("tree",), owners=("city",)),
    "three filters": Only(categories=("tree",), owners=("city",), channels=("line",)),
}
LIMITS: Final = {
    "numbers of a year": 20.0,
    "weeks of a year": 20.0,
    "dashboard of a year": 20.0,
    "dashboard up to today": 20.0,
    "dashboard, one filter": 20.0,
    "dashboard up to today, one filter": 20.0,
    "dashboard, two filters": 20.0,
    "dashboard up to today, two filters": 20.0,
    "numbers, two filters, nothing remembered": 500.0,
}


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
            connection.execute(text("VACUUM ANALYZE facts, fact_sums, fact_months, fact_added"))
        ways = _ways()
        interleave(ways, 1)
        samples = interleave(ways, rounds)
    return 0 if report("numbers of a year", samples, "select 1", LIMITS) else 1


def _ways() -> dict[str, Callable[[], float]]:
    last = end_of_month(months_back(today(), 1))
    year = Period(months_back(last.replace(day=1), 11), last)
    so_far = Period(months_back(today().replace(day=1), 11), today())
    asked: dict[str, Callable[[Session], object]] = {
        "select 1": _nothing,
        "numbers of a year": partial(reading.numbers, period=year),
        "weeks of a year": partial(reading.weeks, period=year),
        "dashboard of a year": partial(_dashboard, period=year),
        "dashboard, nothing remembered": partial(_anew, period=year),
        "dashboard up to today": partial(_dashboard, period=so_far),
        "dashboard up to today, after a change": partial(_changed, period=so_far),
        "by town": partial(_by, period=year, dimension="town"),
        "by town, up to today": partial(_by, period=so_far, dimension="town"),
    }
    for name, only in FILTERS.items():
        asked[f"dashboard, {name}"] = partial(_dashboard, period=year, only=only)
        asked[f"dashboard up to today, {name}"] = partial(_dashboard, period=so_far, only=only)
        asked[f"numbers, {name}, nothing remembered"] = partial(_anew_of, period=year, only=only)
        asked[f"dashboard, {name}, nothing remembered"] = partial(_anew, period=year, only=only)
    asked["the list behind a number"] = partial(reading.behind, period=year, what="missed")
    asked["select 1 again (A/A)"] = _nothing
    return {name: partial(_taken, ask) for name, ask in asked.items()}


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


def _by(db: Session, period: Period, dimension: str) -> None:
    reading.together(db, [Ask(period, dimension=dimension)])


def _dashboard(db: Session, period: Period, only: Only = ALL) -> None:
    parts = [Ask(period, only, name) for name in ("category", "department", "district")]
    reading.together(db, [Ask(period, only), Ask(period.year_ago(), only), *parts])
    reading.weeks(db, period, only)


def _anew(db: Session, period: Period, only: Only = ALL) -> None:
    forget()
    _dashboard(db, period, only)


def _changed(db: Session, period: Period) -> None:
    sql.run(db, "UPDATE fact_state SET version = clock_timestamp()::text")
    _dashboard(db, period)


def _anew_of(db: Session, period: Period, only: Only) -> None:
    forget()
    reading.numbers(db, period, only)


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
_OTHERS: Final = {
    "category": 1, "department": 3, "district": 5, "town": 7, "owner": 11, "channel": 13,
}  # fmt: skip
"""By which step each ticket more gets the next of the values that there are."""
_MORE: Final = (
    f"""
    INSERT INTO facts (kind, day, key, ticket_id, number, {", ".join(_OTHERS)}, minutes, amount,
                       good, since, deadline)
    SELECT f.kind, f.day, f.key, f.ticket_id + n * 10000000, f.number || '-' || n, {
        ", ".join(
            f"v.{name}[1 + (f.ticket_id / 3 + n * {step}) % cardinality(v.{name})]"
            for name, step in _OTHERS.items()
        )
    }, f.minutes, f.amount, f.good, f.since, f.deadline
    FROM facts f CROSS JOIN generate_series(1, :times - 1) AS n
    CROSS JOIN (SELECT {", ".join(f"array_agg(DISTINCT {name}) AS {name}" for name in _OTHERS)}
                FROM facts) AS v
    """,
    "INSERT INTO fact_stale (day) SELECT DISTINCT day FROM facts ON CONFLICT DO NOTHING",
)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

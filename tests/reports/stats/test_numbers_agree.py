"""Whatever happens to a few tickets, numbers, parts of numbers, lists and a naive count agree."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from townsfolk import STAFF, rows, value
from web_scene import filed

from reports.actions.admit import CannotReroute
from reports.actions.follow import rate
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.city.clock import today, zone
from reports.stats import months, reading
from reports.stats.behind import COUNTED, STANDING
from reports.stats.following import follow
from reports.stats.kinds import DIMENSIONS, hours_of
from reports.stats.periods import Period, months_back, next_month
from reports.tickets import queries
from reports.tickets.status import MoveRefused, Status
from reports.tickets.wanted import TicketFilter
from store.database import transaction

WAYS = [to for to in Status if to is not Status.MERGED]
DEEDS = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 3), st.sampled_from(WAYS)),
    st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("kind"), st.integers(0, 3), st.sampled_from(["drain", "mirror"])),
    st.tuples(st.just("rate"), st.integers(0, 3), st.integers(1, 5)),
    st.tuples(st.just("age"), st.integers(0, 3), st.integers(1, 50)),
    st.tuples(st.just("count"), st.just(0), st.just(0)),
)
KINDS = ("pothole", "streetlight", "pothole", "drain")


def count(now: datetime | None = None) -> None:
    gone = 1
    while gone:
        with transaction() as db:
            gone = follow(db, now)


def do(deed: tuple[str, int, Any], ids: list[int]) -> None:
    """One deed, or none where it is refused."""
    what, one, other = deed
    try:
        with transaction() as db:
            if what == "move":
                move(db, ids[one], other, STAFF, note="説明")
            elif what == "merge":
                into = value("SELECT number FROM tickets WHERE id = :id", id=ids[other])
                merge(db, ids[one], into, STAFF)
            elif what == "kind":
                recategorise(db, ids[one], other, STAFF)
            elif what == "rate":
                who = value(
                    "SELECT min(resident_id) FROM reports WHERE ticket_id = :id", id=ids[one]
                )
                if who is not None:
                    rate(db, ids[one], who, other)
    except (MoveRefused, CannotReroute):
        return
    if what == "age":  # all that has happened to it happened so many days earlier
        rows("UPDATE history SET at = at - make_interval(days => :days) WHERE ticket_id = :id",
             days=other, id=ids[one])  # fmt: skip
        rows(
            "UPDATE tickets SET received_at = received_at - make_interval(days => :days),"
            " closed_at = closed_at - make_interval(days => :days),"
            " deadline = deadline - :days, long_overdue_on = long_overdue_on - :days,"
            " change = change + 0 WHERE id = :id",
            days=other, id=ids[one],
        )  # fmt: skip
    if what == "count":
        count()


def naive(period: Period) -> Counter[str]:
    """From tickets and their histories, line by line."""
    found: Counter[str] = Counter()
    for one in rows("SELECT * FROM tickets"):
        lines = rows("SELECT * FROM history WHERE ticket_id = :id ORDER BY id", id=one.id)
        found["received"] += within(one.received_at, period)
        is_open, merged = True, None
        for line in lines:
            found["rated"] += line.what == "rated" and within(line.at, period)
            if line.to_status is None:
                continue
            ends = line.to_status in ("fixed", "declined", "merged")
            if ends and is_open:
                if line.to_status == "merged":
                    merged = line.at
                    found["merged"] += within(line.at, period)
                else:
                    found["closed"] += within(line.at, period)
                    found["fixed"] += line.to_status == "fixed" and within(line.at, period)
            elif not ends and not is_open:
                if merged is not None and line.from_status == "merged":
                    is_same = local(merged).replace(day=1) == local(line.at).replace(day=1)
                    found["merged"] -= is_same and within(merged, period)
                else:
                    found["reopened"] += within(line.at, period)
            is_open = not ends
        found["looked"] += any(line.actor in ("staff", "crew") for line in lines) and within(
            next(line.at for line in lines if line.actor in ("staff", "crew")), period
        )
    return found


def local(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def within(moment: datetime, period: Period) -> bool:
    return period.first <= local(moment) <= period.last


def agree(period: Period) -> reading.Numbers:
    with transaction() as db:
        seen = reading.numbers(db, period)
        parts = {name: reading.by(db, period, reading.ALL, name) for name in DIMENSIONS}
        of_weeks = reading.weeks(db, period)
        behind = {
            what: len(reading.behind(db, period, what=what)) for what in (*COUNTED, *STANDING)
        }
        both = [
            reading.numbers(db, period, reading.Only(categories=(kind,), channels=("line",)))
            for kind in parts["category"]
        ]
    assert both == [*parts["category"].values()]
    for name, many in behind.items():
        if ":" in name:
            assert many == seen.open_by_age[int(name.partition(":")[2])]
            continue
        counted = getattr(seen, name)
        assert many == getattr(counted, "n", counted), name
        for values in parts.values():
            said = [getattr(each, name) for each in values.values()]
            assert sum(getattr(each, "n", each) for each in said) == many, name
    assert sum(week.received for week in of_weeks) == seen.received
    assert sum(week.closed for week in of_weeks) == seen.closed
    assert sum(seen.by_channel.values()) == seen.received
    expected = naive(period)
    for name in ("received", "closed", "merged", "reopened", "looked", "fixed", "rated"):
        counted = getattr(seen, name)
        assert getattr(counted, "n", counted) == expected[name], name
    return seen


def played(deeds: list[tuple[str, int, Any]]) -> None:
    ids = [filed(kind).id for kind in KINDS]
    for deed in deeds:
        do(deed, ids)
    count()
    year = Period(months_back(today(), 12), today())
    seen = agree(year)
    with transaction() as db:
        assert seen.open == len(queries.tickets(db, TicketFilter()))
    middle = Period(today() - timedelta(40), today() - timedelta(9))
    agree(middle)
    after = datetime.combine(next_month(today()), datetime.min.time(), UTC) + timedelta(hours=30)
    count(after)
    gone = 1
    while gone:
        with transaction() as db:
            gone = months.close(db, after)
    kept = rows("SELECT * FROM facts ORDER BY id")
    closed = [each for each in kept if each.day < next_month(today())]
    for one in range(4):
        do(("kind", one, "tree"), ids)
        do(("move", one, Status.DECLINED), ids)
        do(("age", one, 3), ids)
    count(after)
    assert rows("SELECT * FROM facts WHERE day < :day ORDER BY id",
                day=next_month(today())) == closed  # fmt: skip
    with transaction() as db:
        again = reading.numbers(db, year)
    counted = [name for name in COUNTED if name != "pushes"]
    assert [getattr(again, name) for name in counted] == [getattr(seen, name) for name in counted]


def clean() -> None:
    rows(
        "SET LOCAL session_replication_role = replica; DELETE FROM facts; DELETE FROM fact_months;"
        "DELETE FROM fact_sums; DELETE FROM fact_state; DELETE FROM fact_waiting;"
        "DELETE FROM history; DELETE FROM followers; DELETE FROM photos; DELETE FROM remarks;"
        "DELETE FROM reports; DELETE FROM tickets"
    )


def test_numbers_lists_and_a_naive_count_agree(database_url: str) -> None:
    played([
        ("move", 0, Status.FIXED), ("age", 0, 33), ("merge", 1, 2), ("age", 2, 12),
        ("move", 1, Status.REOPENED), ("count", 0, 0), ("kind", 2, "drain"), ("rate", 0, 4),
        ("move", 0, Status.REOPENED), ("move", 3, Status.MADE_SAFE), ("age", 3, 45),
        ("move", 0, Status.FIXED),
    ])  # fmt: skip


@pytest.mark.long
@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(deeds=st.lists(DEEDS, min_size=1, max_size=14))
def test_whatever_happens_they_agree(database_url: str, deeds: list[tuple[str, int, Any]]) -> None:
    clean()
    played(deeds)


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (59, 0), (2879, 47), (2880, 48),
                                                (4319, 48), (4320, 72)])  # fmt: skip
def test_two_days_are_hours_and_then_days(minutes: int, hours: int) -> None:
    assert hours_of(minutes) == hours

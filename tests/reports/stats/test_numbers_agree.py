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
from reports.stats.reading import Ask
from reports.stats.remembered import forget
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
ENDS = ("fixed", "declined", "merged")
KINDS = ("pothole", "streetlight", "pothole", "drain")


Dues = dict[tuple[int, int], tuple[date, bool]]
"""By ticket and how often it was reopened: on which day its deadline was kept, or not (False)."""


def count(now: datetime | None = None) -> None:
    gone = 1
    while gone:
        with transaction() as db:
            gone = follow(db, now)


def do(deed: tuple[str, int, Any], ids: list[int], dues: Dues) -> None:
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
        see_dues(dues)


def see_dues(dues: Dues) -> None:
    """What is so now of each ticket; of the times before it was reopened it stays as it was."""
    for one in rows("SELECT * FROM tickets"):
        ends, times = None, 0
        for line in rows("SELECT * FROM history WHERE ticket_id = :id ORDER BY id", id=one.id):
            if line.to_status in ENDS and ends is None:
                ends = local(line.at)
            elif line.to_status not in (*ENDS, None) and ends is not None:
                ends, times = None, times + (line.from_status != "merged")
        dues.pop((one.id, times), None)
        if one.deadline is None:
            continue
        if (ends or today()) > one.deadline:
            if ends or not one.paused_at:
                dues[one.id, times] = (one.deadline, False)
        elif ends and one.status != "merged":
            dues[one.id, times] = (ends, True)


def naive(period: Period, dues: Dues) -> tuple[Counter[str], dict[str, list[int]]]:
    """From tickets and their histories, line by line; and how many minutes each took."""
    found: Counter[str] = Counter()
    took: dict[str, list[int]] = {"looked": [], "made_safe": [], "fixed": []}
    for one in rows("SELECT * FROM tickets"):
        lines = rows("SELECT * FROM history WHERE ticket_id = :id ORDER BY id", id=one.id)
        found["received"] += within(one.received_at, period)
        is_open, merged, begun, is_safe = True, None, one.received_at, False

        def takes(what: str, at: datetime, since: datetime) -> None:
            if within(at, period):
                took[what].append(max(0, int((at - since).total_seconds() // 60)))

        for line in lines:
            found["rated"] += line.what == "rated" and within(line.at, period)
            if line.to_status is None:
                continue
            ends = line.to_status in ENDS
            if ends and is_open:
                if line.to_status == "merged":
                    merged = line.at
                    found["merged"] += within(line.at, period)
                else:
                    found["closed"] += within(line.at, period)
                    if line.to_status == "fixed":
                        takes("fixed", line.at, begun)
            elif not ends and not is_open:
                if merged is not None and line.from_status == "merged":
                    is_same = local(merged).replace(day=1) == local(line.at).replace(day=1)
                    found["merged"] -= is_same and within(merged, period)
                else:
                    found["reopened"] += within(line.at, period)
                    begun, is_safe = line.at, False
            if line.to_status == "made_safe" and not is_safe:
                is_safe = True
                takes("made_safe", line.at, begun)
            is_open = not ends
        if looked := [line.at for line in lines if line.actor in ("staff", "crew")]:
            takes("looked", looked[0], one.received_at)
    for day, is_kept in dues.values():
        found["kept" if is_kept else "missed"] += period.first <= day <= period.last
    return found, took


def middle(minutes: list[int]) -> float | None:
    """So many days took at most half of them, as days are told: hours within two."""
    days = sorted(each // 60 / 24 if each < 2880 else each // 1440 for each in minutes)
    return days[(len(days) - 1) // 2] if days else None


def local(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def within(moment: datetime, period: Period) -> bool:
    return period.first <= local(moment) <= period.last


def agree(period: Period, dues: Dues) -> reading.Numbers:
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
    expected, took = naive(period, dues)
    for name in ("received", "closed", "merged", "reopened", "rated", "kept", "missed"):
        assert getattr(seen, name) == expected[name], name
    for name, minutes in took.items():
        assert getattr(seen, name).n == len(minutes), name
        assert getattr(seen, name).median == middle(minutes), name
    return seen


def answers(period: Period) -> list[Any]:
    """All and by each dimension; by one, two and three conditions, each divided as well."""
    some = {"categories": ("pothole", "drain"), "channels": ("line",), "owners": ("city",)}
    onlys = [reading.Only(**dict(list(some.items())[:n])) for n in range(4)]
    asks = [Ask(period, only, name) for only in onlys for name in ("", *DIMENSIONS)]
    with transaction() as db:
        return [*reading.together(db, asks), *(reading.weeks(db, period, o) for o in onlys)]


def agree_with_facts(period: Period) -> None:
    """What is answered from kept sums, from what is remembered, and from facts is the same."""
    forget()
    of_sums = answers(period)
    assert answers(period) == of_sums
    kept = rows("DELETE FROM fact_added RETURNING month, how")
    forget()
    assert answers(period) == of_sums
    for month, how in kept:
        rows("INSERT INTO fact_added VALUES (:month, :how) RETURNING 1", month=month, how=how)
    forget()


def played(deeds: list[tuple[str, int, Any]]) -> None:
    ids = [filed(kind).id for kind in KINDS]
    dues: Dues = {}
    for deed in deeds:
        do(deed, ids, dues)
    count()
    see_dues(dues)
    year = Period(months_back(today(), 12), today())
    seen = agree(year, dues)
    agree_with_facts(year)
    with transaction() as db:
        assert seen.open == len(queries.tickets(db, TicketFilter()))
    cut = Period(today() - timedelta(40), today() - timedelta(9))
    agree(cut, dues)
    after = datetime.combine(next_month(today()), datetime.min.time(), UTC) + timedelta(hours=30)
    count(after)
    gone = 1
    while gone:
        with transaction() as db:
            gone = months.close(db, after)
    kept = rows("SELECT * FROM facts ORDER BY id")
    closed = [each for each in kept if each.day < next_month(today())]
    for period in (year, cut, Period(months_back(today(), 3), next_month(today()))):
        agree_with_facts(period)
    for one in range(4):
        do(("kind", one, "tree"), ids, dues)
        do(("move", one, Status.DECLINED), ids, dues)
        do(("age", one, 3), ids, dues)
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
        "DELETE FROM fact_sums; DELETE FROM fact_added; DELETE FROM fact_state;"
        "DELETE FROM fact_waiting;"
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

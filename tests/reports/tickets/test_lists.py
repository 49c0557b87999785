"""Lists: page by page what sorting all would give, read from the index of the order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets import lists
from reports.tickets.filters import conditions
from reports.tickets.lists import ALL, CREW, NEWEST, NOBODYS, OF_ONE, SORTS, Order
from reports.tickets.ranks import NoSuchPlace, Rank
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql

OPEN_ONES = TicketFilter()
ROAD, NOBODY = replace(OPEN_ONES, department="road"), replace(OPEN_ONES, department="")
ANY = replace(OPEN_ONES, statuses=None)
LISTS = {
    "desk": (OPEN_ONES, ALL, "ix_tickets_worklist"),
    "nobody's": (NOBODY, NOBODYS, "ix_tickets_worklist"),
    "of a department": (ROAD, OF_ONE, "ix_tickets_worklist_of"),
    "crew": (ROAD, CREW, "ix_tickets_crew"),
    "closed ones too": (ANY, NEWEST, "pk_tickets"),
    "by deadline": (OPEN_ONES, SORTS["deadline"], "ix_tickets_open_deadline"),
    "received last": (OPEN_ONES, SORTS["received"], "ix_tickets_open_received"),
    "received first": (OPEN_ONES, SORTS["oldest"], "ix_tickets_open_received"),
    "changed last": (OPEN_ONES, SORTS["changed"], "ix_tickets_open_changed"),
    "by followers": (OPEN_ONES, SORTS["followers"], "ix_tickets_open_followers"),
    "received last of all": (ANY, SORTS["received"], "ix_tickets_received"),
    "received first of all": (ANY, SORTS["oldest"], "ix_tickets_received"),
    "changed last of all": (ANY, SORTS["changed"], "ix_tickets_updated"),
    "by followers of all": (ANY, SORTS["followers"], "ix_tickets_followers"),
}
SHOWN = 20


ADD = """
    INSERT INTO tickets (number, category, status, place, urgent, why, deadline, department_id,
                         received_at, updated_at, follower_count)
    VALUES (:number, 'pothole', :status, ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), :urgent,
            CAST(:why AS jsonb), :deadline, :department, :at, :at, :followers)
"""


@pytest.fixture
def city(db: Session) -> Session:
    """Some hundred tickets of every kind that an order looks at, most of them of the archive."""
    chance, today = Random(12), date(2026, 11, 30)
    departments = list(db.scalars(text("SELECT id FROM departments ORDER BY id LIMIT 3")))
    assert db.scalar(text("SELECT id FROM departments WHERE key = 'road'")) in departments
    made = [
        {
            "number": f"{n:09}",
            "status": chance.choice(list(Status)) if n % 3 == 0 else Status.FIXED,
            "urgent": chance.random() < 0.2,
            "why": '{"reason": "to_and_fro"}' if chance.random() < 0.2 else '{"reason": "rule"}',
            "deadline": chance.choice([None, *(today + timedelta(days) for days in range(4))]),
            "department": chance.choice([None, *departments]),
            "at": datetime(2026, 11, chance.randrange(1, 9), 12, 0, 0, chance.choice([0, 7]), UTC),
            "followers": chance.randrange(1, 5),
        }
        for n in range(900)
    ]
    db.execute(text(ADD), made)
    db.execute(text("ANALYZE tickets"))
    return db


@pytest.mark.parametrize("name", LISTS)
def test_page_after_page_is_what_sorting_all_would_give(city: Session, name: str) -> None:
    wanted, order, _ = LISTS[name]
    walked: list[lists.Line] = []
    while more := lists.page(city, wanted, order, after=last(order, walked), limit=7):
        walked += more
    everything = lists.page(city, wanted, NEWEST, limit=1000)
    assert [line.id for line in walked] == [line.id for line in sorted(everything, key=order.rank)]
    assert len(walked) == len({line.id for line in walked}) > SHOWN
    assert lists.count(city, wanted, 1000) == len(walked)


def last(order: Order, walked: list[lists.Line]) -> Rank:
    """As a page of the browser sends it back."""
    if not walked:
        return ()
    typed = ",".join(str(part).lower() for part in order.rank(walked[-1]))
    return lists.rank_in(order, typed)


@pytest.mark.parametrize("turned", [False, True], ids=["first page", "next page"])
@pytest.mark.parametrize("name", LISTS)
def test_a_page_reads_no_more_of_its_index_than_it_shows(
    city: Session, monkeypatch: pytest.MonkeyPatch, name: str, turned: bool
) -> None:
    wanted, order, index = LISTS[name]
    after = last(order, lists.page(city, wanted, order, limit=3)) if turned else ()
    plans = plans_of(city, monkeypatch)
    shown = lists.page(city, wanted, order, after=after, limit=SHOWN)
    (plan,) = plans()
    (walk,) = [one for one in nodes(plan) if one.get("Relation Name") == "tickets"]
    assert walk["Index Name"] == index
    assert walk["Actual Rows"] + walk.get("Rows Removed by Filter", 0) <= 2 * len(shown)
    assert not [one for one in nodes(plan) if "Sort" in one["Node Type"]]


def plans_of(city: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """How the statements from now on are carried out, in their order."""
    seen: list[tuple[str, dict[str, Any]]] = []
    run = sql.run
    monkeypatch.setattr(
        sql,
        "run",
        lambda db, asked, **values: seen.append((asked, values)) or run(db, asked, **values),
    )

    def plans() -> list[dict[str, Any]]:
        city.execute(text("SET LOCAL enable_seqscan = off"))  # so small a table would be read whole
        city.execute(text("SET LOCAL enable_sort = off"))
        explained = "EXPLAIN (ANALYZE, FORMAT JSON) "
        made = [run(city, explained + asked, **values).fetchone() for asked, values in seen]
        return [plan[0]["Plan"] for (plan,) in filter(None, made)]

    return plans


WORK = {
    "desk": (OPEN_ONES, ALL, "ix_tickets_wanting"),
    "nobody's": (NOBODY, NOBODYS, "ix_tickets_wanting"),
    "of a department": (ROAD, OF_ONE, "ix_tickets_wanting_of"),
}


@pytest.mark.parametrize("name", WORK)
def test_what_wants_attention_comes_first_page_after_page(city: Session, name: str) -> None:
    wanted, order, _ = WORK[name]
    called = list(city.scalars(text("SELECT id FROM tickets WHERE id % 5 = 0")))
    first = lists.desk_order(wanted, called=called)
    walked: list[lists.Line] = []
    while more := lists.page(city, wanted, first, after=last(first, walked), limit=7):
        walked += more
    everything = lists.page(city, wanted, order, limit=1000)
    assert [line.id for line in walked] == [line.id for line in sorted(everything, key=first.rank)]
    assert [line.id for line in walked] == lists.ids(city, wanted, first, limit=1000)
    where, values = conditions(replace(wanted, attention=called))
    asked = sql.named(f"SELECT t.id FROM tickets t WHERE {' AND '.join(where)}")
    wants = {id for (id,) in sql.run(city, asked, **values)}
    assert {line.id for line in walked[: len(wants)]} == wants
    assert len(walked) > len(wants) > len(wants & {*called}) > 0


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("name", WORK)
def test_what_wants_attention_is_read_from_its_index(
    city: Session, monkeypatch: pytest.MonkeyPatch, name: str, turn: int
) -> None:
    """On the first page, across its end, and far behind it."""
    wanted, _, index = WORK[name]
    first = lists.desk_order(wanted, called=())
    all_of_them = lists.page(city, wanted, first, limit=1000)
    wanting = sum(first.rank(line)[0] is False for line in all_of_them)
    at = (0, wanting - 2, wanting + 3)[turn]
    after = last(first, all_of_them[:at])
    plans = plans_of(city, monkeypatch)
    shown = lists.page(city, wanted, first, after=after, limit=5)
    assert shown == all_of_them[at : at + 5]
    for plan in plans():
        (walk,) = [one for one in nodes(plan) if one.get("Relation Name") == "tickets"]
        assert walk["Index Name"] == index
        assert walk["Actual Rows"] + walk.get("Rows Removed by Filter", 0) <= len(shown)
        assert not [one for one in nodes(plan) if "Sort" in one["Node Type"]]


FOUND_BY = {
    "ix_tickets_attention": replace(ANY, attention=[]),
    "ix_tickets_closed": replace(ANY, closed_from=date(2026, 1, 1)),
    "ix_tickets_received": replace(ANY, received_until=date(2026, 1, 1)),
    "ix_tickets_updated": replace(ANY, changed_until=date(2026, 1, 1)),
    "ix_history_reopened": replace(ANY, reopened=True),
}


def test_what_few_have_is_read_from_an_index_of_its_own(city: Session) -> None:
    city.execute(text("SET LOCAL enable_seqscan = off"))
    for index, wanted in FOUND_BY.items():
        where, values = conditions(wanted)
        asked = f"EXPLAIN SELECT t.id FROM tickets t WHERE {' AND '.join(where)}"
        plan = "\n".join(line for (line,) in sql.run(city, sql.named(asked), **values))
        assert f" {index} " in plan, plan


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(one for part in node.get("Plans", ()) for one in nodes(part))]


@pytest.mark.parametrize("typed", ["", "1", "true,true,true,infinity", "true,true,true,infinity,x",
                                   "true,true,true,2026-13-01,1", "yes,true,true,infinity,1",
                                   "true,true,true,infinity,1,2", "true,true,true,,1",
                                   f"true,true,true,infinity,{10**18}"])  # fmt: skip
def test_no_list_goes_on_behind_what_is_no_line(typed: str) -> None:
    with pytest.raises(NoSuchPlace):
        lists.rank_in(ALL, typed)


def test_more_than_enough_are_not_counted(city: Session) -> None:
    assert lists.count(city, ANY, 50) == 51


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (OPEN_ONES, ALL),
        (NOBODY, NOBODYS),
        (ROAD, OF_ONE),
        (ANY, NEWEST),
        (replace(ANY, statuses=[Status.FIXED]), NEWEST),
        (replace(ANY, statuses=[Status.RECEIVED]), ALL),
    ],
)
def test_the_desk_works_on_open_ones_and_looks_at_closed_ones(
    wanted: TicketFilter, order: Order
) -> None:
    assert lists.desk_order(wanted) is order


def test_what_is_sorted_otherwise_is_so_whatever_is_wanted() -> None:
    for wanted in (OPEN_ONES, ROAD, ANY):
        assert lists.desk_order(wanted, "changed") is SORTS["changed"]
    assert lists.desk_order(ROAD, "deadline") is SORTS["deadline"]
    assert lists.desk_order(ANY, "deadline") is NEWEST
    assert lists.desk_order(ROAD, "near") is OF_ONE


@pytest.mark.parametrize("typed", ["", "5", "x,1", "1.5,1", "-5,1,1", f"{10**18},1"])
@pytest.mark.parametrize("sort", ["received", "oldest", "changed", "followers"])
def test_no_sorted_list_goes_on_behind_what_is_no_line(sort: str, typed: str) -> None:
    with pytest.raises(NoSuchPlace):
        lists.rank_in(SORTS[sort], typed)


def test_all_that_are_open_is_what_their_indexes_hold() -> None:
    (only,), values = conditions(TicketFilter(statuses=tuple(OPEN)))
    assert (only.startswith("t.status IN"), values) == (True, {})

"""Lists: page by page what sorting all would give, read from the index of the order."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets import lists
from reports.tickets.filters import conditions
from reports.tickets.lists import ALL, CREW, NEWEST, NOBODYS, OF_ONE, NoSuchPlace, Order
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
}
SHOWN = 20


@pytest.fixture
def city(db: Session) -> Session:
    """Some hundred tickets of every kind that an order looks at, most of them of the archive."""
    chance, today = Random(12), date(2026, 11, 30)
    departments = list(db.scalars(text("SELECT id FROM departments ORDER BY id LIMIT 3")))
    assert db.scalar(text("SELECT id FROM departments WHERE key = 'road'")) in departments
    for n in range(900):
        status = chance.choice(list(Status)) if n % 3 == 0 else Status.FIXED
        sql.run(
            db,
            "INSERT INTO tickets (number, category, status, place, urgent, why, deadline,"
            " department_id) VALUES (%(number)s, 'pothole', %(status)s,"
            " ST_GeomFromEWKT('SRID=4326;POINT(139.5 35.7)'), %(urgent)s, %(why)s, %(deadline)s,"
            " %(department)s)",
            number=f"{n:09}",
            status=status,
            urgent=chance.random() < 0.2,
            why='{"reason": "to_and_fro"}' if chance.random() < 0.2 else '{"reason": "rule"}',
            deadline=chance.choice([None, *(today + timedelta(days) for days in range(4))]),
            department=chance.choice([None, *departments]),
        )
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


def last(order: Order, walked: list[lists.Line]) -> lists.Rank:
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
    seen: list[tuple[str, dict[str, Any]]] = []
    run = sql.run
    monkeypatch.setattr(
        sql,
        "run",
        lambda db, asked, **values: seen.append((asked, values)) or run(db, asked, **values),
    )
    shown = lists.page(city, wanted, order, after=after, limit=SHOWN)
    ((asked, values),) = seen
    city.execute(text("SET LOCAL enable_seqscan = off"))  # so small a table would be read whole
    city.execute(text("SET LOCAL enable_sort = off"))
    (plan,) = run(city, f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}", **values).fetchone() or ()
    (walk,) = [one for one in nodes(plan[0]["Plan"]) if one.get("Relation Name") == "tickets"]
    assert walk["Index Name"] == index
    assert walk["Actual Rows"] + walk.get("Rows Removed by Filter", 0) <= 2 * len(shown)
    assert not [one for one in nodes(plan[0]["Plan"]) if "Sort" in one["Node Type"]]


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


def test_all_that_are_open_is_what_their_indexes_hold() -> None:
    (only,), values = conditions(TicketFilter(statuses=tuple(OPEN)))
    assert (only.startswith("t.status IN"), values) == (True, {})

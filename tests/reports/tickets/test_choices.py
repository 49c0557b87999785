"""How many tickets each choice leaves: what counting the list of each choice gives."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.city import clock
from reports.tickets import cells, lists
from reports.tickets.choices import choices
from reports.tickets.marks import Mark
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql
from store.database import transaction

TODAY = date(2026, 11, 30)
CLOSED = tuple(status for status in Status if status not in OPEN)
FILTERS = {
    "open": TicketFilter(),
    "all": TicketFilter(None),
    "closed of a department": TicketFilter(CLOSED, department="road"),
    "nobody's trees": TicketFilter(department="", category="tree"),
    "overdue": TicketFilter(due=Mark.OVERDUE),
    "withdrawn": TicketFilter((Status.DECLINED,), withdrawn=True),
    "withdrawn and fixed": TicketFilter((Status.DECLINED, Status.FIXED), withdrawn=True),
    "urgent, open": TicketFilter(urgent=True),
    "urgent, of all": TicketFilter(None, urgent=True),
}


@pytest.fixture(autouse=True)
def city(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    chance = Random(3)
    with transaction() as db:
        for n in range(200):
            status = chance.choice(list(Status))
            sql.run(
                db,
                "INSERT INTO tickets (number, status, is_withdrawn, category, urgent, deadline,"
                " long_overdue_on, paused_at, place, department_id) VALUES (%(number)s, %(status)s,"
                " %(withdrawn)s, %(category)s, %(urgent)s, %(deadline)s, %(long)s, %(paused)s,"
                " ST_SetSRID(ST_MakePoint(%(lon)s, 35.7), 4326),"
                " (SELECT id FROM departments WHERE key = %(department)s))",
                number=f"{n:09}",
                status=status,
                withdrawn=status is Status.DECLINED and chance.random() < 0.5,
                category=chance.choice(["tree", "pothole"]),
                urgent=chance.random() < 0.3,
                deadline=chance.choice([None, *(TODAY + timedelta(days) for days in range(-2, 2))]),
                long=chance.choice([None, TODAY]),
                paused=chance.choice([None, None, "2026-01-01"]),
                lon=139.5 + chance.random(),
                department=chance.choice(["road", "trees", None]),
            )


@pytest.mark.parametrize("kept", [True, False], ids=["cells", "no cells"])
def test_beside_each_choice_stands_the_count_of_its_list(kept: bool) -> None:
    if kept:
        cells.add_up()
        with transaction() as db:  # what the clock has yet to add up
            db.execute(text("UPDATE tickets SET status = 'fixed' WHERE id % 9 = 0"))
    for name, wanted in FILTERS.items():
        with transaction() as db:
            check(db, name, wanted)


def check(db: Session, name: str, wanted: TicketFilter) -> None:
    def count(**others: object) -> int:
        return lists.count(db, replace(wanted, **others), 5_000)  # type: ignore[arg-type]

    found = choices(db, wanted, TODAY, most=5_000)
    assert found.is_all, name
    assert set(wanted.statuses or Status) <= set(found.statuses), name
    for status in found.statuses:
        assert found.statuses[status] == count(statuses=(status,), withdrawn=False), name
    if found.withdrawn is not None:
        assert found.withdrawn == count(statuses=(Status.DECLINED,), withdrawn=True), name
    for key in ("", "road", "trees"):
        assert found.departments.get(key, 0) == count(department=key), name
    for category in ("tree", "pothole"):
        assert found.categories.get(category, 0) == count(category=category), name
    for mark in Mark:
        assert found.marks[mark] == count(due=mark), name


def test_of_more_than_are_looked_at_there_are_at_least_so_many() -> None:
    with transaction() as db:
        found = choices(db, TicketFilter(None, urgent=True), TODAY, most=10)
    assert not found.is_all
    assert sum(found.categories.values()) == 11

"""Facts follow the tickets, and what is closed stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError
from townsfolk import CREW, STAFF, rows, value
from web_scene import filed

from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.city.clock import today
from reports.stats import months, reading
from reports.stats.following import follow
from reports.stats.periods import Period, month_of, next_month
from reports.tickets.status import Status
from store.database import transaction


def count(now: datetime | None = None) -> None:
    gone = 1
    while gone:
        with transaction() as db:
            gone = follow(db, now)


def look(period: Period | None = None, only: reading.Only = reading.ALL) -> reading.Numbers:
    with transaction() as db:
        return reading.numbers(db, period or month_of(today()), only)


def test_numbers_follow_the_tickets_and_a_closed_month_stays(database_url: str) -> None:
    one, other, third = filed(), filed("streetlight"), filed()
    with transaction() as db:
        move(db, one.id, Status.MADE_SAFE, CREW)
        move(db, one.id, Status.FIXED, STAFF)
        merge(db, third.id, other.number, STAFF)
    count()
    seen = look()
    assert (seen.received, seen.closed, seen.merged, seen.open) == (3, 1, 1, 1)
    assert (seen.looked.n, seen.made_safe, seen.fixed.n) == (3, (1, 0, 0, 0), 1)
    assert (seen.kept, seen.missed, seen.by_channel) == (1, 0, {"line": 3})
    assert look(only=reading.Only(categories=("streetlight",))).received == 1
    with transaction() as db:
        move(db, one.id, Status.REOPENED, STAFF)
        recategorise(db, other.id, "drain", STAFF)
    count()
    seen = look()
    assert (seen.reopened, seen.open, seen.kept) == (1, 2, 1)
    with transaction() as db:
        kinds = reading.by(db, month_of(today()), reading.ALL, "category")
        both = reading.Only(categories=("drain",), channels=("line",))
        assert kinds["drain"] == reading.numbers(db, month_of(today()), both)
        for what in ("received", "closed", "merged", "reopened", "open", "open:0", "kept"):
            many = seen.open if what == "open:0" else getattr(seen, what)
            assert len(reading.behind(db, month_of(today()), what=what)) == many, what
    after = datetime.combine(next_month(today()), datetime.min.time(), UTC) + timedelta(hours=30)
    count(after)
    with transaction() as db:
        assert months.close(db, after) == 1
    before, facts = look(), rows("SELECT * FROM facts WHERE day < :day ORDER BY id",
                                 day=next_month(today()))  # fmt: skip
    with transaction() as db:
        move(db, one.id, Status.DECLINED, STAFF, note="なおっていました")
        recategorise(db, other.id, "mirror", STAFF)
    count(after)
    assert look()[:10] == before[:10]
    assert rows("SELECT * FROM facts WHERE day < :day ORDER BY id",
                day=next_month(today())) == facts  # fmt: skip
    assert value("SELECT count(*) FROM facts WHERE kind = 'closed'") == 2
    for hand in ("DELETE FROM facts", "UPDATE facts SET day = day + 60", "TRUNCATE facts",
                 "DELETE FROM fact_months"):  # fmt: skip
        with pytest.raises(SQLAlchemyError):
            rows(hand)

"""Facts follow the tickets, and what is closed stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from townsfolk import CREW, STAFF, rows, value
from web_scene import filed

from geo.sections import cutting
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.city.clock import today
from reports.stats import following, months, reading
from reports.stats.following import follow
from reports.stats.periods import Period, month_of, next_month
from reports.stats.tickets import Counted, read_tickets
from reports.tickets.status import Status
from settings import settings
from store import sql
from store.database import engine, transaction
from watching import readiness
from workers.numbers import count_by_clock


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


def test_what_a_process_of_the_version_before_adds_up_is_seen(database_url: str) -> None:
    filed()
    count()
    both = reading.Only(categories=("pothole",), channels=("line",))
    assert [each.month.day for each in rows("SELECT month FROM fact_added")] == [1]
    filed()
    with transaction() as db:  # it knows neither sums of an open month nor cells
        sql.run(db, "UPDATE fact_sums SET sums = sums || '{\"received\": 2}' WHERE span = 'day'")
        sql.run(db, "CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM fact_sums"
                    " WHERE span <> 'month' AND dimension <> 'cell'")  # fmt: skip
        sql.run(db, "DELETE FROM fact_sums WHERE span <> 'month'")
        sql.run(db, "INSERT INTO fact_sums SELECT * FROM before")
    assert value("SELECT count(*) FROM fact_added") == 0
    assert (look().received, look(only=both).received) == (2, 1)
    count()
    assert (look().received, look(only=both).received) == (2, 2)
    assert value("SELECT count(*) FROM fact_added WHERE how = 'open'") == 1


def push(at: datetime) -> str:
    """SQL that says a message was sent at that moment."""
    return (
        "INSERT INTO messages (recipient, say, state, via, sent_at)"
        f" VALUES ('U1', '[]', 'sent', 'push', '{at.isoformat()}')"
    )


def test_a_push_counts_once_however_late_its_commit_is_seen(database_url: str) -> None:
    now = datetime.now(UTC)
    with engine().connect() as slow:
        slow.execute(text(push(now - timedelta(minutes=30))))
        rows(push(now) + " RETURNING id")
        count()
        assert look().pushes == 1
        slow.commit()
    rows("UPDATE messages SET state = 'sent', via = 'push' RETURNING id")
    rows("INSERT INTO fact_pushed (message_id, sent_at) SELECT id, sent_at FROM messages"
         " RETURNING id")  # fmt: skip
    count()
    begun = Period(month_of(today()).first - timedelta(1), today())
    assert (look(begun).pushes, look(begun).push_yen) == (2, 2 * settings().push_yen)
    with transaction() as db:
        assert len(reading.behind(db, begun, what="pushes")) == 2


def test_very_many_changes_are_followed_page_by_page(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [filed().id for _ in range(5)]
    count()
    monkeypatch.setattr(following, "MOST_AT_ONCE", 2)
    rows("UPDATE tickets SET category = 'drain' RETURNING id")
    told: list[set[int]] = []

    def tell(db: Session, some: set[int]) -> list[Counted]:
        told.append(some)
        if len(told) == 1:  # meanwhile one of those to come is written again
            rows("UPDATE tickets SET category = 'mirror' WHERE id = :id RETURNING id", id=ids[2])
        return read_tickets(db, some)

    monkeypatch.setattr(following, "read_tickets", tell)
    count()
    assert [len(some) for some in told[:2]] == [2, 2]
    assert set().union(*told) == set(ids)
    assert value("SELECT pass_after IS NULL AND through IS NULL FROM fact_state")
    with transaction() as db:
        kinds = reading.by(db, month_of(today()), reading.ALL, "category")
    assert {kind: each.received for kind, each in kinds.items()} == {"drain": 4, "mirror": 1}


def test_months_do_not_wait_for_ever_for_the_sections_of_roads(database_url: str) -> None:
    ticket = filed()
    rows("UPDATE tickets SET received_at = received_at - interval '70 days' RETURNING id")
    rows("UPDATE history SET at = at - interval '70 days' RETURNING id")
    now = datetime.now(UTC)
    for hours, closed in ((0, 0), (23, 0), (25, 2)):
        count_by_clock(now + timedelta(hours=hours))
        assert (value("SELECT count(*) FROM fact_months") >= closed) is True
        assert bool(value("SELECT count(*) FROM fact_months")) is bool(closed)
    assert value("SELECT section FROM facts WHERE ticket_id = :id AND key = 'received'",
                 id=ticket.id) == ""  # fmt: skip
    with transaction() as db:
        assert not cutting.is_late(db)
        db.execute(text("UPDATE layers SET loaded_at = now() - interval '25 hours'"))
        assert cutting.is_late(db)
        assert "sections" in dict(readiness.lacks(db))
        cutting.cut(db)
        assert not cutting.is_late(db)

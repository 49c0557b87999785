"""Tickets whose period is over are thrown away by two people, and their numbers stay."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import sqlalchemy.exc
from discard_scene import (
    LONG_AFTER,
    WORDS,
    approved,
    boss,
    closed,
    everything,
    files_of,
    kept_for,
    listed,
    thrown_away,
)
from order_scene import STAFF, firm, ordered
from sqlalchemy.orm import Session
from townsfolk import rows, value
from web_scene import filed
from what_is_kept import where_it_is_kept

import migrations.tables  # noqa: F401
from reports.actions.hold import NoReason, end_hold, hold
from reports.actions.merge import merge
from reports.actions.move import move
from reports.backup.erased import erase_again
from reports.city.categories import Category
from reports.discard import lists, throwing
from reports.discard.due import due, is_any
from reports.discard.lists import Refused, ShownOtherwise
from reports.discard.tables import FATES
from reports.discard.taking_out import STATEMENTS
from reports.discard.years import closed_before, due_on, of_kinds
from reports.people.permissions import NotTheirs
from reports.photos.photo_store import photo_store
from reports.privacy.erasings import Erased
from reports.stats import following
from reports.stats.behind import behind
from reports.stats.following import follow
from reports.stats.periods import Period
from reports.tickets.lock import NoSuchTicket
from reports.tickets.status import Status
from store.base import Base
from store.database import transaction
from store.origin import Origin, origin
from store.photo_files import NoSuchFile
from workers import discarding
from workers.photos import forget_files
from workers.privacy import ABOVE

pytestmark = pytest.mark.usefixtures("database_url")


def count_all() -> None:
    while True:
        with transaction() as db:
            if not follow(db):
                return


def waits_for_a_lock() -> bool:
    return bool(value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                      " AND datname = current_database()"))  # fmt: skip


@pytest.mark.parametrize(
    ("closed_on", "years", "due_since"),
    [
        (date(2026, 4, 1), 3, date(2030, 4, 1)),
        (date(2027, 3, 31), 3, date(2030, 4, 1)),
        (date(2027, 4, 1), 1, date(2029, 4, 1)),
    ],
)
def test_a_period_counts_from_the_next_fiscal_year(
    closed_on: date, years: int, due_since: date
) -> None:
    assert due_on(closed_on, years) == due_since
    assert closed_on < closed_before(due_since, years)
    assert closed_on >= closed_before(date(due_since.year, 3, 31), years)


def test_a_kind_may_be_kept_otherwise_than_the_city_says() -> None:
    def kind(key: str, years: int | None) -> Category:
        return Category(key, {"ja": key}, "", "", 1, False, 1, (), 1, keep_years=years)

    kinds = [kind("hole", None), kind("tree", 5), kind("lamp", 0)]
    assert of_kinds(kinds, {}) == {"tree": 5}
    assert of_kinds(kinds, {"keep": {"records_years": 3}}) == {"hole": 3, "tree": 5}


def test_what_is_due_is_the_whole_group_and_says_why_not() -> None:
    one, child, alone, stays = closed(), closed(), closed("drain"), filed()
    rows("UPDATE tickets SET status = 'merged', merged_into = :one WHERE id = :child",
         one=one.id, child=child.id)  # fmt: skip
    with transaction() as db:
        assert due(db, LONG_AFTER) == []  # for ever, where the city says nothing
    kept_for(2)
    with transaction() as db:
        hold(db, child.id, "損害賠償", None, STAFF, key="h")
        hold(db, child.id, "損害賠償", None, STAFF, key="h")
        ordered(db, [stays.id], firm(db))
        found = {line.ticket_id: line.why_not for line in due(db, LONG_AFTER)}
        assert found == {one.id: "hold", child.id: "hold", alone.id: ""}
        assert due(db, date(LONG_AFTER.year, 3, 31)) == []
        (hold_id,) = db.scalars(sqlalchemy.text("SELECT id FROM ticket_holds"))
        end_hold(db, child.id, hold_id, STAFF)
        assert {line.why_not for line in due(db, LONG_AFTER)} == {""}
        with pytest.raises(NoReason):
            hold(db, one.id, " ", None, STAFF, key="x")
    rows("UPDATE tickets SET closed_at = :later WHERE id = :id", later=LONG_AFTER, id=child.id)
    with transaction() as db:
        assert [line.ticket_id for line in due(db, LONG_AFTER)] == [alone.id]
        assert is_any(db, LONG_AFTER)
    rows("UPDATE work_order_items SET ticket_id = :id", id=alone.id)
    with transaction() as db:
        assert [line.why_not for line in due(db, LONG_AFTER)] == ["order"]
        assert not is_any(db, LONG_AFTER)


def test_who_proposes_does_not_approve_but_alone() -> None:
    kept_for(2)
    closed()
    made = listed(key="once")
    assert listed(key="once") == made
    with transaction() as db, pytest.raises(Refused):
        lists.propose(db, boss(), today=LONG_AFTER, key="twice")
    with transaction() as db, pytest.raises(NotTheirs):
        lists.approve(db, made, STAFF, seen="")
    approved_by_another = boss("fukushi")
    with transaction() as db:
        found = lists.one(db, made)
        assert found is not None
        seen = found.digest
    with transaction() as db, pytest.raises(Refused):
        lists.approve(db, made, boss(), seen=seen)
    with transaction() as db, pytest.raises(ShownOtherwise):
        lists.approve(db, made, approved_by_another, seen="0" * 64)
    rows("UPDATE discard_items SET closed_on = closed_on - 1")
    with transaction() as db, pytest.raises(ShownOtherwise):
        lists.approve(db, made, approved_by_another, seen=seen)
    rows("UPDATE discard_items SET closed_on = closed_on + 1")
    rows("UPDATE users SET disabled = true WHERE name = 'fukushi'")
    with transaction() as db:
        lists.approve(db, made, boss(), seen=seen)
        lists.approve(db, made, boss(), seen=seen)
    assert value("SELECT count(*) FROM tasks WHERE name = 'throw_away'") == 1


@pytest.mark.parametrize("deed", ["disabled = true", "role = 'viewer'"])
def test_who_stopped_the_other_does_not_approve_alone(deed: str) -> None:
    kept_for(2)
    closed()
    made, me = listed(key="once"), boss()
    boss("fukushi")
    here = origin.set(Origin(user_id=me.user_id, changes=True))
    try:
        rows(f"UPDATE users SET {deed} WHERE name = 'fukushi'")
    finally:
        origin.reset(here)
    with transaction() as db:
        found = lists.one(db, made)
        assert found is not None
        with pytest.raises(Refused):
            lists.approve(db, made, me, seen=found.digest)


def test_the_book_is_not_emptied() -> None:
    for statement in ("TRUNCATE discarded", "TRUNCATE discarded CASCADE"):
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="stays as it is"):
            rows(statement)


def test_everything_of_a_ticket_goes_and_its_numbers_stay() -> None:
    kept_for(2)
    scene = everything()
    count_all()
    period = Period(date(2020, 1, 1), LONG_AFTER)
    with transaction() as db:
        before = [line[:3:2] for line in behind(db, period)]
    spent = rows("SELECT sum(yen), count(*) FROM spendings")
    files = files_of(scene.ids)
    assert len(files) > 12
    made = listed()
    approved(made)
    thrown_away(made)
    count_all()
    assert value("SELECT array_agg(number ORDER BY number) FROM discarded") == sorted(scene.numbers)
    assert where_it_is_kept(*WORDS) == set()
    named = where_it_is_kept(*scene.numbers)
    assert named - {"published_events.number"} <= {
        "audit.about", "audit.new", "audit.old", "discard_items.number", "discarded.number",
        "erasings.ids", "facts.number", "spendings.number",
    }  # fmt: skip
    assert value("SELECT count(*) FROM published_events WHERE number = ANY(:numbers)"
                 " AND data <> '{}'", numbers=scene.numbers) == 0  # fmt: skip
    for table, column in columns_with("ticket_id", "tickets", "ids", "differs_from"):
        if table not in ("facts", "spendings", "discard_items"):
            held = f"ARRAY[{column}]::bigint[] && CAST(:ids AS bigint[])"
            assert value(f"SELECT count(*) FROM {table} WHERE {held}", ids=scene.ids) == 0, table
    assert '(廃棄済み)' in str(rows("SELECT details FROM history WHERE ticket_id = :id",
                                    id=scene.other.id))  # fmt: skip
    with transaction() as db:
        after = behind(db, period)
        assert [line[:3:2] for line in after] == before
        assert [line.number for line in after if line.ticket_id is None] == scene.numbers
    assert rows("SELECT sum(yen), count(*) FROM spendings") == spent
    for args in value("SELECT array_agg(args) FROM tasks WHERE name = 'forget_files'"):
        forget_files(**args)
    for key in files:
        with pytest.raises(NoSuchFile):
            photo_store().get(key)
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        rows("DELETE FROM discarded RETURNING number")


def columns_with(*names: str) -> list[tuple[str, str]]:
    found = rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = ANY(:names)"
        " AND data_type IN ('bigint', 'ARRAY') AND udt_name IN ('int8', '_int8')",
        names=list(names),
    )
    return [(row.table_name, row.column_name) for row in found]


def test_every_table_that_knows_of_a_ticket_says_what_becomes_of_it() -> None:
    of_it = {"tickets", "reports", "photos", "works", "notes", "history", "mails", "callers"}
    names = {"ticket_id", "ticket_number", "report_id", "photo_id"}
    for _ in range(3):
        knows = {
            table.name
            for table in Base.metadata.tables.values()
            if {column.name for column in table.columns} & names
            or {key.column.table.name for key in table.foreign_keys} & of_it
        }
        of_it |= knows & {name for name, (fate, _) in FATES.items() if fate != "stays"}
    assert knows - {"monthly_report_parts"} <= set(FATES)
    assert set(FATES) <= set(Base.metadata.tables)
    goes = {name for name, (fate, _) in FATES.items() if fate == "goes"}
    assert goes - set(STATEMENTS) == {"published_tickets", "published_aliases"}
    assert [name for name in FATES if name in STATEMENTS] == list(STATEMENTS)


def test_what_was_held_reopened_or_ordered_since_is_left_and_the_list_says_why() -> None:
    kept_for(2)
    some = [closed() for _ in range(4)]
    made = listed()
    approved(made)
    with transaction() as db:
        hold(db, some[0].id, "裁判", None, STAFF, key="h")
        move(db, some[1].id, Status.REOPENED, STAFF, note="まだ穴がある")
    rows("UPDATE tickets SET closed_at = closed_at + interval '2 days' WHERE id = :id",
         id=some[2].id)  # fmt: skip
    thrown_away(made)
    assert [tuple(row) for row in rows("SELECT state, why FROM discard_items ORDER BY place")] == [
        ("left", "hold"), ("left", "changed"), ("left", "changed"), ("gone", ""),
    ]  # fmt: skip
    assert tuple(rows("SELECT gone, left_over, state FROM discard_lists")[0]) == (1, 3, "done")


def test_who_goes_on_after_a_crash_goes_on_where_it_was_and_no_group_is_parted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept_for(2)
    first, child, last = closed(), closed(), closed()
    rows("UPDATE tickets SET status = 'merged', merged_into = :one WHERE id = :child",
         one=first.id, child=child.id)  # fmt: skip
    made = listed()
    approved(made)
    monkeypatch.setattr(throwing, "MOST_AT_ONCE", 1)
    turns = iter([False, True])
    assert throwing.go_on(made, lambda: next(turns), LONG_AFTER)
    assert {row.number for row in rows("SELECT number FROM tickets")} == {last.number}
    thrown_away(made)
    thrown_away(made)
    assert tuple(rows("SELECT gone, state FROM discard_lists")[0]) == (3, "done")


def test_nothing_goes_before_all_of_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_for(2)
    some = {closed().number for _ in range(3)}
    made = listed()
    approved(made)
    monkeypatch.setattr(following, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(discarding, "SECONDS", -1.0)
    with transaction() as db:
        discarding.throw_away(made)(db)
    assert value("SELECT count(*) FROM tickets") == 3
    assert value("SELECT state FROM discard_lists") == "approved"
    monkeypatch.setattr(discarding, "SECONDS", 20.0)
    with transaction() as db:
        discarding.throw_away(made)(db)
    assert {row.number for row in rows("SELECT DISTINCT number FROM facts")} == some


@pytest.mark.parametrize("deed", ["hold", "reopen", "merge"])
def test_who_comes_while_it_goes_waits_and_finds_it_gone(deed: str) -> None:
    kept_for(2)
    one, open_one = closed(), filed()
    made = listed()
    approved(made)
    found: list[BaseException | None] = []
    deeds: dict[str, Callable[[Session], object]] = {
        "hold": lambda db: hold(db, one.id, "裁判", None, STAFF, key="h"),
        "reopen": lambda db: move(db, one.id, Status.REOPENED, STAFF),
        "merge": lambda db: merge(db, open_one.id, one.number, STAFF),
    }

    def try_it() -> None:
        try:
            with transaction() as db:
                deeds[deed](db)
            found.append(None)
        except Exception as wrong:
            found.append(wrong)

    with transaction() as db:
        assert throwing.piece(db, made, LONG_AFTER) == 1
        other = threading.Thread(target=try_it)
        other.start()
        while not waits_for_a_lock():
            pass
    other.join()
    assert isinstance(found[0], NoSuchTicket)
    assert value("SELECT count(*) FROM discarded") == 1


def test_a_hold_that_came_first_wins() -> None:
    kept_for(2)
    one = closed()
    made = listed()
    approved(made)
    with transaction() as db:
        hold(db, one.id, "裁判", None, STAFF, key="h")
        other = threading.Thread(target=thrown_away, args=(made,))
        other.start()
        while not waits_for_a_lock():
            pass
    other.join()
    assert rows("SELECT state, why FROM discard_items") == [("left", "hold")]


def test_after_a_restore_it_goes_again_with_its_line_in_the_book() -> None:
    kept_for(2)
    one = closed(pictures=1)
    line = [one.id, one.number, "pothole", "穴", 2026]
    entry = Erased(
        uuid4(), datetime(2029, 4, 2, tzinfo=UTC), "thrown_away", ["2029-1", boss().user_id, line]
    )
    approved(listed())
    assert erase_again([entry], ABOVE) == 1
    assert erase_again([entry], ABOVE) == 0
    assert rows("SELECT gone, total FROM discard_lists") == [(1, 1)]
    assert rows("SELECT number, list_number, approver FROM discarded") == [
        (one.number, "2029-1", "管理 kanri")
    ]
    assert value("SELECT count(*) FROM tickets") == 0

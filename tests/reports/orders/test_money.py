"""The book of what was spent, budgets, and the file for the accounts."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy.exc
from order_scene import STAFF, firm, items_of, ordered, quantity_of
from townsfolk import CREW, rows, value
from web_scene import filed, stored_photo

from reports.actions import do_item, edit_budget, prove
from reports.actions.report_work import Done, report_work
from reports.city import clock
from reports.city.fiscal import fiscal_year
from reports.city.materials import Material
from reports.orders import account_file, accounts, spent
from reports.orders.book import book, open_from
from reports.orders.spent import Wanted
from reports.people.permissions import Actor, Role
from reports.tickets.outcomes import Outcome
from store.database import transaction

MIX = Material("cold_mix", "常温合材", "袋")
ALL = Wanted(date(2000, 4, 1), date(2999, 3, 31))


def spend() -> tuple[int, int]:
    """An order that is done for 3 × 4,800, one that is bound for 16,800, and a crew's 95 minutes
    and 2.5 bags; gives the contractor and the done order's line."""
    year = fiscal_year(clock.today())
    with transaction() as db:
        doboku, one, two, three = firm(db), filed("mirror"), filed("drain"), filed()
        edit_budget.set_prices(db, STAFF, year, {"hour": 3_000, "cold_mix": 1_001}, {})
        done, _ = ordered(db, [one.id], doboku), ordered(db, [two.id], doboku)
        (item,) = items_of(db, done)
        line = quantity_of(db, item)
        by = Actor(Role.CONTRACTOR, "小金井土木", order_id=done)
        shots = [prove.Shot(stored_photo(db, None))]
        do_item.finish(db, done, item, by, actual={line: Decimal(3)}, shots=shots, key="k")
        work = Done(Outcome.MADE_SAFE, used=[(MIX, Decimal("2.5"))], minutes=95)
        report_work(db, three.id, work, CREW)
    return doboku, line


def counted() -> int:
    """Naively, out of what was done."""
    orders = value(
        "SELECT sum(floor(q.actual * q.yen)) FROM work_order_quantities q"
        " JOIN work_order_items i ON i.id = q.item_id WHERE i.state = 'done'"
    )
    used = value("SELECT sum(floor(m.amount * p.yen)) FROM used_materials m"
                 " JOIN cost_prices p ON p.of = m.material")  # fmt: skip
    hours = value("SELECT sum(floor(w.minutes * p.yen / 60.0)) FROM works w"
                  " JOIN cost_prices p ON p.of = 'hour'")  # fmt: skip
    return int(sum(each or 0 for each in (orders, used, hours)))


def booked(today: date | None = None) -> int:
    with transaction() as db:
        return book(db, today)


def total(wanted: Wanted = ALL) -> int:
    with transaction() as db:
        return sum(one.yen for one in spent.entries(db, wanted))


def test_sums_by_anything_add_up_to_what_was_done_and_to_the_entries_behind(
    database_url: str,
) -> None:
    doboku, _ = spend()
    assert booked() == 3
    assert booked() == 0
    assert total() == counted() == 14_400 + 2_502 + 4_750
    with transaction() as db:
        for by in spent.BY:
            sums = spent.sums(db, ALL, by)
            assert sum(one.yen for one in sums) == counted(), by
            for one in sums:
                wanted = Wanted(ALL.first, ALL.last, **{by: one.key})
                found = spent.entries(db, wanted)
                assert (sum(each.yen for each in found), len(found)) == (one.yen, one.entries)
        assert spent.sums(db, ALL, "contract")[0].key == str(doboku)


def test_a_closed_month_stays_and_what_comes_later_counts_in_the_month_it_came(
    database_url: str,
) -> None:
    _, line = spend()
    booked()
    today = clock.today()
    month = f"{today:%Y-%m}"
    later = today.replace(day=1) + timedelta(days=45)
    before = total(Wanted(ALL.first, ALL.last, month=month))
    rows("UPDATE work_order_quantities SET actual = 2 WHERE id = :id RETURNING id", id=line)
    rows("DELETE FROM works RETURNING id")
    assert open_from(later) > today
    assert booked(later) == 3
    assert total(Wanted(ALL.first, ALL.last, month=month)) == before
    assert total(Wanted(ALL.first, ALL.last, month=f"{later:%Y-%m}")) == 9_600 - before
    assert total() == counted()
    assert booked(later) == 0
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        rows("UPDATE spendings SET yen = 0 RETURNING id")


@pytest.mark.parametrize("written", [
    "UPDATE work_order_quantities SET actual = 2", "DELETE FROM used_materials",
    "UPDATE works SET minutes = 7", "DELETE FROM works",
    "UPDATE work_order_items SET state = 'waiting'",
    "UPDATE cost_prices SET yen = yen * 2", "UPDATE tickets SET category = 'tree'",
])  # fmt: skip
def test_what_is_written_is_booked_though_nothing_else_is_read(
    database_url: str, written: str
) -> None:
    spend()
    assert booked() == 3
    rows(f"{written} RETURNING 1")
    assert value("SELECT count(*) FROM spending_waiting") > 0
    assert booked() > 0
    assert total() == counted()
    assert (value("SELECT count(*) FROM spending_waiting"), booked()) == (0, 0)


def test_a_budget_has_its_rest_and_its_versions(database_url: str) -> None:
    doboku, _ = spend()
    booked()
    year, covers = fiscal_year(clock.today()), f"contractor:{doboku}"
    with transaction() as db:
        edit_budget.set_budget(db, STAFF, year, covers, "委託料", 30_000, "当初", None)
        edit_budget.set_budget(db, STAFF, year, covers, "委託料", 40_000, "補正", 30_000)
        edit_budget.set_budget(db, STAFF, year, "materials", "原材料費", 2_000, "", None)
    with transaction() as db:
        with pytest.raises(edit_budget.Overtaken):
            edit_budget.set_budget(db, STAFF, year, covers, "委託料", 1, "", 30_000)
        with pytest.raises(edit_budget.Wrong):
            edit_budget.set_budget(db, STAFF, year, "contractor:99999", "x", 1, "", None)
        lines = {one.covers: one for one in spent.lines(db, year)}
        assert len(spent.budgets_so_far(db, year)) == 3
        assert [lines[covers].spent, lines[covers].bound] == [14_400, 16_800]
        assert lines[covers].rest == 40_000 - 14_400 - 16_800
        assert lines["materials"].rest == 2_000 - 2_502
        assert (lines["minutes"].yen, lines["minutes"].spent) == (None, 4_750)
        assert sum(one.spent for one in lines.values()) == counted()


@pytest.mark.parametrize("encoding", account_file.ENCODINGS)
def test_the_file_for_the_accounts_is_read_as_its_columns_say(
    database_url: str, encoding: str
) -> None:
    doboku, _ = spend()
    booked()
    columns = account_file.read("伝票=指示書番号\n費目\n金額=金額(税抜)\n単位\n整理番号")
    year = fiscal_year(clock.today())
    with transaction() as db:
        edit_budget.set_budget(db, STAFF, year, f"contractor:{doboku}", "委託料", 1, "", None)
        edit_budget.set_account_file(db, STAFF, columns, encoding, "")
    with transaction() as db:
        names = accounts.budget_names(db)
        chosen = accounts.chosen(db)
        body = account_file.written(spent.entries(db, ALL), names, chosen.columns, chosen.encoding)
    told = body.decode("utf-8-sig" if encoding == "utf-8" else "cp932")
    assert body.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8")
    read = list(csv.reader(io.StringIO(told)))
    assert read[0] == ["伝票", "費目", "金額", "単位", "整理番号"]
    assert sum(int(one[2]) for one in read[1:]) == counted()
    order = next(one for one in read if one[2] == "14400")
    assert order[0] == f"{year}-0001"
    assert order[1] == "委託料"
    assert order[3] == ("m²" if encoding == "utf-8" else "m2")


@pytest.mark.parametrize("words", ["", "金額", "費目\n単位", "x" * 70 + "=指示書番号"])
def test_columns_that_cannot_be_are_refused(words: str) -> None:
    with pytest.raises(account_file.WrongColumns):
        account_file.read(words)

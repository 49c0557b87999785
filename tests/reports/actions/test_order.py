"""Work orders: gathered, issued with a number, done one by one, told, ended."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from order_scene import STAFF, firm, items_of, ordered, quantity_of
from sqlalchemy.orm import Session
from townsfolk import HONCHO, file, rows
from web_scene import filed, resident

from geo.points import Point
from reports.actions import do_item, end_order
from reports.actions.edit_contractor import set_prices
from reports.actions.merge import merge_all
from reports.actions.move import move
from reports.actions.order import add_items, draft, issue
from reports.actions.prove import Shot
from reports.actions.route import route
from reports.city.quantities import Quantity
from reports.orders import queries, sums
from reports.orders.states import ItemState, NoSuchOrder, OrderRefused, OrderState
from reports.people.permissions import Actor, NotTheirs, Role
from reports.photos import intake
from reports.tickets import queries as tickets
from reports.tickets.status import Status
from store.database import transaction

FARTHER = Point(139.5100, 35.7040)


def a_ticket(db: Session, place: Point = HONCHO) -> int:
    made = file(db, resident(db), at=place)
    route(db, made)
    return made


def by(firm_id: int) -> Actor:
    return Actor(Role.CONTRACTOR, "山田 太郎", contractor_id=firm_id)


def done(
    db: Session, order_id: int, item_id: int, who: Actor, key: str = "k", **more: object
) -> None:
    photo = intake.upload_begun(db, f"original/{key}")
    facts = {
        "actual": {quantity_of(db, item_id): Decimal("3.25")},
        "shots": [Shot(photo)],
        "key": key,
    }
    do_item.finish(db, order_id, item_id, who, **(facts | more))  # type: ignore[arg-type]


def status_of(db: Session, ticket_id: int) -> str:
    found = tickets.ticket(db, id=ticket_id)
    assert found
    return str(found.ticket.status)


def page(db: Session, order_id: int) -> queries.OrderPage:
    found = queries.order(db, order_id)
    assert found
    return found


def test_an_order_gets_its_number_when_it_is_issued_and_the_ticket_says_so(db: Session) -> None:
    one, two = a_ticket(db), a_ticket(db, FARTHER)
    order_id = ordered(db, [one, two], firm(db))
    order = page(db, order_id)
    assert (order.state, order.serial) == (OrderState.ISSUED, 1)
    assert order.number.endswith("年度-0001")
    assert [item.quantities[0].yen for item in order.items] == [4_800, 4_800]
    assert order.expected == 2 * 16_800
    told = tickets.ticket(db, id=one)
    assert told
    assert told.history[-1].event.what == "ordered"
    assert queries.of_ticket(db, one)[0].is_open


def test_numbers_of_a_year_leave_nothing_out_also_when_issued_at_once(database_url: str) -> None:
    with transaction() as db:
        firm_id = firm(db)
    ones = [filed() for _ in range(4)]
    with transaction() as db:
        ids = [ordered(db, [one.id], firm_id, issued=False) for one in ones]
        end_order.cancel(db, ordered(db, [filed().id], firm_id, issued=False), STAFF, "")

    def go(order_id: int) -> None:
        with transaction() as db:
            issue(db, order_id, STAFF)

    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(go, ids))
    assert sorted(rows("SELECT serial FROM work_orders WHERE serial > 0")) == [
        (1,), (2,), (3,), (4,),
    ]  # fmt: skip


def test_prices_that_are_saved_at_once_are_those_of_who_was_later(database_url: str) -> None:
    with transaction() as db:
        firm(db)

    def save(db: Session, yen: int) -> None:
        set_prices(db, "doboku", 2026, [("清掃", "回", yen)], STAFF)

    def second() -> None:
        with transaction() as db:
            save(db, 2)

    with ThreadPoolExecutor(1) as other, transaction() as first:
        save(first, 1)
        running = other.submit(second)
        while not running.done() and not rows("SELECT FROM pg_locks WHERE NOT granted"):
            pass
        first.commit()
        running.result()
    assert rows("SELECT yen FROM unit_prices WHERE fiscal_year = 2026 AND work = '清掃'") == [(2,)]


def test_a_ticket_stands_in_one_open_order_only(db: Session) -> None:
    one, firm_id = a_ticket(db), firm(db)
    first = ordered(db, [one], firm_id)
    with pytest.raises(OrderRefused, match="別の指示書に入っています"):
        draft(db, [one], STAFF)
    end_order.take_out(db, first, items_of(db, first)[0], STAFF, "別の工事で直す")
    assert ordered(db, [one], firm_id, issued=False) != first
    assert [each.item_state for each in queries.of_ticket(db, one)] == [
        ItemState.WAITING,
        ItemState.TAKEN_OUT,
    ]


def test_an_order_that_lacks_something_is_not_issued(db: Session) -> None:
    firm_id, one = firm(db), a_ticket(db)
    order_id = draft(db, [one], STAFF, key="press")
    assert draft(db, [one], STAFF, key="press") == order_id
    with pytest.raises(OrderRefused, match="請負業者を選んで"):
        issue(db, order_id, STAFF)
    end_order.cancel(db, order_id, STAFF, "")
    with pytest.raises(OrderRefused, match=r"作業内容が書かれていません\(1番\)"):
        ordered(db, [one], firm_id, what="")


def test_what_is_done_moves_the_ticket_by_the_contractor_and_costs_what_was_done(
    db: Session,
) -> None:
    one, two, firm_id = a_ticket(db), a_ticket(db, FARTHER), firm(db)
    order_id = ordered(db, [one, two], firm_id)
    first, second = items_of(db, order_id)
    do_item.start(db, order_id, first, by(firm_id), key="begin")
    assert status_of(db, one) == "in_progress"
    done(db, order_id, first, by(firm_id), said="転圧しました")
    done(db, order_id, first, by(firm_id), said="転圧しました")  # the same press
    assert status_of(db, one) == "fixed"
    told = tickets.ticket(db, id=one)
    assert told
    moved = [line for line in told.history if line.to_status is Status.FIXED]
    assert [(line.actor, line.actor_name, line.note) for line in moved] == [
        ("contractor", "山田 太郎", "")
    ]
    assert [photo.of for photo in told.photos] == ["repair"]
    order = page(db, order_id)
    assert (order.amount, len(order.still_open)) == (15_600, 1)
    with pytest.raises(OrderRefused, match="まだ終わっていない作業が 1件"):
        end_order.close(db, order_id, STAFF)
    do_item.cannot(db, order_id, second, by(firm_id), "入れない・作業できない", key="no")
    assert status_of(db, two) != "fixed"
    end_order.close(db, order_id, STAFF)
    assert draft(db, [two], STAFF)


def test_where_the_city_looks_first_residents_hear_of_it_after_that(db: Session) -> None:
    one, firm_id = a_ticket(db), firm(db)
    order_id = ordered(db, [one], firm_id, city_checks=True)
    (item,) = items_of(db, order_id)
    done(db, order_id, item, by(firm_id))
    assert (status_of(db, one), page(db, order_id).items[0].state) == ("scheduled", "reported")
    do_item.send_back(db, order_id, item, STAFF, "転圧が足りません", key="b")
    done(db, order_id, item, by(firm_id), key="again")
    do_item.correct(
        db,
        order_id,
        item,
        STAFF,
        [Quantity("舗装補修", "m²", None, Decimal(3), 5_000, quantity_of(db, item))],
    )
    do_item.accept(db, order_id, item, STAFF, "直しました", key="a")
    assert status_of(db, one) == "fixed"
    assert page(db, order_id).amount == 15_000


def test_what_has_ended_otherwise_is_done_without_a_move(db: Session) -> None:
    one, two, firm_id = a_ticket(db), a_ticket(db, FARTHER), firm(db)
    order_id = ordered(db, [one, two], firm_id)
    first, second = items_of(db, order_id)
    move(db, one, Status.FIXED, STAFF)
    other = a_ticket(db)
    merge_all(db, [two], str(value_of(db, other)), STAFF)
    done(db, order_id, first, by(firm_id))
    done(db, order_id, second, by(firm_id), key="second")
    assert status_of(db, other) == "fixed"
    assert [item.state for item in page(db, order_id).items] == ["done", "done"]


def value_of(db: Session, ticket_id: int) -> str:
    found = tickets.ticket(db, id=ticket_id)
    assert found
    return found.ticket.number


def test_another_firm_a_crew_and_who_was_sent_away_do_nothing(db: Session) -> None:
    one, firm_id = a_ticket(db), firm(db)
    order_id = ordered(db, [one], firm_id)
    (item,) = items_of(db, order_id)
    crew = Actor(Role.CREW, department="road")
    for who in (by(firm(db, "other", "別の会社")), crew, Actor(Role.CONTRACTOR, order_id=0)):
        with pytest.raises(NoSuchOrder):
            do_item.start(db, order_id, item, who, key=None)
        with pytest.raises(NotTheirs):
            move(db, one, Status.FIXED, who) if who is not crew else draft(db, [one], who)
        with pytest.raises(NotTheirs):
            add_items(db, order_id, [one], who)
    end_order.cancel(db, order_id, STAFF, "契約が終わった")
    with pytest.raises(OrderRefused, match="取り消されました"):
        do_item.start(db, order_id, item, by(firm_id), key=None)
    with pytest.raises(NotTheirs):
        move(db, one, Status.FIXED, by(firm_id))


def test_a_year_is_added_up_by_contractor_and_work(db: Session) -> None:
    one, two, firm_id = a_ticket(db), a_ticket(db, FARTHER), firm(db)
    order_id = ordered(db, [one, two], firm_id)
    for key, item in enumerate(items_of(db, order_id)):
        done(db, order_id, item, by(firm_id), key=str(key))
    year = page(db, order_id).fiscal_year
    assert year
    set_prices(db, "doboku", year, [("舗装補修", "m²", 1)], STAFF)
    (firm_sum,) = sums.of_firms(db, year)
    assert (firm_sum.orders, firm_sum.places, firm_sum.done, firm_sum.yen) == (1, 2, 2, 31_200)
    (line,) = sums.priced(sums.done(db, year))
    assert line.key[1:] == ("舗装補修", "m²", "4800")
    assert (line.places, line.quantity, line.yen) == (2, Decimal("6.50"), 31_200)
    assert sums.done(db, year - 1) == []

"""Staff write a work order: tickets are gathered, told what to do, and it is issued."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from reports.actions.schedule import schedule
from reports.actions.tell_contractor import tell
from reports.city import clock
from reports.city.fiscal import fiscal_year
from reports.city.models import Contractor
from reports.city.quantities import Quantity
from reports.orders import queries as queries_of_orders
from reports.orders.lock import allow, allow_all, held, item_of, items_in
from reports.orders.models import OrderItem, OrderQuantity, WorkOrder
from reports.orders.numbers import number_words
from reports.orders.prices import put_prices, refuse_too_many
from reports.orders.states import OPEN_ITEMS, OrderChanged, OrderRefused, OrderState
from reports.people.permissions import Actor
from reports.tickets import history, order_events, queries
from reports.tickets.lock import changed, locked_all
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, status_of

MOST_ITEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above an order's table; fields as of `WorkOrder`."""

    contractor_id: int | None
    until: date | None
    start_on: date | None = None
    traffic: str = ""
    urgent: bool = False
    city_checks: bool = False
    remarks: str = ""
    clerk: str = ""
    chief: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be done at one item, and how much of what is planned. `quotes`: ids of remarks of
    its ticket, others do not count. `shown`, `left_out`: ids of the photos that the contractor is
    to get, and not; those in neither stay as they are."""

    item_id: int
    what: str
    quotes: Collection[int] = ()
    quantities: Sequence[Quantity] = ()
    shown: Collection[int] = ()
    left_out: Collection[int] = ()


def draft(db: Session, ticket_ids: Collection[int], by: Actor, *, key: str | None = None) -> int:
    """A new order with these tickets, not issued yet; gives its id. The same `key` is one order.

    Raises OrderRefused, NoSuchTicket, NotTheirs.
    """
    allow(by)
    if key:
        db.execute(_ONE_PRESS_AT_A_TIME, {"key": key})
        if known := db.scalar(select(WorkOrder.id).where(WorkOrder.key == key)):
            return known
    order = WorkOrder(key=key, made_by=by.user_id, clerk=by.name)
    db.add(order)
    db.flush()
    _put_in(db, order, ticket_ids, by)
    return order.id


def add_items(db: Session, order_id: int, ticket_ids: Collection[int], by: Actor) -> None:
    """These tickets too, into one that is not issued yet. Raises as `draft`, NoSuchOrder."""
    order = _draft(db, order_id, by)
    _put_in(db, order, ticket_ids, by)
    order.change += 1


def write(
    db: Session,
    order_id: int,
    head: Head,
    places: Sequence[Place],
    by: Actor,
    *,
    seen: int | None = None,
) -> None:
    """The whole draft as it was typed; places that are not named stay as they are. `seen`: the
    order's `change` as the writer read it.

    Raises OrderChanged, OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = _draft(db, order_id, by)
    if seen is not None and seen != order.change:
        if _is_so(db, order, head, places):
            return
        raise OrderChanged
    firm = db.get(Contractor, head.contractor_id) if head.contractor_id else None
    if head.contractor_id and (firm is None or firm.retired):
        raise OrderRefused("請負業者を選び直してください。")
    for name in Head.__slots__:
        setattr(order, name, getattr(head, name))
    for place in places:
        _write_place(db, order, place)
    order.change += 1


def _is_so(db: Session, order: WorkOrder, head: Head, places: Sequence[Place]) -> bool:
    """Whether all of this is kept already: the same press was sent twice."""
    if any(getattr(order, name) != getattr(head, name) for name in Head.__slots__):
        return False
    items = {item.id: item for item in items_in(db, order)}
    for place in places:
        item = items.get(place.item_id)
        if item is None or item.what != place.what:
            return False
        left_out = {*item.left_out}
        if left_out & {*place.shown} or {*place.left_out} - left_out:
            return False
        if item.quotes != _of_ticket(db, item.ticket_id, place.quotes):
            return False
        lines = select(OrderQuantity).where(OrderQuantity.item_id == item.id)
        kept = [
            (one.work, one.unit, one.planned, one.yen)
            for one in db.scalars(lines.order_by(OrderQuantity.id))
        ]
        if kept != [(one.work, one.unit, one.planned, one.yen) for one in place.quantities]:
            return False
    return True


def _write_place(db: Session, order: WorkOrder, place: Place) -> None:
    refuse_too_many(len(place.quantities))
    item = item_of(db, order, place.item_id)
    ticket_id = queries.id_that_goes_on(db, item.ticket_id) or item.ticket_id
    item.what, item.quotes = place.what, _of_ticket(db, ticket_id, place.quotes)
    item.left_out = sorted({*item.left_out, *place.left_out} - {*place.shown})
    db.execute(delete(OrderQuantity).where(OrderQuantity.item_id == item.id))
    for one in place.quantities:
        facts = {"work": one.work, "unit": one.unit, "planned": one.planned, "yen": one.yen}
        db.execute(insert(OrderQuantity).values(item_id=item.id, **facts))


def issue(db: Session, order_id: int, by: Actor) -> None:
    """It gets the next number of the year and is the contractor's; the tickets' histories say so.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = held(db, order_id, by)
    if order.state == OrderState.ISSUED:
        return
    if order.state != OrderState.DRAFT:
        raise OrderRefused("この指示書は、もう終わっています。")
    firm = db.get(Contractor, order.contractor_id) if order.contractor_id else None
    items = items_in(db, order)
    if wrong := _not_ready(order, firm, items):
        raise OrderRefused(wrong)
    assert firm is not None
    held_tickets = locked_all(db, [item.ticket_id for item in items])
    _refuse_closed(held_tickets.values())
    _show_what_is_there(db, order, items)
    order.fiscal_year = fiscal_year(clock.today())
    order.serial = _next(db, order.fiscal_year)
    order.state, order.issued_at = OrderState.ISSUED, datetime.now(UTC)
    order.change += 1
    put_prices(db, order)
    schedule(db, order, items, by)
    ordered = order_events.Ordered(number_words(order.fiscal_year, order.serial), firm.name)
    for ticket in held_tickets.values():
        history.write(db, ticket.id, by, ordered)
        changed(db, ticket)
    tell(db, order, "order_issued", by)


def show_photos(
    db: Session,
    order_id: int,
    item_id: int,
    by: Actor,
    *,
    shown: Collection[int],
    left_out: Collection[int],
) -> None:
    """Of this item the contractor gets these photos and not those, from now on; also of an order
    that was issued, where others stay as they are. Raises OrderRefused, NoSuchOrder, NotTheirs."""
    order = held(db, order_id, by)
    item = item_of(db, order, item_id)
    if order.issued_at is not None:
        there = queries_of_orders.shown_photos(db, order_id).get(item_id, set())
        item.shown = sorted(there.union(shown).difference(left_out))
    item.left_out = sorted({*item.left_out, *left_out} - {*shown})
    order.change += 1


def _show_what_is_there(db: Session, order: WorkOrder, items: Sequence[OrderItem]) -> None:
    """Of each place what staff have seen; what residents send later is shown once they say so."""
    shown = queries_of_orders.shown_photos(db, order.id)
    for item in items:
        item.shown = sorted(shown.get(item.id, ()))


def _draft(db: Session, order_id: int, by: Actor) -> WorkOrder:
    order = held(db, order_id, by)
    if order.state != OrderState.DRAFT:
        raise OrderRefused("発行した指示書の内容は変えられません。")
    return order


def _put_in(db: Session, order: WorkOrder, ticket_ids: Collection[int], by: Actor) -> None:
    held_tickets = locked_all(db, ticket_ids)
    allow_all(db, by, ticket_ids)
    _refuse_closed(held_tickets.values())
    there = [item.ticket_id for item in items_in(db, order)]
    new = [id for id in dict.fromkeys(ticket_ids) if id not in there]
    if not new and not there:
        raise OrderRefused("指示書に入れる受付票を選んでください。")
    if len(there) + len(new) > MOST_ITEMS:
        raise OrderRefused(f"1つの指示書に入れられるのは {MOST_ITEMS}件までです。")
    open = OrderItem.state.in_(OPEN_ITEMS), OrderItem.ticket_id.in_(new)
    if taken := db.scalars(select(OrderItem.ticket_id).where(*open)).all():
        numbers = "、".join(held_tickets[id].number for id in taken[:5])
        raise OrderRefused(f"{numbers} は、終わっていない別の指示書に入っています。")
    last = db.scalar(select(func.max(OrderItem.place)).where(OrderItem.order_id == order.id)) or 0
    for place, ticket_id in enumerate(new, last + 1):
        db.add(OrderItem(order_id=order.id, ticket_id=ticket_id, place=place))
        changed(db, held_tickets[ticket_id])
    db.flush()


def _refuse_closed(tickets: Collection[Ticket]) -> None:
    if closed := [one.number for one in tickets if status_of(one.status) not in OPEN]:
        raise OrderRefused(f"{'、'.join(closed[:5])} は、もう終わっています。外してください。")


def _not_ready(order: WorkOrder, firm: Contractor | None, items: Sequence[OrderItem]) -> str:
    """What is missing; "" for nothing."""
    if not items:
        return "受付票を入れてください。"
    if firm is None or firm.retired:
        return "請負業者を選んで、保存してください。"
    if order.until is None:
        return "期限を決めて、保存してください。"
    if order.until < clock.today():
        return "期限が過ぎています。期限を直して、保存してください。"
    if without := [str(turn) for turn, item in enumerate(items, 1) if not item.what.strip()]:
        return f"作業内容が書かれていません({'、'.join(without)}番)。"
    return ""


def _next(db: Session, year: int) -> int:
    """The next number of this year: no two at a time, so that none is left out."""
    db.execute(_ONE_NUMBER_AT_A_TIME, {"year": year})
    last = select(func.max(WorkOrder.serial)).where(WorkOrder.fiscal_year == year)
    return (db.scalar(last) or 0) + 1


def _of_ticket(db: Session, ticket_id: int, remark_ids: Collection[int]) -> list[int]:
    known = db.scalars(_ITS_REMARKS, {"ticket": ticket_id}).all()
    return [id for id in known if id in remark_ids]


_ONE_PRESS_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('order of ' || CAST(:key AS text), 0))"
)
_ONE_NUMBER_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('orders of ' || CAST(:year AS text), 0))"
)
_ITS_REMARKS: Final = text("""
    SELECT m.id FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = :ticket ORDER BY m.id
""")

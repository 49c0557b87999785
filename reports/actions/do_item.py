"""What is done with one ticket of a work order: begun, done, not possible; looked at by the city.

Locks as of `reports/orders/lock.py`: the order, then the ticket.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reports.actions.move import move
from reports.actions.prove import Shot, keep_told, metres_off, prove
from reports.orders.lock import held, item_of, locked_order
from reports.orders.models import OrderItem, OrderPhoto, OrderQuantity, WorkOrder
from reports.orders.numbers import number_words
from reports.orders.prices import put_prices
from reports.orders.quantities import Quantity
from reports.orders.states import TO_DO, ItemState, NoSuchOrder, OrderRefused, OrderState
from reports.people.permissions import Actor, Do, may
from reports.photos import intake
from reports.tickets import history, order_events, queries
from reports.tickets.event_kinds import Event
from reports.tickets.lock import changed, locked, locked_as_found
from reports.tickets.status import OPEN, Status, moves_for, status_of


class _Held(NamedTuple):
    """An order and one of its items, locked, and the ticket that it is about by now."""

    order: WorkOrder
    item: OrderItem
    ticket_id: int

    @property
    def number(self) -> str:
        return number_words(self.order.fiscal_year, self.order.serial)


def start(db: Session, order_id: int, item_id: int, by: Actor, *, key: str | None) -> None:
    """The contractor begins; the ticket goes to 対応中. Raises OrderRefused, NoSuchOrder."""
    here = _theirs(db, order_id, item_id, by)
    if _pressed(db, here, key) or here.item.state == ItemState.STARTED:
        return
    _refuse_unless(here, {ItemState.WAITING})
    here.item.state, here.item.started_at = ItemState.STARTED, datetime.now(UTC)
    _go_on(db, here, Status.IN_PROGRESS, by, key=key)
    _tell(db, here, by, order_events.OrderStarted(here.number), key)


def finish(
    db: Session,
    order_id: int,
    item_id: int,
    by: Actor,
    *,
    actual: Mapping[int, Decimal],
    more: Sequence[Quantity] = (),
    said: str = "",
    shots: Collection[Shot],
    key: str | None,
) -> None:
    """The contractor has done it, as these photos show: the ticket is fixed and residents hear of
    it, or it waits for the city's look.

    `actual`: how much, by id of the planned quantity; `more`: what was not planned. `said`: for the
    city, and why a photo was taken elsewhere. Raises OrderRefused, NoProof, NoSuchOrder.
    """
    here = _theirs(db, order_id, item_id, by)
    if _pressed(db, here, key):
        return
    _refuse_unless(here, TO_DO)
    if not shots:
        raise OrderRefused("作業後の写真を1枚以上付けてください。")
    prove(shots, metres_off(db, here.ticket_id, shots), said)
    keep_told(db, shots)
    photo_ids = [shot.photo_id for shot in shots]
    now, item = datetime.now(UTC), here.item
    item.started_at, item.done_at, item.said = item.started_at or now, now, said
    _measure(db, item.id, actual, more)
    put_prices(db, here.order)
    db.execute(insert(OrderPhoto), [{"item_id": item.id, "photo_id": id} for id in photo_ids])
    checks = here.order.city_checks
    done = order_events.OrderItemDone(here.number, len(photo_ids), checks, note=said)
    if checks or not _go_on(db, here, Status.FIXED, by, photo_ids=photo_ids, key=key):
        intake.uploaded(db, photo_ids, here.ticket_id, by.user_id)
    item.state = ItemState.REPORTED if checks else ItemState.DONE
    _tell(db, here, by, done, key)


def cannot(
    db: Session, order_id: int, item_id: int, by: Actor, why: str, *, key: str | None
) -> None:
    """The contractor cannot do it; the ticket stays open, and the city decides anew.

    Raises OrderRefused, NoSuchOrder.
    """
    here = _theirs(db, order_id, item_id, by)
    if _pressed(db, here, key):
        return
    _refuse_unless(here, TO_DO)
    if not why.strip():
        raise OrderRefused("できない理由を選んでください。")
    here.item.state, here.item.said = ItemState.CANNOT, why.strip()
    _tell(db, here, by, order_events.OrderCannot(here.number, note=why.strip()), key)


def accept(
    db: Session, order_id: int, item_id: int, by: Actor, note: str = "", *, key: str | None
) -> None:
    """The city has looked: the ticket is fixed and residents hear of it. `note`: for them.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    here = _staffs(db, order_id, item_id, by)
    if _pressed(db, here, key) or here.item.state == ItemState.DONE:
        return
    _refuse_unless(here, {ItemState.REPORTED})
    here.item.state = ItemState.DONE
    _go_on(db, here, Status.FIXED, by, note=note, key=key)
    _tell(db, here, by, order_events.OrderAccepted(here.number), key)


def send_back(
    db: Session, order_id: int, item_id: int, by: Actor, why: str, *, key: str | None
) -> None:
    """The city has looked and wants it otherwise; the contractor reads why.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    here = _staffs(db, order_id, item_id, by)
    if _pressed(db, here, key):
        return
    _refuse_unless(here, {ItemState.REPORTED})
    if not why.strip():
        raise OrderRefused("差し戻す理由を書いてください。")
    here.item.state, here.item.sent_back = ItemState.STARTED, why.strip()
    _tell(db, here, by, order_events.OrderSentBack(here.number, note=why.strip()), key)


def correct(
    db: Session, order_id: int, item_id: int, by: Actor, quantities: Sequence[Quantity]
) -> None:
    """What was done and what a unit of it costs, as the city has checked it; rows by their ids,
    those without one are new, and come in once however often they are sent.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    here = _staffs(db, order_id, item_id, by)
    _refuse_unless(here, {ItemState.REPORTED, ItemState.DONE})
    if here.order.state != OrderState.ISSUED:
        raise OrderRefused("完了した指示書の数量は変えられません。")
    for one in quantities:
        facts = {"actual": one.actual, "yen": one.yen}
        if one.id:
            its = OrderQuantity.id == one.id, OrderQuantity.item_id == item_id
            db.execute(update(OrderQuantity).where(*its).values(**facts))
        else:
            new = {"item_id": item_id, "work": one.work, "unit": one.unit} | facts
            if db.scalar(select(OrderQuantity.id).filter_by(**new).limit(1)) is None:
                db.execute(insert(OrderQuantity).values(**new))
    here.order.change += 1


def _theirs(db: Session, order_id: int, item_id: int, by: Actor) -> _Held:
    """For the contractor that it was issued to. Raises NoSuchOrder, OrderRefused."""
    order = locked_order(db, order_id)
    is_ordered = by.order_id == order.id or (
        by.contractor_id is not None and by.contractor_id == order.contractor_id
    )
    if not may(by, Do.DO_ITEMS, None, is_ordered=is_ordered) or order.state == OrderState.DRAFT:
        raise NoSuchOrder(str(order_id))
    return _here(db, order, item_id)


def _staffs(db: Session, order_id: int, item_id: int, by: Actor) -> _Held:
    return _here(db, held(db, order_id, by), item_id)


def _here(db: Session, order: WorkOrder, item_id: int) -> _Held:
    item = item_of(db, order, item_id)

    def its_tickets() -> list[int]:
        way = queries.way_on(db, item.ticket_id)
        return [way[0], way[-1]]

    locked_as_found(db, its_tickets)
    return _Held(order, item, its_tickets()[-1])


def _pressed(db: Session, here: _Held, key: str | None) -> bool:
    return bool(history.pressed(db, key, [here.ticket_id, here.item.ticket_id]))


def _refuse_unless(here: _Held, states: Collection[ItemState]) -> None:
    if here.order.state not in (OrderState.ISSUED, OrderState.DONE):
        raise OrderRefused("この指示書は取り消されました。市の担当者に確かめてください。")
    if ItemState(here.item.state) not in states:
        raise OrderRefused("この作業の状態は、もう変わっています。いまの内容を確かめてください。")


def _go_on(
    db: Session,
    here: _Held,
    to: Status,
    by: Actor,
    *,
    note: str = "",
    photo_ids: Collection[int] = (),
    key: str | None,
) -> bool:
    """Move the ticket, unless it has ended already, or is there. Whether it was moved."""
    before = status_of(locked(db, here.ticket_id).status)
    if before not in OPEN or to not in moves_for(by.role, before):
        return False
    press = f"{key}:{to}" if key else None
    move(db, here.ticket_id, to, by, note=note, photo_ids=photo_ids, key=press)
    return True


def _tell(db: Session, here: _Held, by: Actor, event: Event, key: str | None) -> None:
    history.write(db, here.ticket_id, by, event, key=key)
    changed(db, locked(db, here.ticket_id))
    here.order.change += 1
    db.flush()


def _measure(
    db: Session, item_id: int, actual: Mapping[int, Decimal], more: Sequence[Quantity]
) -> None:
    for id, quantity in actual.items():
        its = OrderQuantity.id == id, OrderQuantity.item_id == item_id
        db.execute(update(OrderQuantity).where(*its).values(actual=quantity))
    for one in more:
        facts = {"work": one.work, "unit": one.unit, "actual": one.actual}
        db.execute(insert(OrderQuantity).values(item_id=item_id, **facts))

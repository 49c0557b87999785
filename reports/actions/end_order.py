"""A ticket leaves a work order, or the whole order ends: done, or cancelled."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.schedule import bring_back
from reports.actions.tell_contractor import tell
from reports.orders import links
from reports.orders.lock import held, item_of, items_in
from reports.orders.models import OrderItem, WorkOrder
from reports.orders.numbers import number_words
from reports.orders.states import OPEN_ITEMS, ItemState, OrderRefused, OrderState
from reports.people.permissions import Actor
from reports.tickets import history, order_events
from reports.tickets.lock import changed, locked, locked_all
from reports.tickets.models import Ticket


def take_out(db: Session, order_id: int, item_id: int, by: Actor, why: str) -> None:
    """A ticket stands in the order no more, and may stand in another. `why`: for staff.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = held(db, order_id, by)
    item = item_of(db, order, item_id)
    if item.state == ItemState.TAKEN_OUT:
        return
    if ItemState(item.state) not in OPEN_ITEMS or order.state not in _GOING_ON:
        raise OrderRefused("終わった作業は外せません。")
    if order.state == OrderState.DRAFT:
        db.delete(item)
    else:
        if not why.strip():
            raise OrderRefused("外す理由を書いてください。")
        place = items_in(db, order).index(item) + 1
        ticket = _out(db, order, item, by, why.strip())
        tell(db, order, "order_changed", by, f"{place}番 {ticket.number} を外しました。")
    order.change += 1


def close(db: Session, order_id: int, by: Actor) -> None:
    """All is done that is to be done. Raises OrderRefused, NoSuchOrder, NotTheirs."""
    order = held(db, order_id, by)
    if order.state == OrderState.DONE:
        return
    if order.state != OrderState.ISSUED:
        raise OrderRefused("発行した指示書だけを完了にできます。")
    if open := [item for item in items_in(db, order) if ItemState(item.state) in OPEN_ITEMS]:
        raise OrderRefused(
            f"まだ終わっていない作業が {len(open)}件あります。済ませるか、外してください。"
        )
    order.state, order.closed_at = OrderState.DONE, datetime.now(UTC)
    order.change += 1


def cancel(db: Session, order_id: int, by: Actor, why: str) -> None:
    """Nothing of it is to be done any more; its number stays used, its links end.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = held(db, order_id, by)
    if order.state == OrderState.CANCELLED:
        return
    if order.state == OrderState.DONE:
        raise OrderRefused("完了した指示書は取り消せません。")
    if order.state == OrderState.ISSUED and not why.strip():
        raise OrderRefused("取り消す理由を書いてください。")
    was_issued = order.state == OrderState.ISSUED
    open = [item for item in items_in(db, order) if ItemState(item.state) in OPEN_ITEMS]
    locked_all(db, [item.ticket_id for item in open])
    for item in open:
        if was_issued:
            _out(db, order, item, by, why.strip())
        else:
            item.state = ItemState.TAKEN_OUT
    links.revoke(db, order_id)
    order.state, order.closed_at = OrderState.CANCELLED, datetime.now(UTC)
    order.closed_note = why.strip()
    order.change += 1
    if was_issued:
        tell(db, order, "order_withdrawn", by)


def _out(db: Session, order: WorkOrder, item: OrderItem, by: Actor, why: str) -> Ticket:
    ticket = locked(db, item.ticket_id)
    bring_back(db, item, by)
    item.state = ItemState.TAKEN_OUT
    number = number_words(order.fiscal_year, order.serial)
    history.write(db, ticket.id, by, order_events.TakenOut(number, note=why))
    changed(db, ticket)
    return ticket


_GOING_ON: Final = (OrderState.DRAFT, OrderState.ISSUED)

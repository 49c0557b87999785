"""Taking an order to change it: first the order, then its tickets by their ids, then its items.

Nobody who holds a ticket asks for an order; who erases somebody's words holds the tickets alone.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.orders.models import OrderItem, WorkOrder
from reports.orders.states import ItemState, NoSuchOrder
from reports.people.permissions import Actor, Do, NotTheirs, OnlyToSee, may
from reports.tickets.models import Ticket


def allow(by: Actor) -> None:
    """Raises NotTheirs for who may not write orders."""
    if not may(by, Do.ORDER, None):
        raise NotTheirs(Do.ORDER)


def held(db: Session, order_id: int, by: Actor) -> WorkOrder:
    """The order as it is now, nobody else's until the commit. Raises NoSuchOrder, NotTheirs."""
    allow(by)
    order = locked_order(db, order_id)
    allow_all(db, by, [item.ticket_id for item in items_in(db, order)])
    return order


def allow_all(db: Session, by: Actor, ticket_ids: Collection[int]) -> None:
    """Raises OnlyToSee where one of these tickets is not theirs to have done."""
    if not may_write(db, by, ticket_ids):
        raise OnlyToSee(Do.ORDER)


def may_write(db: Session, by: Actor, ticket_ids: Collection[int]) -> bool:
    """Whether all of these tickets are theirs to have done."""
    whose = select(Department.key).select_from(Ticket).outerjoin(Department)
    keys = db.scalars(whose.where(Ticket.id.in_(ticket_ids)).distinct())
    return all(may(by, Do.ORDER, key) for key in keys)


def locked_order(db: Session, order_id: int) -> WorkOrder:
    """The same for whoever may. Raises NoSuchOrder."""
    order = db.get(WorkOrder, order_id, with_for_update=True, populate_existing=True)
    if order is None:
        raise NoSuchOrder(str(order_id))
    return order


def item_of(db: Session, order: WorkOrder, item_id: int) -> OrderItem:
    """Of this order, whatever became of it. Raises NoSuchOrder."""
    item = db.get(OrderItem, item_id, populate_existing=True)
    if item is None or item.order_id != order.id:
        raise NoSuchOrder(f"{order.id}/{item_id}")
    return item


def items_in(db: Session, order: WorkOrder) -> list[OrderItem]:
    """Those that stand in it, in their order."""
    stand = OrderItem.order_id == order.id, OrderItem.state != ItemState.TAKEN_OUT
    found = select(OrderItem).where(*stand).order_by(OrderItem.place)
    return list(db.scalars(found.execution_options(populate_existing=True)))

"""A ticket is planned for by a work order that is issued, and goes back where that is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.bulk_preview import reached
from reports.actions.move import move
from reports.orders.lock import items_in
from reports.orders.models import OrderItem, WorkOrder
from reports.orders.states import OPEN_ITEMS, ItemState, OrderState
from reports.outbox import answers, residents
from reports.outbox.kinds import Moved
from reports.people.permissions import Actor
from reports.tickets import callers, deadline, events, history
from reports.tickets.followers import followers
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import Status, moves_for, status_of

NOT_BACK: Final = frozenset({Status.IN_PROGRESS})
"""Somebody works on it already: planned would be less."""


def is_scheduled(status: Status, by: Actor) -> bool:
    """Whether issuing an order moves a ticket from there."""
    return status not in NOT_BACK and Status.SCHEDULED in moves_for(by.role, status)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Before it is done: how many tickets of an order `move`, how many stay as they are, and whom
    residents' words reach (as of `Preview`)."""

    move: int
    stay: int
    people: int
    calls: int


def foreseen(db: Session, order_id: int, by: Actor) -> Foreseen:
    """What issuing a draft does to its tickets; of an issued order, what withdrawing it does."""
    order = db.get_one(WorkOrder, order_id)
    items = [one for one in items_in(db, order) if ItemState(one.state) in OPEN_ITEMS]
    is_draft = order.state == OrderState.DRAFT
    moved = [
        one.ticket_id
        for one in items
        if (_goes_on(db, one, by) if is_draft else _planned_from(db, one) is not None)
    ]
    people, calls = reached(db, moved)
    return Foreseen(len(moved), len(items) - len(moved), people, calls)


def _goes_on(db: Session, item: OrderItem, by: Actor) -> bool:
    ticket = db.get_one(Ticket, item.ticket_id)
    return is_scheduled(status_of(ticket.status), by)


def _planned_from(db: Session, item: OrderItem) -> Status | None:
    """What its ticket was before the order planned it; None where it has moved since."""
    line = history.newest(db, item.ticket_id, events.Moved) if item.moved_by else None
    ticket = db.get_one(Ticket, item.ticket_id)
    if line is None or line.id != item.moved_by or not line.from_status:
        return None
    return status_of(line.from_status) if ticket.status == Status.SCHEDULED else None


def schedule(db: Session, order: WorkOrder, items: Sequence[OrderItem], by: Actor) -> None:
    """With the order and the tickets in hand: those that may go to 対応予定, and residents hear of
    it as of any move."""
    for item in items:
        ticket = locked(db, item.ticket_id)
        if not is_scheduled(status_of(ticket.status), by):
            continue
        move(db, ticket.id, Status.SCHEDULED, by, key=f"order {order.id}")
        line = history.newest(db, ticket.id, events.Moved)
        item.moved_by = line.id if line else None
    db.flush()


def bring_back(db: Session, item: OrderItem, by: Actor) -> bool:
    """With its ticket in hand: it is again as before it was planned, if it has not moved since, and
    who heard that it was planned hears of it. Whether it went back."""
    ticket, before = locked(db, item.ticket_id), _planned_from(db, item)
    if before is None:
        return False
    item.moved_by = None
    ticket.status = before
    deadline.settle(db, ticket)
    history_id = history.write(db, ticket.id, by, events.Moved(Status.SCHEDULED, before))
    callers.await_call(db, ticket.id)
    answers.tell(db, ticket.id, history_id)
    residents.push(
        db, followers(db, ticket.id), [Moved(ticket_id=ticket.id, history_id=history_id)]
    )
    return True

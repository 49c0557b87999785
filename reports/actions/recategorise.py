"""Another kind of problem than was thought."""

from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, Seen, opened
from reports.actions.route import route
from reports.people.permissions import RESIDENT, Actor, Do
from reports.tickets import events, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.status import Status
from store.tasks import later


def recategorise(
    db: Session,
    ticket_id: int,
    category: str,
    by: Actor,
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Staff see another kind of problem; the department follows, whatever was decided before.

    `seen`: the category's key. Raises as `opened`.
    """
    ticket = opened(
        db, ticket_id, by, Do.RECATEGORISE, key=key, seen=seen, now=_category,
        same=lambda did: isinstance(did, events.Recategorised) and did.to == category,
    )  # fmt: skip
    if ticket is None:
        return
    if ticket.category == category:
        raise CannotReroute("いまの種類と同じです。")
    _change(db, ticket, category, by, key)
    route(db, ticket_id, by)


def say_other_category(db: Session, ticket_id: int, category: str) -> None:
    """A resident, who waits for an answer, says so: routed again by the worker, and not away from
    whom staff have chosen. Raises NoSuchTicket, CannotReroute once somebody works on it."""
    ticket = locked(db, ticket_id)
    if ticket.status != Status.RECEIVED:
        raise CannotReroute("対応が始まった受付票の種類は、通報した人には変えられません。")
    if ticket.category != category:
        _change(db, ticket, category, RESIDENT)
        later(db, "route_ticket", ticket_id=ticket_id)


def _change(db: Session, ticket: Ticket, category: str, by: Actor, key: str | None = None) -> None:
    event = events.Recategorised(ticket.category, category)
    history.write(db, ticket.id, by, event, key=key)
    ticket.category = category
    changed(db, ticket)


def _category(db: Session, ticket: Ticket) -> str:
    return ticket.category

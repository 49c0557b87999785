"""Another kind of problem than was thought."""

from sqlalchemy.orm import Session

from reports.actions.reroute import CannotReroute, _open
from reports.actions.route import route
from reports.people.permissions import RESIDENT, Actor, Role
from reports.tickets import events, history
from reports.tickets.lock import changed, locked
from store.tasks import later


def recategorise(db: Session, ticket_id: int, category: str, actor: Actor = RESIDENT) -> None:
    """Another kind of problem than was thought: routed again. Raises NoSuchTicket.

    For staff at once, whatever was decided before; for a resident, who waits for an answer, by the
    worker, and not away from whom staff have chosen.
    """
    ticket = locked(db, ticket_id)
    if ticket.category == category:
        return
    history.write(db, ticket_id, actor, events.Recategorised(ticket.category, category))
    ticket.category = category
    changed(db, ticket)
    if actor.role is Role.STAFF:
        route(db, ticket_id, actor)
    else:
        later(db, "route_ticket", ticket_id=ticket_id)


def change_category(db: Session, ticket_id: int, category: str, actor: Actor) -> None:
    """Staff see another kind of problem; the department follows. Raises as `relocate`."""
    if _open(db, ticket_id).category == category:
        raise CannotReroute("いまの種類と同じです。")
    recategorise(db, ticket_id, category, actor)

"""Routing a ticket: owner, district, department, deadline, and why."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from reports.actions.route import route


def route_ticket(ticket_id: int) -> Callable[[Session], None]:
    """All of it is reading and writing the database, so it is all in the one commit."""
    return lambda db: route(db, ticket_id)

"""The record of a ticket: one line for everything that happens to it, in the same commit."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reports.people.permissions import Actor
from reports.tickets.models import History


def write(db: Session, ticket_id: int, actor: Actor | None, what: str, **line: Any) -> int:
    """One line; without an actor Michi itself did it. Returns the line's id."""
    return db.execute(
        insert(History)
        .values(
            ticket_id=ticket_id,
            actor=actor.role if actor else "michi",
            actor_name=actor.name if actor else "",
            what=what,
            **line,
        )
        .returning(History.id)
    ).scalar_one()

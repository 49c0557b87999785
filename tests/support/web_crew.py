"""Colleagues of a crew for the web's tests, and who is in charge of what."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import value
from web_scene import PASSWORD, Browser

from reports.people.accounts import create_user
from reports.tickets.models import Ticket
from store.database import transaction

PERSON = "SELECT id FROM users WHERE name = :name"
ComeIn = Callable[[str], Browser]


def another(name: str = "tanaka", department: str = "road") -> int:
    """One more of a crew, 田中 一; gives their id."""
    with transaction() as db:
        create_user(
            db,
            name=name,
            shown_name="田中 一",
            password=PASSWORD,
            role="crew",
            department_key=department,
        )
    return int(value(PERSON, name=name))


def in_charge(ticket_id: int) -> int | None:
    """Their id."""
    found: int | None = value("SELECT assignee_id FROM tickets WHERE id = :id", id=ticket_id)
    return found


def copies_of(db: Session, ticket_id: int, many: int) -> None:
    """So many more tickets like this one, with numbers of their own."""
    new = ("id", "number", "change")
    same = ", ".join(one.name for one in Ticket.__table__.columns if one.name not in new)
    copying = f"""
        INSERT INTO tickets (number, {same})
        SELECT '000-' || to_char(turn, 'FM000000'), {same}
        FROM tickets, generate_series(1, :many) AS turn WHERE tickets.id = :id
    """
    db.execute(text(copying), {"id": ticket_id, "many": many})

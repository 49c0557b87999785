"""Colleagues of a crew for the web's tests, and who is in charge of what."""

from collections.abc import Callable

from townsfolk import value
from web_scene import PASSWORD, Browser

from reports.people.accounts import create_user
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

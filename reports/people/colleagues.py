"""Who works here: whom a note can be for, and who can be in charge of a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.people.models import User
from reports.people.permissions import Role
from store import sql


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person, or a department that works here, by its key."""

    name: str
    user_id: int | None = None
    department: str | None = None


class InCharge(NamedTuple):
    """Who can be: any of staff, and people of crews."""

    staff: Sequence[Colleague]
    crew: Sequence[Colleague]

    @property
    def names(self) -> dict[str, str]:
        """By their ids, as forms and addresses have them."""
        return {str(one.user_id): one.name for one in (*self.staff, *self.crew)}


def in_charge(db: Session) -> InCharge:
    """Of any ticket, among those who may come in."""
    return InCharge(_people(db, Role.STAFF), _people(db, Role.CREW))


def in_charge_of(db: Session, department: str | None) -> InCharge:
    """As `in_charge`, of a ticket of this department (a key)."""
    crew = [one for one in _people(db, Role.CREW) if department and one.department == department]
    return InCharge(_people(db, Role.STAFF), crew)


def offices(db: Session) -> Sequence[Colleague]:
    """The departments that work here."""
    return [Colleague(name, department=key) for key, name in sql.run(db, _OFFICES)]


def can_be_in_charge(person: User | None, department_id: int | None) -> bool:
    """Whether they may come in, and are of staff or of the crew of the ticket's department."""
    if person is None or person.disabled:
        return False
    return person.role == Role.STAFF or person.department_id == department_id


def _people(db: Session, role: Role) -> Sequence[Colleague]:
    rows = sql.run(db, _PEOPLE, role=str(role))
    return [Colleague(name, id, department) for id, name, department in rows]


_PEOPLE: Final = """
    SELECT u.id, u.shown_name, d.key FROM users u LEFT JOIN departments d ON d.id = u.department_id
    WHERE u.role = %(role)s AND NOT u.disabled ORDER BY u.shown_name, u.id
"""
_OFFICES: Final = "SELECT key, name FROM departments WHERE inside ORDER BY id"

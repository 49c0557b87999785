"""Who works here: whom a note can be for, and who can be in charge of a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.people.models import User
from reports.people.permissions import Actor, Do, Role, may
from reports.people.rights import DEPARTMENTS, departments_of
from store import sql


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person, or a department that works here, by its key."""

    name: str
    user_id: int | None = None
    department: str | None = None


class InCharge(NamedTuple):
    """Who can be: those of staff, and people of crews."""

    staff: Sequence[Colleague]
    crew: Sequence[Colleague]

    @property
    def names(self) -> dict[str, str]:
        """By their ids, as forms and addresses have them."""
        return {str(one.user_id): one.name for one in (*self.staff, *self.crew)}


def in_charge(db: Session) -> InCharge:
    """Of any ticket, among those who may come in."""
    people = _people(db)
    return InCharge(_of(people, *_STAFF), _of(people, Role.CREW))


def in_charge_of(db: Session, department: str | None) -> InCharge:
    """As `in_charge`, of a ticket of this department (a key)."""
    people = [one for one in _people(db) if _takes(one.role, one.departments, department)]
    return InCharge(_of(people, *_STAFF), _of(people, Role.CREW))


def offices(db: Session) -> Sequence[Colleague]:
    """The departments that work here."""
    return [Colleague(name, department=key) for key, name in sql.run(db, _OFFICES)]


def can_be_in_charge(db: Session, person: User | None, department: str | None) -> bool:
    """Whether they may come in and may work on tickets of this department (a key)."""
    return person is not None and not person.disabled and takes(db, person, department)


def takes(db: Session, person: User, department: str | None) -> bool:
    """Whether they are somebody who works on tickets of this department (a key)."""
    return _takes(Role(person.role), departments_of(db, person.id), department)


def _takes(role: Role, theirs: tuple[str, ...], department: str | None) -> bool:
    is_one = role in _STAFF or role is Role.CREW
    return is_one and may(Actor(role, departments=theirs), Do.PUT_IN_CHARGE, department)


def _people(db: Session) -> Sequence["_Person"]:
    return [
        _Person(name, id, Role(role), tuple(departments))
        for id, name, role, departments in sql.run(db, _PEOPLE)
    ]


def _of(people: Sequence["_Person"], *roles: Role) -> Sequence[Colleague]:
    return [Colleague(one.name, one.user_id) for one in people if one.role in roles]


class _Person(NamedTuple):
    name: str
    user_id: int
    role: Role
    departments: tuple[str, ...]


_STAFF: Final = (Role.DEPARTMENT, Role.STAFF, Role.ADMINISTRATOR)


_PEOPLE: Final = f"""
    SELECT u.id, u.shown_name, u.role, {DEPARTMENTS} FROM users u
    WHERE NOT u.disabled ORDER BY u.shown_name, u.id
"""
_OFFICES: Final = "SELECT key, name FROM departments WHERE inside ORDER BY id"

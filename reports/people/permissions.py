"""What people are to Michi, how they sign what they do, and what they may do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who moves a ticket. Staff may do what a crew may."""

    STAFF = "staff"
    CREW = "crew"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, as the history keeps it; `user_id`, `department` (a key) of who signs in."""

    role: Role
    name: str = ""
    user_id: int | None = None
    department: str | None = None


class Do(StrEnum):
    """What may be done with a ticket; to which status it may go is reports/tickets/status.py."""

    SEE = "see"
    SEE_ORIGINALS = "see originals"
    MOVE = "move"
    NOT_OURS = "not ours"
    ASSIGN = "assign"
    PUT_IN_CHARGE = "put in charge"
    SET_DEADLINE = "set deadline"
    FILE = "file"
    RELOCATE = "relocate"
    RECATEGORISE = "recategorise"
    ASK = "ask"
    MERGE = "merge"
    AUTHORITIES = "authorities"
    NOTE = "note"


class Whose(StrEnum):
    """With which tickets. Which are a resident's own, `residents_view.standing` says."""

    ANYBODYS = "anybody's"
    THEIR_DEPARTMENTS = "their department's"
    THEIR_OWN = "their own"


class NotTheirs(Exception):
    """This is not for this person to do, or not with this ticket."""


RESIDENT: Final = Actor(Role.RESIDENT)
MAY: Final[Mapping[Role, Mapping[Do, Whose]]] = {
    Role.STAFF: dict.fromkeys(Do, Whose.ANYBODYS),
    Role.CREW: dict.fromkeys(
        (Do.SEE, Do.MOVE, Do.NOT_OURS, Do.PUT_IN_CHARGE, Do.NOTE), Whose.THEIR_DEPARTMENTS
    ),
    Role.RESIDENT: dict.fromkeys((Do.SEE, Do.MOVE, Do.RECATEGORISE), Whose.THEIR_OWN),
}


def may(by: Actor, do: Do, department: str | None) -> bool:
    """Whether they may do it with a ticket of this department (a key; None for 担当課未定)."""
    whose = MAY[by.role].get(do)
    if whose is Whose.THEIR_DEPARTMENTS:
        return department is not None and department == by.department
    return whose is not None

"""What people are to Michi, how they sign what they do, and what they may do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who moves a ticket. Staff may do what a crew may."""

    STAFF = "staff"
    CREW = "crew"
    CONTRACTOR = "contractor"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, as the history keeps it; `user_id`, `department` (a key) of who signs in.

    Of a contractor: `contractor_id`, or the one work order that their link leads to.
    """

    role: Role
    name: str = ""
    user_id: int | None = None
    department: str | None = None
    contractor_id: int | None = None
    order_id: int | None = None


class Do(StrEnum):
    """What may be done with a ticket; to which status it may go is reports/tickets/status.py.

    PATROL: of a department; what is found on the way is a ticket. PAUSE: take nothing from a
    resident for a time.
    """

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
    ORDER = "order"
    PATROL = "patrol"
    PAUSE = "pause"


class Whose(StrEnum):
    """With which tickets. Which are a resident's own, `residents_view.standing` says; which stand
    in a contractor's orders, `reports.orders.whose`."""

    ANYBODYS = "anybody's"
    THEIR_DEPARTMENTS = "their department's"
    THEIR_ORDERS = "in their orders"
    THEIR_OWN = "their own"


class NotTheirs(Exception):
    """This is not for this person to do, or not with this ticket."""


RESIDENT: Final = Actor(Role.RESIDENT)
MAY: Final[Mapping[Role, Mapping[Do, Whose]]] = {
    Role.STAFF: dict.fromkeys(Do, Whose.ANYBODYS),
    Role.CREW: dict.fromkeys(
        (Do.SEE, Do.MOVE, Do.NOT_OURS, Do.PUT_IN_CHARGE, Do.NOTE, Do.PATROL),
        Whose.THEIR_DEPARTMENTS,
    ),
    Role.CONTRACTOR: dict.fromkeys((Do.SEE, Do.MOVE), Whose.THEIR_ORDERS),
    Role.RESIDENT: dict.fromkeys((Do.SEE, Do.MOVE, Do.RECATEGORISE), Whose.THEIR_OWN),
}


def may(by: Actor, do: Do, department: str | None, *, is_ordered: bool = False) -> bool:
    """Whether they may do it with a ticket of this department (a key; None for 担当課未定).

    `is_ordered`: it stands in an order that is theirs.
    """
    whose = MAY[by.role].get(do)
    if whose is Whose.THEIR_ORDERS:
        return is_ordered
    if whose is Whose.THEIR_DEPARTMENTS:
        return department is not None and department == by.department
    return whose is not None

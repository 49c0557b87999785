"""What people are to Michi, how they sign what they do, and what they may do. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is to Michi. DEPARTMENT: staff of some departments; STAFF: of all of them;
    ADMINISTRATOR: staff who also say who may come in. PROGRAM: what its key's scopes open."""

    VIEWER = "viewer"
    CREW = "crew"
    CONTRACTOR = "contractor"
    DEPARTMENT = "department"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"
    PROGRAM = "program"

    @property
    def side(self) -> "Role":
        """Whose screens they have, whose moves they make, and as whom the history keeps them: all
        of the desk are staff."""
        return Role.STAFF if self in DESK else self


class Scope(StrEnum):
    """What a program's key opens; a key has one or several."""

    OPEN = "open"
    PERSONAL = "personal"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, as the history keeps it; `user_id`, `department` (a key) of who signs in.

    `departments`: all of theirs, of which `department` is the first. Of a contractor:
    `contractor_id`, or the one work order that their link leads to. Of a program: `key_id` and
    `scopes`; its name is its key's, and without `departments` it is for all.
    """

    role: Role
    name: str = ""
    user_id: int | None = None
    department: str | None = None
    contractor_id: int | None = None
    order_id: int | None = None
    departments: tuple[str, ...] = ()
    key_id: int | None = None
    scopes: tuple[Scope, ...] = ()

    @property
    def side(self) -> Role:
        """As whom the history keeps them."""
        return self.role.side

    def __post_init__(self) -> None:
        if self.department and not self.departments:
            object.__setattr__(self, "departments", (self.department,))


class Do(StrEnum):
    """What may be done; to which status a ticket may go is reports/tickets/status.py."""

    # with tickets
    SEE = "see"
    SEE_ORIGINALS = "see originals"
    FILE = "file"
    MOVE = "move"
    ASSIGN = "assign"
    NOT_OURS = "not ours"
    PUT_IN_CHARGE = "put in charge"
    SET_DEADLINE = "set deadline"
    RELOCATE = "relocate"
    RECATEGORISE = "recategorise"
    MERGE = "merge"
    ASK = "ask"
    NOTE = "note"
    CALL = "call"
    BULK = "bulk"
    RELEASE = "release"
    ORDER = "order"
    AUTHORITIES = "authorities"
    ISSUE_RECORD = "issue record"
    RECORD_PERSONAL = "record personal"
    HOLD = "hold"
    # on the way
    WORKLIST = "worklist"
    PATROL = "patrol"
    SEE_PATROLS = "see patrols"
    DO_ITEMS = "do items"
    # at the desk
    DESK = "desk"
    WHERE = "where"
    RIGHTS = "rights"
    VIEWS = "views"
    EXPORT = "export"
    SEE_MONEY = "see money"
    EDIT_BUDGET = "edit budget"
    SEE_NUMBERS = "see numbers"
    WRITE_REPORTS = "write reports"
    EXPORT_WORDS = "export words"
    # the city's own data
    CITY = "city"
    RULES = "rules"
    DEPARTMENTS = "departments"
    CONTRACTORS = "contractors"
    TERMS = "terms"
    # residents who disturb
    PAUSE = "pause"
    # who may do what
    PEOPLE = "people"
    AUDIT = "audit"
    KEYS = "keys"
    WEBHOOKS = "webhooks"
    # what is held of people
    PRIVACY = "privacy"
    # what is kept long enough
    DISCARD = "discard"
    # what everybody may see
    PUBLISH = "publish"
    # programs alone
    OPEN_DATA = "open data"


class Whose(StrEnum):
    """With which tickets. Which are a resident's own, `residents_view.standing` says; which stand
    in a contractor's orders, `reports.orders.whose`."""

    ANYBODYS = "anybody's"
    THEIRS_OR_NOBODYS = "their departments' or nobody's"
    THEIR_DEPARTMENTS = "their departments'"
    THEIR_ORDERS = "in their orders"
    THEIR_OWN = "their own"
    THE_KEYS = "the key's departments', or anybody's where it names none"


class NotTheirs(Exception):
    """This is not for this person to do, or not with this ticket."""


class OnlyToSee(NotTheirs):
    """They see this ticket, but what they want to do with it is for its department."""

    def __str__(self) -> str:
        return "ほかの課の受付票です。見ることはできますが、変えられません。"


DESK: Final = frozenset({Role.VIEWER, Role.DEPARTMENT, Role.STAFF, Role.ADMINISTRATOR})
RESIDENT: Final = Actor(Role.RESIDENT)

_LOOKS: Final = (Do.SEE, Do.SEE_PATROLS, Do.DESK, Do.WHERE, Do.RIGHTS, Do.SEE_NUMBERS, Do.SEE_MONEY)
_WORKS: Final = (
    Do.MOVE,
    Do.ASSIGN,
    Do.NOT_OURS,
    Do.PUT_IN_CHARGE,
    Do.SET_DEADLINE,
    Do.RELOCATE,
    Do.RECATEGORISE,
    Do.MERGE,
    Do.ASK,
    Do.NOTE,
    Do.CALL,
    Do.BULK,
    Do.RELEASE,
    Do.ORDER,
    Do.EXPORT_WORDS,
    Do.ISSUE_RECORD,
    Do.HOLD,
)
_OF_ALL: Final = (Do.SEE_ORIGINALS, Do.FILE, Do.VIEWS, Do.EXPORT)
_CITYS: Final = (
    Do.AUTHORITIES,
    Do.RECORD_PERSONAL,
    Do.CITY,
    Do.RULES,
    Do.DEPARTMENTS,
    Do.CONTRACTORS,
    Do.TERMS,
    Do.PAUSE,
    Do.EDIT_BUDGET,
    Do.WRITE_REPORTS,
)
_STAFFS: Final = dict.fromkeys((*_LOOKS, *_WORKS, *_OF_ALL, *_CITYS), Whose.ANYBODYS)
MAY: Final[Mapping[Role, Mapping[Do, Whose]]] = {
    Role.VIEWER: dict.fromkeys(_LOOKS, Whose.ANYBODYS),
    Role.CREW: dict.fromkeys(
        (
            Do.SEE,
            Do.MOVE,
            Do.NOT_OURS,
            Do.PUT_IN_CHARGE,
            Do.NOTE,
            Do.WORKLIST,
            Do.PATROL,
            Do.SEE_PATROLS,
        ),
        Whose.THEIR_DEPARTMENTS,
    ),
    Role.CONTRACTOR: dict.fromkeys((Do.SEE, Do.MOVE, Do.DO_ITEMS), Whose.THEIR_ORDERS),
    Role.DEPARTMENT: {
        **dict.fromkeys((*_LOOKS, *_OF_ALL), Whose.ANYBODYS),
        **dict.fromkeys(_WORKS, Whose.THEIRS_OR_NOBODYS),
    },
    Role.STAFF: _STAFFS,
    Role.ADMINISTRATOR: {
        **_STAFFS,
        **dict.fromkeys(
            (Do.PEOPLE, Do.AUDIT, Do.KEYS, Do.WEBHOOKS, Do.PRIVACY, Do.DISCARD, Do.PUBLISH),
            Whose.ANYBODYS,
        ),
    },
    Role.RESIDENT: dict.fromkeys((Do.SEE, Do.MOVE, Do.RECATEGORISE), Whose.THEIR_OWN),
    Role.PROGRAM: {},
}
OPENS: Final[Mapping[Scope, Mapping[Do, Whose]]] = {
    Scope.OPEN: {Do.OPEN_DATA: Whose.THE_KEYS},
    Scope.PERSONAL: dict.fromkeys((Do.OPEN_DATA, Do.SEE), Whose.THE_KEYS),
    Scope.WRITE: dict.fromkeys((Do.FILE, Do.MOVE, Do.NOTE, Do.NOT_OURS), Whose.THE_KEYS),
}
"""What a program may do is what its key's scopes open."""


def may(by: Actor, do: Do, department: str | None, *, is_ordered: bool = False) -> bool:
    """Whether they may do it with a ticket of this department (a key; None for 担当課未定).

    `is_ordered`: it stands in an order that is theirs.
    """
    match _whose(by, do):
        case Whose.THEIR_ORDERS:
            return is_ordered
        case Whose.THEIR_DEPARTMENTS:
            return department in by.departments
        case Whose.THEIRS_OR_NOBODYS:
            return department is None or department in by.departments
        case Whose.THE_KEYS:
            return not by.departments or department in by.departments
        case whose:
            return whose is not None


def limited_to(by: Actor, do: Do) -> tuple[str, ...] | None:
    """The departments (keys) beside 担当課未定 with whose tickets alone they may do it; None: with
    everybody's. For lists of what they may do it with."""
    is_limited = MAY[by.role].get(do) is Whose.THEIRS_OR_NOBODYS
    return by.departments if is_limited else None


def may_at_all(role: Role, do: Do) -> bool:
    """Whether there is any ticket with which this role may do it."""
    return do in MAY[role]


def opens(scopes: Iterable[Scope], do: Do) -> Whose | None:
    """With whose tickets a key of these scopes may do it; None: with nobody's."""
    return next((OPENS[scope][do] for scope in scopes if do in OPENS[scope]), None)


def _whose(by: Actor, do: Do) -> Whose | None:
    return opens(by.scopes, do) if by.role is Role.PROGRAM else MAY[by.role].get(do)

"""What a kind of line in a ticket's history is, and who reads it. Pure.

A field without a default stands in every line, one with a default only where it says more. What
may be erased has one, so that the line still reads without it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Final, TypeVar, dataclass_transform

from reports.tickets.status import Status


class Reader(IntEnum):
    """Who may know of it; whoever stands later here may know of what those before may."""

    PUBLIC = 0
    RESIDENT = 1
    STAFF = 2


@dataclass(frozen=True, slots=True)
class Event:
    """One line; `note` is what was written with it."""

    what: ClassVar[str]
    note: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """Of a kind that a newer version has written, or that does not read: shown by its name."""

    kind: str
    from_status: Status | None = None
    to_status: Status | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for all lines of a kind. `told`: a step on the cards of residents.

    `printed`: who may read its note on the ticket's page of paper. `personal_note`: the note is the
    resident's own, and goes with them. `of_photo`: the line goes with the photo that it names.
    """

    type: type[Event]
    reader: Reader
    told: bool
    printed: Reader | None = None
    personal_note: bool = False
    of_photo: bool = False


_Event = TypeVar("_Event", bound=Event)
KINDS: Final[dict[str, Kind]] = {}
"""By `what`, as it stands in the line: everything that can happen."""


def kind_of(event: Event) -> Kind:
    """What holds for it; only staff read what this version does not know."""
    return _OF_NEWER if isinstance(event, Unknown) else KINDS[event.what]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def kind(
    what: str, reader: Reader, *, told: bool, **more: Any
) -> Callable[[type[_Event]], type[_Event]]:
    """A decorator: these fields are one kind of line, `what` in the database; `more`: as of
    `Kind`."""

    def enter(fields: type[_Event]) -> type[_Event]:
        made = dataclass(frozen=True, slots=True)(fields)
        made.what = what
        KINDS[what] = Kind(made, reader, told, **more)
        return made

    return enter


PUBLIC, RESIDENT, STAFF = Reader
PERSONAL: Final = {"personal": True}
FROM: Final = {"key": "from"}
SPREAD: Final = {"spread": True}
_OF_NEWER: Final = Kind(Unknown, STAFF, told=False)

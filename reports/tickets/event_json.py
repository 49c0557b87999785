"""An event as a row of `history` keeps it, and back again, whichever version wrote it. Pure."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from functools import cache
from typing import Any, Final, Protocol

from pydantic import TypeAdapter

from reports.tickets import (  # noqa: F401 - their kinds are read as well
    order_events,
    photo_events,
    public_events,
    work_events,
)
from reports.tickets.event_kinds import KINDS, Event, Unknown
from reports.tickets.events import Filed, Handed, Moved
from reports.tickets.status import Status


class Row(Protocol):
    """The columns that say what happened."""

    @property
    def what(self) -> str: ...
    @property
    def from_status(self) -> str | None: ...
    @property
    def to_status(self) -> str | None: ...
    @property
    def note(self) -> str: ...
    @property
    def details(self) -> Mapping[str, Any]: ...


def read(row: Row) -> Event:
    """What happened; Unknown for a line of a kind or a form that this version does not know."""
    statuses = [_status(one) for one in (row.from_status, row.to_status)]
    unknown = Unknown(row.what, *statuses, note=row.note)
    known = KINDS.get(row.what)
    if known is None or statuses != [row.from_status, row.to_status]:
        return unknown
    reader = _reader(row.what)
    columns: dict[str, Any] = dict(zip(_COLUMNS, (row.note, *statuses), strict=True))
    try:
        event = reader.validate_python(
            {
                part.name: columns[part.name] if part.name in columns else _read(part, row.details)
                for part in fields(known.type)
            }
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return unknown
    return event


def details_of(event: Event) -> dict[str, Any]:
    """The column `details`, in plain JSON."""
    line: dict[str, Any] = {}
    for part in fields(event):
        value = getattr(event, part.name)
        if part.name not in _COLUMNS and value != part.default:
            line |= _spread(value) if "spread" in part.metadata else {_key(part): _plain(value)}
    return line


def statuses_of(event: Event) -> tuple[Status | None, Status | None]:
    """From and to, where the ticket moved."""
    if isinstance(event, Moved | Unknown):
        return event.from_status, event.to_status
    return None, Status.RECEIVED if isinstance(event, Filed) else None


def key_of(kind: type[Event], name: str) -> str:
    """The key in `details` of this field."""
    return next(_key(part) for part in fields(kind) if part.name == name)


def personal_keys() -> frozenset[str]:
    """Keys in `details` that go with the person they came from."""
    return frozenset(
        _key(part)
        for kind in KINDS.values()
        for part in fields(kind.type)
        if "personal" in part.metadata
    )


@cache
def _reader(what: str) -> TypeAdapter[Event]:
    """Made when an event of the kind is first read."""
    return TypeAdapter(KINDS[what].type)


_COLUMNS: Final = ("note", "from_status", "to_status")
_ABSENT: Final[Mapping[Any, Any]] = {
    int: 0,
    float: 0.0,
    str: "",
    bool: False,
    int | None: None,
    str | None: None,
    date | None: None,
    tuple[float, float] | None: None,
}
"""What stands for a field that an older version did not write."""


def _key(part: Field[Any]) -> str:
    return str(part.metadata.get("key", part.name))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _spread(value: Any) -> dict[str, Any]:
    if isinstance(value, Handed):
        return dict(zip(_ENDS, value, strict=True))
    return dict(value or {})


def _read(part: Field[Any], details: Mapping[str, Any]) -> Any:
    if "spread" in part.metadata:
        return _gathered(part, details)
    value = details.get(_key(part))
    if value is None:
        return _ABSENT[part.type] if part.default is MISSING else part.default
    if part.type is date:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _gathered(part: Field[Any], details: Mapping[str, Any]) -> Any:
    if part.name == "handed":
        ends = [details.get(end) for end in _ENDS]
        return Handed(*ends) if _ENDS[1] in details else None
    return {name: value for name, value in details.items() if name not in _ENDS}


def _status(kept: str | None) -> Status | None:
    """None for one that only a newer version knows."""
    return Status(kept) if kept in _STATUSES else None


_STATUSES: Final = frozenset(Status)
HANDED_TO: Final = "to"
"""The key of whose a ticket became, where it changed hands."""
_ENDS: Final = ("from", HANDED_TO)

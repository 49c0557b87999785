"""Where a line stands in the order of its list, as an address carries it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from reports.tickets.indexes import BY_DEADLINE

Rank = tuple[bool | int | str, ...]
"""Part by part; the last is the ticket's id."""


class NoSuchPlace(ValueError):
    """A rank that no line of this order can have."""


def typed_rank(keys: Sequence[str], typed: str) -> Rank:
    """Of an order by these keys (SQL), its parts joined by commas. Raises NoSuchPlace."""
    parts = typed.split(",")
    if len(parts) != len(keys):
        raise NoSuchPlace
    for part, key in zip(parts, keys, strict=True):
        _check(part, _type(key))
    return tuple(parts)


def read(key: str, value: str) -> str:
    """SQL: this part of a rank, bound as text, as a value of this key."""
    return _READ[_type(key)].format(value)


def _type(key: str) -> str:
    return _TYPES.get(key, "boolean")


def _check(part: str, kind: str) -> None:
    if not re.fullmatch(_SHAPE[kind], part):
        raise NoSuchPlace
    if kind == "date" and part != "infinity":
        try:
            date.fromisoformat(part)
        except ValueError as wrong:
            raise NoSuchPlace from wrong


_TYPES: Final = {
    "t.id": "bigint",
    "t.follower_count": "bigint",
    "t.received_at": "moment",
    "t.updated_at": "moment",
    BY_DEADLINE: "date",
}
_READ: Final = {
    "boolean": "{}::boolean",
    "bigint": "{}::bigint",
    "date": "{}::date",
    "moment": "('epoch'::timestamptz + {}::bigint * interval '1 microsecond')",
}
_SHAPE: Final = {
    "boolean": "true|false",
    "bigint": "-?[0-9]{1,18}",
    "moment": "-?[0-9]{1,18}",
    "date": "infinity|[0-9]{4}-[0-9]{2}-[0-9]{2}",
}

"""What was read of closed months, kept in this process: it never changes."""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

Found = TypeVar("Found")

MOST: Final = 500
_found: Final[dict[Hashable, Any]] = {}


def remembered(key: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` gave for this key; nobody may change it. The key says when each of its months was
    closed, so that of another database nothing is remembered."""
    if key not in _found:
        if len(_found) >= MOST:
            _found.clear()
        _found[key] = read()
    found: Found = _found[key]
    return found


def forget() -> None:
    """All of it."""
    _found.clear()

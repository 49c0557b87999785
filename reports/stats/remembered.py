"""What was read of closed months, kept in this process: it never changes. And what was read of
months that go on, as long as nothing has changed since."""

from collections.abc import Hashable, Sized
from typing import Any, Final, TypeVar

Found = TypeVar("Found", bound=Sized)

MOST: Final = 20_000
"""Values of dimensions, in all that is kept: some 50 MB."""
_found: Final[dict[Hashable, tuple[Hashable, Any]]] = {}
_size = 0


def recall(key: Hashable | None, stamp: Hashable = None) -> Any:
    """What was kept under it with this stamp, None where nothing was; nobody may change it."""
    there = None if key is None else _found.get(key)
    return there[1] if there and there[0] == stamp else None


def keep(key: Hashable | None, found: Found, stamp: Hashable = None) -> Found:
    """The key or the stamp says when each of its months was closed, or which sums it is of, so that
    nothing is recalled of another database. Without a key it is not kept; where there is no more
    room, all is forgotten first."""
    global _size
    size = 1 + len(found)
    if key is not None and size <= MOST:
        if _size + size > MOST:
            forget()
        before = _found.get(key)
        _size += size - (1 + len(before[1]) if before else 0)
        _found[key] = stamp, found
    return found


def forget() -> None:
    """All of it."""
    global _size
    _found.clear()
    _size = 0

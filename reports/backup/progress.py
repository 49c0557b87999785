"""How whoever waits is told how far it is. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Words = tuple[str, str]
"""In Japanese and in English."""
Tell = Callable[[Words, int, int | None], None]
"""What is being done, how many are done, and of how many, where that is known."""
Item = TypeVar("Item")


def nothing(_what: Words, _done: int, _of: int | None) -> None:
    """Nobody waits."""


def told(items: Iterable[Item], tell: Tell, what: Words, of: int | None = None) -> Iterator[Item]:
    """The same items, told as they go by."""
    done = 0
    tell(what, done, of)
    for item in items:
        yield item
        done += 1
        tell(what, done, of)

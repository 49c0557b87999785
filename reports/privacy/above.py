"""What rooms above hold of people: handed over once by the process that serves pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.privacy.erasings import Erased
from reports.privacy.steps import Step


@dataclass(frozen=True, slots=True)
class Above:
    """`steps`: all that is cleared away, in its order. `heard_from`: what came from a LINE user id,
    word for word; `forget_heard`: that of a resident (by id) becomes empty and nobody's;
    `forget_message`: the one message that this LINE user id took back;
    `throw_again`: tickets that had been thrown away go again; whether any were there."""

    steps: Sequence[Step]
    heard_from: Callable[[Session, str], list[dict[str, Any]]]
    forget_heard: Callable[[Session, int], None]
    forget_message: Callable[[Session, str, str], None]
    throw_again: Callable[[Session, Erased], bool]


def learn(handed: Above) -> None:
    """To be called before the first page is asked for."""
    _handed[:] = [handed]


def above() -> Above:
    """As it was handed over."""
    (handed,) = _handed
    return handed


_handed: Final[list[Above]] = []

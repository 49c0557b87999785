"""What public screens share: whether the city shows anything, and how a state looks."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.published import reading
from reports.published.states import State
from web.kit.errors import NotFound
from web.kit.labels import Label
from web.open.words import Words

_CLOSED: Final = "この市は、通報の様子を公開していません。 / This city does not show reports."
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    State.OPEN: ("inbox", "new"),
    State.IN_PROGRESS: ("cone", "work"),
    State.MADE_SAFE: ("shield", "safe"),
    State.FIXED: ("check", "done"),
    State.NOT_OURS: ("forward", "end"),
    State.CLOSED: ("stop", "end"),
}
"""A drawing in icons.svg and a colour family of the CSS."""


def only_shown(db: Session) -> None:
    """Raises NotFound where the city shows nothing."""
    if not reading.shown(db).shown:
        raise NotFound(_CLOSED)


def city_name(words: Words, facts: Mapping[str, Any]) -> str:
    """`facts`: as of `reports.city.profile.profile`."""
    in_english = facts.get("name_en") if words.language == "en" else None
    return str(in_english or facts.get("name") or "")


def label(words: Words, state: str) -> Label:
    """How it looks and is called."""
    return Label(words(state), *LOOKS[state])


def photo(key: str | None) -> str:
    """Where a released copy is; "" without one."""
    return f"/open/photos/{key}.jpg" if key else ""

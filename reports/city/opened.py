"""What the city shows to everybody, as its table [open] says. Pure."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

USUAL_HOURS: Final = 0
MOST_HOURS: Final = 24 * 90


class Opened(NamedTuple):
    """`shown`: whether the public sees tickets at all. A ticket is shown `after_hours` from its
    filing, and where `after_looking`, only once staff or a crew have done something to it.
    `kept_back`: keys of categories that are never shown. `photos`: whether released ones are."""

    shown: bool = False
    after_hours: int = USUAL_HOURS
    after_looking: bool = True
    kept_back: frozenset[str] = frozenset()
    photos: bool = True


def opened(facts: Mapping[str, Any]) -> Opened:
    """By what the city says of itself; one that says nothing shows nothing."""
    said = facts.get("open") or {}
    return Opened(
        shown=bool(said.get("shown", False)),
        after_hours=int(said.get("after_hours", USUAL_HOURS)),
        after_looking=bool(said.get("after_looking", True)),
        kept_back=frozenset(said.get("kept_back", ())),
        photos=facts.get("strangers_photos") != "none",
    )

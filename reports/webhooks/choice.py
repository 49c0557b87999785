"""Which public events an endpoint is told of, and what each call says. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

WITHDRAWN: Final = "withdrawn"
TEST: Final = "test"
TAKEN_BACK: Final = "taken_back"
"""As of `reports.published.shape`: in an event's data, which fields say less than before."""
_PHOTOS: Final = ("before_photo", "after_photo", "before_small", "after_small")


class Kind(StrEnum):
    """Of a public event that staff may choose; of what is taken back everybody is told."""

    PUBLISHED = "published"
    MOVED = "moved"
    WORDS = "words"
    PHOTO = "photo"
    CHANGED = "changed"


class Event(NamedTuple):
    """A row of `published_events`: `data` is the ticket as everybody might see it then, as
    `reports.published.shape.as_json` writes it, empty where it was taken back."""

    seq: int
    number: str
    kind: str
    state: str | None
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Of each, which are wanted; none named: all. `towns`, `departments`: by the names that the
    public reads, `categories` and `states` by their keys."""

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def has(self, event: Event) -> bool:
        """Whether this is told. What is taken back always is, a ticket as well as words or a photo
        of it: whoever has a copy must know."""
        if event.kind == WITHDRAWN or event.data.get(TAKEN_BACK):
            return True
        told = (
            (self.kinds, event.kind),
            (self.categories, event.data.get("category")),
            (self.states, event.data.get("state") or event.state),
            (self.towns, event.data.get("town")),
            (self.departments, event.data.get("department")),
        )
        return all(not wanted or value in wanted for wanted, value in told)


def is_taken_back(event: Event) -> bool:
    """Whether nothing of it may be told any more."""
    return event.kind != WITHDRAWN and not event.data


def body(event: Event, site: str, *, with_page: bool) -> bytes:
    """What is sent, as JSON: the same bytes each time that it is, but for what was taken back
    meanwhile. `site`: what our addresses begin with; `with_page`: with that of the ticket's public
    page."""
    told: dict[str, Any] = {"seq": event.seq, "number": event.number}
    if event.kind != WITHDRAWN:
        photos = {
            name: f"{site}/open/photos/{event.data[name]}.jpg"
            for name in _PHOTOS
            if event.data.get(name)
        }
        ticket = {name: value for name, value in event.data.items() if name != TAKEN_BACK}
        told |= {"state": event.state, "ticket": {**ticket, **photos}}
        if less := event.data.get(TAKEN_BACK):
            told[TAKEN_BACK] = less
    if with_page:
        told["url"] = f"{site}/open/tickets/{event.number}"
    return _written(f"ticket.{event.kind}", event.at, told)


def test_body(at: datetime) -> bytes:
    """A call that says nothing of any ticket."""
    return _written("webhook.test", at, {"words": "Michi からの試し送りです / A test from Michi"})


def _written(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {"type": kind, "timestamp": moment, "data": data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

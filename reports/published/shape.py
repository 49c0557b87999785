"""A ticket as the public sees it, every field of it; the only shape that leaves. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

EventKind = Literal["published", "moved", "words", "photo", "changed", "withdrawn"]


class PublicTicket(NamedTuple):
    """`state` as of `reports.published.states.State`, `status` the ticket's own. `owner`: a key of
    `geo.kinds.OWNERS`, "" where nobody knows whose road it is; `department`: its name. `lon`,
    `lat`: degrees, the nearest ten metres along the road. `words`: what staff released of the
    residents'. Photos: keys of released copies, below /open/photos/KEY.jpg; the small ones have
    keys of their own. `version` grows with every change of any ticket."""

    number: str
    category: str
    state: str
    status: str
    owner: str
    department: str | None
    town: str | None
    road: str | None
    lon: float
    lat: float
    received_at: datetime
    looked_at: datetime | None
    safe_at: datetime | None
    fixed_at: datetime | None
    closed_at: datetime | None
    words: str | None
    before_photo: str | None
    after_photo: str | None
    changed_at: datetime
    version: int
    before_small: str | None = None
    after_small: str | None = None


class PublicEvent(NamedTuple):
    """Something that became of a public ticket, in the order of `seq`. `kind`: published, moved
    (its state or status is another), words, photo, changed (anything else of it), or withdrawn.
    `ticket`: as it was then; None once it was withdrawn. What was taken back since (words, photos)
    is in none of the earlier events either."""

    seq: int
    number: str
    kind: str
    state: str | None
    at: datetime
    ticket: PublicTicket | None


MOMENTS: Final = ("received_at", "looked_at", "safe_at", "fixed_at", "closed_at", "changed_at")
RELEASED: Final = ("words", "before_photo", "after_photo", "before_small", "after_small")
"""What people of the city let out, and may take back."""
TAKEN_BACK: Final = "taken_back"
"""In the JSON of an event: which of RELEASED it takes back, in whole or in part."""


def as_json(ticket: PublicTicket) -> dict[str, Any]:
    """For a column of JSON; moments in ISO 8601, in UTC."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in ticket._asdict().items()
    }


def from_json(kept: Mapping[str, Any]) -> PublicTicket | None:
    """What `as_json` made, also where a newer version has added to it; None where it is emptied."""
    if not kept:
        return None
    known: dict[str, Any] = {name: kept.get(name) for name in PublicTicket._fields}
    read = {n: datetime.fromisoformat(known[n]) if known[n] else None for n in MOMENTS}
    return PublicTicket(**(known | read))


def kind_of_change(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> EventKind:
    """By their fields, of a ticket that is public now."""
    if before is None:
        return "published"
    other = {name for name, value in after.items() if before.get(name) != value}
    if other & {"state", "status"}:
        return "moved"
    if other & {"before_photo", "after_photo"}:
        return "photo"
    return "words" if "words" in other else "changed"

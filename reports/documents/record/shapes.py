"""What a section of a ticket's record is on paper. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from reports.tickets.words import STATUSES

Row = Mapping[str, Any]
Parts = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """`widths`: shares of the page; `strong`: which rows count most."""

    head: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    strong: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`notes`: sentences before the table; `empty`: what stands where there are no rows. `kind`:
    what page.typ puts there besides ("place": the map, "photos", "last": a new page)."""

    title: str
    notes: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    table: Table | None = None
    empty: str = ""
    kind: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Signing:
    """What the record says of itself: the key, where the audit log's chain ended and how many rows
    waited for a place in it, and how many rows each part has."""

    key_id: str
    public: str
    audit_seq: int | None
    audit_hash: str | None
    waiting: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)


def status_words(status: str) -> str:
    """One that only a newer version knows by its own word."""
    return {str(one): told for one, told in STATUSES.items()}.get(status, status)

"""What a month's report is to those who look at it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple


class Version(NamedTuple):
    """As of `MonthlyReport`; `is_shown`: all its pictures may still be seen by everybody."""

    id: int
    month: date
    version: int
    is_open: bool
    bytes: int
    pages: int
    sha256: str
    made_at: datetime
    emptied_at: datetime | None
    by: str | None
    turn: str | None
    is_shown: bool

    @property
    def can_be_read(self) -> bool:
        """Its PDF may be given away."""
        return self.emptied_at is None and self.is_shown

    @property
    def file_name(self) -> str:
        """Without its ending."""
        return f"road-report-{self.month:%Y-%m}-v{self.version}"


class Run(NamedTuple):
    """A making; `by`: None where the clock asked for it."""

    id: int
    month: date
    state: str
    version: int | None
    done: int
    total: int
    asked_at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """A report that is set. `told`: all that it says; `tickets`, `photos`: whose pictures are in
    it."""

    data: bytes
    pages: int
    told: Mapping[str, Any]
    digest: str
    is_open: bool
    tickets: list[int]
    photos: list[int]


class Reader(NamedTuple):
    """Who gets it by mail; `has_right`: they may still see the numbers, and sign in."""

    id: int
    user_id: int
    name: str
    address: str
    has_right: bool


class Sent(NamedTuple):
    """What became of a version's mail; `error`: the server's words."""

    version: int
    address: str
    state: str
    error: str
    sent_at: datetime | None

"""The life of a ticket as one table: from, to, and who may make the move. Pure."""

from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final, Literal

from reports.people.permissions import Role


class Status(StrEnum):
    """The field's statuses, in the order of a normal life, then the other ends and the way back."""

    RECEIVED = "received"
    INSPECTING = "inspecting"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    MADE_SAFE = "made_safe"
    FIXED = "fixed"
    MONITORING = "monitoring"
    FORWARDED = "forwarded"
    DECLINED = "declined"
    MERGED = "merged"
    REOPENED = "reopened"


def status_of(kept: str) -> Status:
    """As a row keeps it. One that only a newer version knows is none of those above: a ticket in it
    is shown by that word, counts as not open, and no move leads from there."""
    if known := _KNOWN.get(kept):
        return known
    newer = str.__new__(Status, kept)
    newer._name_ = newer._value_ = kept
    return newer


_KNOWN: Final = {str(status): status for status in Status}
Why = Literal["add", "answer", "reopened"]
"""What a resident adds: something more, the answer to staff, or that it is not mended."""


class MoveRefused(Exception):
    """This person may not make this move from this status, or its reason is missing."""


OPEN: Final = frozenset(Status) - {Status.FIXED, Status.DECLINED, Status.MERGED}
TOLD_BY_PUSH: Final = frozenset(
    {Status.SCHEDULED, Status.FIXED, Status.FORWARDED, Status.DECLINED, Status.REOPENED}
)
REOPEN_DAYS: Final = 14
NEEDS_A_REASON: Final = frozenset({Status.DECLINED, Status.FORWARDED})

_DESK: Final = frozenset({Role.STAFF, Role.PROGRAM})
_FIELD: Final = _DESK | {Role.CREW}
_ORDERED: Final = _FIELD | {Role.CONTRACTOR}
_WORK: Final = {
    Status.INSPECTING: _FIELD,
    Status.SCHEDULED: _FIELD,
    Status.IN_PROGRESS: _ORDERED,
    Status.MADE_SAFE: _FIELD,
    Status.FIXED: _ORDERED,
    Status.MONITORING: _FIELD,
    Status.FORWARDED: _DESK,
    Status.DECLINED: _DESK | {Role.RESIDENT},
}


def _without(*taken: Status) -> dict[Status, frozenset[Role]]:
    return {to: who for to, who in _WORK.items() if to not in taken}


MOVES: Final[dict[Status, dict[Status, frozenset[Role]]]] = {
    Status.RECEIVED: _without(),
    Status.INSPECTING: _without(Status.INSPECTING),
    Status.SCHEDULED: _without(Status.SCHEDULED),
    Status.IN_PROGRESS: _without(Status.IN_PROGRESS),
    Status.MADE_SAFE: _without(Status.MADE_SAFE, Status.INSPECTING),
    Status.MONITORING: _without(Status.MONITORING),
    Status.FORWARDED: _without(Status.FORWARDED),
    Status.REOPENED: _without(),
    Status.FIXED: {Status.REOPENED: _DESK | {Role.RESIDENT}},
    Status.DECLINED: {Status.REOPENED: _DESK},
    Status.MERGED: {Status.REOPENED: _DESK},
}


def moves_for(role: Role, status: Status) -> list[Status]:
    """The statuses this role may move a ticket to, in the order of a normal life."""
    return [to for to, who in MOVES.get(status, {}).items() if role.side in who]


def last_day_to_reopen(closed_at: datetime, clocks: tzinfo | None) -> date:
    """Until the end of this day a resident may say that it is not mended."""
    return closed_at.astimezone(clocks).date() + timedelta(days=REOPEN_DAYS)


MOST_REOPENINGS: Final = 3
"""By residents: after that a call finds out more than another card."""


def may_say_not_mended(status: Status, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a resident may still reopen it by saying so; `now` is on the city's clocks."""
    if status is not Status.FIXED or closed_at is None:
        return False
    return now.date() <= last_day_to_reopen(closed_at, now.tzinfo)


def check_move(role: Role, status: Status, to: Status, reason: str) -> None:
    """Raises MoveRefused with the cause in Japanese, as the screen shows it."""
    if to not in moves_for(role, status):
        raise MoveRefused("この受付票は、いまの状態からその状態へは変えられません。")
    if to in NEEDS_A_REASON and not reason.strip():
        raise MoveRefused("通報した人が読む説明を書いてください。")

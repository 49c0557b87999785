"""How it stands with a ticket, as the public reads it: six states of the ticket's own. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from reports.tickets.status import Status


class State(StrEnum):
    """In the order of a normal life, then the other ends."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    MADE_SAFE = "made_safe"
    FIXED = "fixed"
    NOT_OURS = "not_ours"
    CLOSED = "closed"


STATE_OF: Final[Mapping[Status, State]] = {
    Status.RECEIVED: State.OPEN,
    Status.INSPECTING: State.OPEN,
    Status.REOPENED: State.OPEN,
    Status.SCHEDULED: State.IN_PROGRESS,
    Status.IN_PROGRESS: State.IN_PROGRESS,
    Status.MONITORING: State.IN_PROGRESS,
    Status.MADE_SAFE: State.MADE_SAFE,
    Status.FIXED: State.FIXED,
    Status.FORWARDED: State.NOT_OURS,
    Status.DECLINED: State.CLOSED,
    Status.MERGED: State.CLOSED,
}
STILL_OPEN: Final = frozenset({State.OPEN, State.IN_PROGRESS, State.MADE_SAFE})
"""Those in which the city still has something to do."""


def state_of(status: Status) -> State:
    """One that only a newer version knows counts as closed, as it does for the desk."""
    return STATE_OF.get(status, State.CLOSED)

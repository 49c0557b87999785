"""How a ticket stands to its deadline, and why that may stand still. Pure."""

from datetime import date
from enum import StrEnum

from reports.tickets.status import OPEN, Status


class Mark(StrEnum):
    """How an open ticket stands to its deadline; a long overdue one is overdue as well."""

    DUE = "due"
    OVERDUE = "overdue"
    LONG_OVERDUE = "long_overdue"
    PAUSED = "paused"


class Pause(StrEnum):
    """Why a deadline stands still."""

    RESIDENT = "resident"
    AUTHORITY = "authority"
    MONITORING = "monitoring"


def pause_of(status: Status, *, asked: bool, inside: bool) -> Pause | None:
    """Why the city need not act now, if so. `asked`: an answer of a resident is waited for.

    `inside`: the ticket is with a department of the city, or with nobody yet.
    """
    if status not in OPEN:
        return None
    if status is Status.FORWARDED or not inside:
        return Pause.AUTHORITY
    if asked:
        return Pause.RESIDENT
    return Pause.MONITORING if status is Status.MONITORING else None


def mark_of(
    status: Status,
    deadline: date | None,
    today: date,
    *,
    long_overdue_on: date | None = None,
    paused: bool = False,
) -> Mark | None:
    """What there is to mark; nothing while there is time, or once the ticket is closed."""
    if status not in OPEN or deadline is None:
        return None
    if paused:
        return Mark.PAUSED
    if deadline >= today:
        return Mark.DUE if deadline == today else None
    is_long = long_overdue_on is not None and long_overdue_on <= today
    return Mark.LONG_OVERDUE if is_long else Mark.OVERDUE

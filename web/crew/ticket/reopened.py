"""A ticket that residents say is not mended: since when, and what they have sent since. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.people.permissions import Role
from reports.tickets.events import Added
from reports.tickets.read_models import HistoryLine
from reports.tickets.status import OPEN, Status


@dataclass(frozen=True, slots=True)
class NotMended:
    """Since when a ticket is open once more, who said so, and what they have sent since then."""

    since: HistoryLine
    photo_ids: Sequence[int]
    remark_ids: Sequence[int]

    @property
    def by_resident(self) -> bool:
        return self.since.actor == Role.RESIDENT


def not_mended(history: Sequence[HistoryLine]) -> NotMended | None:
    """The last reopening, unless the ticket was closed again after it."""
    for at in range(len(history) - 1, -1, -1):
        to = history[at].to_status
        if to is Status.REOPENED:
            came = [one.event for one in history[at:] if isinstance(one.event, Added)]
            photo_ids = [id for one in came for id in one.photo_ids]
            return NotMended(history[at], photo_ids, [id for one in came for id in one.remark_ids])
        if to is not None and to not in OPEN:
            return None
    return None

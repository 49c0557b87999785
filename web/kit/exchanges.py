"""What staff asked the residents of a ticket, and what came back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.tickets import events
from reports.tickets.read_models import HistoryLine


@dataclass(slots=True)
class Exchange:
    """A question from staff, and what came back; no question where it was asked elsewhere."""

    question: HistoryLine | None
    answers: list[HistoryLine] = field(default_factory=list)


def exchanges(history: Iterable[HistoryLine]) -> list[Exchange]:
    """Questions with their answers, oldest first."""
    found: list[Exchange] = []
    for line in history:
        if isinstance(line.event, events.Asked):
            found.append(Exchange(line))
        elif isinstance(line.event, events.Answered):
            if not found:
                found.append(Exchange(None))
            found[-1].answers.append(line)
    return found

"""What a ticket's history and reports tell: questions, repairs, opinions, places. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.people.permissions import Role
from reports.tickets.read_models import HistoryLine, ReportSummary
from reports.tickets.status import OPEN, Status
from web.desk.ticket.history import distance
from web.kit.labels import OWNERS

PLACE_SOURCES: Final = {
    "line": "LINE で送られた位置",
    "exif": "写真に記録された位置",
    "typed": "言葉に書かれた町や交差点(正確な位置ではありません)",
    "staff": "職員が地図で決めた位置",
}
CHANGED: Final = {
    "place": "場所を直し、担当を決め直しました。",
    "category": "種類を直し、担当を決め直しました。",
    "department": "担当を直しました。",
}


@dataclass(slots=True)
class Exchange:
    """A question from staff, and what came back; no question where it was asked elsewhere."""

    question: HistoryLine | None
    answers: list[HistoryLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NotMended:
    """Since when a ticket is open once more, who said so, and what they have sent since then."""

    since: HistoryLine
    photo_ids: Sequence[int]
    remark_ids: Sequence[int]

    @property
    def by_resident(self) -> bool:
        return self.since.actor == Role.RESIDENT


@dataclass(frozen=True, slots=True)
class Opinions:
    """How many said that it is mended or is not, and the stars (1 to 5) they gave the handling."""

    mended: int
    not_mended: int
    stars: Sequence[int]

    def __bool__(self) -> bool:
        return bool(self.mended or self.not_mended or self.stars)


def place_words(report: ReportSummary) -> str:
    """Where a report's place comes from, and how far it may be out."""
    source = PLACE_SOURCES.get(report.place_source, "不明")
    if not report.place_accuracy_m:
        return source
    return f"{source}(誤差 {distance(report.place_accuracy_m)})"


def owner_words(said: str) -> str:
    """Whose road it is, as the resident answered."""
    return f"{OWNERS[said]}の道路" if said in OWNERS else "分からない"


def exchanges(history: Iterable[HistoryLine]) -> list[Exchange]:
    """Questions with their answers, oldest first."""
    found: list[Exchange] = []
    for line in history:
        if line.what == "asked":
            found.append(Exchange(line))
        elif line.what == "answered":
            if not found:
                found.append(Exchange(None))
            found[-1].answers.append(line)
    return found


def not_mended(history: Sequence[HistoryLine]) -> NotMended | None:
    """The last reopening, unless the ticket was closed again after it."""
    for at in range(len(history) - 1, -1, -1):
        to = history[at].to_status
        if to is Status.REOPENED:
            return NotMended(
                history[at], _ids(history[at:], "photo_ids"), _ids(history[at:], "remark_ids")
            )
        if to is not None and to not in OPEN:
            return None
    return None


def opinions(history: Iterable[HistoryLine]) -> Opinions:
    """What residents answered after the repair."""
    lines = list(history)
    reopened = [one for one in lines if one.to_status is Status.REOPENED]
    return Opinions(
        mended=sum(one.what == "confirmed" for one in lines),
        not_mended=sum(one.actor == Role.RESIDENT for one in reopened),
        stars=[int(one.details.get("stars", 0)) for one in lines if one.what == "rated"],
    )


def elsewhere(history: Iterable[HistoryLine], shown: Iterable[int]) -> dict[int, str]:
    """By photo: how far from the place that was sent it was taken. `shown`: photos still there."""
    lines = list(history)
    now_there = {one.details["photo_id"] for one in lines if one.details.get("chosen") == "photo"}
    there = set(shown) - now_there
    return {
        line.details["photo_id"]: distance(line.details.get("metres", 0))
        for line in lines
        if line.what == "photo_elsewhere" and line.details.get("photo_id") in there
    }


def said_as_sent(history: Iterable[HistoryLine]) -> bool:
    """Whether it is the place that was sent, says the resident of all photos taken elsewhere."""
    told = [one for one in history if one.what in ("photo_elsewhere", "place_said")]
    return bool(told) and told[-1].details.get("chosen") == "sent"


def _ids(lines: Iterable[HistoryLine], name: str) -> list[int]:
    sent = [line for line in lines if line.what in ("added", "answered", "joined")]
    return [one for line in sent for one in line.details.get(name, ())]

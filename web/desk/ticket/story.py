"""What a ticket's history and reports tell: repairs, opinions, places. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.kinds import OWNER_NAMES
from geo.nearby import Whereabouts
from geo.points import Point
from reports.city.templates import Template, line_in
from reports.people.permissions import Role
from reports.tickets import events, words
from reports.tickets.read_models import HistoryLine, ReportSummary
from reports.tickets.status import Status, status_of
from web.kit.labels import distance, label_of_status
from web.kit.languages import name

PLACE_SOURCES: Final = {
    "line": "LINE で送られた位置",
    "exif": "写真に記録された位置",
    "written": "言葉に書かれた座標や地図のリンク",
    "typed": "言葉に書かれた町や交差点(正確な位置ではありません)",
    "staff": "職員が聞き取って選んだ位置",
}
AT_FIRST: Final = 12
"""So many lines of history are shown; those before them are folded away."""
CHANGED: Final = {
    "place": "場所を直し、担当を決め直しました。",
    "category": "種類を直し、担当を決め直しました。",
    "department": "担当を直しました。",
}


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


def channel_words(report: ReportSummary) -> str:
    """How it came to us; a way that only a newer version knows by its own word."""
    return words.CHANNELS.get(report.channel, report.channel)


def language_words(report: ReportSummary) -> str:
    """What the reporter speaks, where that is not Japanese: they read our words in it."""
    spoken = report.language or "ja"
    return "" if spoken.partition("-")[0] == "ja" else name(spoken)


def languages(reports: Iterable[ReportSummary]) -> list[str]:
    """What those who reported speak besides Japanese, each once."""
    return [*dict.fromkeys(filter(None, map(language_words, reports)))]


def place_corrected(history: Iterable[HistoryLine]) -> HistoryLine | None:
    """The last line that gave the ticket another place than the first report's."""
    moving = [
        line
        for line in history
        if isinstance(line.event, events.Relocated)
        or (isinstance(line.event, events.PlaceSaid) and line.event.chosen == "photo")
    ]
    return moving[-1] if moving else None


def place_before(history: Iterable[HistoryLine]) -> Point | None:
    """Where the ticket was before anybody corrected it."""
    moved = [line.event for line in history if isinstance(line.event, events.Relocated)]
    return Point(*moved[0].before) if moved and moved[0].before else None


def typed_words(
    typed: Mapping[str, str],
    categories: Mapping[str, str],
    departments: Mapping[str, str],
    persons: Mapping[str, str],
) -> list[tuple[str, str]]:
    """What was typed or chosen in a form that was refused, as people read it: name and value.

    Names by key, those of `persons` by id.
    """
    to = typed.get("to", "")
    said = {
        "次の状態": label_of_status(status_of(to)).text if to and "memo" not in typed else "",
        "説明": typed.get("note", ""),
        "場所": typed.get("point", ""),
        "種類": categories.get(typed.get("category", ""), ""),
        "担当": departments.get(typed.get("department", ""), ""),
        "担当者": persons.get(typed["person"], "なし") if "person" in typed else "",
        "期限": typed.get("day", ""),
        "理由": typed.get("why", ""),
        "分ける受付票": typed.get("one", ""),
    }
    return [(name, value) for name, value in said.items() if value]


def spoken_by(templates: Iterable[Template], reports: Iterable[ReportSummary]) -> str:
    """The languages of those who reported that the city's templates speak besides Japanese."""
    known = [*templates]
    spoken = dict.fromkeys(report.language for report in reports if language_words(report))
    theirs = [each for each in spoken if each and any(line_in(each, one) for one in known)]
    return "・".join(map(name, theirs))


def border_words(where: Whereabouts) -> str:
    """That a place lies beyond the city's border; "" for one that does not."""
    beyond = f"(となり: {where.neighbour})" if where.neighbour else ""
    if where.outside:
        return f"市の外{beyond}の場所です。どこが管理する道路か確かめてください。"
    if where.border:
        return f"市の境{beyond}のすぐ外ですが、位置の誤差の範囲か、市の道路のそばです。"
    return ""


def owner_words(said: str) -> str:
    """Whose road it is, as the resident answered."""
    return f"{OWNER_NAMES[said]}の道路" if said in OWNER_NAMES else "分からない"


def opinions(history: Iterable[HistoryLine]) -> Opinions:
    """What residents answered after the repair."""
    lines = list(history)
    reopened = [one for one in lines if one.to_status is Status.REOPENED]
    return Opinions(
        mended=sum(isinstance(one.event, events.Confirmed) for one in lines),
        not_mended=sum(one.actor == Role.RESIDENT for one in reopened),
        stars=[one.event.stars for one in lines if isinstance(one.event, events.Rated)],
    )


def said_as_sent(history: Iterable[HistoryLine]) -> bool:
    """Whether it is the place that was sent, says the resident of all photos taken elsewhere."""
    told = [line.event for line in history]
    about = [one for one in told if isinstance(one, events.PhotoElsewhere | events.PlaceSaid)]
    return bool(about) and isinstance(about[-1], events.PlaceSaid) and about[-1].chosen == "sent"

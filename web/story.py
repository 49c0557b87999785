"""What happened to a ticket and what residents said of it, in the Japanese of the desk. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reports.facts import HistoryLine, ReportFacts
from reports.lifecycle import OPEN, Role, Status
from web.words import OWNERS

PLACE_SOURCES: Final = {
    "line": "LINE で送られた位置",
    "exif": "写真に記録された位置",
    "typed": "町の名前だけ(正確な位置ではありません)",
    "staff": "職員が地図で決めた位置",
}
_METRES_IN_A_KM: Final = 1000


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


def happened(line: HistoryLine, categories: Mapping[str, str]) -> str:
    """One sentence for a line of history. `categories`: Japanese names by key."""
    details = {**line.details, "categories": categories}
    told = HAPPENED.get(line.what)
    return told(details) if told else f"記録: {line.what}"


def distance(metres: float) -> str:
    """約 320 m, 約 1.2 km; the unit stays on the line of its number."""
    if metres < _METRES_IN_A_KM:
        return f"約 {metres:.0f}\N{NO-BREAK SPACE}m"
    return f"約 {metres / _METRES_IN_A_KM:.1f}\N{NO-BREAK SPACE}km"


def place_words(report: ReportFacts) -> str:
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
    there = set(shown)
    return {
        line.details["photo_id"]: distance(line.details.get("metres", 0))
        for line in history
        if line.what == "photo_elsewhere" and line.details.get("photo_id") in there
    }


def _ids(lines: Iterable[HistoryLine], name: str) -> list[int]:
    sent = [line for line in lines if line.what in ("added", "answered", "joined")]
    return [one for line in sent for one in line.details.get(name, ())]


def _what_came(details: Mapping[str, Any]) -> str:
    """写真2枚・言葉・場所: what a message from a resident brought with it."""
    photos = len(details.get("photo_ids", ())) or int(details.get("photos", 0))
    words = details.get("remark_ids") or details.get("words")
    brought = (
        f"写真{photos}枚" if photos else "",
        "言葉" if words else "",
        "場所" if details.get("place") else "",
    )
    return "・".join(filter(None, brought))


def _added(details: Mapping[str, Any]) -> str:
    came = _what_came(details)
    return (
        f"通報した人が{came}を追加しました" if came else "通報した人が追加し、のちに取り消しました"
    )


def _joined(details: Mapping[str, Any]) -> str:
    came = _what_came(details)
    return f"同じ場所の通報をまとめました{f'({came})' if came else ''}"


def _routed(details: Mapping[str, Any]) -> str:
    rule = details.get("rule")
    return f"担当を振り分けました(規則{rule}番)" if rule else "担当を決められず、担当課未定です"


def _recategorised(details: Mapping[str, Any]) -> str:
    names = details["categories"]
    before, after = (names.get(details.get(end), "不明") for end in ("from", "to"))
    return f"種類を「{before}」から「{after}」に変えました"


def _merged(details: Mapping[str, Any]) -> str:
    if "into" in details:
        return f"受付番号 {details['into']} にまとめました"
    return f"受付番号 {details.get('from', '不明')} をここにまとめました"


def _rated(details: Mapping[str, Any]) -> str:
    stars = int(details.get("stars", 0))
    return f"対応の評価: {'★' * stars}{'☆' * (5 - stars)}(5点中{stars}点)"


HAPPENED: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "filed": lambda _: "通報を受け付けました",
    "routed": _routed,
    "moved": lambda _: "状態を変えました",
    "joined": _joined,
    "added": _added,
    "asked": lambda _: "通報した人に質問しました",
    "answered": lambda details: (
        f"質問への返事({_what_came(details) or '取り消し済み'})が届きました"
    ),
    "confirmed": lambda _: "通報した人が「直りました」と答えました",
    "rated": _rated,
    "recategorised": _recategorised,
    "unsent": lambda _: "通報した人がメッセージを取り消しました。内容は残していません",
    "erased": lambda _: "通報した人の希望により、その人の情報を消しました",
    "merged": _merged,
    "parted": lambda details: (
        f"受付番号 {details.get('from', '不明')} を、また別の受付票に分けました"
    ),
    "photo_elsewhere": lambda details: (
        f"写真の撮影場所が、送られた場所から{distance(details.get('metres', 0))} 離れています"
    ),
    "withdrawn": lambda _: "通報した人のひとりが通報を取り下げました",
}

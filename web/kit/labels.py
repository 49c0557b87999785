"""The Japanese that screens say for statuses, owners, reasons and days. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reports.city.calendar import day_words
from reports.people.permissions import Role
from reports.tickets import words
from reports.tickets.lines import Listed
from reports.tickets.read_models import HistoryLine, PhotoSummary
from reports.tickets.status import Status
from reports.tickets.words import distance as distance
from reports.tickets.words import road_name as road_name


@dataclass(frozen=True, slots=True)
class Label:
    """How a status looks: its word, a drawing in icons.svg, and a colour family of the CSS."""

    text: str
    icon: str
    tone: str


_LOOKS: Final = {
    Status.RECEIVED: ("inbox", "new"),
    Status.INSPECTING: ("search", "look"),
    Status.SCHEDULED: ("calendar", "look"),
    Status.IN_PROGRESS: ("cone", "work"),
    Status.MADE_SAFE: ("shield", "safe"),
    Status.FIXED: ("check", "done"),
    Status.MONITORING: ("eye", "safe"),
    Status.FORWARDED: ("forward", "end"),
    Status.DECLINED: ("stop", "end"),
    Status.MERGED: ("merge", "end"),
    Status.REOPENED: ("again", "again"),
}
STATUSES: Final = {
    status: Label(words.STATUSES[status], icon, tone) for status, (icon, tone) in _LOOKS.items()
}
WITHDRAWN: Final = Label(words.WITHDRAWN, "stop", "end")
ACTORS: Final = words.ACTORS
PHOTO_STATES: Final = {
    "waiting": "写真を準備しています",
    "gone": "写真は LINE から消えていました",
    "broken": "写真のデータが壊れていました",
    "too_large": "写真が大きすぎて開けませんでした",
    "not_image": "写真ではないファイルでした",
    "unfetched": "写真を受け取れませんでした",
}
PHOTO_GONE: Final = {
    "taken_back": "送った人が写真を取り消しました",
    "erased": "写真は、送った人のデータとともに消しました",
    "hidden": "市が隠した写真です",
}
NOBODY: Final = words.NOBODY


def photo_words(photo: PhotoSummary) -> str:
    """Why it is not shown."""
    gone = PHOTO_GONE.get(photo.absence or "")
    return gone or PHOTO_STATES.get(photo.state, "写真はまだありません")


def label_of(ticket: Listed) -> Label:
    """How its status looks: what a resident took back was not declined by the city."""
    return WITHDRAWN if ticket.withdrawn else label_of_status(ticket.status)


def label_of_status(status: Status) -> Label:
    """How it looks; one that only a newer version knows by its own word."""
    return STATUSES.get(status, Label(str(status), "question", "end"))


def label_of_move(line: HistoryLine) -> Label:
    """The same of a line of history that moved its ticket. Raises KeyError for another."""
    taken_back = line.to_status is Status.DECLINED and line.actor == Role.RESIDENT
    return WITHDRAWN if taken_back else STATUSES[Status(str(line.to_status))]


def moment(when: datetime, now: datetime) -> str:
    """11月21日(土) 21:03, with the year when it is not this one; both in the city's time."""
    year = "" if when.year == now.year else f"{when.year}年"
    return f"{year}{day_words(when)} {when:%H:%M}"


def missing_words(share: float) -> str:
    """約 33% が届いていません: how much of a photo never came."""
    return f"約\N{NO-BREAK SPACE}{share:.0%} が届いていません"


def road_class(said: str) -> str:
    """市道, where the city's file only says whose it is; any other word as it stands there."""
    return _ROADS.get(said.strip().casefold(), said)


_ROADS: Final = {
    "national": "国道",
    "prefecture": "都道府県道",
    "prefectural": "都道府県道",
    "city": "市道",
    "private": "私道",
    "other": "その他",
}

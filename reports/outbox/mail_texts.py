"""What departments and other authorities read of tickets, in mails and to copy. Pure.

Nothing here tells who reported, and nobody outside gets the address of a page of staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from reports.city.calendar import day_words, moment_words

LONGEST_SUBJECT: Final = 120
LONGEST_WORDS: Final = 1000
MOST_LISTED: Final = 50
"""Tickets of one list in a mail; the page behind it shows all of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One ticket as others may read it; `received` in the city's time, lon/lat EPSG:4326.

    `words`: what residents wrote; `note`: what staff wrote when they handed it over.
    """

    id: int
    number: str
    category: str
    place: str
    lon: float
    lat: float
    received: datetime
    urgent: bool
    road: str
    words: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class Sender:
    """The city: its name, the telephone of its road line, and where its pages are."""

    name: str
    phone: str
    pages: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom it goes to; an `inside` department may follow links to the pages of staff."""

    name: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject of one line and a body of plain text."""

    subject: str
    body: str


def about_ticket(
    kind: str, notice: Notice, reader: Reader, sender: Sender, *, told_on: date | None = None
) -> Letter:
    """A "forwarded", "told" or "reminder" mail; `told_on`: when they heard of it first."""
    urgent = "【緊急】" if notice.urgent else ""
    where = f"({notice.place})" if notice.place else ""
    subject = _SUBJECTS[kind].format(city=sender.name, number=notice.number)
    when = f"{day_words(told_on)}に" if told_on else "先日"
    opening = _OPENINGS[kind].format(city=sender.name, day=when)
    rest = _to_inside(notice, sender) if reader.inside else _to_outside(kind, sender)
    parts = [f"{reader.name} 御中", opening, "\n".join(lines_of(notice)), rest]
    return Letter(
        one_line(f"{urgent}{subject} {notice.category}{where}"), "\n\n".join(filter(None, parts))
    )


def of_the_day(facts: Mapping[str, Any], on: date, reader: Reader, sender: Sender) -> Letter:
    """The "daily" mail: what is due at a department.

    `facts`: as reports/documents/digest.py makes it.
    """
    count = {key: len(facts[key]) for key in _DUE if facts.get(key)} | facts.get("counts", {})
    titles = {key: f"{title} {count[key]}件" for key, title in _DUE.items() if count.get(key)}
    counts = "・".join(titles.values())
    lists = [_due_list(title, facts[key], count[key]) for key, title in titles.items()]
    nobody = facts.get("nobody") or 0
    orphans = f"担当課が決まっていない受付票が {nobody}件 あります。" if nobody else ""
    opening = f"{day_words(on)} の、期限が今日までのものと過ぎたものをお知らせします。"
    pages = f"一覧: {sender.pages}/staff/due"
    parts = [f"{reader.name} 御中", opening, *lists, orphans, pages]
    return Letter(
        one_line(f"【{sender.name}】道路の通報の期限 {day_words(on)} {counts}"),
        "\n\n".join(filter(None, parts)),
    )


def answer(
    name: str, number: str, category: str, place: str, status: str, note: str, sender: Sender
) -> Letter:
    """To whoever handed in a report with an address: how it stands. `status` in words; `note`: what
    was written for those who reported it."""
    where = f"({one_line(place)})" if place else ""
    rows = {"受付番号": number, "種類": category, "場所": one_line(place), "いま": status}
    lines = [f"{label}: {value}" for label, value in rows.items() if value]
    parts = [
        f"{one_line(name)} 様" if name else "",
        f"{sender.name}です。お知らせいただいた道路の通報の、いまの様子です。",
        "\n".join(lines),
        one_line(note, LONGEST_WORDS),
        "このメールに返信しても、市には届きません。\n"
        f"お問い合わせ: {sender.name} 道路の窓口 電話 {sender.phone}",
    ]
    subject = f"【{sender.name}】道路の通報 {number} {status} {category}{where}"
    return Letter(one_line(subject), "\n\n".join(filter(None, parts)))


def invitation(city: str, address: str, until: str) -> Letter:
    """The one-time link by which somebody sets their name and password; `until` in words."""
    body = (
        f"{city}の道路の通報(Michi)を使うためのリンクです。開いて、名前とパスワードを決めてください。\n\n"
        f"{address}\n\n"
        f"{until} まで、1回だけ使えます。ほかの人に見せたり、転送したりしないでください。\n"
        "心当たりがないときは、このメールを消してください。"
    )
    return Letter(one_line(f"【{city}】道路の通報(Michi)への招待"), body)


def to_copy(notices: Sequence[Notice]) -> str:
    """Several tickets as one block of text, for a clerk to paste where they like."""
    return "\n\n".join("\n".join(lines_of(notice)) for notice in notices)


def lines_of(notice: Notice) -> list[str]:
    """The ticket line by line: which, what, where, when, and in what words."""
    rows = {
        "受付番号": notice.number,
        "緊急": "緊急の通報です" if notice.urgent else "",
        "種類": notice.category,
        "場所": notice.place or "下の緯度・経度の地点",
        "道路": notice.road,
        "緯度・経度": f"{notice.lat:.6f}, {notice.lon:.6f}",
        "地図(地理院地図)": f"https://maps.gsi.go.jp/#18/{notice.lat:.6f}/{notice.lon:.6f}/",
        "受付": moment_words(notice.received),
        "通報した人に伝えたこと": one_line(notice.note, LONGEST_WORDS),
    }
    said = [f"通報した人の言葉: 「{one_line(words, LONGEST_WORDS)}」" for words in notice.words]
    return [f"{label}: {value}" for label, value in rows.items() if value] + said


def one_line(words: str, longest: int = LONGEST_SUBJECT) -> str:
    """Strangers' words on one line: no breaks, no control characters, cut with … ."""
    kept = "".join(letter if letter.isprintable() else " " for letter in words)
    kept = " ".join(kept.split())
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


_SUBJECTS: Final = {
    "forwarded": "【{city}】道路の通報のご連絡 {number}",
    "told": "【{city}】道路の通報のお知らせ {number}",
    "reminder": "【{city}】道路の通報のご確認のお願い {number}",
}
_OPENINGS: Final = {
    "forwarded": (
        "{city}です。管理されている道路や設備について、住民から次の通報がありました。\n"
        "ご確認と対応をお願いします。"
    ),
    "told": "{city}です。次の通報がありましたので、お知らせします。",
    "reminder": (
        "{city}です。{day}、次の通報をご連絡しました。\n"
        "その後の状況を、まだ伺っていません。対応の予定をお知らせください。"
    ),
}
_DUE: Final = {"long_overdue": "期限の3倍を超過", "overdue": "超過", "due": "今日まで"}


def _to_outside(kind: str, sender: Sender) -> str:
    if kind == "told":
        return f"お問い合わせ: {sender.name} 道路の窓口 電話 {sender.phone}"
    return (
        "対応の予定や結果は、受付番号を添えて、次へお知らせください。通報した人に伝えます。\n"
        f"{sender.name} 道路の窓口 電話 {sender.phone}"
    )


def _to_inside(notice: Notice, sender: Sender) -> str:
    return f"受付票: {sender.pages}/staff/tickets/{notice.number}"


def _due_list(title: str, entries: Sequence[Mapping[str, Any]], count: int) -> str:
    lines = [
        one_line(
            f"{entry['number']} {entry['category']} {entry['place']}"
            f" 期限 {day_words(date.fromisoformat(entry['deadline']))}"
            + (f"({entry['days_over']}日超過)" if entry.get("days_over") else ""),
        )
        for entry in entries[:MOST_LISTED]
    ]
    more = count - len(lines)
    rest = [f"ほか {more}件"] if more else []
    return "\n".join([f"■ {title}", *lines, *rest])

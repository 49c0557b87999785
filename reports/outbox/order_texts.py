"""What a contractor reads of a work order in a mail. Pure.

Neither money nor anybody's words stand in it: those have the paper and the page behind the link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reports.city.calendar import full_day_words, moment_words
from reports.outbox.mail_texts import Letter, Sender, one_line


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """One order for its contractor. `link`: the address of its page, "" for none, and until when it
    leads there, in the city's time. `changes`: what is different now, a line each; `open`: how many
    of its `places` are still to be done."""

    number: str
    firm: str
    until: date | None
    urgent: bool
    places: int
    open: int
    clerk: str
    link: str
    link_ends: datetime | None
    changes: Sequence[str] = ()


def about_order(kind: str, notice: OrderNotice, sender: Sender, attached: bool) -> Letter:
    """An "order_issued", "order_changed" or "order_withdrawn" mail; `attached`: with its PDF."""
    urgent = "【緊急】" if notice.urgent else ""
    until = f" 期限 {full_day_words(notice.until)}" if notice.until else ""
    what = _SUBJECTS[kind].format(number=notice.number)
    goes_on = kind != "order_withdrawn"
    subject = f"{urgent}【{sender.name}】{what}{until if goes_on else ''}"
    parts = [
        f"{notice.firm} 御中",
        _OPENINGS[kind].format(city=sender.name),
        "\n".join(_lines(notice)),
        "\n".join(f"・{one_line(change)}" for change in notice.changes) if goes_on else "",
        _way(notice, attached=attached) if goes_on else "",
        _window(notice, sender),
    ]
    return Letter(one_line(subject), "\n\n".join(filter(None, parts)))


def _lines(notice: OrderNotice) -> list[str]:
    places = f"{notice.places}か所"
    rows = {
        "指示書": notice.number,
        "緊急": "緊急の作業です" if notice.urgent else "",
        "期限": full_day_words(notice.until) if notice.until else "",
        "箇所": places if notice.open == notice.places else f"{places}(残り {notice.open}か所)",
    }
    return [f"{label}: {value}" for label, value in rows.items() if value]


def _way(notice: OrderNotice, *, attached: bool) -> str:
    paper = "PDF は、このメールに付けました。" if attached else ""
    if not notice.link:
        return "\n".join(
            filter(None, (paper, "作業の画面へのリンクは、市の担当者に頼んでください。"))
        )
    ends = (
        f"(アカウントは要りません。{moment_words(notice.link_ends)} まで)"
        if notice.link_ends
        else ""
    )
    lines = [
        f"場所・写真・完了の報告{ends}:",
        notice.link,
        paper or f"PDF: {notice.link}/order.pdf",
        "このリンクは、この作業をする人だけに渡してください。",
    ]
    return "\n".join(lines)


def _window(notice: OrderNotice, sender: Sender) -> str:
    clerk = f"(担当 {one_line(notice.clerk)})" if notice.clerk else ""
    phone = f" 電話 {sender.phone}" if sender.phone else ""
    return f"お問い合わせ: {sender.name} 道路の窓口{phone}{clerk}"


_SUBJECTS: Final = {
    "order_issued": "作業指示書 {number}",
    "order_changed": "作業指示書の変更 {number}",
    "order_withdrawn": "作業指示書の取り消し {number}",
}
_OPENINGS: Final = {
    "order_issued": "{city}です。次のとおり、作業を指示します。",
    "order_changed": "{city}です。次の作業指示書の内容が変わりました。",
    "order_withdrawn": "{city}です。次の作業指示書を取り消しました。作業をしないでください。",
}

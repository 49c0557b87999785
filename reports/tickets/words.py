"""What staff read of a ticket, on screens, in files and on paper: statuses and deadlines. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from geo.nearby import road_words
from reports.city.calendar import business_days_between, day_words
from reports.tickets import work_events
from reports.tickets.lines import Listed
from reports.tickets.marks import Mark, Pause, mark_of, pause_of
from reports.tickets.outcomes import Outcome
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import OPEN, Status

STATUSES: Final[Mapping[Status, str]] = {
    Status.RECEIVED: "受付",
    Status.INSPECTING: "現場確認中",
    Status.SCHEDULED: "対応予定",
    Status.IN_PROGRESS: "対応中",
    Status.MADE_SAFE: "応急処置済",
    Status.FIXED: "対応済",
    Status.MONITORING: "経過観察",
    Status.FORWARDED: "他の管理者へ連絡済",
    Status.DECLINED: "対象外",
    Status.MERGED: "重複のためまとめて対応",
    Status.REOPENED: "再確認中",
}
OUTCOMES: Final[Mapping[str, str]] = {
    Outcome.FIXED: "直した",
    Outcome.ALREADY_FIXED: "すでに直っている",
    Outcome.MADE_SAFE: "応急処置済",
    Outcome.NOT_FOUND: "見つからない",
    Outcome.NO_ACCESS: "入れない",
    Outcome.BIGGER: "別の班・大きな工事が必要",
}
"""What a crew has told; one that only a newer version knows is not among them."""
EVENTS: Final[Mapping[str, str]] = {
    "filed": "受付",
    "routed": "担当の振り分け",
    "moved": "状態の変更",
    "joined": "同じ場所の通報",
    "added": "通報した人の追加",
    "answered": "質問への返事",
    "asked": "通報した人への質問",
    "unanswered": "返事なし",
    "put_off": "期限の延長",
    "confirmed": "直ったことの確認",
    "rated": "評価",
    "recategorised": "種類の変更",
    "relocated": "場所の変更",
    "not_ours": "「担当ではない」",
    "assigned": "担当課の変更",
    "put_in_charge": "担当者の変更",
    "promised": "期限の変更",
    "due_again": "期限の数え直し",
    "called_back": "折り返しの電話",
    "mailed": "メールの送信",
    "mail_failed": "メールの失敗",
    "mailed_again": "メールの再送",
    "told_otherwise": "別の方法での連絡",
    "reminded": "催促",
    "authority_answered": "他の管理者の返事",
    "unsent": "通報した人の取り消し",
    "erased": "データの消去",
    "merged": "通報のまとめ",
    "parted": "まとめの取り消し",
    "photo_elsewhere": "離れた場所の写真",
    "place_said": "場所の選択",
    "withdrawn": "取り下げ",
    "photo_redacted": "写真の塗りつぶし",
    "photo_released": "写真の公開",
    "photo_withheld": "写真の非公開",
    "photo_hidden": "写真を隠す",
    "photo_shown": "写真を戻す",
    "words_released": "言葉の公開",
    "words_withheld": "言葉の非公開",
    "kept_back": "受付票の非公開",
    "let_out": "受付票の公開",
    "worked": "作業の報告",
    "taken_back": "報告の取り消し",
    "brought_back": "職員への差し戻し",
    "ordered": "作業指示書への追加",
    "order_started": "請負業者の着手",
    "order_item_done": "請負業者の完了",
    "order_accepted": "検査の合格",
    "order_sent_back": "検査の差し戻し",
    "order_cannot": "請負業者の「できない」",
    "taken_out": "作業指示書からの除外",
}
"""Lines of a ticket's history, by their kind."""
WITHDRAWN: Final = "取り下げ"
NOBODY: Final = "担当課未定"
PLACE_SOURCES: Final[Mapping[str, str]] = {
    "line": "LINE で送られた位置",
    "exif": "写真に記録された位置",
    "written": "書かれた座標やリンク",
    "typed": "書かれた町や交差点",
    "staff": "職員",
}
CHANNELS: Final[Mapping[str, str]] = {
    "line": "LINE", "telephone": "電話", "counter": "窓口", "mail": "メール・手紙",
    "patrol": "パトロール", "open311": "ほかのアプリ",
}  # fmt: skip
ACTORS: Final[Mapping[str, str]] = {
    "staff": "職員",
    "crew": "作業班",
    "contractor": "請負業者",
    "resident": "通報した人",
    "program": "プログラム",
    "michi": "自動",
}
"""As whom the history keeps who did it."""
PAUSES: Final[Mapping[Pause, str]] = {
    Pause.RESIDENT: "通報した人の返事待ち",
    Pause.AUTHORITY: "他の管理者の対応待ち",
    Pause.MONITORING: "経過観察中",
}


_METRES_IN_A_KM: Final = 1000


def work_words(work: work_events.Worked) -> str:
    """常温合材 2袋、作業 30分: what went into it; "" where nothing was told."""
    used = [f"{name} {amount:g}{unit}" for name, amount, unit in work.used]
    return "、".join([*used, *([f"作業 {work.minutes}分"] if work.minutes else [])])


def distance(metres: float) -> str:
    """約 320 m, 約 1.2 km; the unit stays on the line of its number."""
    if metres < _METRES_IN_A_KM:
        return f"約 {metres:.0f}\N{NO-BREAK SPACE}m"
    return f"約 {metres / _METRES_IN_A_KM:.1f}\N{NO-BREAK SPACE}km"


def road_name(road: Mapping[str, Any]) -> str:
    """小金井街道(都道15): the name, and the reference where it says more."""
    return road_words(road.get("name"), road.get("ref")) or "名前のない道路"


def of_placeholders(ticket: TicketSummary, categories: Mapping[str, str]) -> Mapping[str, str]:
    """What templates' placeholders stand for in Japanese; "" for what there is none of.
    `categories`: names by key."""
    return {
        "number": ticket.number,
        "place": ticket.place_name,
        "category": categories.get(ticket.category, ""),
        "deadline": day_words(ticket.deadline) if ticket.deadline else "",
        "department": ticket.department_name or "",
    }


def status_words(ticket: Listed) -> str:
    """What a resident took back was not declined by the city; a status that only a newer version
    knows is said by its own word."""
    return WITHDRAWN if ticket.withdrawn else STATUSES.get(ticket.status, str(ticket.status))


def deadline_state(ticket: Listed, today: date) -> Mark | None:
    """How it stands to its deadline, for lists, maps and pages alike."""
    return mark_of(
        ticket.status,
        ticket.deadline,
        today,
        long_overdue_on=ticket.long_overdue_on,
        paused=ticket.paused,
    )


def deadline_words(ticket: Listed, today: date, closed: Collection[date] = ()) -> str:
    """How long there is: 期限 11月25日(水)・あと2開庁日; or nothing to say. `closed` as below."""
    left = time_left(ticket, today, closed)
    if not left or ticket.deadline is None or ticket.paused:
        return left
    return f"期限 {day_words(ticket.deadline)}・{left}"


def time_left(ticket: Listed, today: date, closed: Collection[date] = ()) -> str:
    """あと2開庁日, 今日まで, 3日超過, or that the deadline stands still, and why.

    What is left counts in business days (`closed`: the city's own closing days), what is over in
    days of the calendar.
    """
    state = deadline_state(ticket, today)
    if ticket.deadline is None or ticket.status not in OPEN:
        return ""
    if state is Mark.PAUSED:
        return f"期限は止まっています{_pause(ticket)}"
    if state is Mark.DUE:
        return "今日まで"
    over = (today - ticket.deadline).days
    if over > 0:
        return f"{over}日超過"
    return f"あと{business_days_between(today, ticket.deadline, closed)}開庁日"


def _pause(ticket: Listed) -> str:
    why = pause_of(ticket.status, asked=ticket.asked, inside=ticket.inside)
    return f"({PAUSES[why]})" if why else ""

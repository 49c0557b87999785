"""What happened to a ticket, each line of its history as one Japanese sentence. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from reports.city.calendar import day_words
from reports.tickets.read_models import HistoryLine
from web.kit.labels import NOBODY, distance


def happened(
    line: HistoryLine, categories: Mapping[str, str], departments: Mapping[str, str] | None = None
) -> str:
    """One sentence for a line of history. `categories`, `departments`: Japanese names by key."""
    details = {**line.details, "categories": categories, "departments": departments or {}}
    told = HAPPENED.get(line.what)
    return told(details) if told else f"記録: {line.what}"


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
    what = (
        "通報した人がもう一度通報しました"
        if details.get("again")
        else "同じ場所の通報をまとめました"
    )
    return f"{what}{f'({came})' if came else ''}"


def _routed(details: Mapping[str, Any]) -> str:
    rule = details.get("rule")
    by = f"(規則{rule}番)" if rule else ""
    if "to" in details:
        return f"担当を決め直しました{by}: {_from_to(details)}"
    decided = details.get("reason") in (None, "rule") and rule
    return f"担当を振り分けました{by}" if decided else "担当を決められず、担当課未定です"


def _not_ours(details: Mapping[str, Any]) -> str:
    names = details["departments"]
    said = f"{names.get(details.get('from'), '担当課')}が「担当ではない」と答え"
    if details.get("stopped"):
        return f"{said}、3回目のため、職員が決めることになりました"
    to = details.get("to")
    return (
        f"{said}、{names.get(to, 'ほかの課')}に回しました"
        if to
        else f"{said}、{NOBODY}になりました"
    )


def _from_to(details: Mapping[str, Any]) -> str:
    names = details["departments"]
    before, after = (
        names.get(details[end], "ほかの課") if details.get(end) else NOBODY
        for end in ("from", "to")
    )
    return f"{before} から {after} へ"


def _of(details: Mapping[str, Any]) -> str:
    return str(details.get("department") or "担当の管理者")


def _mail(details: Mapping[str, Any]) -> str:
    return "返事をお願いするメール" if details.get("kind") == "reminder" else "知らせるメール"


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
    "unanswered": lambda _: "質問に返事がないため、待つのをやめました",
    "put_off": lambda details: (
        f"待っていた{details['days']}開庁日だけ、期限を"
        f"{day_words(date.fromisoformat(details['deadline']))}に延ばしました"
    ),
    "confirmed": lambda _: "通報した人が「直りました」と答えました",
    "rated": _rated,
    "recategorised": _recategorised,
    "relocated": lambda details: f"場所を{distance(details.get('metres', 0))} 動かしました",
    "not_ours": _not_ours,
    "assigned": lambda details: f"担当を決めました: {_from_to(details)}",
    "mailed": lambda details: f"{_of(details)}に{_mail(details)}を送りました",
    "mail_failed": lambda details: f"{_of(details)}への{_mail(details)}が届きませんでした",
    "told_otherwise": lambda details: f"{_of(details)}に、メールのほかの方法で知らせました",
    "reminded": lambda details: f"{_of(details)}に、返事をもう一度お願いしました",
    "authority_answered": lambda details: f"{_of(details)}から返事がありました",
    "unsent": lambda _: "通報した人がメッセージを取り消しました。内容は残していません",
    "erased": lambda _: "通報した人の希望により、その人の情報を消しました",
    "merged": _merged,
    "parted": lambda details: (
        f"受付番号 {details.get('from', '不明')} を、また別の受付票に分けました"
    ),
    "photo_elsewhere": lambda details: (
        f"写真の撮影場所が、送られた場所から{distance(details.get('metres', 0))} 離れています"
    ),
    "place_said": lambda details: (
        "通報した人が、場所は写真の撮影場所だと答えました"
        if details.get("chosen") == "photo"
        else "通報した人が、場所は送った場所だと答えました"
    ),
    "withdrawn": lambda _: "通報した人のひとりが通報を取り下げました",
}

"""The Japanese of a ticket's record: what was said, how far it came, what a part is called."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from reports.city.calendar import full_day_words, moment_words
from reports.city.clock import local

SAID: Final[Mapping[str, str]] = {
    "ask": "通報に足りないものをたずねた",
    "photos_full": "写真の枚数が上限だと知らせた",
    "which_place": "場所がどちらかをたずねた",
    "same_hole": "同じ場所の通報かをたずねた",
    "which_road": "どの道路かをたずねた",
    "urgent": "緊急の電話先を知らせた",
    "ticket": "受付番号を知らせた",
    "joined": "すでにある受付票に加わったと知らせた",
    "status": "いまの状態を知らせた",
    "mine": "自分の通報の一覧を知らせた",
    "moved": "状態が変わったと知らせた",
    "photo_lost": "写真を受け取れなかったと知らせた",
    "onto": "続きはこの受付票に入ると知らせた",
    "added": "追加を受け取ったと知らせた",
    "question": "市からの質問を伝えた",
    "sure": "取り下げてよいかをたずねた",
    "about": "操作の結果を知らせた",
    "rate": "対応の評価をたずねた",
    "missed": "知らせられなかったことの見出し",
    "again": "もう一度の知らせの見出し",
}
"""What words to a resident say of a ticket, by their kind."""
FATES: Final[Mapping[str, str]] = {
    "waiting": "送信待ち",
    "sent": "LINE が受け付けた",
    "unknown": "届いたか不明",
    "refused": "LINE が受け付けなかった",
    "held": "次の返事まで保留",
    "gathered": "ほかの知らせとまとめて送った",
}
VIA: Final[Mapping[str, str]] = {"reply": "返信", "push": "プッシュ"}
MAILS: Final[Mapping[str, str]] = {
    "forwarded": "引き継ぎのメール",
    "told": "知らせるメール",
    "reminder": "返事をお願いするメール",
    "daily": "期限のメール",
    "order_issued": "作業指示書のメール",
    "order_changed": "作業指示書の変更のメール",
    "order_withdrawn": "作業指示書の取り消しのメール",
    "answer": "通報した人への返事のメール",
}
MAIL_FATES: Final[Mapping[str, str]] = {
    "waiting": "送信待ち",
    "sent": "メールサーバーが受け付けた",
    "failed": "届かなかった",
}
PHOTOS_OF: Final[Mapping[str, str]] = {
    "report": "通報の写真",
    "repair": "作業の写真",
    "order": "請負業者の写真",
}
ITEMS: Final[Mapping[str, str]] = {
    "waiting": "着手前",
    "started": "着手",
    "reported": "完了の報告(市の確認待ち)",
    "done": "完了",
    "cannot": "できないと報告",
    "taken_out": "指示書から除外",
}
PARTS: Final[Mapping[str, str]] = {
    "ticket": "受付票",
    "rules": "振り分け規則",
    "reports": "通報",
    "words": "通報の言葉",
    "photos": "写真",
    "history": "経過",
    "told": "LINE で伝えた言葉",
    "mails": "メール",
    "patrols": "巡回",
    "orders": "作業指示",
    "looks": "閲覧",
    "changes": "記録外の変更",
}
"""What `compare` and the JSON call so."""


def exact(moment: str | datetime | None) -> str:
    """2026年11月25日(水) 21:03; "" for none."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return moment_words(local(at))


def day(told: str | None, none: str = "—") -> str:
    """2026年11月25日(水), of a day as ISO 8601."""
    return full_day_words(date.fromisoformat(told)) if told else none


def after(first: str, then: str | None) -> str:
    """How long after: 3日 4時間 12分; "" for what never was."""
    if not then:
        return ""
    gone = datetime.fromisoformat(then) - datetime.fromisoformat(first)
    if gone < timedelta(0):
        return f"{_long(-gone)}前"
    return _long(gone)


def _long(gone: timedelta) -> str:
    minutes = int(gone.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    told = [f"{days}日" if days else "", f"{hours}時間" if hours else "", f"{minutes}分"]
    return " ".join(filter(None, told))


def said(kinds: Sequence[str], moved_to: Sequence[str]) -> str:
    """What a message says of the ticket; `moved_to`: the statuses that its lines tell of."""
    told = [SAID.get(kind, f"知らせ({kind})") for kind in dict.fromkeys(kinds)]
    states = "・".join(f"「{one}」" for one in moved_to)
    return "。".join(told) + (f" → {states}" if states else "")

"""The words of a list's conditions, for the form that asks for them and what says them. Pure."""

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "status": "状態",
    "department": "担当課",
    "category": "種類",
    "due": "期限",
    "attention": "要対応",
    "unread": "通報した人の返信",
    "notes": "職員のメモ",
    "urgent": "緊急",
    "reopened": "再確認",
    "photo": "写真",
    "undecided": "写真の公開",
    "received": "受付日",
    "changed": "最後に変わった日",
    "closed": "完了・終了した日",
    "person": "担当者",
    "owner": "道路管理者",
    "district": "地区",
    "town": "町",
    "place_source": "場所のわかり方",
    "channel": "届き方",
    "language": "通報した人の言葉",
    "followers": "通報した人数",
    "sort": "並び順",
}
"""By the field of `Filters`, or by what both ends of a period begin with."""
ENDS: Final[Mapping[str, str]] = {"from": "から", "until": "まで"}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "due": {
        "due": "今日まで",
        "overdue": "超過",
        "long_overdue": "3倍を超過",
        "paused": "止まっている",
    },
    "attention": {"yes": "要対応だけ"},
    "unread": {"yes": "未対応の返信あり", "no": "なし"},
    "notes": {"mine": "自分あてで未確認"},
    "urgent": {"yes": "緊急だけ", "no": "緊急でないもの"},
    "reopened": {"yes": "再確認になったことがある", "no": "ない"},
    "photo": {"yes": "あり", "no": "なし"},
    "undecided": {"yes": "判断待ちあり", "no": "判断待ちなし"},
    "sort": {
        "deadline": "期限の近い順",
        "received": "受付の新しい順",
        "oldest": "受付の古い順",
        "changed": "最後に変わった順",
        "followers": "通報した人の多い順",
        "near": "地図の印から近い順",
    },
}
"""What each can be, where that is no word of the city's."""
GROUPS: Final[Mapping[str, str]] = {"open": "未完了すべて", "closed": "完了・終了すべて"}
ALL: Final = "すべて"
OF_MINE: Final = "自分の課"
PERSONS: Final[Mapping[str, str]] = {"mine": "自分", "none": "なし"}

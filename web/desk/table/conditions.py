"""The conditions of a list in words, as its form says them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import profile
from reports.city.calendar import full_day_words
from reports.people.colleagues import in_charge
from reports.routing import versions
from reports.tickets import queries, words
from reports.tickets.numbers import number_in
from web.kit import languages
from web.maps.filters import MINE, NOBODY, WITHDRAWN, Filters

OTHER: Final = "ほかの条件あり"
_GROUPS: Final = {
    "open": "未完了すべて",
    WITHDRAWN: words.WITHDRAWN,
    "closed": "完了・終了",
    "all": "すべて",
}
_SORTS: Final = {
    "deadline": "期限の近い順", "received": "受付の新しい順", "oldest": "受付の古い順",
    "changed": "最後に変わった順", "followers": "通報した人の多い順", "near": "地図の印から近い順",
}  # fmt: skip
_DUE: Final = {
    "due": "今日まで",
    "overdue": "超過",
    "long_overdue": "3倍を超過",
    "paused": "止まっている",
}


def said(db: Session, filters: Filters) -> str:
    """状態: 未完了すべて、種類: 舗装の穴・段差; of a ticket's number that alone."""
    if number := number_in(filters.q):
        return f"受付番号: {number}"
    names = _Names.of(db)
    parts = [
        SAYS[name](value, names) if name in SAYS else OTHER
        for name, value in filters
        if value not in ("", None, [])
    ]
    return "、".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class _Names:
    """By their keys."""

    departments: Mapping[str, str]
    categories: Mapping[str, str]
    districts: Mapping[str, str]
    people: Mapping[str, str]

    @classmethod
    def of(cls, db: Session) -> Self:
        return cls(
            {one.key: one.name for one in queries.departments(db)}
            | {NOBODY: words.NOBODY, MINE: "自分の課"},
            profile.category_names(db),
            versions.known(db).districts,
            in_charge(db).names | {MINE: "自分", "none": "なし"},
        )


def _statuses(chosen: Sequence[str]) -> str:
    known = {str(status): name for status, name in words.STATUSES.items()} | _GROUPS
    return "・".join(known.get(word, _GROUPS["open"]) for word in chosen)


def _days(what: str, end: str) -> Callable[[Any, _Names], str]:
    return lambda value, _: f"{what}: {full_day_words(value)} {end}"


SAYS: Final[Mapping[str, Callable[[Any, _Names], str]]] = {
    "q": lambda value, _: f"探す言葉: {value.strip()}",
    "status": lambda value, _: f"状態: {_statuses(value)}",
    "department": lambda value, names: f"担当課: {names.departments.get(value, value)}",
    "category": lambda value, names: f"種類: {names.categories.get(value, value)}",
    "due": lambda value, _: f"期限: {_DUE[value]}",
    "number": lambda value, _: f"受付番号: {value}",
    "received_from": _days("受付日", "から"),
    "received_until": _days("受付日", "まで"),
    "changed_from": _days("最後に変わった日", "から"),
    "changed_until": _days("最後に変わった日", "まで"),
    "closed_from": _days("完了・終了した日", "から"),
    "closed_until": _days("完了・終了した日", "まで"),
    "followers": lambda value, _: f"通報した人数: {value}人以上",
    "owner": lambda value, _: f"道路管理者: {OWNER_NAMES.get(value, value)}",
    "district": lambda value, names: f"地区: {names.districts.get(value, value)}",
    "town": lambda value, _: f"町: {value}",
    "place_source": lambda value, _: f"場所のわかり方: {words.PLACE_SOURCES.get(value, value)}",
    "language": lambda value, _: f"通報した人の言葉: {languages.SPOKEN.get(value, value)}",
    "channel": lambda value, _: f"届き方: {words.CHANNELS.get(value, value)}",
    "person": lambda value, names: f"担当者: {names.people.get(value, value)}",
    "reopened": lambda value, _: f"再確認: {'あり' if value == 'yes' else 'なし'}",
    "attention": lambda *_: "要対応だけ",
    "sort": lambda value, _: f"並び順: {_SORTS[value]}",
    "near": lambda value, _: f"ここから近い順: {value}",
    "urgent": lambda value, _: "緊急だけ" if value == "yes" else "緊急でないもの",
    "photo": lambda value, _: f"写真: {'あり' if value == 'yes' else 'なし'}",
    "notes": lambda value, _: "職員のメモ: 自分あてで未確認",
    "unread": lambda value, _: f"未対応の返信: {'あり' if value == 'yes' else 'なし'}",
}
"""By the name of a field of `Filters`."""

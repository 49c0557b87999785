"""The conditions of a list in words, as its form says them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import profile
from reports.city.calendar import full_day_words
from reports.routing import versions
from reports.tickets import queries, words
from reports.tickets.numbers import number_in
from web.maps.filters import NOBODY, WITHDRAWN, Filters

OTHER: Final = "ほかの条件あり"
_GROUPS: Final = {
    "open": "未完了すべて",
    WITHDRAWN: words.WITHDRAWN,
    "closed": "完了・終了",
    "all": "すべて",
}
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

    @classmethod
    def of(cls, db: Session) -> Self:
        return cls(
            {one.key: one.name for one in queries.departments(db)} | {NOBODY: words.NOBODY},
            {key: one.name("ja") for key, one in profile.categories(db).items()},
            versions.known(db).districts,
        )


def _status(value: str) -> str:
    known = {str(status): name for status, name in words.STATUSES.items()} | _GROUPS
    return known.get(value, _GROUPS["open"])


SAYS: Final[Mapping[str, Callable[[Any, _Names], str]]] = {
    "q": lambda value, _: f"探す言葉: {value.strip()}",
    "status": lambda value, _: f"状態: {_status(value)}",
    "department": lambda value, names: f"担当課: {names.departments.get(value, value)}",
    "category": lambda value, names: f"種類: {names.categories.get(value, value)}",
    "due": lambda value, _: f"期限: {_DUE[value]}",
    "number": lambda value, _: f"受付番号: {value}",
    "received_from": lambda value, _: f"受付日: {full_day_words(value)} から",
    "received_until": lambda value, _: f"受付日: {full_day_words(value)} まで",
    "followers": lambda value, _: f"通報した人数: {value}人以上",
    "owner": lambda value, _: f"道路管理者: {OWNER_NAMES.get(value, value)}",
    "district": lambda value, names: f"地区: {names.districts.get(value, value)}",
    "urgent": lambda value, _: "緊急だけ" if value == "yes" else "緊急でないもの",
    "photo": lambda value, _: f"写真: {'あり' if value == 'yes' else 'なし'}",
    "notes": lambda value, _: "職員のメモ: 自分あてで未確認",
    "unread": lambda value, _: f"未対応の返信: {'あり' if value == 'yes' else 'なし'}",
}
"""By the name of a field of `Filters`."""

"""The conditions of a list in words, as its form says them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import clock, profile
from reports.city.calendar import full_day_words, moment_words
from reports.orders.models import WorkOrder
from reports.orders.numbers import number_words
from reports.patrols.models import Patrol
from reports.people.colleagues import in_charge
from reports.routing import versions
from reports.stats.again.reading import section_names
from reports.stats.definitions import DEFINITIONS
from reports.tickets import queries, words
from reports.tickets.numbers import number_in
from web.desk.condition_words import ALL, CHOICES, ENDS, GROUPS, NAMES, OF_MINE, PERSONS
from web.kit import languages
from web.maps.counted import Counted
from web.maps.filters import MINE, NOBODY, WITHDRAWN, Filters

OTHER: Final = "ほかの条件あり"
CHOSEN: Final = "一覧で選んだ受付票"
_GROUPS: Final = {**GROUPS, WITHDRAWN: words.WITHDRAWN, "all": ALL}
_SAY_IT_ALL: Final = frozenset({"attention", "urgent"})
"""Whose choices need no name before them."""


def said(db: Session, filters: Filters) -> str:
    """状態: 未完了すべて、種類: 舗装の穴・段差; of a ticket's number that alone."""
    if filters.chosen:
        return CHOSEN
    if number := number_in(filters.q):
        return f"受付番号: {number}"
    names = _Names.of(db, filters)
    parts = [
        SAYS[name](value, names) if name in SAYS else OTHER
        for name, value in filters
        if value not in ("", None, [])
    ]
    return "、".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class _Names:
    """By their keys; of the one work order, patrol and section that are asked for."""

    departments: Mapping[str, str]
    categories: Mapping[str, str]
    districts: Mapping[str, str]
    people: Mapping[str, str]
    order: str
    patrol: str
    sections: Mapping[str, str]

    @classmethod
    def of(cls, db: Session, filters: Filters) -> Self:
        order = db.get(WorkOrder, filters.order) if filters.order else None
        patrol = db.get(Patrol, filters.patrol) if filters.patrol else None
        return cls(
            {one.key: one.name for one in queries.departments(db)}
            | {NOBODY: words.NOBODY, MINE: OF_MINE},
            profile.category_names(db),
            versions.known(db).districts,
            in_charge(db).names | dict(PERSONS),
            number_words(order.fiscal_year, order.serial) if order else "",
            moment_words(clock.local(patrol.began_at)) if patrol else "",
            section_names(db, {Counted.read(filters.counted).section}) if filters.counted else {},
        )


Says = Callable[[Any, _Names], str]


def _statuses(chosen: Sequence[str]) -> str:
    known = {str(status): name for status, name in words.STATUSES.items()} | _GROUPS
    return "・".join(known.get(word, _GROUPS["open"]) for word in chosen)


def _name(field: str) -> str:
    return f"{NAMES[field]}: "


def _choice(field: str) -> Says:
    said = "" if field in _SAY_IT_ALL else _name(field)
    return lambda value, _: said + CHOICES[field].get(value, value)


def _named(field: str, known: Mapping[str, str]) -> Says:
    return lambda value, _: _name(field) + known.get(value, value)


def _days(field: str, end: str) -> Says:
    return lambda value, _: f"{_name(field)}{full_day_words(value)} {ENDS[end]}"


def _counted(value: str, names: _Names) -> str:
    """数字「受付」(2026年4月1日〜2026年12月2日、種類: 舗装の穴・段差)"""
    number = Counted.read(value)
    what = number.what.partition(":")[0]
    known = {
        "category": ("種類", names.categories), "department": ("担当課", names.departments),
        "district": ("地区", names.districts), "owner": ("道路の管理者", OWNER_NAMES),
        "town": ("町", {}), "channel": ("受付の方法", words.CHANNELS),
        "section": ("道路の区間", names.sections),
    }  # fmt: skip
    days = f"{full_day_words(number.first)}〜{full_day_words(number.last)}"
    parts = [
        f"{known[name][0]}: {known[name][1].get(key, key) or 'なし'}"
        for name, key in number.narrowing.items()
    ]
    name = DEFINITIONS[what].name if what in DEFINITIONS else _DUE
    return f"数字「{name}」({'、'.join([days, *parts])})"


_DUE: Final = "期限が来たもの"
SAYS: Final[Mapping[str, Says]] = {
    "q": lambda value, _: f"探す言葉: {value.strip()}",
    "number": lambda value, _: f"受付番号: {value}",
    "chosen": lambda *_: CHOSEN,
    "counted": _counted,
    "order": lambda _, names: f"作業指示書: {names.order}",
    "patrol": lambda _, names: f"巡回: {names.patrol}",
    "near": lambda value, _: f"ここから近い順: {value}",
    "status": lambda value, _: _name("status") + _statuses(value),
    "department": lambda value, names: _name("department") + names.departments.get(value, value),
    "category": lambda value, names: _name("category") + names.categories.get(value, value),
    "district": lambda value, names: _name("district") + names.districts.get(value, value),
    "person": lambda value, names: _name("person") + names.people.get(value, value),
    "town": lambda value, _: _name("town") + value,
    "followers": lambda value, _: f"{_name('followers')}{value}人以上",
    "owner": _named("owner", OWNER_NAMES),
    "place_source": _named("place_source", words.PLACE_SOURCES),
    "language": _named("language", languages.SPOKEN),
    "channel": _named("channel", words.CHANNELS),
    **{field: _choice(field) for field in CHOICES},
    **{
        f"{field}_{end}": _days(field, end)
        for field in ("received", "changed", "closed")
        for end in ENDS
    },
}
"""By the name of a field of `Filters`."""

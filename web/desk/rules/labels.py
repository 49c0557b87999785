"""The Japanese that screens say for the lines of the routing table. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from geo.kinds import OWNER_NAMES
from reports.routing.choose import Rule
from reports.routing.diff import Difference
from reports.routing.table import COLUMNS, Known
from web.kit.labels import NOBODY, Label

URGENT: Final = {True: "緊急のみ", False: "緊急以外"}
HOURS: Final = {"office": "開庁中", "after": "閉庁中"}
STATES: Final = {
    "live": Label("使用中", "check", "done"),
    "draft": Label("案", "speech", "work"),
    "past": Label("以前の版", "clock", "end"),
    "dropped": Label("捨てた案", "close", "end"),
}
CHANGES: Final = {
    "added": "足した",
    "removed": "消した",
    "changed": "変えた",
    "moved": "動かした",
}
# what an empty cell means, column by column
EMPTY: Final = {
    "category": "すべて",
    "owner": "すべて",
    "district": "すべて",
    "urgent": "問わない",
    "hours": "問わない",
    "department": f"{NOBODY}(職員が決める)",
    "deadline_days": "種類ごと",
    "tell": "なし",
    "not_ours": "職員が決める",
    "note": "",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says; `empty` where the file's is. `before`: what another version said."""

    column: str
    text: str
    empty: bool
    before: str | None = None

    @property
    def heading(self) -> str:
        return COLUMNS[self.column]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table as it is shown. `change`: what another table says otherwise, if so."""

    order: int
    cells: Sequence[Cell]
    change: str = ""

    @property
    def change_words(self) -> str:
        return CHANGES.get(self.change, "")


def line(rule: Rule, known: Known, change: str = "", before: Rule | None = None) -> Line:
    """A rule in the order of COLUMNS, with what stood there `before`."""
    old = _said(before, known) if before else {}
    said = _said(rule, known)
    cells = [
        Cell(column, text, not _is_filled(rule, column), _changed(old.get(column), text))
        for column, text in said.items()
    ]
    return Line(rule.order, cells, change)


def compared(found: Iterable[Difference], known: Known) -> list[Line]:
    """The lines in which two tables differ."""
    lines = []
    for each in found:
        if each.after:
            lines.append(line(each.after, known, each.kind, each.before))
        elif each.before:
            lines.append(line(each.before, known, each.kind))
    return lines


def tally(found: Iterable[Difference]) -> str:
    """How many of each: 足した規則 1、消した規則 2."""
    counts = Counter[str](each.kind for each in found)
    named = ((CHANGES[kind], counts[kind]) for kind in CHANGES if counts[kind])
    return "、".join(f"{words}規則 {count}" for words, count in named)


def who(by: str | None) -> str:
    """Who made a version: what a command loaded is the city's file."""
    return "市のファイル" if not by or by.startswith("michi ") else by


def missing(key: str) -> str:
    """What stands for a key that the city no longer has."""
    return f"(なくなりました: {key})"


def _said(rule: Rule, known: Known) -> dict[str, str]:
    departments = {key: each.name for key, each in known.departments.items()}
    named: Mapping[str, Mapping[Any, str]] = {
        "category": known.categories,
        "owner": OWNER_NAMES,
        "district": known.districts,
        "urgent": URGENT,
        "hours": HOURS,
        "department": departments,
        "not_ours": departments,
    }
    values = {each.name: getattr(rule, each.name) for each in fields(rule)}
    said = {
        column: book.get(values[column], missing(str(values[column])))
        for column, book in named.items()
        if values[column] is not None
    }
    if rule.deadline_days is not None:
        said["deadline_days"] = f"{rule.deadline_days}開庁日"
    said["tell"] = "、".join(departments.get(key, missing(key)) for key in rule.tell)
    said |= {"order": str(rule.order), "note": rule.note}
    return {column: said.get(column) or EMPTY[column] for column in COLUMNS}


def _is_filled(rule: Rule, column: str) -> bool:
    return getattr(rule, column) not in (None, "", ())


def _changed(old: str | None, new: str) -> str | None:
    return old if old is not None and old != new else None

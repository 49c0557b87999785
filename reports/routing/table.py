"""The routing table as people type it: its columns, cells to rules and back, and findings. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from geo.owners import owner_of
from reports.routing.choose import Rule
from reports.tickets.read_models import DepartmentSummary

COLUMNS: Final = {
    "order": "番号", "category": "種類", "owner": "道路管理者", "district": "地区",
    "urgent": "緊急", "hours": "受付時間", "department": "担当課", "deadline_days": "期限",
    "tell": "知らせる先", "not_ours": "担当外のときの回し先", "note": "メモ",
}  # fmt: skip
HOURS: Final = {"office": "開庁", "after": "閉庁"}
MOST_RULES: Final = 2_000
MOST_FOUND: Final = 300
MOST_DAYS: Final = 250
_MOST_LETTERS: Final = 500


class What(StrEnum):
    """What can be wrong with a table. `IDLE` and `NO_ADDRESS` are only said, not refused."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    ORDER = "order"
    SELF = "self"
    NOBODY = "nobody"
    UNREACHABLE = "unreachable"
    DEADLINE = "deadline"
    NO_FALLBACK = "no_fallback"
    TOO_LARGE = "too_large"
    LOOP = "loop"
    IDLE = "idle"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a table; `words` say in Japanese what it is and what to do.

    `row` and `rows` count rules from 0: which one it is about (None: the whole table), and which
    others have to do with it. `where`: the same for people, `5行目「期限」` or `規則30番`.
    """

    what: What
    words: str
    row: int | None = None
    column: str = ""
    where: str = ""
    rows: tuple[int, ...] = ()

    @property
    def refuses(self) -> bool:
        return self.what not in (What.IDLE, What.NO_ADDRESS)

    def __str__(self) -> str:
        return f"{self.where}: {self.words}" if self.where else self.words


class RefusedTable(ValueError):
    """The table cannot be used; `findings` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Known:
    """What a table may name: departments, and the names of categories and districts, by key."""

    departments: Mapping[str, DepartmentSummary]
    categories: Mapping[str, str]
    districts: Mapping[str, str]


class Row(NamedTuple):
    """Cells by column, as they were typed. `where` is what people call it: `5行目`."""

    where: str
    cells: Mapping[str, str]


def parse(rows: Iterable[Row], known: Known) -> list[Rule]:
    """Rules in the order of their rows. Raises RefusedTable naming the cells that have no sense.

    What is too long is not read to its end.
    """
    reader, rules = _Cells(known), []
    for index, row in enumerate(rows):
        if index == MOST_RULES:
            reader.refuse(f"規則は{MOST_RULES:,}行までです")
        if index == MOST_RULES or len(reader.found) >= MOST_FOUND:
            break
        rules.append(reader.rule(index, row))
    if reader.found:
        raise RefusedTable(reader.found)
    return rules


def cells(rule: Rule) -> dict[str, str]:
    """A rule as the cells that `parse` takes, by column."""
    return {column: _cell(getattr(rule, column)) for column in COLUMNS}


@dataclass(slots=True)
class _Cells:
    """Cells to values; what has no sense is noted and read on."""

    known: InitVar[Known]
    found: list[Finding] = field(default_factory=list)
    index: int | None = None
    where: str = ""
    keys: Mapping[str, Mapping[str, str]] = field(init=False)

    def __post_init__(self, known: Known) -> None:
        departments = {key: each.name for key, each in known.departments.items()}
        self.keys = {
            "department": _keys(departments),
            "category": _keys(known.categories),
            "district": _keys(known.districts),
        }

    def rule(self, index: int, row: Row) -> Rule:
        self.index, self.where = index, row.where
        typed = {column: self._cell(row, column) for column in COLUMNS}
        return Rule(
            order=self._number(typed, "order") or 0,
            category=self._key("category", typed["category"]),
            owner=owner_of(typed["owner"], {}) or typed["owner"] or None,
            district=self._key("district", typed["district"]),
            urgent=self._one_of(typed, "urgent", _YES_NO),
            hours=self._one_of(typed, "hours", _HOURS),
            department=self._key("department", typed["department"]),
            deadline_days=self._number(typed, "deadline_days"),
            tell=tuple(self._key("department", each) or "" for each in _listed(typed["tell"])),
            not_ours=self._key("department", typed["not_ours"]),
            note=typed["note"],
        )

    def refuse(self, words: str, column: str = "") -> None:
        name = f"「{COLUMNS[column]}」" if column else ""
        where = f"{self.where}{name}" if column else ""
        row = self.index if column else None
        self.found.append(Finding(What.UNREADABLE, words, row, column, where))

    def _key(self, what: str, cell: str) -> str | None:
        """The one that is meant; what nobody knows is left to be refused by name."""
        return self.keys[what].get(cell, cell) if cell else None

    def _number(self, typed: Mapping[str, str], column: str) -> int | None:
        cell = unicodedata.normalize("NFKC", typed[column])
        if not cell and column != "order":
            return None
        if not re.fullmatch(r"[0-9]{1,6}", cell):
            self.refuse(f"6桁までの数字を入れてください({_short(cell)})", column)
            return None
        return int(cell)

    def _one_of(self, typed: Mapping[str, str], column: str, words: Mapping[str, Any]) -> Any:
        cell = typed[column].lower()
        if cell and cell not in words:
            choices = "、".join(words)
            self.refuse(f"{choices} のどれかか、空にしてください({_short(cell)})", column)
        return words.get(cell)

    def _cell(self, row: Row, column: str) -> str:
        cell = row.cells.get(column) or ""
        if len(cell) > _MOST_LETTERS:
            self.refuse(f"{_MOST_LETTERS}文字までです", column)
            return ""
        return _clean(cell)


_YES_NO: Final = {"yes": True, "no": False, "はい": True, "いいえ": False}
_HOURS: Final = {each: key for key, name in HOURS.items() for each in (key, name)}


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    """By what may be typed for each: its name, or the key itself."""
    by_name = {_clean(name): key for key, name in reversed([*names.items()])}
    return by_name | {key: key for key in names}


def _listed(cell: str) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in re.split("[;;、]", cell) if each.strip()))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value)


def _clean(cell: str) -> str:
    """Letters composed, as the names of the city are: Macs write a letter and its mark."""
    letters = unicodedata.normalize("NFC", cell)
    kept = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in letters)
    return kept.strip()


def _short(cell: str) -> str:
    return f"今は「{cell[:20]}」" if cell else "今は空"

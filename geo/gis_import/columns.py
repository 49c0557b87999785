"""Which column of a city's file is what: given, of the same name, or the closest guess. Pure."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.kinds import BadFile, Kind


@dataclass(frozen=True, slots=True)
class Open:
    """A question about columns: one of these fields must be told, or (`optional`) may be."""

    fields: tuple[str, ...]
    guess: str | None
    optional: bool = False


def told(kind: Kind, given: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """Field → column: those given, then those whose name is the field's. Raises BadFile."""
    for field, column in given.items():
        demand_column(f"--{field}", column, columns)
    same = {column.casefold(): column for column in columns}
    found = {field: same[field.replace("-", "_")] for field in kind.fields if field in same}
    return found | dict(given)


def demand_column(option: str, column: str, columns: Sequence[str]) -> None:
    """A column that is named must be there. Raises BadFile with those that are."""
    if column not in columns:
        raise BadFile(
            f"{option} {column}: その列はありません / no such column;"
            f" {_listed(columns)}{_hint(closest(column, columns))}"
        )


def still_open(
    kind: Kind, found: Mapping[str, str], columns: Sequence[str], *, answered: Sequence[str] = ()
) -> list[Open]:
    """What must be asked before loading. `answered`: fields that need no column."""
    asked = []
    for group in kind.demands:
        if not any(field in found or field in answered for field in group):
            guess = next(filter(None, (guessed(field, columns) for field in group)), None)
            asked.append(Open(group, guess))
    asked_first = {question.fields[0] for question in asked}
    for field in kind.fields:
        if field not in {*found, *answered, *asked_first}:
            asked.append(Open((field,), guessed(field, columns), optional=True))
    return asked


def demand(asked: Sequence[Open], columns: Sequence[str]) -> None:
    """Without anybody to ask, what is missing is named. Raises BadFile."""
    missing = [each for each in asked if not each.optional]
    if missing:
        options = "、".join(
            " か ".join(f"--{field}" for field in each.fields) + _hint(each.guess)
            for each in missing
        )
        raise BadFile(f"列を指定してください / say which column: {options}; {_listed(columns)}")


def guessed(field: str, columns: Sequence[str]) -> str | None:
    """The column that is most likely this field, by the names that such columns have."""
    for name in _USUAL[field]:
        for column in columns:
            if column.casefold() == name.casefold():
                return column
    near = (closest(name, columns) for name in _USUAL[field])
    return next(filter(None, near), None)


def closest(name: str, columns: Sequence[str]) -> str | None:
    """The column whose name is most like this one, if any is."""
    plain = {column.casefold(): column for column in columns}
    near = difflib.get_close_matches(name.casefold(), plain, n=1, cutoff=0.6)
    within = [each for each in columns if len(name) > 2 and name.casefold() in each.casefold()]
    return plain[near[0]] if near else within[0] if within else None


_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "名称", "路線名", "路線名称", "道路名", "通称名", "町丁目名", "町名", "地区名",
             "S_NAME", "N03_004", "N01_003", "fullname", "street"),
    "key": ("key", "管理番号", "番号", "コード", "KEY_CODE", "N03_007", "code"),
    "id": ("id", "ID", "路線ID", "区間番号", "区間ID", "整理番号", "fid", "objectid", "segment"),
    "ref": ("ref", "路線番号", "路線コード", "N01_004", "route"),
    "owner": ("owner", "管理者", "道路管理者", "管理区分", "管理主体", "道路種別", "道路区分",
              "種別", "N01_001", "ownership", "jurisdiction"),
    "class": ("class", "road_class", "種別", "道路種別", "道路区分", "級別", "等級", "N01_001"),
    "name_en": ("name_en", "英語名", "ローマ字", "英名", "name_roma"),
}  # fmt: skip


def _listed(columns: Sequence[str]) -> str:
    return f"列 / columns: {', '.join(columns) or 'なし / none'}"


def _hint(guess: str | None) -> str:
    return f"({guess}?)" if guess else ""

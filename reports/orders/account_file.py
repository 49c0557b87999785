"""The file for the accounts (財務会計): a city's own columns, in its order, in its encoding. Pure.

Amounts are yen without separators and without tax, as the orders hold them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from reports.city.formulas import guarded

ENCODINGS: Final[Mapping[str, str]] = {"utf-8": "UTF-8(BOM 付き)", "cp932": "Shift_JIS(CP932)"}
FIELDS: Final[Mapping[str, Callable[[Any, Mapping[str, str]], str]]] = {
    "年度": lambda one, _: str(one.fiscal_year),
    "計上日": lambda one, _: one.day.isoformat(),
    "計上日(YYYYMMDD)": lambda one, _: one.day.strftime("%Y%m%d"),
    "実施日": lambda one, _: one.own_day.isoformat(),
    "費目": lambda one, names: (
        names.get(f"budget:{one.fiscal_year}:{one.contractor_key}", "")
        or names.get(f"budget:{one.fiscal_year}:{one.kind}", "")
    ),
    "区分": lambda one, _: COSTS[one.kind],
    "指示書番号": lambda one, _: one.order_number,
    "受付番号": lambda one, _: one.number,
    "請負業者": lambda one, _: one.firm,
    "請負業者コード": lambda one, _: one.contractor_key,
    "種類": lambda one, names: names.get(f"kind:{one.category}", one.category),
    "路線": lambda one, _: one.road,
    "作業・材料": lambda one, _: one.what,
    "数量": lambda one, _: f"{one.quantity.normalize():f}",
    "単位": lambda one, _: one.unit,
    "金額(税抜)": lambda one, _: str(one.yen),
    "整理番号": lambda one, _: str(one.id),
}
"""What may stand in a column, by the name by which a city chooses it."""
COSTS: Final[Mapping[str, str]] = {"order": "請負", "material": "材料", "minutes": "直営の作業"}
USUAL: Final = (
    "年度", "計上日", "費目", "区分", "指示書番号", "受付番号", "請負業者", "作業・材料", "数量",
    "単位", "金額(税抜)", "整理番号",
)  # fmt: skip
MOST_COLUMNS: Final = 30
MOST_LETTERS: Final = 60


class WrongColumns(ValueError):
    """What cannot be a file's columns, in Japanese."""


def typed(columns: Iterable[Sequence[str]]) -> str:
    """As `read` takes it."""
    return "\n".join(f"{head}={field}" if head != field else field for head, field in columns)


def read(words: str) -> list[tuple[str, str]]:
    """A column a line: a field, or 見出し=項目. Raises WrongColumns."""
    found = []
    for at, line in enumerate(filter(None, map(str.strip, words.splitlines())), 1):
        head, _, field = (part.strip() for part in line.replace("=", "=").rpartition("="))
        if field not in FIELDS:
            raise WrongColumns(f"{at}行目の「{field[:40]}」という項目はありません。")
        if len(head) > MOST_LETTERS:
            raise WrongColumns(f"{at}行目の見出しは {MOST_LETTERS} 文字以内にしてください。")
        found.append((head or field, field))
    if not 0 < len(found) <= MOST_COLUMNS:
        raise WrongColumns(f"列は 1〜{MOST_COLUMNS} 列にしてください。")
    if not {"指示書番号", "整理番号"} & {field for _, field in found}:
        raise WrongColumns("どの行かをたどれるように、指示書番号か整理番号の列を入れてください。")
    return found


def written(
    entries: Iterable[Any],
    names: Mapping[str, str],
    columns: Sequence[Sequence[str]],
    encoding: str,
) -> bytes:
    """The file. `names`: of kinds ("kind:" and a key) and of budgets ("budget:", the year, and a
    contractor's key or a kind of cost). A letter that CP932 does not have becomes 〓."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write([guarded(head) for head, _ in columns])
    for one in entries:
        write([_cell(FIELDS[field](one, names), field) for _, field in columns])
    if encoding == "utf-8":
        return ("\ufeff" + out.getvalue()).encode()
    return "".join(map(_in_cp932, out.getvalue())).encode("cp932")


def _cell(told: str, field: str) -> str:
    """Numbers below zero are no formula."""
    return told if field in ("金額(税抜)", "数量") else guarded(told)


def _in_cp932(letter: str) -> str:
    letter = _TWINS.get(letter, letter)
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return "〓"
    return letter


_TWINS: Final = {"\u301c": "\uff5e", "\u2212": "\uff0d", "\u2014": "\u2015", "\u2016": "\u2225",
                 "\u00a0": " ", "\u00b2": "2", "\u00b3": "3", "\u00a5": "\uffe5"}  # fmt: skip
"""Letters that CP932 has in another place, or not at all (m²)."""

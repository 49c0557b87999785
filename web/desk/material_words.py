"""The Japanese that screens say for the city's materials and what changes in them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from reports.city.category_list import Entries, entry_of
from reports.city.differences import ADDED, ORDER, REMOVED, Difference
from web.desk.city_words import Line

FIELDS: Final = {"name": "名前", "unit": "数え方", "categories": "先に出す種類"}


def lines(
    found: Iterable[Difference], before: Entries, after: Entries, names: Mapping[str, str]
) -> list[Line]:
    """What changes. `names`: of the categories, by key."""
    return [_line(each, before, after, names) for each in found]


def effects(found: Sequence[Difference]) -> list[str]:
    """What it does to what was told and will be."""
    said = ["作業班の画面では、次に開いたときから、この一覧になります。"]
    if any(each.field in (REMOVED, "name", "unit") for each in found):
        said.append("これまでに使った分の記録は、そのときの名前と数え方のまま残ります。")
    return said


def where_words(value: Sequence[str] | None, names: Mapping[str, str]) -> str:
    """Categories by their names."""
    return (
        "、".join(names.get(each, each) for each in value or ()) or "なし(ほかの材料として出ます)"
    )


def _line(found: Difference, before: Entries, after: Entries, names: Mapping[str, str]) -> Line:
    if found.field == ADDED:
        return Line("新しい材料", "", _called(found.after))
    if found.field == REMOVED:
        return Line("材料をなくす", "", _called(found.before))
    if found.field == ORDER:
        return Line("順番", "", " → ".join(_called(entry) for entry in after))
    entry = entry_of(after, found.key) or entry_of(before, found.key) or {}
    what = f"「{entry.get('name', found.key)}」の{FIELDS.get(found.field, found.field)}"
    return Line(what, *(_value(found.field, each, names) for each in (found.before, found.after)))


def _called(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']}({entry['unit']})"


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    return where_words(value, names) if field == "categories" else str(value or "なし")

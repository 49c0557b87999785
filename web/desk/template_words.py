"""The Japanese that screens say for the city's templates and what changes in them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from geo.gis_import.faults import Fault
from reports.city.category_list import Entries, entry_of
from reports.city.differences import ADDED, ORDER, REMOVED, Difference
from reports.city.templates import as_staff_read
from web.desk.city_words import Line
from web.kit import languages
from web.kit.labels import STATUSES

USES: Final = {"note": "状態の説明", "question": "質問"}
PLACEHOLDERS: Final = {
    "number": "123-456-789",
    "place": "本町六丁目",
    "category": "舗装の穴・段差",
    "deadline": "12月4日(金)",
    "department": "道路管理課",
}
"""An example of each."""
FIELDS: Final = {
    "title": "見出し",
    "use": "使うところ",
    "categories": "使う種類",
    "statuses": "使う状態",
}
ALL: Final = {"categories": "すべての種類", "statuses": "すべての状態"}


def lines(
    found: Iterable[Difference], before: Entries, after: Entries, names: Mapping[str, str]
) -> list[Line]:
    """What changes. `names`: of the categories, by key."""
    return [
        line
        for each in found
        for line in (
            _places(before, after) if each.field == ORDER else [_line(each, before, after, names)]
        )
    ]


def effects(found: Sequence[Difference]) -> list[str]:
    """What it does to what has been said and will be, one sentence or two each."""
    fields, said = [each.field for each in found], list[str]()
    if {ADDED, "title", "use", "categories", "statuses", ORDER} & {*fields}:
        said.append("受付票の画面では、次に開いたときから、この内容で選べます。")
    if "texts.ja" in fields or REMOVED in fields:
        said.append(
            "これまでに送った日本語の文は変わりません。"
            "その文をほかの言語で読んでいた人には、これから日本語で表示されます。"
        )
    if any(field.startswith("texts.") and field != "texts.ja" for field in fields):
        said.append(
            "この定型文で送った文は、これまでの分も、その言語の人には新しい文で表示されます。"
        )
    return said


def label(field: str) -> str:
    """What a field is called: texts by their language."""
    if field.startswith("texts."):
        return f"文({languages.name(field.removeprefix('texts.'))})"
    return FIELDS.get(field, field)


def where_words(field: str, value: Sequence[str] | None, names: Mapping[str, str]) -> str:
    """Categories or statuses by their names; all where there are none."""
    known = {str(status): each.text for status, each in STATUSES.items()}
    called = names if field == "categories" else known
    return "、".join(called.get(each, each) for each in value or ()) or ALL[field]


def field_of(fault: Fault) -> str:
    """The field of the form that a fault is about; empty for the whole."""
    path = fault.path[2:]
    if path[:1] == ("texts",):
        return f"text_{path[1]}" if len(path) > 1 else "text_ja"
    return str(path[0]) if path else ""


def fault_words(fault: Fault, entries: Entries) -> str:
    """What is wrong, by the name that the field has on the page."""
    key = str(entries[fault.path[1]]["key"]) if isinstance(fault.path[1], int) else ""
    inside = ".".join(part for part in fault.path[2:] if isinstance(part, str))
    words = as_staff_read(fault.japanese.removeprefix(f"{key}: ").removeprefix(inside).strip())
    return f"「{label(inside)}」{words}。" if inside else f"{words}。"


def _line(found: Difference, before: Entries, after: Entries, names: Mapping[str, str]) -> Line:
    if found.field == ADDED:
        entry = found.after
        said = f"{entry['title']}({USES[entry['use']]}): {as_staff_read(entry['texts']['ja'])}"
        return Line("新しい定型文", "", said)
    if found.field == REMOVED:
        return Line("定型文を削除する", "", found.before["title"])
    entry = entry_of(after, found.key) or entry_of(before, found.key) or {}
    what = f"「{entry.get('title', found.key)}」の{label(found.field)}"
    return Line(what, *(_value(found.field, each, names) for each in (found.before, found.after)))


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    if field in ALL:
        return where_words(field, value, names)
    return USES.get(value, value) if field == "use" else as_staff_read(value or "なし")


def _places(before: Entries, after: Entries) -> Iterator[Line]:
    """Of those that have moved past others of the same use."""
    for use in USES:
        old, new = ([one["key"] for one in some if one["use"] == use] for some in (before, after))
        both = [[key for key in some if key in old and key in new] for some in (old, new)]
        matched = SequenceMatcher(None, both[0], both[1], autojunk=False).get_matching_blocks()
        stay = {key for block in matched for key in both[1][block.b : block.b + block.size]}
        for key in both[1]:
            entry = entry_of(after, key)
            if key not in stay and entry:
                was, now = (f"{some.index(key) + 1}番目" for some in (old, new))
                yield Line(f"「{entry['title']}」の順番", was, now)

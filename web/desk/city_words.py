"""The Japanese that screens say for what changes in the city's own data. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any, Final

from geo.gis_import.faults import Fault
from reports.city import open_data
from reports.city.calendar import day_words, full_day_words, is_business_day
from reports.city.category_list import Entries, entry_of
from reports.city.differences import ADDED, CLOSED, OPENED, ORDER, Difference
from reports.city.periods import PERIODS
from reports.privacy import words as privacy
from web.kit import languages

PARTS: Final = {
    "categories": "種類",
    "facts": "市の名前・電話・開庁時間・閉庁日・保存期間",
    "templates": "定型文",
    "materials": "材料",
}
FIELDS: Final = {
    "key": "記号",
    "names": "名前",
    "icon": "絵",
    "department": "担当課のめやす",
    "deadline_days": "期限",
    "urgent_deadline_days": "緊急のときの期限",
    "urgent": "いつも緊急",
    "radius_m": "同じ場所とみなす距離",
    "weight": "区間の順位での重み",
    "again_m": "修繕がくり返したとみなす距離",
    "keep_years": "受付票の保存期間",
    "hints": "見分けることば",
    "but_not": "見分けないことば",
    "retired": "新しい通報での扱い",
    "phones.police": "警察",
    "phones.road_emergency": "道路緊急ダイヤル",
    "phones.road_line": "道路の窓口",
    "phones.city_hall": "市役所の代表",
    "office_hours.opens": "開庁",
    "office_hours.closes": "閉庁",
    "office_hours": "開庁時間",
    "name": "市の名前",
    "name_en": "市の名前(英語)",
    "note": "市の説明",
    "note_en": "市の説明(英語)",
    "zoom": "地図の大きさ",
    "keep": "保存期間",
    "centre": "地図の中心",
    "centre.lon": "地図の中心(経度)",
    "centre.lat": "地図の中心(緯度)",
    "strangers_photos": "ほかの人の写真",
    "open": "公開",
    "open.shown": "公開するか",
    "open.after_hours": "公開まで待つ時間",
    "open.after_looking": "職員が見たあとに公開するか",
    "open.kept_back": "公開しない種類",
    "open_data": "公開データ",
    "open_data.code": "公開データの全国地方公共団体コード",
    "open_data.licence": "公開データの利用条件",
    "open_data.k": "公開データの匿名化の k",
    "open_data.months": "公開データで見直す月の数",
}
STRANGERS_PHOTOS: Final = {
    "released": "職員が公開してよいと決めた写真だけを出す",
    "none": "ほかの人の写真は出さない",
}
"""As of `reports.city.entries.CityFile`."""
_MOST_WORDS: Final = 12
_MOST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes: what it is, what it was (if anything) and what it will be."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        said = f"{self.before} → {self.after}" if self.before else self.after
        return f"{self.what}: {said}"


def lines(found: Iterable[Difference], before: Entries, after: Entries) -> list[Line]:
    """Of either part; `before`, `after`: the categories, for their names."""
    return [
        line
        for each in found
        for line in (_places(each, after) if each.field == ORDER else [_line(each, after)])
    ]


def note(some: Sequence[Line]) -> str:
    """A version in one sentence."""
    said = "、".join(map(str, some[:3]))
    more = f"、ほか{len(some) - 3}件" if len(some) > 3 else ""
    return said[: _MOST_NOTE - len(more)] + more


def label(field: str) -> str:
    """What a field is called: names by their language."""
    if field.startswith("names."):
        return f"名前({languages.name(field.removeprefix('names.'))})"
    if field.startswith("keep."):
        return f"保存期間: {privacy.name_of(field.removeprefix('keep.'))}"
    return FIELDS.get(field, field)


def name_of(entries: Entries, key: str) -> str:
    """A category's Japanese name; its key where there is none."""
    entry = entry_of(entries, key)
    return str(entry["names"]["ja"]) if entry else key


def ranges(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days that follow each other from first to last; days on which the whole country is closed
    do not part them."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and _follows(found[-1][1], day):
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


def range_words(first: date, last: date) -> str:
    """2026年12月28日(月)から2027年1月4日(月)まで, or the one day."""
    if first == last:
        return full_day_words(first)
    end = full_day_words(last) if first.year != last.year else day_words(last)
    return f"{full_day_words(first)}から{end}まで"


def fault_words(fault: Fault, entries: Entries = (), *, named: bool = True) -> str:
    """What is wrong, by the name that the field has on the page; `named`: and that of its
    category."""
    field, key = field_of(fault), ""
    words = fault.japanese
    if entries and len(fault.path) > 1 and isinstance(fault.path[1], int):
        key = str(entries[fault.path[1]]["key"])
        words = words.removeprefix(f"{key}: ")
    inside = [part for part in fault.path[2 if entries else 0 :] if isinstance(part, str)]
    words = words.removeprefix(".".join(inside)).strip()
    said = f"「{label(field)}」{words}。" if field else f"{words}。"
    return f"{name_of(entries, key)}: {said}" if key and named else said


def field_of(fault: Fault) -> str:
    """The field that a fault is about, as `label` takes it; empty for the whole."""
    path = fault.path[2:] if fault.path[:1] == ("categories",) else fault.path
    if not path:
        return ""
    is_two = path[0] in ("names", "phones", "centre", "office_hours") and len(path) > 1
    return f"{path[0]}.{path[1]}" if is_two else str(path[0])


def _follows(last: date, day: date) -> bool:
    between = (last + timedelta(days=n) for n in range(1, (day - last).days))
    return not any(map(is_business_day, between))


def _line(found: Difference, after: Entries) -> Line:
    name = name_of(after, found.key) if found.key else ""
    if found.field == ADDED:
        days = found.after["deadline_days"]
        return Line("新しい種類", "", f"{found.after['icon']} {name}(期限 {days}開庁日)")
    if found.field in (CLOSED, OPENED):
        days = "、".join(
            range_words(*each) for each in ranges(map(date.fromisoformat, found.after))
        )
        return Line("閉庁日を加える" if found.field == CLOSED else "閉庁日をやめる", "", days)
    if found.field.startswith("keep."):
        return _period(found)
    what = f"{name}の{label(found.field)}" if name else label(found.field)
    if found.field in ("hints", "but_not"):
        return Line(what, "", _words(found))
    return Line(what, *(_value(found.field, each) for each in (found.before, found.after)))


def _period(found: Difference) -> Line:
    key = found.field.removeprefix("keep.")
    usual = PERIODS[key].usual
    said = [
        privacy.length_words(key, usual if each is None else each)
        for each in (found.before, found.after)
    ]
    return Line(label(found.field), *said)


def _places(found: Difference, after: Entries) -> list[Line]:
    """Of those that have moved past others, among those that are offered."""
    offered = {each["key"] for each in after if not each.get("retired")}
    old, new = ([key for key in some if key in offered] for some in (found.before, found.after))
    stay = {
        key
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for key in new[block.b : block.b + block.size]
    }
    return [
        Line(
            f"{name_of(after, key)}の順番", f"{old.index(key) + 1}番目", f"{new.index(key) + 1}番目"
        )
        for key in new
        if key in old and key not in stay
    ]


def _words(found: Difference) -> str:
    old, new = (list(_all_words(each or ())) for each in (found.before, found.after))
    come, gone = ([each for each in a if each not in b] for a, b in ((new, old), (old, new)))
    said = [
        f"{verb}「{_short(some)}」" for verb, some in (("加える", come), ("外す", gone)) if some
    ]
    return "、".join(said) or "ことばの組み合わせや重みが変わります"


def _short(words: Sequence[str]) -> str:
    more = f" ほか{len(words) - _MOST_WORDS}語" if len(words) > _MOST_WORDS else ""
    return "、".join(words[:_MOST_WORDS]) + more


def _all_words(hints: Iterable[str | Mapping[str, Any]]) -> dict[str, None]:
    """Each word once, whatever it is for."""
    tables = [{"words": [each]} if isinstance(each, str) else each for each in hints]
    lists = (each.get(part, ()) for each in tables for part in ("words", "near", "but_not"))
    return dict.fromkeys(word for some in lists for word in some)


def _value(field: str, value: Any) -> str:
    if field.startswith("open_data."):
        return open_data.words_of(field.removeprefix("open_data."), value)
    if field == "strangers_photos":
        return STRANGERS_PHOTOS.get(value or "released", str(value))
    if field == "open.kept_back":
        return "、".join(value or ()) or "なし"
    if field == "open.after_hours":
        return f"{value or 0}時間"
    if field == "open.shown":
        return "公開する" if value else "公開しない"
    if field == "open.after_looking":
        return "見たあと" if value is not False else "届いたら"
    if field == "retired":
        return "選べない" if value else "選べる"
    if field == "keep_years":
        return "市の期間と同じ" if value is None else f"{value}年" if value else "期限なし"
    if value is None:
        return "期限と同じ" if field == "urgent_deadline_days" else "なし"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if field.startswith("centre."):
        return f"{value:.5f}"
    unit = {
        "deadline_days": "開庁日",
        "urgent_deadline_days": "開庁日",
        "radius_m": " m",
        "again_m": " m",
    }.get(field, "")
    return f"{value:g}{unit}" if isinstance(value, int | float) else f"{value}{unit}"

"""What screens say of changes in the city's own data, and of what cannot be."""

from datetime import date

import pytest

from geo.gis_import.faults import Fault
from reports.city.differences import Difference
from web.desk import city_words

KINDS = [
    {"key": "hole", "names": {"ja": "穴"}, "icon": "O", "deadline_days": 3},
    {"key": "lamp", "names": {"ja": "電灯"}, "icon": "L", "deadline_days": 5, "retired": True},
    {"key": "sign", "names": {"ja": "標識"}, "icon": "S", "deadline_days": 5},
    {"key": "tree", "names": {"ja": "木"}, "icon": "T", "deadline_days": 5},
]
SAID = [
    (Difference("hole", "deadline_days", 3, 5), ["穴の期限: 3開庁日 → 5開庁日"]),
    (Difference("hole", "urgent_deadline_days", None, 0),
     ["穴の緊急のときの期限: 期限と同じ → 0開庁日"]),
    (Difference("hole", "radius_m", 30, 25.5), ["穴の同じ場所とみなす距離: 30 m → 25.5 m"]),
    (Difference("lamp", "retired", False, True), ["電灯の新しい通報での扱い: 選べる → 選べない"]),
    (Difference("hole", "names.zh", None, "坑洞"), ["穴の名前(中文): なし → 坑洞"]),
    (Difference("hole", "hints", ["穴", "溝"], [{"words": ["穴"], "but_not": ["穴子"]}]),
     ["穴の見分けることば: 加える「穴子」、外す「溝」"]),
    (Difference("hole", "hints", ["穴"], [{"words": ["穴"], "weight": 9}]),
     ["穴の見分けることば: ことばの組み合わせや重みが変わります"]),
    (Difference("tree", "added", None, KINDS[3]), ["新しい種類: T 木(期限 5開庁日)"]),
    (Difference("", "order", ["hole", "lamp", "sign", "tree"], ["tree", "hole", "lamp", "sign"]),
     ["木の順番: 3番目 → 1番目"]),
    (Difference("", "order", ["hole", "lamp", "sign"], ["lamp", "hole", "sign"]), []),
    (Difference("", "phones.police", "110", "119"), ["警察: 110 → 119"]),
    (Difference("", "closed", None, ["2026-12-28", "2027-01-04", "2027-01-06"]),
     ["閉庁日を加える: 2026年12月28日(月)から2027年1月4日(月)まで、2027年1月6日(水)"]),
]  # fmt: skip


@pytest.mark.parametrize(("found", "lines"), SAID)
def test_a_difference_is_said(found: Difference, lines: list[str]) -> None:
    assert [str(line) for line in city_words.lines([found], KINDS, KINDS)] == lines


def test_a_version_is_one_sentence_of_bounded_length() -> None:
    some = [city_words.Line("警察", "1" * 40, "2" * 40)] * 5
    assert city_words.note(some).endswith("、ほか2件")
    assert len(city_words.note(some)) <= 200
    assert city_words.note(some[:1]).startswith("警察: 1")


def test_days_are_parted_only_by_a_business_day() -> None:
    days = [date(2026, 12, 24), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 6)]
    assert city_words.ranges(days) == [(days[0], days[0]), (days[1], days[2]), (days[3], days[3])]


def test_a_fault_is_said_by_the_name_of_its_field() -> None:
    words = "hole: names.ja は使えません。空です"
    fault = Fault("", words, "", path=("categories", 0, "names", "ja"))
    assert city_words.field_of(fault) == "names.ja"
    assert city_words.fault_words(fault, KINDS) == "穴: 「名前(日本語)」は使えません。空です。"
    assert city_words.fault_words(fault, KINDS, named=False).startswith("「名前(日本語)」")
    whole = Fault("", "選べる種類がありません", "", path=())
    assert city_words.fault_words(whole, KINDS) == "選べる種類がありません。"

"""Hints as people write them in a field: what they mean stays the same there and back."""

import tomllib
from typing import Any

import pytest

from reports.city import hint_text
from reports.city.entries import CategoryEntry
from settings import ROOT

SAMPLE = ROOT / "local" / "sample_city" / "categories.toml"
TYPED = """
木、倒木, fallen tree
桜
いっしょに：倒れ、枯れ
除く: 木曜
重み: ６

"Oh, no", "2"" pipe"
"""
MEANT = [
    {
        "words": ["木", "倒木", "fallen tree", "桜"],
        "near": ["倒れ", "枯れ"],
        "but_not": ["木曜"],
        "weight": 6,
    },
    {"words": ["Oh, no", '2" pipe']},
]


def test_a_paragraph_is_a_hint() -> None:
    assert hint_text.from_text(TYPED) == MEANT
    assert hint_text.from_text(hint_text.as_text(MEANT)) == MEANT


def test_words_alone_stand_together() -> None:
    assert hint_text.as_text(["穴", {"words": ["hole"]}]) == "穴、hole"


def test_a_weight_that_is_no_number_is_kept_for_the_check() -> None:
    assert hint_text.from_text("木\n重み: 重い") == [{"words": ["木"], "weight": "重い"}]
    assert hint_text.from_text(" \r\n\r\n　\n") == []


def _plain(hint: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in hint.items() if value and (name, value) != ("weight", 5)}


@pytest.mark.parametrize("entry", tomllib.loads(SAMPLE.read_text("utf-8"))["categories"])
def test_the_sample_citys_hints_come_back_as_they_were(entry: dict[str, Any]) -> None:
    hints = CategoryEntry.model_validate(entry).model_dump(exclude_unset=True)["hints"]
    again = hint_text.from_text(hint_text.as_text(hints))
    assert again == [_plain(hint) for hint in hints] or len(again) < len(hints)
    words = [word for hint in hints for word in hint["words"]]
    assert [word for hint in again for word in hint["words"]] == words

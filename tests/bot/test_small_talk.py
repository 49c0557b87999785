"""What people tell of a road is never taken for talk."""

import csv
import io

import pytest

from bot.small_talk import Talk, talk_in
from bot.wording import command_in, language_in
from settings import ROOT

SAMPLE = ROOT / "local" / "sample_city"
TELLING = [
    row["words"]
    for name in ("sentences", "sentences_unseen")
    for row in csv.DictReader(io.StringIO((SAMPLE / f"{name}.csv").read_text("utf-8")))
    if row["kind"]
]


def test_no_sentence_that_names_a_kind_is_talk_or_an_order() -> None:
    assert len(TELLING) > 1_000
    taken = [talk_in(words) or command_in(words) or language_in(words) for words in TELLING]
    assert [words for words, what in zip(TELLING, taken, strict=True) if what] == []


@pytest.mark.parametrize(
    ("words", "talk"),
    [
        ("a deep hole near the nursery school", None),
        ("How do I apply for nursery school?", Talk.OTHER),
        ("保育園の前の道に穴", None),
        ("保育園の申し込みは?", Talk.OTHER),
    ],
)
def test_a_place_that_is_named_is_no_other_matter(words: str, talk: Talk | None) -> None:
    assert talk_in(words) == talk


def test_of_a_long_story_only_the_beginning_is_looked_at() -> None:
    assert talk_in("電話で話したい" + "あ" * 5_000) is Talk.CALL
    assert talk_in("あ" * 1_000 + "電話で話したい") is None

"""How well the sample city's hints know what residents write, and how sentences are judged."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from geo.kinds import BadFile
from reports.city.categories import category_from
from reports.city.sentences import Judged, Sentence, Verdict, judge, of_kinds, sentences_in
from settings import ROOT

SAMPLE = ROOT / "local" / "sample_city"
CATEGORIES = [
    category_from(entry)
    for entry in tomllib.loads((SAMPLE / "categories.toml").read_text("utf-8"))["categories"]
]
KEYS = [category.key for category in CATEGORIES]
FILES = ("sentences.csv", "sentences_unseen.csv")
"""Those that hints were chosen by, and those that were written afterwards and changed none."""


@pytest.mark.parametrize("name", FILES)
def test_nearly_all_sentences_are_understood_and_few_of_them_wrongly(name: str) -> None:
    judged = judge(sentences_in(SAMPLE / name), CATEGORIES)
    count = Counter(each.verdict for each in judged)
    missed = [each for each in judged if each.verdict is not Verdict.RIGHT]
    assert count[Verdict.RIGHT] >= 0.95 * len(judged), missed
    assert count[Verdict.OTHER] + count[Verdict.FALSE] <= 0.01 * len(judged), missed


@pytest.mark.parametrize("name", FILES)
def test_the_sentences_are_many_of_every_kind_and_of_none(name: str) -> None:
    count = Counter(sentence.kind for sentence in sentences_in(SAMPLE / name))
    assert set(count) == {"", *KEYS}
    assert sum(count.values()) >= 200
    assert count[""] >= 40
    assert min(count[key] for key in KEYS if key != "other") >= 10


def test_no_sentence_stands_there_twice() -> None:
    words = [each.words for name in FILES for each in sentences_in(SAMPLE / name)]
    assert [each for each, times in Counter(words).items() if times > 1] == []


@pytest.mark.parametrize(
    ("kind", "named", "verdict"),
    [
        ("tree", "tree", Verdict.RIGHT),
        ("", "", Verdict.RIGHT),
        ("tree", "", Verdict.NOT_KNOWN),
        ("tree", "sign", Verdict.OTHER),
        ("", "sign", Verdict.FALSE),
    ],
)
def test_a_sentence_is_judged_by_what_it_names(kind: str, named: str, verdict: Verdict) -> None:
    assert Judged(Sentence(1, kind, "…"), named).verdict is verdict


def test_sentences_of_kinds_that_a_city_has_not_are_left_out() -> None:
    given = [Sentence(2, "ice", "凍って"), Sentence(3, "tree", "木"), Sentence(4, "", "はい")]
    assert of_kinds(given, KEYS) == given[1:]


@pytest.mark.parametrize("content", ["", "words\n穴", "kind,sentence\npothole,穴"])
def test_a_table_without_its_columns_is_refused(tmp_path: Path, content: str) -> None:
    (file := tmp_path / "s.csv").write_text(content, "utf-8")
    with pytest.raises(BadFile, match="the columns kind and words are wanted"):
        sentences_in(file)


def test_the_line_of_a_sentence_is_that_of_the_file(tmp_path: Path) -> None:
    (file := tmp_path / "s.csv").write_text('\ufeffkind,words\n,"a\nb"\ntree, 木 \n', "utf-8")
    assert sentences_in(file) == [Sentence(3, "", "a\nb"), Sentence(4, "tree", " 木 ")]

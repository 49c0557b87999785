"""Words that a spreadsheet would carry out stay words, and come back as they were."""

import pytest

from reports.city.formulas import guarded, unguarded


@pytest.mark.parametrize(
    "words", ["=1", "＝1", "+1", "－1", "@x", " =1", "\t1", "\r1", "\n=", "'=1", "−1", "﹦1"]
)
def test_what_might_be_a_formula_is_guarded(words: str) -> None:
    assert guarded(words) == f"'{words}"
    assert unguarded(guarded(words)) == words


@pytest.mark.parametrize("words", ["", "本町", "1-2", "'本町", "a=1"])
def test_other_words_stay_as_they_are(words: str) -> None:
    assert (guarded(words), unguarded(words)) == (words, words)

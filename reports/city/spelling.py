"""Words as residents type them, in one form, and long English words with one slip mended. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Final

WORD: Final = re.compile("[a-z0-9]+")
"""A word of Latin letters, in plain letters."""


def plain(words: str) -> str:
    """Half width, small letters, hiragana for katakana; blanks only between words of Latin letters.

    So やさしい日本語, which puts blanks between its words, reads as what has none.
    """
    text = unicodedata.normalize("NFKC", words).casefold().translate(_HIRAGANA)
    text = _APOSTROPHE.sub("", _DASH_FOR_A_LONG_VOWEL.sub("ー", text))
    return _NO_BLANK.sub("", _BLANK.sub(" ", text))


def ways_to_write(word: str) -> set[str]:
    """Of plain letters: English in two words or one; a long word of kana without some of its ー."""
    if word.isascii():
        return {word, word.replace(" ", "")}
    long = [at for at, letter in enumerate(word) if letter == "ー"] if len(word) >= 5 else []
    left_out = (set(some) for count in range(len(long) + 1) for some in combinations(long, count))
    return {"".join(each for at, each in enumerate(word) if at not in some) for some in left_out}


def slips_of(words: Collection[str]) -> dict[str, str]:
    """What one slip of the finger makes of those that are long and English, each with its word."""
    long = [word for word in words if word.isascii() and len(word) >= _LONG_ENOUGH]
    return {slip: word for word in long for slip in _slips(word.replace(" ", ""))}


def mended(text: str, slips: Mapping[str, str], known: Collection[str]) -> str:
    """Plain text with such a word in place of each that is not `known` and only one slip away."""

    def mend(found: re.Match[str]) -> str:
        word, one = found[0], re.sub("e?s$", "", found[0])
        if len(one) < _LONG_ENOUGH - 1 or word in known or one in known:
            return word
        meant = (slips.get(way, "") for way in (*_as_slipped(word), *_as_slipped(one)))
        return next((each for each in meant if each.startswith(word[0])), word)

    return WORD.sub(mend, text)


_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_DASH_FOR_A_LONG_VOWEL: Final = re.compile("(?<=[ぁ-ゖ])[-‐‑–—−―~〜]")
_APOSTROPHE: Final = re.compile("['’]")
_BLANK: Final = re.compile(r"[\s_/-]+")
_NO_BLANK: Final = re.compile("(?<![a-z0-9]) | (?![a-z0-9])")
_LONG_ENOUGH: Final = 6
_LONG: Final = 8


def _slips(word: str) -> Iterator[str]:
    """A letter left out, two the other way round, or one that is another ("?", in very long words
    alone). "+" and the word: with one letter too many."""
    yield f"+{word}"
    yield from _with_one_less(word)
    yield from _with_one_unknown(word)
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _as_slipped(word: str) -> Iterator[str]:
    """The same of a word that was typed."""
    yield word
    yield from (f"+{shorter}" for shorter in _with_one_less(word))
    yield from _with_one_unknown(word)


def _with_one_less(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _with_one_unknown(word: str) -> Iterator[str]:
    places = range(1, len(word)) if len(word) >= _LONG else ()
    return (f"{word[:at]}?{word[at + 1 :]}" for at in places)

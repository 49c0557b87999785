"""Which kind some words name, by the hints that a city lists for each of its kinds. Pure.

A hint is a word with a weight, and may ask for another word in the same message or bear none of
some others. Why no classifier: docs/decisions/0026.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from reports.city.spelling import WORD, mended, plain, slips_of, ways_to_write

USUAL_WEIGHT: Final = 5
MOST_WEIGHT: Final = 9
_MOST_LETTERS: Final = 1_000
"""What comes after them is not looked at: the time that it takes grows with their square."""


@dataclass(frozen=True, slots=True, eq=False)
class Hint:
    """Any of `words` counts with this weight, from 1 to 9. Each is itself alone, as its kind is.

    With `near` only where one of those stands in the message too, or the word alone; never where
    one of `but_not` does.
    """

    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    weight: int = USUAL_WEIGHT


Table = tuple[tuple[Hint, ...], ...]
"""The hints of each kind, in the city's order."""


def hint_from(given: str | Mapping[str, Any], but_not: Sequence[str] = ()) -> Hint:
    """From what stands in a city's file, a word or a table; `but_not`: of all of its kind."""
    facts: Mapping[str, Any] = {"words": [given]} if isinstance(given, str) else given
    return Hint(
        tuple(facts["words"]),
        tuple(facts.get("near", ())),
        (*facts.get("but_not", ()), *but_not),
        int(facts.get("weight", USUAL_WEIGHT)),
    )


def best_of(words: str, table: Table) -> int | None:
    """The place in the table of the kind that these words name, if any.

    The heaviest hint decides, then the sum of all, then what stands first. A word within a longer
    one counts for nothing, nor does a thing that only says where it is (「ポストの横」, "near the
    mirror"); what the sentence is about counts more than the rest of it.
    """
    lexicon, text = _lexicon(table), plain(words)[:_MOST_LETTERS]
    scores = defaultdict[int, list[tuple[int, int]]](list)
    for place, weight, start in lexicon.found_in(mended(text, lexicon.slips, lexicon.known)):
        scores[place].append((weight, -start))
    return max(scores, key=lambda place: _rank(scores[place], place), default=None)


def _rank(hits: Sequence[tuple[int, int]], place: int) -> tuple[int, int, int, int]:
    heaviest, first = max(hits)
    return heaviest, sum(weight for weight, _ in hits), first, -place


Span = tuple[int, int]
_Found = Mapping[str, Sequence[Span]]
"""Where each word stands."""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """All words of a table, for looking them up.

    `by_start`: by their first letter, each as it may be written with what it stands for. `hints`:
    by word, the kind's place and the hint. `slips`, `known`: of `reports.city.spelling.mended`.
    """

    by_start: Mapping[str, Sequence[tuple[str, str]]]
    hints: Mapping[str, Sequence[tuple[int, Hint]]]
    slips: Mapping[str, str]
    known: frozenset[str]

    def found_in(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Each hint that counts: the kind's place, the weight there, and where it begins."""
        there = self._words_in(text)
        spans = sorted(span for word in there if word in self.hints for span in there[word])
        for word in filter(self.hints.__contains__, there):
            for span in there[word]:
                if _says_what(text, span, spans):
                    more = _more_for_the_subject(text, span, spans)
                    for place, hint in self.hints[word]:
                        if _counts(hint, text, span, there, spans):
                            yield place, hint.weight + more, span[0]

    def _words_in(self, text: str) -> dict[str, list[Span]]:
        there = defaultdict[str, list[Span]](list)
        for start, letter in enumerate(text):
            for written, word in self.by_start.get(letter, ()):
                if text.startswith(written, start) and (end := _end(text, start, written)):
                    there[word].append((start, end))
        return there


@lru_cache(maxsize=8)
def _lexicon(table: Table) -> _Lexicon:
    hints = defaultdict[str, list[tuple[int, Hint]]](list)
    words = set[str]()
    for place, hint in (
        (place, _plainly(hint)) for place, kind in enumerate(table) for hint in kind
    ):
        words |= {*hint.words, *hint.near, *hint.but_not}
        for word in hint.words:
            hints[word].append((place, hint))
    by_start = defaultdict[str, list[tuple[str, str]]](list)
    for word in words:
        for written in ways_to_write(word):
            by_start[written[0]].append((written, word))
    known = frozenset(part for word in words for part in WORD.findall(word))
    return _Lexicon(by_start, hints, slips_of(hints), known)


def _plainly(hint: Hint) -> Hint:
    words, near, but_not = (
        tuple(filter(None, dict.fromkeys(map(plain, some))))
        for some in (hint.words, hint.near, hint.but_not)
    )
    return Hint(words, near, but_not, hint.weight)


_ENDING: Final = re.compile("(?:e?s)?(?![a-z0-9])")


def _end(text: str, start: int, written: str) -> int:
    """Where a word ends that is written there; 0 of what is only a part of an English one."""
    end = start + len(written)
    if not written.isascii():
        return end
    ending = None if start and WORD.match(text[start - 1]) else _ENDING.match(text, end)
    return ending.end() if ending else 0


_AFTER_A_PLACE: Final = re.compile(
    "[のと]?(?:すぐ)?(?:真?横|よこ|近く|ちかく|付近|隣|となり|沿い|ぞい|そば|脇|わき|向かい|むかい|手前|正面)"
    "|の(?:すぐ)?(?:前|まえ|先|裏|うら|ある|見える|あたり)|の(?:角|かど)[でにをの]"
    "|がある(?:角|家|店|交差点|ところ|所|場所|道)|を(?:右|左|過ぎ|すぎ|渡|わた|曲が|まが)"
)
_BEFORE_A_PLACE: Final = re.compile(
    r"\b(?:near|next to|beside|behind|opposite|in front of|across from|close to|past|at|along|over"
    r"|under|above|onto|towards) (?:the |a |an |my |our )?$"
)


def _says_what(text: str, span: Span, others: Iterable[Span]) -> bool:
    """Whether it is neither a part of a longer word nor says where something is."""
    start, end = span
    if any(a <= start and end <= b and (a, b) != span for a, b in others):
        return False
    return not (_AFTER_A_PLACE.match(text, end) or _BEFORE_A_PLACE.search(text[:start]))


_PARTICLES: Final = ("が", "は", "も")
_BY: Final = "で"


def _more_for_the_subject(text: str, span: Span, others: Sequence[Span]) -> int:
    """What a Japanese sentence is about counts 2 more. What it comes to speak of after that counts
    1, as does that by which it came (「草で」) or of which it is a part (「標識の板が」), and what
    an English one begins with."""
    start, end = span
    if text[start].isascii():
        return int(span == others[0])
    if _is_before_a_particle(text, end):
        return 1 if any(a < start and _is_before_a_particle(text, b) for a, b in others) else 2
    parts = [b for a, b in others if a == end + 1 and text[end] == "の"]
    is_whole = any(_is_before_a_particle(text, part) for part in parts)
    return int(is_whole or text.startswith(_BY, end))


def _is_before_a_particle(text: str, end: int) -> bool:
    return text.endswith(_PARTICLES, 0, end) or text.startswith(_PARTICLES, end)


_NOTHING_MORE: Final = re.compile("(?:です|が|あり(?:ます)?|a|an|the|[ 、。,.!?])*")


def _counts(hint: Hint, text: str, span: Span, there: _Found, spans: Sequence[Span]) -> bool:
    start, end = span
    unwanted = (each for word in hint.but_not for each in there.get(word, ()))
    if any(_says_what(text, each, spans) for each in unwanted):
        return False
    wanted = (each for word in hint.near for each in there.get(word, ()))
    return (
        not hint.near
        or any(b <= start or end <= a for a, b in wanted)
        or _NOTHING_MORE.fullmatch(text[:start] + text[end:]) is not None
    )

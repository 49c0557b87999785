"""A category's hints as plain text, for people who keep them in a field of a page. Pure.

A paragraph is one hint: its words, and in lines that begin with a name what else belongs to it.

    木、倒木、tree
    いっしょに: 倒れ、枯れ
    除く: 木曜
    重み: 6
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from reports.city.hints import USUAL_WEIGHT

NEAR: Final = "いっしょに"
BUT_NOT: Final = "除く"
WEIGHT: Final = "重み"
_NAMES: Final = {NEAR: "near", BUT_NOT: "but_not", WEIGHT: "weight"}
_LINE: Final = re.compile(rf"\s*({'|'.join(_NAMES)})\s*[:：]\s*(.*)")
_WORD: Final = re.compile('"((?:[^"]|"")*)"|([^"、,，]+)')
_APART: Final = re.compile('["、,，]|^\\s|\\s$')
_BETWEEN: Final = re.compile(r"\n[ \t　]*(?:\n[ \t　]*)+")


def as_text(hints: Iterable[str | Mapping[str, Any]]) -> str:
    """Hints as a city's file has them; words alone that stand beside each other are one paragraph,
    which means the same."""
    written, alone = list[str](), list[str]()
    for hint in (*hints, {}):
        if isinstance(hint, str) or [*hint] == ["words"]:
            alone += [hint] if isinstance(hint, str) else hint["words"]
            continue
        written += [words_as_text(alone)] if alone else []
        alone = []
        written += [_paragraph(hint)] if hint else []
    return "\n\n".join(written)


def from_text(text: str) -> list[dict[str, Any]]:
    """What `as_text` has written, or people; a weight that is no number stays as it was typed."""
    paragraphs = _BETWEEN.split(text.replace("\r\n", "\n").strip())
    return [hint for each in paragraphs if each.strip() and (hint := _hint(each))]


def words_as_text(words: Sequence[str]) -> str:
    """One after the other with 、 between; in quotes where a word has such a sign itself."""
    return "、".join(map(_quoted, words))


def words_from_text(text: str) -> list[str]:
    """Those between 、 and commas or in lines of their own."""
    found = (match for line in text.splitlines() for match in _WORD.finditer(line))
    words = (
        match[2].strip() if match[1] is None else match[1].replace('""', '"') for match in found
    )
    return [word for word in words if word]


def _quoted(word: str) -> str:
    return '"{}"'.format(word.replace('"', '""')) if _APART.search(word) else word


def _paragraph(hint: Mapping[str, Any]) -> str:
    lines = [words_as_text(hint["words"])]
    for name, field in _NAMES.items():
        if value := hint.get(field):
            is_usual = field == "weight" and value == USUAL_WEIGHT
            said = str(value) if field == "weight" else words_as_text(value)
            lines += [] if is_usual else [f"{name}: {said}"]
    return "\n".join(lines)


def _hint(paragraph: str) -> dict[str, Any]:
    found: dict[str, Any] = {"words": []}
    for line in paragraph.splitlines():
        named = _LINE.fullmatch(line)
        if named is None:
            found["words"] += words_from_text(line)
        elif _NAMES[named[1]] == "weight":
            found["weight"] = _number(named[2])
        else:
            found.setdefault(_NAMES[named[1]], []).extend(words_from_text(named[2]))
    return found


def _number(typed: str) -> int | str:
    plain = unicodedata.normalize("NFKC", typed).strip()
    return int(plain) if re.fullmatch("[0-9]{1,4}", plain) else plain

"""What Michi says, as far as the scripted day must know it, and in which language something is.

Texts come from the files in bot/locales, so that a city may edit them and still check itself; the
language of an answer is told by its letters alone.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from local.machine.wish import ROOT

LOCALES: Final = ROOT / "bot" / "locales"

_LETTER: Final = "[ぁ-んァ-ヴー一-龥々]"
_JAPANESE: Final = re.compile(_LETTER)
_SPACED: Final = re.compile(f"[はがをにでとのもら] {_LETTER}")
_ENGLISH: Final = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
_SAID: Final = ("text", "altText", "label")


def words(language: str, key: str, **values: Any) -> str:
    """One text of this language, such as "card.joined"; KeyError when there is none."""
    return template(language, key).format(**values)


def template(language: str, key: str) -> str:
    """The same with its {placeholders}."""
    found: Any = _texts(language)
    for part in key.split("."):
        found = found[part]
    return str(found)


def is_said(language: str, key: str, said: str) -> bool:
    """Whether this text stands in what was said, whatever its placeholders were filled with."""
    parts = re.split(r"\{\w+\}", template(language, key))
    return bool(re.search(".+?".join(map(re.escape, parts)), said, re.DOTALL))


def is_in(language: str, said: str) -> bool:
    """Whether an answer is in this language, and in no other.

    English has no Japanese letter; やさしい日本語 has a space behind particles, Japanese has none.
    """
    if language == "en":
        return not _JAPANESE.search(said)
    is_japanese = bool(_JAPANESE.search(said)) and not _ENGLISH.search(said)
    return is_japanese and bool(_SPACED.search(said)) is (language == "easy_ja")


def said_in(message: Any) -> Iterator[str]:
    """Everything that a person reads in a LINE message, its buttons' labels too."""
    yield from (value for key, value in _leaves(message) if key in _SAID)


def pictures_in(message: Any) -> list[str]:
    """The addresses of the pictures that a LINE message shows."""
    return [value for key, value in _leaves(message) if key == "url"]


def buttons_in(message: Any) -> Iterator[Mapping[str, Any]]:
    """The actions of a LINE message: those on its card, then its quick replies."""
    if isinstance(message, Mapping):
        if "action" in message and "label" in message["action"]:
            yield message["action"]
        for part in message.values():
            yield from buttons_in(part)
    elif isinstance(message, list):
        for part in message:
            yield from buttons_in(part)


def _leaves(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, part in node.items():
            yield from _leaves(part, name)
    elif isinstance(node, list):
        for part in node:
            yield from _leaves(part, key)
    elif isinstance(node, str):
        yield key, node


@lru_cache
def _texts(language: str) -> Mapping[str, Any]:
    file = LOCALES / f"{language}.toml"
    texts: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))["texts"]
    return texts

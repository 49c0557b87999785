"""Words in each language, from the files in bot/locales: one file is one language. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LOCALES: Final = Path(__file__).parent / "locales"
FIRST_LANGUAGE: Final = "ja"


class Command(StrEnum):
    """What a resident may ask for by typing it; each language file lists its words."""

    STATUS = "status"
    MINE = "mine"
    HELP = "help"
    CANCEL = "cancel"
    REPORT = "report"
    DONE = "done"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: its texts by key, with {placeholders}; what is typed in it; its alarms."""

    language: str
    texts: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    alarms: tuple[str, ...]
    false_alarms: tuple[str, ...]

    def __call__(self, key: str, **values: Any) -> str:
        return self.texts[key].format(**values)

    @property
    def is_japanese(self) -> bool:
        return self.language.endswith(FIRST_LANGUAGE)

    def pick(self, japanese: str, english: str) -> str:
        """One of two names of the same thing; the Japanese one where there is no other."""
        return japanese if self.is_japanese or not english else english


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Wording]:
    """Every language there is a file for, by its code."""
    return {file.stem: _read(file) for file in sorted(LOCALES.glob("*.toml"))}


def wording(language: str | None) -> Wording:
    """The words for a language code such as LINE's profile gives ("en", "en-GB", None)."""
    known = languages()
    short = (language or "").split("-")[0].lower()
    fallback = "en" if short else FIRST_LANGUAGE
    return known.get(short) or known[fallback]


def command_in(words: str) -> Command | None:
    """The command that these words are, in any language, whatever their width or case."""
    plain = _plain(words)
    for language in languages().values():
        for command in Command:
            if plain in map(_plain, language.commands[command]):
                return command
    return None


def language_in(words: str) -> str | None:
    """The language that somebody asks for by its name, such as 「やさしい」 or "English"."""
    plain = _plain(words)
    for code, language in languages().items():
        if plain in map(_plain, language.commands["language"]):
            return code
    return None


def is_urgent(words: str) -> bool:
    """Whether these words tell of danger, in any language: then telephone numbers come first.

    Words of ASCII letters count as whole words, others wherever they stand. What `but_not` names
    (「危険はない」, "gas station") is taken out before; in doubt it is urgent.
    """
    calm = _sought([word for known in languages().values() for word in known.false_alarms])
    alarm = _sought([word for known in languages().values() for word in known.alarms])
    return bool(alarm.search(calm.sub(" ", _plain(words))))


def _sought(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these words, the longest first."""
    plain = sorted({_plain(word) for word in words}, key=len, reverse=True)
    return _compiled(tuple(plain))


@lru_cache(maxsize=2)
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    whole = [rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words]
    return re.compile("|".join(whole) or r"(?!)", re.ASCII)


def _read(file: Path) -> Wording:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    commands = {name: tuple(spoken) for name, spoken in content["commands"].items()}
    urgent = content["urgent"]
    return Wording(
        file.stem,
        _flat(content["texts"]),
        commands,
        alarms=tuple(urgent["words"]),
        false_alarms=tuple(urgent["but_not"]),
    )


def _flat(texts: Mapping[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = value
    return flat


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip(" \n。.!?").casefold()

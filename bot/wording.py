"""Words in each language, from the files in bot/locales: one file is one language. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LOCALES: Final = Path(__file__).parent / "locales"
FIRST_LANGUAGE: Final = "ja"
COURTESY: Final = ("thanks", "greeting", "softened")
MOST_COURTEOUS: Final = 80
"""Letters of an answer with all its courtesy; what is longer tells more."""
_AT_THE_ENDS: Final = re.compile(r"\A[\W_]+|[\W_]+\Z")
_QUOTES: Final = ' 、。,.!?「」『』【】“”„«»"()[]'


class Command(StrEnum):
    """What a resident may ask for by typing it; each language file lists its words."""

    STATUS = "status"
    MINE = "mine"
    HELP = "help"
    CANCEL = "cancel"
    REPORT = "report"
    DONE = "done"
    ERASE = "erase"


class Unreadable(ValueError):
    """A language file that cannot be read: which one, and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: its texts by key, with {placeholders}; what is typed in it; its alarms.

    `answers`: what is typed in place of a button, beside the words that stand on it. `talk`: what
    is neither an order nor a report, by what it is about.
    """

    language: str
    texts: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, tuple[str, ...]]
    talk: Mapping[str, tuple[str, ...]]
    alarms: tuple[str, ...]
    false_alarms: tuple[str, ...]

    def __call__(self, key: str, **values: Any) -> str:
        return self.texts[key].format(**values)

    def state(self, status: str) -> str:
        """Its name; of one that only a newer version knows, its own word."""
        return self.texts.get(f"status.{status}", status)

    def meaning(self, status: str) -> str:
        """What it means for whoever waits; "" of one that only a newer version knows."""
        return self.texts.get(f"means.{status}", "")

    def time(self, clock: str) -> str:
        """A time of day of the city's tables ("17:15") as it is read aloud: at noon it is hour 0 in
        Japanese and 12 elsewhere."""
        hours, minutes = clock.split(":")
        half = "am" if int(hours) < 12 else "pm"
        hour = int(hours) % 12 or (0 if self.is_japanese else 12)
        sharp = "" if int(minutes) else "_sharp"
        return self(f"time.{half}{sharp}", hour=hour, minute=minutes)

    @property
    def is_japanese(self) -> bool:
        return self.language.endswith(FIRST_LANGUAGE)

    def pick(self, japanese: str, english: str) -> str:
        """One of two names of the same thing; the Japanese one where there is no other."""
        return japanese if self.is_japanese or not english else english


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Wording]:
    """Every language there is a file for, by its code."""
    return {file.stem: read(file) for file in sorted(LOCALES.glob("*.toml"))}


def in_order() -> list[Wording]:
    """All of them as people are shown them: Japanese and やさしい日本語 first."""
    ranked = {FIRST_LANGUAGE: 0, f"easy_{FIRST_LANGUAGE}": 1}
    return sorted(languages().values(), key=lambda one: ranked.get(one.language, len(ranked)))


def wording(language: str | None) -> Wording:
    """The words for a language code such as LINE's profile gives ("en", "en-GB", "zh-Hant", None).

    Its own file's, else those of the language without its region, else of another region, else
    English; without a code Japanese.
    """
    known = {_tag(code): spoken for code, spoken in languages().items()}
    parts = _tag(language or "").split("-")
    nearer = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    elsewhere = [tag for tag in known if tag.startswith(f"{parts[0]}-")]
    fallback = "en" if parts[0] else FIRST_LANGUAGE
    return next(known[tag] for tag in (*nearer, *elsewhere, fallback) if tag in known)


def command_in(words: str) -> Command | None:
    """The command that these words are, in any language, whatever their width, case or spaces, and
    however politely."""
    said = _said(words)
    return next((one for one, typed in _commands() if not said.isdisjoint(typed)), None)


def language_in(words: str) -> str | None:
    """The language that somebody asks for by its name, such as 「やさしい」 or "English"."""
    said = _said(words)
    return next((code for code, typed in _names() if not said.isdisjoint(typed)), None)


@lru_cache(maxsize=200)
def phrases(*about: str, edge: str = "{}") -> re.Pattern[str]:
    """Any phrase of [talk] about these, in any language, where `edge` has it."""
    known = languages().values()
    return _sought(tuple(one.talk.get(key, ()) for one in known for key in about), edge)


def briefly(place: str) -> str:
    """As a button says 「本町二丁目、前原坂上交差点」: by its last part."""
    return re.split("、|, ", place)[-1]


def is_answer(words: str, button: str, town: Mapping[str, str]) -> bool:
    """Whether these words are those of a button ("same"), in any language, or mean it there.

    `town`: the two names ("ja", "en") that some buttons show.
    """
    return not _said(words).isdisjoint(_on(button, town.get("ja", ""), town.get("en", "")))


def is_on_a_button(words: str, buttons: Sequence[str]) -> bool:
    """Whether these words stand on any of these buttons, none of which shows a town."""
    return any(is_answer(words, button, {}) for button in buttons)


def stars_in(words: str) -> str:
    """How many stars somebody gives, by all that stands on a button or by its number ("★4"); "" for
    none."""
    said = as_spoken(words)
    return next((given for given, typed in _stars() if said in typed), "")


def is_urgent(words: str) -> bool:
    """Whether these words tell of danger, in any language: then telephone numbers come first.

    Words of ASCII letters count as whole words, others wherever they stand. What `but_not` names
    (「危険はない」, "gas station") is taken out before; in doubt it is urgent.
    """
    calm, alarm = _alarms()
    return bool(alarm.search(calm.sub(" ", evened(words))))


@lru_cache(maxsize=1)
def _alarms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is no danger, and what is."""
    known = languages().values()
    calm = _sought(tuple(one.false_alarms for one in known))
    return calm, _sought(tuple(one.alarms for one in known))


@lru_cache(maxsize=1)
def _commands() -> Sequence[tuple[Command, frozenset[str]]]:
    known = languages().values()
    return [(command, _typed(one.commands[command])) for one in known for command in Command]


@lru_cache(maxsize=1)
def _names() -> Sequence[tuple[str, frozenset[str]]]:
    return [(code, _typed(one.commands["language"])) for code, one in languages().items()]


@lru_cache(maxsize=500)
def _on(button: str, town: str, town_en: str) -> frozenset[str]:
    """All that stands on this button or is typed in its place."""
    known = languages().values()
    shown = [one(f"button.{button}", town=briefly(one.pick(town, town_en))) for one in known]
    return _typed([*shown, *(word for one in known for word in one.answers.get(button, ()))])


@lru_cache(maxsize=1)
def _stars() -> Sequence[tuple[str, frozenset[str]]]:
    known = languages().values()
    return [
        (given, _typed([given, f"★{given}", *(one(f"rate.{given}") for one in known)]))
        for given in "54321"
    ]


@lru_cache(maxsize=20)
def said_alone(about: str) -> frozenset[str]:
    """What of [talk] means this only where nothing else is said, as of `as_spoken`."""
    return _typed(word for one in languages().values() for word in one.talk.get(about, ()))


def _typed(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(as_spoken, words))


@lru_cache(maxsize=32)
def _sought(words: tuple[tuple[str, ...], ...], edge: str = "{}") -> re.Pattern[str]:
    """Any of these words, the longest first, where `edge` has them."""
    plain = sorted({evened(word) for some in words for word in some}, key=len, reverse=True)
    whole = [rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in plain]
    return re.compile(edge.format("|".join(whole) or r"(?!)"), re.ASCII)


def read(file: Path) -> Wording:
    """One language from its file, which an editor may have saved with a byte order mark.

    Raises Unreadable.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as wrong:
        raise Unreadable(f"{file.name}: {wrong}") from wrong
    for part in ("commands", "urgent", "texts"):
        if not isinstance(content.get(part), dict):
            raise Unreadable(f"{file.name}: [{part}] がありません / is missing")
    texts, urgent = _flat(content["texts"]), _lists(file, content["urgent"])
    for key, value in texts.items():
        if not isinstance(value, str):
            raise Unreadable(f'{file.name}: {key} を " " で囲んでください / needs quotes around it')
    return Wording(
        file.stem,
        texts,
        commands=_lists(file, content["commands"]),
        answers=_lists(file, content.get("answers", {})),
        talk=_lists(file, content.get("talk", {})),
        alarms=urgent.get("words", ()),
        false_alarms=urgent.get("but_not", ()),
    )


def _lists(file: Path, words: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    for name, spoken in words.items():
        if not (isinstance(spoken, list) and all(isinstance(one, str) for one in spoken)):
            raise Unreadable(
                f'{file.name}: {name} は ["言葉", "言葉"] の形にします / wants a list of words'
            )
    return {name: tuple(spoken) for name, spoken in words.items()}


def _flat(texts: Mapping[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = value
    return flat


def _tag(language: str) -> str:
    return language.replace("_", "-").casefold()


@lru_cache(maxsize=8)
def _said(words: str) -> frozenset[str]:
    """As it was typed, and without the courtesy before and behind it; asked for many times of what
    one person says."""
    return frozenset(filter(None, (as_spoken(words), as_spoken(_without_courtesy(words)))))


def _without_courtesy(words: str) -> str:
    """What is left of 「こんにちは。直りました、ありがとうございます」 is 「直りました」."""
    before, behind = (phrases(*COURTESY, edge=edge) for edge in (r"\A(?:{})", r"(?:{})\Z"))
    rest, longer = evened(words), ""
    while rest != longer and len(rest) <= MOST_COURTEOUS:
        rest, longer = _bare(before.sub("", behind.sub("", _bare(rest)))), rest
    return rest


def _bare(words: str) -> str:
    return _AT_THE_ENDS.sub("", words)


def as_spoken(words: str) -> str:
    """As typed by hand: without the spaces of やさしい日本語 and without the quotes that our texts
    put around it, and with the apostrophe that no phone types."""
    close = "".join(evened(words).split())
    return close.strip(_QUOTES).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def evened(words: str) -> str:
    """In one width and case, without the full stop at the end."""
    return unicodedata.normalize("NFKC", words).strip(" \n。.!?").casefold()

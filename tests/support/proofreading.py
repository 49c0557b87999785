"""A language file read before residents read it: each fault is one sentence for its editor."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from bot.wording import Command, Wording, command_in, is_urgent, language_in

LIMITS: tuple[tuple[str, int], ...] = (
    (r"button\..*|rate\.[1-5]|menu\.(report|status|mine|help)|name", 20),
    (r"menu\.bar", 14),
    (r"hello\.terms|card\.phone|urgent\.call", 40),
    (r"card\.(received|joined|now|moved|question|number)|hello\.from|urgent\.head", 60),
    (r"status\..*|hello\.(title|step_.)|urgent\.title|same_hole\.(away|own)", 120),
    (r"(card|means|hello|urgent)\..*", 600),
    (r".*", 5_000),
)
"""Where a text stands, and how many UTF-16 units of it are shown there; the first that fits."""
READ_ALOUD = 1_500
"""What LINE reads in place of a card: all of [texts.hello], and all of [texts.urgent]."""
TYPED = ("menu.report", "menu.status", "menu.mine", "menu.help", "button.cancel", "button.done",
         "button.status", "button.mine", "button.help")  # fmt: skip
"""Buttons whose words somebody without the button will type."""
_FILE_NAME = re.compile(r"[a-z]{2,8}([_-][A-Za-z0-9]{1,8}){0,2}")
_QUOTED = re.compile("「([^「」]+)」|“([^“”]+)”")


def faults(spoken: Wording, first: Wording) -> list[str]:
    """Everything that is wrong with a language, measured by the first one."""
    found = [*_of_file(spoken), *_of_keys(spoken, first), *_of_commands(spoken)]
    for key in spoken.texts.keys() & first.texts.keys():
        braces = list(_of_braces(spoken.texts[key], first.texts[key]))
        wrong = braces or [*_of_length(spoken, key), *_of_quotes(spoken, spoken.texts[key])]
        found += [f"{_where(key)}: {what}" for what in wrong]
    found += _of_reading_aloud(spoken) if not found else []
    return sorted(f"{spoken.language}.toml {fault}" for fault in found)


def limit_of(key: str) -> int:
    """How many UTF-16 units of this text are shown."""
    return next(most for where, most in LIMITS if re.fullmatch(where, key))


def units(words: str) -> int:
    """As LINE counts: UTF-16 code units, of which an emoji has two."""
    return len(words.encode("utf-16-le")) // 2


def _of_file(spoken: Wording) -> Iterator[str]:
    if not _FILE_NAME.fullmatch(spoken.language):
        yield "ファイル名は言語の記号(pt.toml など)にします / name it after a language code"


def _of_keys(spoken: Wording, first: Wording) -> Iterator[str]:
    for key in first.texts.keys() - spoken.texts.keys():
        yield f"{_where(key)}: この文がありません / this text is missing"
    for key in spoken.texts.keys() - first.texts.keys():
        yield f"{_where(key)}: この文は使われません / nobody says this text"
    for key, text in spoken.texts.items():
        if not text.strip():
            yield f"{_where(key)}: 文が空です / the text is empty"


def _of_braces(text: str, first: str) -> Iterator[str]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        yield "{ と } が組になっていません / a { or } has no partner"
        return
    there = {name for _, name, _, _ in parts if name is not None}
    wanted = {name for _, name, _, _ in Formatter().parse(first) if name is not None}
    for name in sorted(wanted - there):
        yield f"{{{name}}} がありません / {{{name}}} is missing"
    for name in sorted(there - wanted):
        yield f"{{{name}}} は置きかえられません / {{{name}}} is filled in by nobody"
    if any(shape or turned for _, _, shape, turned in parts):
        yield "{ } の中は名前だけにします / only a name may stand in { }"


def _of_length(spoken: Wording, key: str) -> Iterator[str]:
    long = units(_filled(spoken, key))
    most = limit_of(key)
    if long > most:
        yield f"{long}文字あります。{most}文字までです / {long} letters; at most {most} are shown"


def _of_reading_aloud(spoken: Wording) -> Iterator[str]:
    for section in ("hello", "urgent"):
        texts = [key for key in spoken.texts if key.startswith(f"{section}.")]
        long = sum(units(_filled(spoken, key)) + 1 for key in texts)
        if long > READ_ALOUD:
            yield (
                f"[texts.{section}]: 合わせて{long}文字あります。{READ_ALOUD}文字までです"
                f" / {long} letters together; at most {READ_ALOUD} are read aloud"
            )


def _of_quotes(spoken: Wording, text: str) -> Iterator[str]:
    """What a text quotes is what stands on a button, or what is understood when it is typed."""
    buttons = {words for key, words in spoken.texts.items() if key.startswith("button.")}
    for quoted in (one or other for one, other in _QUOTED.findall(text)):
        filled_in = re.fullmatch(r"\{\w+\}", quoted)
        if not (filled_in or quoted in buttons or command_in(quoted)):
            yield f"「{quoted}」というボタンや言葉はありません / no button or command is called so"


def _of_commands(spoken: Wording) -> Iterator[str]:
    for name in sorted({*Command, "language"} - spoken.commands.keys()):
        yield f"[commands] {name}: 言葉がありません / there is no word for it"
    for name in sorted(spoken.commands.keys() - {*Command, "language"}):
        yield f"[commands] {name}: この名前は使われません / nobody asks for this"
    for name, words in spoken.commands.items():
        if not words or not all(word.strip() for word in words):
            yield f"[commands] {name}: 空の言葉があります / a word is empty"
    if not all(word.strip() for word in (*spoken.alarms, *spoken.false_alarms)):
        yield "[urgent]: 空の言葉があります / a word is empty"
    for phrase in filter(is_urgent, spoken.false_alarms):
        yield f"[urgent] but_not {phrase}: まだ緊急とみなされます / still taken for an alarm"
    for key in TYPED:
        if key in spoken.texts and not command_in(spoken.texts[key]):
            yield (
                f"[commands]: ボタンの言葉「{spoken.texts[key]}」を足してください"
                " / add these words of a button"
            )
    name = spoken.texts.get("name", "")
    if language_in(name) != spoken.language:
        yield f"[commands] language: 「{name}」を足してください / add this name of the language"


def _where(key: str) -> str:
    section, _, name = key.rpartition(".")
    return f"[texts.{section}] {name}" if section else f"[texts] {key}"


def _filled(spoken: Wording, key: str) -> str:
    return spoken.texts[key].format_map(_Sample(spoken))


class _Sample(dict[str, object]):
    """What usually stands in place of each name in braces."""

    def __init__(self, spoken: Wording) -> None:
        town, city = spoken.pick("本町六丁目", "Honcho 6-chome"), spoken.pick("小金井市", "Koganei")
        callers = ("urgent.police", "urgent.road_emergency", "urgent.road_line")
        who = max((spoken.texts.get(key, "") for key in callers), key=units)
        known: Mapping[str, str] = {
            "town": town, "city": city, "count": "10", "most": "10", "number": "000-000-000",
            "into": "000-000-000", "phone": "042-000-0000", "who": who, "police": "110",
            "month": "10", "day": "31", "time": "23:59", "reason": "." * 60,
        }  # fmt: skip
        super().__init__(known)

    def __missing__(self, name: str) -> str:
        return "." * 20

"""Every language says everything, the code says nothing else, and nothing stands unused."""

import ast
import itertools
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from things_to_say import CARRIED_OUT_OR_NOT, LOST

from bot.saying.alarm import NUMBERS
from bot.saying.sight import TOLD
from bot.wording import LOCALES, Command, command_in, is_urgent, language_in, languages, wording
from reports.lifecycle import Status
from settings import ROOT

JAPANESE = languages()["ja"]
OTHERS = [code for code in languages() if code != "ja"]
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
FAMILIES: dict[str, set[str]] = {
    "status.": {*map(str, Status), "withdrawn"},
    "means.": {*map(str, Status), "withdrawn"},
    "history.": set(TOLD),
    "lost.": set(LOST),
    "unusable.": {"sticker", "video", "audio", "external", "location", "other"},
    "ask.": {"photo", "place", "category"},
    "hello.step_": {"1", "2", "3"},
    "urgent.": set(NUMBERS),
    "owner.": {"national", "prefecture", "city", "other"},
    "months.": {str(month) for month in range(1, 13)},
    "weekdays.": {str(day) for day in range(1, 8)},
    "rate.": {"1", "2", "3", "4", "5"},
    "add.": {"words", "place"},
    "about.": set(CARRIED_OUT_OR_NOT),
    "my_data.": {"reports", "photos", "remarks", "follows"},
    "button.": {"mute", "unmute", "status"},
}
"""What the f-strings of the code, such as f"status.{…}", may come to."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strings_of(source: str) -> Iterator[str]:
    """The string constants of a module, docstrings and all; f-strings are not among them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def families_of(source: str) -> Iterator[str]:
    """What stands before the first brace of each f-string that looks like a key."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            before = str(node.values[0].value)
            if re.fullmatch(r"[a-z_]+\.[a-z_]*", before):
                yield before


def called_keys_of(source: str) -> Iterator[str]:
    """Keys in the calls words("…") and words(f"…"), and in {"key": "…"}: what must exist."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called == "words":
                yield str(node.args[0].value)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                named = isinstance(key, ast.Constant) and key.value == "key"
                if named and isinstance(value, ast.Constant):
                    yield str(value.value)


def told_of_taps(source: str) -> Iterator[str]:
    """The keys that stand in the calls that say what a tap has done."""
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ("_about", "_did", "_refused"):
            keys = [arg for arg in node.args if not isinstance(arg, ast.Call)]
            yield from (key for arg in keys for key in strings_of(ast.unparse(arg)))


EVERY_SOURCE = [file.read_text("utf-8") for file in SOURCES]
STRINGS = {found for source in EVERY_SOURCE for found in strings_of(source)}
USED_FAMILIES = {found for source in EVERY_SOURCE for found in families_of(source)}
CALLED = {found for source in EVERY_SOURCE for found in called_keys_of(source)}
FROM_FAMILIES = {f"{family}{end}" for family, ends in FAMILIES.items() for end in ends}


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_the_same_keys(code: str) -> None:
    assert set(languages()[code].texts) == set(JAPANESE.texts)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("key", sorted(JAPANESE.texts))
def test_every_language_fills_in_the_same_things(code: str, key: str) -> None:
    assert placeholders(languages()[code].texts[key]) == placeholders(JAPANESE.texts[key])


@pytest.mark.parametrize("code", languages())
def test_no_text_is_empty_and_every_command_has_a_word(code: str) -> None:
    assert all(text.strip() for text in languages()[code].texts.values())
    assert set(languages()[code].commands) == {*Command, "language"}
    assert all(languages()[code].commands.values())


def test_every_key_that_the_code_says_exists() -> None:
    assert len(CALLED) > 20
    assert CALLED - set(JAPANESE.texts) == set()


def test_every_family_of_keys_exists_in_full() -> None:
    assert set(FAMILIES) == USED_FAMILIES
    assert FROM_FAMILIES - set(JAPANESE.texts) == set()


def test_what_a_tap_has_done_is_said_by_the_dialogue_and_by_nobody_else() -> None:
    said = set(told_of_taps((ROOT / "bot" / "dialogue" / "afterwards.py").read_text("utf-8")))
    assert said - set(CARRIED_OUT_OR_NOT) == set()
    assert set(CARRIED_OUT_OR_NOT) - STRINGS == set()


def test_no_text_stands_there_that_nobody_says() -> None:
    assert set(JAPANESE.texts) - STRINGS - FROM_FAMILIES == set()


@pytest.mark.parametrize(
    ("given", "spoken"),
    [(None, "ja"), ("", "ja"), ("ja", "ja"), ("ja-JP", "ja"), ("JA", "ja"), ("en", "en"),
     ("en-GB", "en"), ("EN-us", "en"), ("zh-TW", "en"), ("ko", "en")],
)  # fmt: skip
def test_a_profiles_language_chooses_the_words(given: str | None, spoken: str) -> None:
    assert wording(given).language == spoken


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("command", Command)
def test_each_command_is_heard_in_every_language(code: str, command: Command) -> None:
    for words in languages()[code].commands[command]:
        for typed in (words, words.upper(), f" {words} ", f"{words}。", f"{words}!", f"{words}?\n"):
            assert command_in(typed) is command, typed


def test_no_word_means_two_things() -> None:
    meant: dict[str, set[str]] = {}
    for code, language in languages().items():
        for command, spoken in language.commands.items():
            meaning = f"{command} {code}" if command == "language" else command
            for word in spoken:
                meant.setdefault(word.casefold(), set()).add(meaning)
    assert {word: means for word, means in meant.items() if len(means) > 1} == {}


@pytest.mark.parametrize("code", languages())
def test_each_language_is_chosen_by_its_names_and_they_are_no_command(code: str) -> None:
    for name in languages()[code].commands["language"]:
        assert language_in(f" {name}。") == code
        assert command_in(name) is None


@pytest.mark.parametrize(
    "words", ["", "。", "こんにちは", "status of the road", "やめるかも", "穴"]
)
def test_other_words_are_no_command(words: str) -> None:
    assert command_in(words) is None
    assert language_in(words) is None


def test_a_name_is_picked_by_the_language_and_never_empty() -> None:
    japanese, english = wording("ja"), wording("en")
    assert (japanese.pick("道", "road"), english.pick("道", "road")) == ("道", "road")
    assert english.pick("道", "") == "道"


URGENT = """危ないです
木が倒れそうで危ない!
ガスのにおいがします
ここで事故がありました
けがをした人がいます
ケガ人
道路が陥没しています
倒木
感電しそう
ｶﾞｽもれ
きけんです
かじです
危険はないと言われたけど、けがをした人がいます
THIS IS DANGEROUS
someone is hurt
there was an accident
a sinkhole
gas!
gas smell near the gas station
A tree fell, live wire on the road"""
CALM = """公園の前の道に穴があいています
段差があります
危なくないです
危険ではないです
けがはありません
ガストの前
追いかけがち
さがすのが大変
gasoline on the road?
next to the gas station
nobody was hurt
not dangerous
hurtful words
a hole in front of the fire station
Vegas street"""


@pytest.mark.parametrize("words", URGENT.split("\n"))
def test_words_of_danger_are_heard_in_every_language(words: str) -> None:
    assert is_urgent(words)


@pytest.mark.parametrize("words", ["", *CALM.split("\n")])
def test_other_words_are_no_alarm(words: str) -> None:
    assert not is_urgent(words)


@pytest.mark.parametrize("code", languages())
def test_every_alarm_sounds_and_no_phrase_of_the_exceptions_does(code: str) -> None:
    wording = languages()[code]
    assert [word for word in wording.alarms if not is_urgent(f"あ {word} あ")] == []
    assert [phrase for phrase in wording.false_alarms if is_urgent(phrase)] == []


@pytest.mark.parametrize("code", languages())
def test_each_file_opens_with_how_to_edit_it(code: str) -> None:
    lines = (LOCALES / f"{code}.toml").read_text("utf-8").splitlines()
    head = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    assert len(head) > 8
    assert all(
        sign in "\n".join(head) for sign in ("{number}", "[commands]", "[urgent]", "pt.toml")
    )


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("key", [key for key in JAPANESE.texts if key.startswith("button.")])
def test_the_words_of_a_button_fit_on_it(code: str, key: str) -> None:
    label = languages()[code](key, town="本町六丁目", number="000-000-000")
    assert len(label.encode("utf-16-le")) // 2 <= 20

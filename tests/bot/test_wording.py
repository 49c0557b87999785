"""Every language says everything, the code says nothing else, and nothing stands unused."""

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from proofreading import faults, limit_of
from things_to_say import CARRIED_OUT_OR_NOT, LOST

from bot.render.cards import TOLD
from bot.render.emergency import NUMBERS
from bot.wording import (
    LOCALES,
    Command,
    Unreadable,
    command_in,
    is_answer,
    is_urgent,
    language_in,
    languages,
    read,
    wording,
)
from reports.tickets.outcomes import NEEDS_NO_MORE_WORDS, Outcome
from reports.tickets.status import Status
from settings import ROOT

JAPANESE = languages()["ja"]
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
TELL_OF_TAPS = ("about", "_did", "_refused", "_routed_anew")
FAMILIES: dict[str, set[str]] = {
    "status.": {*map(str, Status), "withdrawn"},
    "means.": {*map(str, Status), "withdrawn"},
    "found.": set(Outcome) - NEEDS_NO_MORE_WORDS,
    "history.": set(TOLD),
    "lost.": set(LOST),
    "unusable.": {"sticker", "video", "audio", "external", "location", "other"},
    "ask.": {"photo", "place", "category"},
    "limit.": {"photos", "drafts", "tickets"},
    "hello.step_": {"1", "2", "3"},
    "urgent.": set(NUMBERS),
    "gone.": {"taken_back", "erased", "lost", "hidden"},
    "compass.": {"n", "ne", "e", "se", "s", "sw", "w", "nw"},
    "owner.": {"national", "prefecture", "city", "other"},
    "months.": {str(month) for month in range(1, 13)},
    "weekdays.": {str(day) for day in range(1, 8)},
    "rate.": {"1", "2", "3", "4", "5"},
    "add.": {"words", "place"},
    "contact.": {"call", "other", "road_line", "city_hall"},
    "about.": set(CARRIED_OUT_OR_NOT),
    "time.": {"am", "am_sharp", "pm", "pm_sharp"},
    "my_data.": {"reports", "photos", "remarks", "follows"},
    "button.": {"mute", "unmute", "status"},
    "button.crew_": set(Outcome),
    "crew.": {
        "looking",
        "no_material",
        "far_pin",
        "far_shot",
        "send_photo",
        "send_photo_of_it",
        "code_unknown",
        "code_too_many",
        "code_taken",
        "left",
        "not_linked",
        "stopped",
        "nothing_open",
        "photo_gone",
    },
    "crew_did.": {
        *(set(Outcome) - {Outcome.FIXED}), "done", "over", "same", "left", "photo_lost",
        "old_photo", "needs_photo", "photo_unread", "far", "undone", "undo_nothing", "undo_late",
        "undo_told", "undo_gone_on", "used", "not_used", "minutes", "timed", "not_timed", "whose",
        "not_ours",
    },
}  # fmt: skip
"""What the f-strings of the code, such as f"status.{…}", may come to."""


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


LABELLED = ("postback", "device", "link", "dial")


def label_keys_of(source: str) -> Iterator[str]:
    """The keys of what stands on buttons: flex.postback(words("…"), …) and the like."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            labels = node.args[:1] if node.func.attr in LABELLED else []
            yield from (key for label in labels for key in called_keys_of(ast.unparse(label)))


def told_of_taps(source: str) -> Iterator[str]:
    """The keys that stand in the calls that say what a tap has done."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            told = node.args if node.func.id in TELL_OF_TAPS else []
            keys = [arg for arg in told if not isinstance(arg, ast.Call)]
            yield from (key for arg in keys for key in strings_of(ast.unparse(arg)))


EVERY_SOURCE = [file.read_text("utf-8") for file in SOURCES]
STRINGS = {found for source in EVERY_SOURCE for found in strings_of(source)}
USED_FAMILIES = {found for source in EVERY_SOURCE for found in families_of(source)}
CALLED = {found for source in EVERY_SOURCE for found in called_keys_of(source)}
MISTAKES: list[tuple[str, str | None, str]] = [
    ("card.more", None, "this text is missing"),
    ("card.mroe", "x", "nobody says this text"),
    ("sorry", " ", "the text is empty"),
    ("card.more", "{cuont}", "{count} is missing"),
    ("card.more", "{cuont}", "{cuont} is filled in by nobody"),
    ("sorry", "{number}", "{number} is filled in by nobody"),
    ("card.more", "{count", "has no partner"),
    ("card.more", "count}", "has no partner"),
    ("card.more", "{count:05}", "only a name"),
    ("button.cancel", "😀" * 11, "at most 20"),
    ("button.goes_on", "{number}" + "x" * 10, "at most 20"),
    ("rate.5", "★" * 21, "at most 20"),
    ("menu.mine", "x" * 21, "at most 20"),
    ("menu.bar", "x" * 15, "at most 14"),
    ("hello.terms", "😀" * 21, "at most 40"),
    ("urgent.call", "{phone} {who}" + "x" * 30, "at most 40"),
    ("card.moved", "x" * 61, "at most 60"),
    ("means.fixed", "x" * 601, "at most 600"),
    ("sorry", "😀" * 2_501, "at most 5000"),
]
FROM_FAMILIES = {f"{family}{end}" for family, ends in FAMILIES.items() for end in ends}


@pytest.mark.parametrize("code", languages())
def test_a_language_file_has_nothing_missing_unused_misspelt_or_too_long(code: str) -> None:
    found = faults(languages()[code], JAPANESE)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize(("key", "text", "told"), MISTAKES)
def test_a_mistake_in_any_language_is_named_with_where_it_stands(
    code: str, key: str, text: str | None, told: str
) -> None:
    texts = {**languages()[code].texts, key: text}
    kept = {name: words for name, words in texts.items() if words is not None}
    found = faults(replace(languages()[code], texts=kept), JAPANESE)
    section, _, name = key.rpartition(".")
    where = f"[texts.{section}] {name}" if section else f"[texts] {name}"
    assert any(told in fault and where in fault for fault in found), found
    assert all(fault.startswith(f"{code}.toml ") for fault in found)


@pytest.mark.parametrize("code", languages())
def test_a_mistake_in_what_is_typed_is_named(code: str) -> None:
    spoken = languages()[code]
    fewer = {name: words for name, words in spoken.commands.items() if name != "cancel"}
    for changed, told in (
        (replace(spoken, commands=fewer), "there is no word for it"),
        (replace(spoken, commands={**spoken.commands, "dance": ("x",)}), "nobody asks for this"),
        (replace(spoken, commands={**spoken.commands, "help": (" ",)}), "a word is empty"),
        (replace(spoken, alarms=("",)), "a word is empty"),
        (replace(spoken, texts={**spoken.texts, "menu.mine": "xyzzy"}), "words of a button"),
        (replace(spoken, texts={**spoken.texts, "name": "xyzzy"}), "name of the language"),
        (replace(spoken, texts={**spoken.texts, "how": "「xyzzy」"}), "no button or command"),
        (replace(spoken, language="日本"), "language code"),
    ):
        assert any(told in fault for fault in faults(changed, JAPANESE)), told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[texts]\nname = "x\n', "xx.toml: .*line 2"),
        ('[texts]\nname = "x"\n', r"xx.toml: \[commands\]"),
        ("[commands]\n[urgent]\nwords=[]\nbut_not=[]\n[texts]\nname = 5", "xx.toml: .*name"),
        ('[commands]\nhelp = "x"\n[urgent]\nwords=[]\nbut_not=[]\n[texts]', "xx.toml: .*help"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(
    tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "xx.toml").write_text(content, "utf-8")
    with pytest.raises(Unreadable, match=told):
        read(tmp_path / "xx.toml")


def test_every_label_that_the_code_makes_has_its_limit() -> None:
    """Flex cuts a label that is too long, so that nobody would see it fail."""
    labels = {key for source in EVERY_SOURCE for key in label_keys_of(source)}
    assert len(labels) > 20
    assert [key for key in labels if limit_of(key) > 40] == []


def test_every_key_that_the_code_says_exists() -> None:
    assert len(CALLED) > 20
    assert CALLED - set(JAPANESE.texts) == set()


def test_every_family_of_keys_exists_in_full() -> None:
    assert set(FAMILIES) == USED_FAMILIES
    assert FROM_FAMILIES - set(JAPANESE.texts) == set()


def test_what_a_tap_has_done_is_said_by_the_dialogue_and_by_nobody_else() -> None:
    said = set(told_of_taps((ROOT / "bot" / "dialogue" / "ticket_buttons.py").read_text("utf-8")))
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


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("ja", "日本語 にほんご ニホンゴ ﾆﾎﾝｺﾞ Japanese JAPANESE 「日本語」"),
        ("easy_ja", "やさしい やさしいにほんご やさしい日本語 やさしい\u3000日本語 「やさしい」"),
        ("en", "english English ENGLISH Ｅｎｇｌｉｓｈ 英語 えいご “English” English!"),
    ],
)
def test_a_language_is_asked_for_as_people_write_its_name(code: str, typed: str) -> None:
    assert {name: language_in(name) for name in typed.split(" ")} == dict.fromkeys(
        typed.split(" "), code
    )
    assert language_in("English please") == "en"
    assert language_in("やさしい 日本語") == "easy_ja"


@pytest.mark.parametrize(
    ("typed", "command"),
    [("「状況」", "status"), ("“my reports”", "mine"), ("my  reports", "mine"),
     ("わたしの れんらく", "mine"), ("いまのようす", "status"), ("データをけして", "erase")],
)  # fmt: skip
def test_a_command_is_understood_with_the_quotes_and_spaces_of_our_own_texts(
    typed: str, command: str
) -> None:
    assert command_in(typed) == command


@pytest.mark.parametrize(
    ("typed", "button"),
    [("直りました、ありがとうございます!", "mended"), ("ありがとう。直ってました", "mended"),
     ("まだ直ってないんですけど", "not_mended"), ("Thanks, but it is still broken", "not_mended"),
     ("すみません、ちがいます。よろしくお願いします🙇", "differs"), ("Yes please", "same"),
     ("no thanks", "not_this")],
)  # fmt: skip
def test_an_answer_is_heard_however_politely_it_is_given(typed: str, button: str) -> None:
    assert is_answer(typed, button, {})
    assert not is_answer(f"{typed} 前の道にも穴があります", button, {})


def test_a_command_is_heard_however_politely_it_is_given() -> None:
    assert command_in("すみません、状況お願いします") == "status"
    assert command_in("Please delete my data, thank you") == "erase"
    assert language_in("日本語でおねがいします") == "ja"
    assert language_in("Can you speak English, please?") == "en"
    assert command_in("ありがとうございます" * 500) is None


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("command", Command)
def test_each_command_is_heard_in_every_language(code: str, command: Command) -> None:
    for words in languages()[code].commands[command]:
        for typed in (words, words.upper(), f" {words} ", f"{words}。", f"{words}!", f"{words}?\n"):
            assert command_in(typed) is command, typed


@pytest.mark.parametrize("code", languages())
def test_what_is_typed_in_place_of_a_button_is_of_a_button_and_no_command(code: str) -> None:
    for button, spoken in languages()[code].answers.items():
        assert f"button.{button}" in JAPANESE.texts
        for words in spoken:
            assert command_in(words) is None, words
            assert language_in(words) is None, words
            assert is_answer(f" {words}。", button, {}), words


def test_one_answer_is_never_both_answers_to_a_question() -> None:
    for one, other in (("same", "differs"), ("at_photo", "as_sent")):
        for language in languages().values():
            for words in (language(f"button.{one}"), *language.answers.get(one, ())):
                assert not is_answer(words, other, {}), words


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
この街灯だけが消えていて危ない
キケン
看板が落ちそうです
じこが ありました
がすが もれて います
木が たおれて います
がけがくずれそう
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
この街灯だけが消えています
水はけが悪いです
縁石に欠けがあります
夜明け前と夜明けが暗い
車よけが曲がっています
片付けがされていません
同じことが前にもありました
段差がすごいです
ふたがすべります
木の根をねずみがかじった
けが人なし
誰もけがしていません
事故は起きていません
陥没ではなく段差です
ガス工事の跡がへこんでいます
this isn't dangerous
no one got hurt
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


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("08:30", ["午前8時30分", "午前 8時30分", "8:30 am"]),
        ("17:15", ["午後5時15分", "午後 5時15分", "5:15 pm"]),
        ("09:00", ["午前9時", "午前 9時", "9 am"]),
        ("12:00", ["午後0時", "午後 0時", "12 pm"]),
        ("00:05", ["午前0時05分", "午前 0時05分", "12:05 am"]),
    ],
)
def test_a_time_of_day_is_told_by_halves_of_the_day(clock: str, told: list[str]) -> None:
    assert [wording(code).time(clock) for code in ("ja", "easy_ja", "en")] == told


@pytest.mark.parametrize("key", ["contact.hours", "urgent.hours"])
def test_who_reads_plain_words_is_told_that_nobody_answers_on_holidays(key: str) -> None:
    assert "祝日" in wording("easy_ja").texts[key]
    assert "holiday" in wording("en").texts[key]

"""A category is known by its names and hint words, in whatever language they are typed."""

import tomllib
from typing import Any

import pytest

from reports.city.categories import Category, called, category_from, named_in
from settings import ROOT

ENTRIES: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "local/sample_city/categories.toml").read_text("utf-8")
)["categories"]
CATEGORIES = [category_from(entry) for entry in ENTRIES]
NEEDED = ("key", "names", "icon", "department", "deadline_days")


def named(words: str) -> str | None:
    found = named_in(words, CATEGORIES)
    return found.key if found else None


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.key)
def test_its_own_names_and_hints_lead_to_a_category(category: Category) -> None:
    for words in category.names.values():
        assert named(words) == category.key, words
    for word in (word for hint in category.hints for word in hint.words):
        assert named_in(word, [category]) == category, word


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("道路に穴があいています", "pothole"),
        ("みちに あなが あいて います", "pothole"),
        ("みちの でんきが きえて います", "streetlight"),
        ("しろい せんが きえて います", "sign"),
        ("ねこが しんで います。", "animal"),
        ("おおきい いしが おちて います", "debris"),
        ("あなたが よろこぶなら", None),
        ("There is a POTHOLE here", "pothole"),
        ("点字ブロックがこわれている", "sidewalk"),
        ("マンホールのふたがずれている", "drain"),
        ("カーブミラーが曲がっている", "mirror"),
        ("街灯が消えている", "streetlight"),
        ("止まれの線が消えかけている", "sign"),
        ("木が倒れて通れません", "tree"),
        ("油がこぼれている", "debris"),
        ("猫が死んでいます", "animal"),
        ("歩道の段差で車椅子が通れない", "sidewalk"),
        ("集水桝に落ち葉がたまって", "drain"),
        ("犬のフンが落ちています", None),
        ("木が たおれそう", "tree"),
        ("くさが はえて", "tree"),
        ("みちの 線が きえて", "sign"),
        ("ほかのことです", "other"),
        ("こんにちは", None),
        ("", None),
        ("hello", None),
    ],
)
def test_words_of_a_resident_lead_to_the_category_they_mean(words: str, key: str | None) -> None:
    assert named(words) == key


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.key)
def test_its_name_alone_is_as_good_as_its_button(category: Category) -> None:
    for name in category.names.values():
        for words in (name, f" {name.upper()}。", f"{category.icon} {name}", name.replace(" ", "")):
            assert called(words, CATEGORIES) == category, words


@pytest.mark.parametrize("words", ["穴", "カーブミラーが曲がっている", "", "。", "🪞"])
def test_anything_more_or_less_than_a_name_is_no_button(words: str) -> None:
    assert called(words, CATEGORIES) is None


def made(key: str, *hints: str | dict[str, Any]) -> Category:
    return category_from(
        {"key": key, "names": {"ja": f"名前{key}"}, "icon": "・", "department": "d",
         "deadline_days": 1, "hints": hints}
    )  # fmt: skip


def test_the_longest_hint_decides_and_then_the_citys_order() -> None:
    short, long, same = made("short", "木"), made("long", "倒木"), made("same", "倒木")
    assert named_in("倒木があります", [short, long, same]) == long
    assert named_in("倒木があります", [same, short, long]) == same


def test_of_hints_of_one_weight_those_that_say_more_decide() -> None:
    one, two = made("one", "歩道"), made("two", "段差", "割れ")
    assert named_in("歩道の段差", [two, one]) == one
    assert named_in("歩道の段差や割れ", [two, one]) == two


def test_the_heavier_hint_decides_and_what_a_sentence_is_about_weighs_more() -> None:
    walk, leaf = made("walk", {"words": ["歩道"], "weight": 6}), made("leaf", "落ち葉", "leaves")
    assert named_in("落ち葉と歩道", [walk, leaf]) == walk
    assert named_in("歩道に落ち葉がたまる", [walk, leaf]) == leaf
    assert named_in("歩道に落ち葉、歩道が滑る", [walk, leaf]) == walk
    assert named_in("歩道の落ち葉が滑る", [walk, leaf]) == walk


def test_a_hint_may_ask_for_another_word_and_bear_none_of_some() -> None:
    tree = made("tree", {"words": ["木", "tree"], "near": ["倒れ", "down"], "but_not": ["木曜"]})
    for words, known in {
        "木が倒れています": True,
        "公園の木はいつ植えましたか": False,
        "木曜に木が倒れました": False,
        "木": True,
        "木です。": True,
        "A tree is down": True,
        "downtree": False,
    }.items():
        assert (named_in(words, [tree]) == tree) is known, words


def test_what_only_says_where_something_is_names_nothing() -> None:
    mirror, hole = made("mirror", "ミラー", "mirror"), made("hole", "穴", "hole")
    for words in ("ミラーの横に穴", "ミラーのすぐ近くの穴", "hole near the mirror"):
        assert named_in(words, [mirror, hole]) == hole, words
    assert named_in("ミラーの隣です", [mirror, hole]) is None
    unwanted = made("hole", {"words": ["穴"], "but_not": ["ミラー"]})
    assert named_in("ミラーの横に穴", [unwanted]) == unwanted
    assert named_in("ミラーに穴", [unwanted]) is None


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("ガードレール", "ｶﾞｰﾄﾞﾚｰﾙ"),
        ("ガードレール", "がーどれーる"),
        ("ガードレール", "ガードレル"),
        ("ガードレール", "ガ-ドレ-ル"),
        ("白い線", "しろい線と 白い　線"),
        ("street light", "STREETLIGHTS"),
        ("street light", "the street-light"),
        ("streetlight", "stretlights"),
        ("branch", "branches"),
        ("branch", "brach"),
        ("pothole", "potholle"),
        ("guardrail", "gaurdrail"),
        ("sidewalk", "sidewolk"),
    ],
)
def test_a_hint_is_known_however_it_is_typed(hint: str, words: str) -> None:
    assert named_in(words, [made("x", hint)]) is not None


@pytest.mark.parametrize(
    ("hint", "words"),
    [("hole", "whole"), ("tree", "street"), ("railing", "raising"), ("branch", "ranch")],
)
def test_another_english_word_is_no_hint(hint: str, words: str) -> None:
    assert named_in(words, [made("x", hint)]) is None


def test_a_long_text_is_read_to_its_thousandth_letter() -> None:
    hole = made("hole", "穴")
    assert named_in("あ" * 999 + "穴", [hole]) == hole
    assert named_in("あ" * 1_000 + "穴", [hole]) is None


def test_without_categories_nothing_is_named() -> None:
    assert named_in("穴", []) is None


def test_a_language_without_a_name_reads_the_japanese_one() -> None:
    assert made("x").name("en") == "名前x"
    assert CATEGORIES[0].name("en") == "Pothole, bump"


@pytest.mark.parametrize("missing", NEEDED)
def test_an_entry_without_what_it_needs_names_what_is_missing(missing: str) -> None:
    entry = {name: value for name, value in ENTRIES[0].items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        category_from(entry)


def test_what_an_entry_may_leave_out_has_a_quiet_default() -> None:
    plain = made("x")
    assert (plain.urgent, plain.radius_m, plain.hints) == (False, 30.0, ())

"""Words and cards keep LINE's limits, counted as LINE counts: in UTF-16 units."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import flex

WORDS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("あ😀𠮷👩🏽"), max_size=80
)


def units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("words", "most", "left"),
    [
        ("", 1, ""),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("あいう", 3, "あいう"),
        ("あいうえ", 3, "あい…"),
        ("😀", 2, "😀"),
        ("😀😀", 3, "😀…"),
        ("😀😀", 4, "😀😀"),
        ("a😀b", 3, "a…"),
        ("a😀b", 4, "a😀b"),
        ("𠮷野家です", 4, "𠮷野…"),
        ("abc", 1, "…"),
    ],
)
def test_a_cut_counts_utf16_units_and_shows_itself(words: str, most: int, left: str) -> None:
    assert flex.cut(words, most) == left


@given(WORDS, st.integers(1, 40))
def test_a_cut_is_never_too_long_and_never_splits_a_character(words: str, most: int) -> None:
    left = flex.cut(words, most)
    assert units(left) <= most
    left.encode("utf-8")
    assert left == words or (left.endswith("…") and words.startswith(left[:-1]))
    assert (left == words) == (units(words) <= most) or words.endswith("…")


@given(WORDS, st.integers(2, 40))
def test_a_cut_leaves_room_for_at_most_half_a_character(words: str, most: int) -> None:
    left = flex.cut(words, most)
    assert left == words or units(left) >= most - 1


def test_a_text_of_any_length_fits() -> None:
    assert units(flex.text("😀" * 5_000)["text"]) <= 5_000
    assert flex.text("道" * 5_000)["text"] == "道" * 5_000


def test_what_is_read_aloud_in_place_of_a_card_fits() -> None:
    card = flex.card("😀" * 1_000, {"type": "bubble"})
    assert 1_490 < units(card["altText"]) <= 1_500


def test_a_label_and_the_shown_words_of_a_button_fit() -> None:
    button = flex.postback("段" * 30, "category", shown="段" * 400, draft="k", category="pothole")
    assert (units(button["label"]), units(button["displayText"])) == (20, 300)
    assert units(flex.device("camera", "c" * 30)["label"]) == 20
    assert units(flex.link("l" * 30, "tel:110")["label"]) == 20


def test_a_button_brings_back_what_it_was_given_whatever_the_letters() -> None:
    data = flex.postback("b", "category", draft="a&b=c%", category="穴 1")["data"]
    assert parse_qs(data) == {"do": ["category"], "draft": ["a&b=c%"], "category": ["穴 1"]}


@pytest.mark.parametrize(("given_", "kept"), [(0, None), (1, 1), (13, 13), (14, 13)])
def test_quick_replies_are_at_most_thirteen_and_none_is_no_key(
    given_: int, kept: int | None
) -> None:
    message = flex.with_quick_replies(flex.text("t"), [flex.device("camera", "c")] * given_)
    items = message.get("quickReply", {}).get("items")
    assert (items and len(items)) == kept


def test_quick_replies_leave_the_message_itself_alone() -> None:
    before = flex.text("t")
    flex.with_quick_replies(before, [flex.device("camera", "c")])
    assert "quickReply" not in before


def test_a_carousel_has_at_most_twelve_bubbles() -> None:
    assert len(flex.carousel([{"type": "bubble"}] * 13)["contents"]) == 12


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (flex.text("道"), "道"),
        (flex.card("alt", {"type": "bubble"}), "alt"),
        (flex.with_quick_replies(flex.text("q"), [flex.device("camera", "c")]), "q"),
        ({"type": "flex"}, "…"),
    ],
)
def test_a_refused_message_is_said_again_in_plain_words(message: flex.Json, words: str) -> None:
    assert flex.plain(message) == {"type": "text", "text": words}


def bubble(**parts: object) -> flex.Json:
    usual: dict[str, object] = {
        "title": "t", "subtitle": "s", "colour": "#000000", "picture": None,
        "rows": [("a", "b")], "notes": [], "steps": [], "buttons": [],
    }  # fmt: skip
    return flex.bubble(**(usual | parts))  # type: ignore[arg-type]


def test_a_bubble_has_only_the_blocks_there_is_something_for() -> None:
    assert set(bubble()) == {"type", "size", "header", "body"}
    full = bubble(picture="https://a.example/p.jpg", buttons=[flex.link("l", "tel:110")])
    assert set(full) == {"type", "size", "header", "body", "hero", "footer"}


def test_history_and_notes_are_each_set_apart_by_a_line() -> None:
    kinds = [part["type"] for part in bubble(steps=[("1", "2")], notes=["n"])["body"]["contents"]]
    assert kinds == ["box", "separator", "box", "separator", "text"]


def test_a_long_note_is_cut_so_that_the_bubble_stays_small() -> None:
    assert units(bubble(notes=["長" * 9_000])["body"]["contents"][-1]["text"]) == 600

"""Words and cards keep LINE's limits, counted as LINE counts: in UTF-16 units."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import bubbles, flex
from bot.render.cards import COLOURS

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
    assert units(flex.link("l" * 50, "tel:110")["label"]) == 40


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


def said(words: str, *labels: str) -> flex.Json:
    return flex.with_quick_replies(
        flex.text(words), [flex.postback(label, label) for label in labels]
    )


def shown(messages: list[flex.Json]) -> list[str]:
    return [item["action"]["label"] for item in messages[-1]["quickReply"]["items"]]


def test_all_quick_replies_stand_on_the_last_message_its_own_first_and_each_once() -> None:
    messages = flex.one_request([said("a", "1", "2"), said("b", "3", "1"), said("c", "4", "3")])
    assert [message["text"] for message in messages] == ["a", "b", "c"]
    assert shown(messages) == ["4", "3", "1", "2"]
    assert ["quickReply" in message for message in messages] == [False, False, True]


def test_a_last_message_without_buttons_takes_those_of_the_question_before_it() -> None:
    assert shown(flex.one_request([said("question", "yes", "no"), said("more")])) == ["yes", "no"]


@pytest.mark.parametrize(
    ("asking", "left"),
    [("", "abcdh"), ("c", "abcdh"), ("f", "abcfh"), ("efg", "aefgh"), ("bcdefg", "abcdh")],
)
def test_of_more_than_five_messages_the_first_the_last_and_the_questions_stay(
    asking: str, left: str
) -> None:
    messages = [said(words, *(["?"] if words in asking else [])) for words in "abcdefgh"]
    assert "".join(message["text"] for message in flex.one_request(messages)) == left


def bubble(**parts: Any) -> flex.Json:
    usual: dict[str, Any] = {"title": "t", "subtitle": "s", "colour": "#000000", "sections": []}
    return bubbles.bubble(**(usual | parts))


def card(number: str, *labels: str) -> flex.Json:
    """A card of this number; its buttons do what their labels and the number say."""
    buttons = [bubbles.button(flex.postback(label, label, number=number)) for label in labels]
    call = bubbles.rows([bubbles.Row("tel", "110", flex.link("call", "tel:110"))])
    return bubble(subtitle=number, sections=[call], buttons=buttons)


@pytest.mark.parametrize(
    ("message", "words", "ways"),
    [
        (flex.text("道"), "道", []),
        (flex.card("alt", card("1", "good", "bad")), "alt", ["call", "good", "bad"]),
        (flex.card("alt", flex.carousel([card("1", "same"), card("2", "same")])), "alt",
         ["1 call", "1 same", "2 same"]),
        ({"type": "flex"}, "…", []),
    ],
)  # fmt: skip
def test_a_refused_message_is_said_in_plain_words_with_its_buttons_and_then_without(
    message: flex.Json, words: str, ways: list[str]
) -> None:
    first = flex.simpler([message])
    bare = [{"type": "text", "text": words}]
    if ways:
        assert first
        assert (first[0]["text"], shown(first)) == (words, ways)
        assert flex.simpler(first) == bare
    assert flex.simpler(bare) is None


def test_refused_words_with_buttons_are_said_without_them() -> None:
    assert flex.simpler([said("q", "yes", "no")]) == [flex.text("q")]


def test_refused_buttons_of_several_cards_stand_behind_those_that_lie_above_the_keyboard() -> None:
    messages = [flex.card("a", card("1", "good")), said("b", "yes")]
    again = flex.simpler(messages)
    assert again
    assert [one["text"] for one in again] == ["a", "b"]
    assert shown(again) == ["yes", "call", "good"]


def test_a_refused_card_of_many_buttons_still_leads_on() -> None:
    kinds = [f"kind {n}" for n in range(11)]
    asked = flex.with_quick_replies(
        flex.card("a", card("1", *kinds, "more")), [flex.spoken("stop")]
    )
    again = flex.simpler([asked])
    assert again
    assert shown(again) == ["call", *kinds, "more"]


def test_nothing_to_say_is_no_message() -> None:
    assert flex.one_request([]) == []


@pytest.mark.parametrize(
    ("phone", "uri"),
    [
        ("110", "tel:110"), ("#9910", "tel:%239910"), ("042-000-0101", "tel:0420000101"),
        ("24時間 042-000-0101(内線2345)", "tel:0420000101"), ("窓口", None), ("", None),
    ],
)  # fmt: skip
def test_the_first_whole_number_is_dialled(phone: str, uri: str | None) -> None:
    call = flex.dial("電話", phone)
    assert (call and call["uri"]) == uri


def test_a_bubble_has_only_the_blocks_there_is_something_for() -> None:
    assert set(bubble()) == {"type", "size", "header", "body"}
    button = bubbles.button(flex.link("l", "tel:110"))
    full = bubble(hero=bubbles.picture("https://a.example/p.jpg"), buttons=[button])
    assert set(full) == {"type", "size", "header", "body", "hero", "footer"}


@pytest.mark.parametrize("size", bubbles.EDGE)
def test_head_and_body_of_a_card_of_any_size_begin_at_the_same_edge(size: str) -> None:
    card = bubble(size=size)
    assert card["header"]["paddingAll"] == card["body"]["paddingAll"] == bubbles.EDGE[size]


def test_the_name_of_a_fact_is_made_smaller_before_it_is_cut_off() -> None:
    (row,) = bubbles.rows([bubbles.Row("Responsável pela via", "市")])
    name, value = row["contents"]
    assert name["adjustMode"] == "shrink-to-fit"
    assert value["wrap"]


def test_sections_are_set_apart_by_a_line_and_empty_ones_are_none() -> None:
    line = bubbles.line("n")
    parts = bubble(sections=[[line], [], [line, line]])["body"]["contents"]
    assert [part["type"] for part in parts] == ["box", "separator", "box"]


def test_a_note_stands_there_in_full_and_only_what_no_form_takes_is_cut() -> None:
    longest = "担当から:" + "長" * 1_000
    assert bubbles.line(longest)["text"] == longest
    assert units(bubbles.line("長" * 9_000)["text"]) == 1_100


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *((colour, "#ffffff") for colour in sorted({*COLOURS.values(), bubbles.INK, bubbles.SOFT})),
        *((colour, "#ffffff") for colour in (bubbles.BLUE, bubbles.GREEN, bubbles.RED)),
        (bubbles.SOFT, bubbles.PALE),
    ],
)
def test_what_is_written_stands_out_from_what_lies_behind_it(ink: str, paper: str) -> None:
    """White on a coloured head is as readable as that colour on white: 4.5 to 1 (WCAG AA)."""
    darker, lighter = sorted((luminance(ink), luminance(paper)))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5

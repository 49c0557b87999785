"""A ticket number survives being read aloud, retyped and mistyped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.tickets.numbers import mistyped_in, new_number, number_in

MADE = [new_number() for _ in range(300)]
NUMBERS = st.sampled_from(MADE)


def digits_of(number: str) -> str:
    return number.replace("-", "")


def grouped(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def test_a_new_number_is_three_groups_of_three_digits_and_reads_itself() -> None:
    for number in MADE:
        assert re.fullmatch(r"[0-9]{3}-[0-9]{3}-[0-9]{3}", number)
        assert number_in(number) == number


def test_no_new_number_looks_like_one_that_can_be_called() -> None:
    assert not [number for number in MADE if number.startswith("0")]


def test_new_numbers_do_not_follow_one_another() -> None:
    assert len(set(MADE)) >= len(MADE) - 2, "of ninety million two may be the same, six hardly"
    assert MADE not in (sorted(MADE), sorted(MADE, reverse=True))


@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, place: int, by: int) -> None:
    digits = digits_of(number)
    wrong = str((int(digits[place]) + by) % 10)
    assert number_in(grouped(digits[:place] + wrong + digits[place + 1 :])) is None


@pytest.mark.parametrize("place", range(8))
def test_two_neighbouring_digits_swapped_are_always_found(place: int) -> None:
    for digits in map(digits_of, MADE):
        left, right = digits[place], digits[place + 1]
        if left != right:
            swapped = digits[:place] + right + left + digits[place + 2 :]
            assert number_in(grouped(swapped)) is None, digits


DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u30fc\uff0d\uff70\ufe63"


@pytest.mark.parametrize("dash", [*DASHES, " ", "\u3000", ""])
def test_any_dash_that_a_keyboard_makes_is_read(dash: str) -> None:
    number = MADE[0]
    assert number_in(number.replace("-", dash)) == number


@pytest.mark.parametrize(
    "words",
    [
        "{}",
        "受付番号{}です。",
        "受付番号:{}の状況を教えてください",
        "no. {}!",
        "\n{}\n",
        "042-000-0000 の者です。{} はどうなりましたか",
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_a_number_is_found_within_words_in_either_width(words: str, wide: bool) -> None:
    number = MADE[1]
    typed = number.translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789-"})
    assert number_in(words.format(typed if wide else number)) == number


@pytest.mark.parametrize(
    "words",
    [
        "042-000-0000",
        "0420000000",
        "\uff10\uff14\uff12\uff0d\uff10\uff10\uff10\uff0d\uff10\uff10\uff10\uff10",
        "090-1234-5678",
        "09012345678",
        "0120-000-000",
        "+81 42 000 0000",
        "#9910",
        "110",
        "184-8504",
        "〒184-0004",
        "4111 1111 1111 1111",
        "35.701100, 139.506700",
        "",
        "通報",
        "1234567890",
        "12-345-6789",
    ],
)
def test_telephone_numbers_and_other_figures_are_no_ticket_numbers(words: str) -> None:
    assert number_in(words) is None


@given(st.from_regex(r"\A0[0-9]{2}-[0-9]{3}-[0-9]{4}\Z") | st.from_regex(r"\A0[0-9]{9,10}\Z"))
def test_no_telephone_number_of_ten_or_eleven_digits_is_ever_read(words: str) -> None:
    assert number_in(words) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_well_formed_number_or_none(words: str) -> None:
    found = number_in(words)
    assert found is None or re.fullmatch(r"[0-9]{3}-[0-9]{3}-[0-9]{3}", found)


@given(st.text(alphabet="0123456789٣४-", min_size=9, max_size=12))
def test_digits_of_other_scripts_make_no_strange_number(words: str) -> None:
    found = number_in(words)
    assert found is None or found.isascii()


def mistyped(digits: str, place: int, how: str) -> str:
    """These nine digits with one wrong, two swapped, one missing or one too many."""
    before, after = digits[:place], digits[place + 1 :]
    match how:
        case "wrong":
            return f"{before}{(int(digits[place]) + 1) % 10}{after}"
        case "swapped":
            return f"{digits[:place]}{digits[place + 1]}{digits[place]}{digits[place + 2 :]}"
        case "missing":
            return before + after
    return f"{before}{digits[place]}{digits[place]}{after}"


@given(
    NUMBERS,
    st.integers(0, 7),
    st.sampled_from(["wrong", "swapped", "missing", "doubled"]),
    st.sampled_from(["{}", "受付番号 {} です", "{} はどうなりましたか", "No.{}"]),
    st.booleans(),
)
def test_whatever_was_meant_as_a_number_is_known_as_one(
    number: str, place: int, how: str, words: str, wide: bool
) -> None:
    typed = mistyped(digits_of(number), place, how)
    said = words.format(typed)
    if wide:
        said = said.translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"})
    looks_like_a_day = len(typed) == 8 and typed[:2] in ("19", "20")
    starts_as_a_telephone = len(typed) == 10 and typed[0] == "0"
    if number_in(said) is None and not (looks_like_a_day or starts_as_a_telephone):
        assert digits_of(mistyped_in(said) or "") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "991-611-30",
        "99-611-302",
        "991 611 3020",
        "９９１ー６１１ー３０３",
        "991.611.303",
        "991611303",
    ],
)
def test_a_wrong_number_is_given_back_as_it_was_typed(typed: str) -> None:
    plain = typed.translate({ord("ー"): "-"} | {ord("０") + n: str(n) for n in range(10)})
    found = mistyped_in(typed)
    assert found
    assert digits_of(found) == re.sub(r"\D", "", plain)


def test_a_right_number_is_not_mistyped() -> None:
    assert mistyped_in(f"042-000-0000 の者です。{MADE[0]}") is None


OTHER_DIGITS = [
    "35.100814 139.52291",
    "35.100814,139.52291",
    "35°41'58\" 139°30'11\"",
    "北緯35度41分58秒 東経139度30分11秒",
    "geo:35.10081,139.52291",
    "https://maps.example/?id=991611302",
    "042-387-9845",
    "0423879845",
    "(042)387-9845",
    "090-1234-5678",
    "+81-42-387-9845",
    "2026-11-30",
    "2026年11月30日",
    "20261130",
    "2026/11/30 12:30",
    "184-0004",
    "〒1840004",
    "184-0004 123番地",
    "本町6-6-3",
    "東京都小金井市本町六丁目6番3号",
    "mail991611302@example.jp",
    "1,234,567",
    "電柱 12-34",
]


@pytest.mark.parametrize("words", OTHER_DIGITS)
def test_digits_of_something_else_are_none_of_ours(words: str) -> None:
    assert (number_in(words), mistyped_in(words)) == (None, None)


@given(NUMBERS, st.sampled_from(OTHER_DIGITS))
def test_a_number_beside_other_digits_is_still_read(number: str, other: str) -> None:
    assert number_in(f"{other} の件、{number}") == number

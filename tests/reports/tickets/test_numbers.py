"""A ticket number survives being read aloud, retyped and mistyped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.tickets.numbers import new_number, number_in

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
    assert len(set(MADE)) == len(MADE)
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

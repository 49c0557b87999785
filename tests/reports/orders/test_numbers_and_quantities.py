"""Numbers of a year, and quantities as people type them."""

from datetime import date
from decimal import Decimal

import pytest

from reports.city.fiscal import fiscal_year
from reports.city.quantities import (
    NotAQuantity,
    Quantity,
    amount_of,
    quantity_in,
    quantity_words,
    yen_in,
)
from reports.orders.numbers import file_name, number_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 3, 31), "令和8年度-0012"),
        (date(2026, 4, 1), "令和8年度-0012"),
        (date(2019, 4, 1), "令和元年度-0012"),
        (date(2019, 3, 31), "2018年度-0012"),
    ],
)
def test_a_number_has_the_year_that_began_in_april(day: date, words: str) -> None:
    assert number_words(fiscal_year(day), 12) == words


def test_what_is_not_issued_has_no_number() -> None:
    assert number_words(None, None) == "作成中"
    assert file_name(None, None, 7) == "draft-7"
    assert file_name(2026, 12, 7) == "2026-0012"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12.5", "12.5"), ("１２．５", "12.5"), ("1,200", "1200"), ("0", "0"), (" ", "None")],
)
def test_a_quantity_is_read_in_every_width(typed: str, number: str) -> None:
    assert str(quantity_in(typed)) == number


@pytest.mark.parametrize("typed", ["-1", "1e3", "三", "1.234", "NaN", "Infinity", "9" * 9, "."])
def test_what_is_no_quantity_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAQuantity, match=r"^数量「"):
        quantity_in(typed)


@pytest.mark.parametrize("typed", ["-1", "12.5", "9" * 11, "千円"])
def test_yen_are_whole(typed: str) -> None:
    with pytest.raises(NotAQuantity, match="円の整数"):
        yen_in(typed)
    assert yen_in("¥12,000円") == 12_000


def test_what_is_less_than_a_yen_is_cut_off() -> None:
    assert amount_of(Decimal("3.33"), 1_001) == 3_333
    assert Quantity("舗装補修", "m²", Decimal(2), None, 100).amount is None
    assert quantity_words(Decimal("100.00")) == "100"

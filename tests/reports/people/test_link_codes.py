"""A one-time code is known for what it is, and nothing else is taken for one."""

import pytest

from reports.people.link_codes import ORDER, Typed, made, typed_in


def test_what_is_made_is_read() -> None:
    code = made()
    assert typed_in(code) == Typed(code, ordered=False)
    assert typed_in(f"{ORDER} {code}") == Typed(code, ordered=True)


@pytest.mark.parametrize(
    "words", ["つなぐ KTWM-4827", "つなぐ ktwm4827", "つなぐktwmー4827。", "「つなぐ KTWM 4827」"]
)
def test_it_is_read_however_a_phone_types_it(words: str) -> None:
    assert typed_in(words) == Typed("KTWM-4827", ordered=True)


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("つなぐ KTWM-48", Typed("", ordered=True)),
        ("つなぐ", Typed("", ordered=True)),
        ("LAMP 1234", Typed("LAMP-1234", ordered=False)),
        ("電柱番号 KTWM-4827 の前の穴です", None),
        ("991-611-303", None),
        ("つなぐ" + "A" * 40, None),
    ],
)
def test_words_of_a_report_are_none(words: str, typed: Typed | None) -> None:
    assert typed_in(words) == typed

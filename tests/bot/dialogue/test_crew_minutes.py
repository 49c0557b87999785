"""How long it took, as people write it."""

import pytest

from bot.dialogue.crew_minutes import minutes_in


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("40", 40),
        ("４０分", 40),
        ("90 分です", 90),
        ("1時間", 60),
        ("1時間半", 90),
        ("2時間5分", 125),
        ("0", None),
        ("25時間", None),
        ("1441", None),
        ("40分くらい穴が", None),
        ("穴", None),
        ("", None),
    ],
)
def test_minutes_are_read_and_nothing_else(words: str, minutes: int | None) -> None:
    assert minutes_in(words) == minutes

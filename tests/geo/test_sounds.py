"""Names that sound alike, however they are written."""

import pytest

from geo.sounds import sound


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (["ほんちょう", "ホンチョウ", "ﾎﾝﾁｮｳ", "Honchō", "honcho", "Hon-chou"], "honcho"),
        (["ぬくいみなみちょう 3", "Nukui-minamicho 3"], "nukuiminamicho3"),
        (["しんばし", "Shimbashi", "Shinbashi"], "shinbashi"),
        (["はっちょうぼり", "Hatchobori"], "hatchobori"),
        (["本町", "ほん町", "東京 tokyo", ""], ""),
    ],
)
def test_what_sounds_alike_is_alike(written: list[str], heard: str) -> None:
    assert {sound(each) for each in written} == {heard}

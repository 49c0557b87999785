"""What every page on paper has: letters that some font here can draw, and places to break."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import typst


class NoFont(Exception):
    """No font on this machine can write Japanese; the message says what to install."""


@lru_cache(maxsize=1)
def fonts() -> tuple[typst.Fonts, list[str]]:
    """The system's fonts, and those of their families that can write Japanese, the best first.

    Raises NoFont.
    """
    known = typst.Fonts()
    there = set(known.families())
    families = [family for family in _FAMILIES if family in there]
    if not families:
        raise NoFont(_WHAT_TO_DO)
    return known, families


def clean(told: Any) -> Any:
    """Without what no font can draw and XML cannot hold; pictures in words become 〓."""
    if isinstance(told, str):
        return "".join(filter(None, map(_letter, told)))
    if isinstance(told, Mapping):
        return {name: clean(value) for name, value in told.items()}
    return [clean(value) for value in told] if isinstance(told, list) else told


def breakable(words: str) -> str:
    """With places to break in what would run out of its line."""
    return _UNBREAKABLE.sub(lambda run: run.group() + _MAY_BREAK, words)


_FAMILIES: Final[tuple[str, ...]] = (
    "Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Source Han Sans",
    "Hiragino Kaku Gothic ProN", "Hiragino Sans", "BIZ UDPGothic", "BIZ UDGothic", "Yu Gothic",
    "IPAexGothic", "IPAPGothic", "IPAGothic", "TakaoPGothic", "VL PGothic", "Meiryo", "MS Gothic",
    "Droid Sans Fallback", "Noto Serif CJK JP",
)  # fmt: skip
_WHAT_TO_DO: Final = (
    "PDF の文字を書ける日本語フォントがありません。fonts-noto-cjk を入れてください"
    " / No font here can write Japanese: apt-get install fonts-noto-cjk"
)
_MAY_BREAK: Final = "\u200b"
_UNBREAKABLE: Final = re.compile(r"[^\sぁ-ゖァ-ヺ㐀-鿿]{24}")


def _letter(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter == _MAY_BREAK:
        return letter
    if unicodedata.category(letter)[0] == "C" or "\ufe00" <= letter <= "\ufe0f":
        return ""
    return "〓" if "\U0001f000" <= letter <= "\U0001ffff" else letter

"""Whose road it is, in the words of cities' files; tolerances of road classes. Pure."""

import csv
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from geo.kinds import OWNERS

KNOWN: Final[Mapping[str, str]] = {
    word: owner
    for owner, words in {
        "national": "国道 一般国道 直轄国道 高速自動車国道 国 国土交通省",
        "prefecture": "都道府県道 都道 道道 府道 県道 主要地方道 一般都道府県道 一般都道 一般道道"
        " 一般府道 一般県道 都道府県 都 府 県",
        "city": "市道 町道 村道 区道 市町村道 特別区道 市区町村道 市 町 村 区 市町村",
        "other": "私道 準市道 その他 private",
    }.items()
    for word in [owner, *words.split()]
}
"""Left out on purpose: 補助国道 and 里道 belong to one or another, as the city knows."""


def owner_of(value: str, given: Mapping[str, str]) -> str | None:
    """national, prefecture, city or other; None when neither the mapping nor custom knows."""
    word = plain(value)
    return given.get(word) or KNOWN.get(word)


def plain(value: str) -> str:
    """As values are compared: full and half width are the same, and so are capitals."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


def owner_map(given: Iterable[str]) -> dict[str, str]:
    """From `国道=national,都道=prefecture`. An empty value (`=other`) is that of empty cells.

    A value with a comma stands in double quotes. Raises ValueError naming what cannot be read.
    """
    mapping: dict[str, str] = {}
    for entry in _entries(given):
        value, equals, owner = entry.rpartition("=")
        if not equals or owner.strip() not in OWNERS:
            raise ValueError(f"「{entry}」: 値=管理者 / VALUE={'|'.join(OWNERS)}")
        mapping[plain(value)] = owner.strip()
    return mapping


def tolerances(given: Iterable[str]) -> dict[str, float]:
    """From `幹線=40`, metres for each class. Raises ValueError naming what cannot be read."""
    found: dict[str, float] = {}
    for entry in _entries(given):
        road_class, equals, metres = entry.rpartition("=")
        try:
            number = float(metres)
        except ValueError:
            number = math.nan
        if not equals or not 0 < number < 1000:
            raise ValueError(f"「{entry}」: 種別=メートル / CLASS=METRES")
        found[road_class.strip()] = number
    return found


def _entries(given: Iterable[str]) -> list[str]:
    return [
        cell for row in csv.reader(given, skipinitialspace=True) for cell in row if cell.strip()
    ]

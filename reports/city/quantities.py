"""How much of what: units, quantities as people type them, and what they cost. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Final

UNITS: Final = (
    "m²", "m", "m³", "袋", "本", "枚", "か所", "基", "個", "t", "kg", "L", "台", "人・時間", "時間",
    "回", "式",
)  # fmt: skip
MOST: Final = Decimal("99999999.99")
MOST_YEN: Final = 2_000_000_000
MOST_LINES: Final = 12
"""Of one item."""
LONGEST_WORK: Final = 60


class NotAQuantity(ValueError):
    """The message says in Japanese what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of one work in one unit; `yen`: for one unit. `id`: of its row, 0 for a new one."""

    work: str
    unit: str
    planned: Decimal | None = None
    actual: Decimal | None = None
    yen: int | None = None
    id: int = 0

    @property
    def amount(self) -> int | None:
        """What was done, in yen without tax."""
        return amount_of(self.actual, self.yen)

    @property
    def expected(self) -> int | None:
        """What was planned, in yen without tax."""
        return amount_of(self.planned, self.yen)


def amount_of(quantity: Decimal | None, yen: int | None) -> int | None:
    """Whole yen, what is less than one cut off, as offices do; None where one of both is open."""
    if quantity is None or yen is None:
        return None
    return int((quantity * yen).to_integral_value(ROUND_FLOOR))


def total(amounts: Iterable[int | None]) -> int:
    """Of those that are known."""
    return sum(one for one in amounts if one is not None)


def quantity_in(typed: str) -> Decimal | None:
    """12.5 in whatever width, None where nothing is typed. Raises NotAQuantity."""
    words = _plain(typed)
    if not words:
        return None
    try:
        number = Decimal(words)
    except InvalidOperation:
        number = Decimal(-1)
    if not (_is_number(words) and 0 <= number <= MOST):
        raise NotAQuantity(f"数量「{typed[:20]}」は、0 以上の数で書いてください(例 12.5)。")
    if number != round(number, 2):
        raise NotAQuantity(f"数量「{typed[:20]}」は、小数第2位までで書いてください。")
    return number


def yen_in(typed: str) -> int | None:
    """12,000 in whatever width, None where nothing is typed. Raises NotAQuantity."""
    words = _plain(typed).removesuffix("円").lstrip("¥")
    if not words:
        return None
    if not (words.isascii() and words.isdecimal() and len(words) <= 10) or int(words) > MOST_YEN:
        raise NotAQuantity(f"単価「{typed[:20]}」は、円の整数で書いてください(例 12000)。")
    return int(words)


def unit_in(typed: str) -> str:
    """Raises NotAQuantity."""
    if typed not in UNITS:
        raise NotAQuantity("単位を一覧から選んでください。")
    return typed


def quantity_words(number: Decimal | None) -> str:
    """12.5, 3; "" for None."""
    return "" if number is None else f"{number.normalize():f}"


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().replace(",", "")


def _is_number(words: str) -> bool:
    return words.isascii() and words.replace(".", "", 1).isdecimal()

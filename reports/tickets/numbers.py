"""Ticket numbers: nine digits, readable aloud as 123-456-789, not guessable, checkable. Pure."""

import re
import secrets
import unicodedata
from typing import Final

_DASH: Final = "[-‐‑‒–—―−─ー ]?"
_LOOKS_LIKE_ONE: Final = re.compile(
    rf"(?<!\d)([0-9]{{3}}){_DASH}([0-9]{{3}}){_DASH}([0-9]{{3}})(?!\d)"
)
_AROUND: Final = " \n。、,.:;!?#のはを「」()"
# H. M. Damm, „Total anti-symmetrische Quasigruppen“ (2004): unlike ISO 7064 MOD 11,10 it finds
# every swap of two neighbouring digits, not 98 in 100.
_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def new_number() -> str:
    """Eight random digits and their check digit, as 123-456-786.

    The first is no zero: a phone would underline such a number as one that can be called.
    """
    digits = str(10**7 + secrets.randbelow(9 * 10**7))
    return _grouped(digits + _check_digit(digits))


def number_in(words: str) -> str | None:
    """The first valid ticket number in what somebody typed, in whatever width and with any dash."""
    for groups in _LOOKS_LIKE_ONE.findall(unicodedata.normalize("NFKC", words)):
        digits = "".join(groups)
        if _check_digit(digits[:8]) == digits[8]:
            return _grouped(digits)
    return None


def without_number(words: str) -> str:
    """What else stands there, without the marks and little words around the number."""
    rest = _LOOKS_LIKE_ONE.sub(" ", unicodedata.normalize("NFKC", words))
    return rest.strip(_AROUND)


def _grouped(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _check_digit(digits: str) -> str:
    check = "0"
    for digit in digits:
        check = _DAMM[int(check)][int(digit)]
    return check

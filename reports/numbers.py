"""Ticket numbers: nine digits, readable aloud as 123-456-789, not guessable, checkable. Pure."""

import re
import secrets
import unicodedata
from typing import Final

_LOOKS_LIKE_ONE: Final = re.compile(r"(?<!\d)(\d{3})[-‐‑–—−ー ]?(\d{3})[-‐‑–—−ー ]?(\d{3})(?!\d)")


def new_number() -> str:
    """Eight random digits and the check digit of ISO 7064 MOD 11,10, as 123-456-789."""
    digits = f"{secrets.randbelow(10**8):08d}"
    return _grouped(digits + _check_digit(digits))


def number_in(words: str) -> str | None:
    """The first valid ticket number in what somebody typed, in whatever width and with any dash."""
    for groups in _LOOKS_LIKE_ONE.findall(unicodedata.normalize("NFKC", words)):
        digits = "".join(groups)
        if _check_digit(digits[:8]) == digits[8]:
            return _grouped(digits)
    return None


def _grouped(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _check_digit(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)

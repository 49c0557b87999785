"""Ticket numbers: nine digits, readable aloud as 123-456-789, not guessable, checkable. Pure."""

import re
import secrets
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST: Final = 5_000
"""Letters that are looked at: as many as LINE sends in one message."""
_DASH: Final = "[-‐‑‒–—―−─ー. ]?"
_LOOKS_LIKE_ONE: Final = re.compile(
    rf"(?<!\d)([0-9]{{3}}){_DASH}([0-9]{{3}}){_DASH}([0-9]{{3}})(?!\d)"
)
_MEANT_AS_ONE: Final = re.compile(
    rf"(?<!\d)(?<!\d-)([0-9]{{2,4}}){_DASH}([0-9]{{2,4}}){_DASH}([0-9]{{2,4}})(?!-?\d)"
)
_ONE_OFF: Final = ([3, 3, 3], [2, 3, 3], [3, 3, 4])
_OTHER_DIGITS: Final = re.compile(
    r"""(?x)
    https?://\S+ | geo:\S+ | \S+@\S+
    | (?<![\d.]) \d+ \. \d+ (?![\d.])                                    # a coordinate, a measure
    | \d{1,3} [°º度] \s* \d{1,2} (?: ['′’分] \s* (?: \d{1,2} (?: \.\d+ )? ["″”秒] )? )?
    | \+ \d [\d\ ()-]+ | (?<![\d-]) \(? 0 (?: [-\ ()]? \d ){9,10} (?!-?\d)          # telephone
    | 〒 \s* \d{3} -? \d{4} | (?<!\d)(?<!\d-) \d{3} - \d{4} (?!-?\d)         # postcode
    | (?<!\d) (?:19|20)\d\d [-/.年] \d{1,2} [-/.月] \d{1,2} (?!\d)
    | (?<!\d) (?:19|20)\d\d (?: 0[1-9] | 1[0-2] ) (?: 0[1-9] | [12]\d | 3[01] ) (?!\d)  # a day
    """
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
    for groups in _LOOKS_LIKE_ONE.findall(_without_others(words)):
        digits = "".join(groups)
        if _check_digit(digits[:8]) == digits[8]:
            return _grouped(digits)
    return None


def mistyped_in(words: str) -> str | None:
    """What somebody typed as a ticket number although it is none, with at most a digit more or less
    than one has. Digits of places, telephones, days and postcodes are not meant as one."""
    if number_in(words):
        return None
    for found in _MEANT_AS_ONE.finditer(_without_others(words)):
        groups = found.groups()
        is_one_word = found[0].isdecimal() and 8 <= len(found[0]) <= 10
        if is_one_word or sorted(map(len, groups)) in _ONE_OFF:
            return _grouped(found[0]) if is_one_word else "-".join(groups)
    return None


def without_number(words: str) -> str:
    """What else stands there, without the marks and little words around the number."""
    return _MEANT_AS_ONE.sub(" ", _without_others(words)).strip(_AROUND)


@lru_cache(maxsize=8)
def _without_others(words: str) -> str:
    """With a mark in place of the digits that are none of ours; asked for often of the same."""
    return _OTHER_DIGITS.sub("|", unicodedata.normalize("NFKC", words[:LONGEST]))


def _grouped(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _check_digit(digits: str) -> str:
    check = "0"
    for digit in digits:
        check = _DAMM[int(check)][int(digit)]
    return check

"""The one-time code by which a crew member links their own LINE: made, and found in words. Pure."""

import re
import secrets
import unicodedata
from enum import StrEnum
from typing import Final, NamedTuple

ORDER: Final = "つなぐ"
"""What is sent before the code, so that nobody takes it for words of a report."""
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
_HYPHENS: Final = re.compile("[‐-―−ーｰ]")
_CODE: Final = re.compile(r"([A-Z]{4})[-\s]*([0-9]{4})")
_LONGEST: Final = 40


class Typed(NamedTuple):
    """What somebody typed as a code ("" where it has not the form of one). `ordered`: after the
    word that stands before codes."""

    code: str
    ordered: bool


class Fate(StrEnum):
    """What a code that somebody sent is: it fits, it does not, too many did not, or this LINE
    account is somebody else's already."""

    FITS = "fits"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    TAKEN = "taken"


def made() -> str:
    """Four letters and four digits ("KTWM-4827"), 30 bits, without those taken for others."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(4))
    return f"{letters}-{''.join(secrets.choice(_DIGITS) for _ in range(4))}"


def typed_in(words: str) -> Typed | None:
    """The code that these words are, in any width and case; None where they are none."""
    if len(words) > _LONGEST:
        return None
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", words)).strip(" \n「」。.").upper()
    ordered = plain.startswith(ORDER)
    found = _CODE.fullmatch(plain.removeprefix(ORDER).strip(" \n「」:"))
    if not (ordered or found):
        return None
    return Typed("-".join(found.groups()) if found else "", ordered)

"""A program's key as it is written: `michi_key_`, 32 letters and digits by chance, 6 that prove
them. Whoever looks for secrets in files finds it by the first and knows it by the last. Pure."""

import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "michi_key_"
_LETTERS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BY_CHANCE: Final = 32
_PROOF: Final = 6
PATTERN: Final = rf"{PREFIX}[0-9A-Za-z]{{{_BY_CHANCE + _PROOF}}}"
"""For tools that look for secrets."""
_OLD: Final = re.compile(r"michi_[\w-]{43}", re.ASCII)
"""As `michi api-token` made them before 0.14.0, without proof."""


def new() -> str:
    """190 bits of chance."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_BY_CHANCE))
    return f"{PREFIX}{body}{_proof(body)}"


def is_one(words: str) -> bool:
    """Whether it can be a key of ours: one that was cut off or typed wrongly is not."""
    if re.fullmatch(PATTERN, words):
        body = words.removeprefix(PREFIX)
        return _proof(body[:_BY_CHANCE]) == body[_BY_CHANCE:]
    return bool(_OLD.fullmatch(words))


def _proof(body: str) -> str:
    """CRC-32 of it to the base of 62."""
    left, digits = zlib.crc32(body.encode()), ""
    for _ in range(_PROOF):
        left, one = divmod(left, len(_LETTERS))
        digits = _LETTERS[one] + digits
    return digits

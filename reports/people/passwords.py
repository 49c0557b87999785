"""What may be a new password: long, none that others would guess, of any letters.

After NIST SP 800-63B-4, 3.1.1: no rules of composition, no forced change. What is common is known
from the lists of zxcvbn, and what is made of them: repeated, in a row, with a year behind.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 200
"""Letters."""
_LOOKED_AT: Final = 72
_FEW_GUESSES: Final = 10**6
"""What is found in fewer is found by who may try for weeks."""


class Weak(Enum):
    """Why a password is refused: in the words of people, and of those at a terminal."""

    SHORT = (
        f"パスワードは {SHORTEST} 文字以上にしてください。長い文なら、覚えやすく安全です。",
        f"a password needs at least {SHORTEST} characters",
    )
    LONG = (
        f"パスワードは {LONGEST} 文字以内にしてください。",
        f"a password has at most {LONGEST} characters",
    )
    COMMON = (
        "よく使われていて、推測されやすいパスワードです。別の言葉を足すか、別のものにしてください。",
        "this password is common, or easily guessed from common ones",
    )
    NAMES = (
        "名前や市の名前だけでできたパスワードは使えません。別のものにしてください。",
        "a password must not be made of the person's or the city's name",
    )

    @property
    def sentence(self) -> str:
        return self.value[0]

    @property
    def english(self) -> str:
        return self.value[1]


def composed(password: str) -> str:
    """The same whatever keyboard it was typed on (SP 800-63B-4, 3.1.1.2; RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", password)


def weakness(password: str, names: Sequence[str]) -> Weak | None:
    """Why this may be nobody's new password; None where it may. `names`: of the person, the city
    and the like."""
    letters = composed(password)
    if len(letters) < SHORTEST:
        return Weak.SHORT
    if len(letters) > LONGEST:
        return Weak.LONG
    if _is_of_names(_plain(letters), names):
        return Weak.NAMES
    return Weak.COMMON if _is_common(letters) else None


def _is_common(password: str) -> bool:
    from zxcvbn import zxcvbn  # 30,000 passwords: read only where somebody sets one

    ways = dict.fromkeys((password[:_LOOKED_AT], _plain(password)[:_LOOKED_AT]))
    return any(zxcvbn(way)["guesses"] < _FEW_GUESSES for way in ways)


def _is_of_names(plain: str, names: Sequence[str]) -> bool:
    """Whether nothing is left of it but digits and signs, once the names are taken out."""
    words = {word for name in names for word in (_plain(name), *_plain(name).split())}
    left = plain
    for word in sorted((word for word in words if len(word) > 1), key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain and not _LETTERS.search(left)


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip().casefold()


_LETTERS: Final = re.compile(r"[^\W\d_]")

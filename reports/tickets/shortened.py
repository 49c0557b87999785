"""Whether words for the public are a resident's own, with something left out or covered. Pure."""

import unicodedata
from typing import Final

COVERS: Final = "●■…"
"""What stands in place of what is left out."""


def plain(words: str) -> str:
    """As they are kept: no control characters but new lines, no blanks around."""
    kept = "".join(
        one
        for one in words.replace("\r\n", "\n")
        if one == "\n" or unicodedata.category(one) != "Cc"
    )
    return kept.strip()


def is_taken_from(words: str, said: str) -> bool:
    """Whether nothing was put into their mouth: each sign of it stands in what they said, in the
    same order. Blanks and COVERS do not count."""
    ahead = iter(_signs(said))
    return all(one in ahead for one in _signs(words))


def _signs(words: str) -> list[str]:
    return [one for one in words if not one.isspace() and one not in COVERS]

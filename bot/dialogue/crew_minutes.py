"""How long somebody worked, as they write it in LINE. Pure."""

import re
import unicodedata
from typing import Final

OFFERED: Final = (15, 30, 45, 60, 90, 120)
"""In minutes; any other may be typed."""
_MOST: Final = 24 * 60
_HOURS: Final = re.compile(r"(\d{1,2})(?:時間|h)(?:(半)|(\d{1,2})(?:分|m|min)?)?")
_MINUTES: Final = re.compile(r"(\d{1,4})(?:分|m|min|minutes)?")


def minutes_in(words: str) -> int | None:
    """40, 40分, 1時間半 or 1時間20分; None for anything else."""
    said = unicodedata.normalize("NFKC", words).lower().replace(" ", "").removesuffix("です")
    if hours := _HOURS.fullmatch(said):
        minutes = int(hours[1]) * 60 + (30 if hours[2] else int(hours[3] or 0))
    elif only := _MINUTES.fullmatch(said):
        minutes = int(only[1])
    else:
        return None
    return minutes if 0 < minutes <= _MOST else None

"""Which browser somebody has, in words, from what it calls itself. Pure."""

import re
from typing import Final

UNKNOWN: Final = "不明な端末"
_BROWSERS: Final = (
    (r"\bLine/", "LINE"),
    (r"\bEdg(?:A|iOS)?/", "Edge"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bOPR/", "Opera"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"\b(?:HeadlessChrome|Chrome|CriOS)/", "Chrome"),
    (r"\bVersion/[\d.]+ .*Safari/", "Safari"),
)
_SYSTEMS: Final = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b.*\bMobile\b", "Androidのスマートフォン"),
    (r"\bAndroid\b", "Androidのタブレット"),
    (r"\bCrOS\b", "Chromebook"),
    (r"\bWindows\b", "Windowsのパソコン"),
    (r"\bMacintosh\b", "Macのパソコン"),
    (r"\bLinux\b|\bX11\b", "Linuxのパソコン"),
)
_LONGEST: Final = 500


def in_words(agent: str) -> str:
    """「Windowsのパソコン・Edge」 of a User-Agent header; the first that fits, for they name each
    other."""
    parts = [_first(table, agent[:_LONGEST]) for table in (_SYSTEMS, _BROWSERS)]
    return "・".join(filter(None, parts)) or UNKNOWN


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for pattern, words in table if re.search(pattern, agent)), "")

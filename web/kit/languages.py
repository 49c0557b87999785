"""Which languages a page can be read in: their names, their order, and what a browser asks for.

Pure.
"""

import re
from collections.abc import Iterable
from typing import Final

# each in its own words; any other is shown by its key
NAMES: Final = {
    "ja": "日本語",
    "easy_ja": "やさしい日本語",
    "en": "English",
    "zh": "中文",
    "zh_tw": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "ne": "नेपाली",
    "tl": "Filipino",
    "id": "Bahasa Indonesia",
    "th": "ไทย",
    "my": "မြန်မာ",
    "pt": "Português",
    "es": "Español",
    "fr": "Français",
}
_FIRST: Final = ("ja", "easy_ja", "en")
_ASKED: Final = re.compile(r"([a-zA-Z]{1,8})[\w-]{0,40}(?:\s{0,3};\s{0,3}q=([01](?:\.\d{0,3})?))?")


def ordered(languages: Iterable[str]) -> list[str]:
    """Japanese first, then easy Japanese, English, and the others by their keys."""
    return sorted(languages, key=lambda one: (one not in _FIRST, _place(one), one))


def preferred(accept: str, offered: Iterable[str]) -> str | None:
    """The offered language that an Accept-Language header (RFC 9110) likes best; else the first."""
    known = ordered(offered)
    for wanted in _wishes(accept):
        for language in known:
            if tag(language).partition("-")[0] == wanted:
                return language
    return known[0] if known else None


def tag(language: str) -> str:
    """For the `lang` attribute (BCP 47): easy_ja is Japanese, zh_tw is zh-tw."""
    return "ja" if language == "easy_ja" else language.replace("_", "-")


def name(language: str) -> str:
    """What its readers call it."""
    return NAMES.get(language, language)


SPOKEN: Final = {key: name for key, name in NAMES.items() if tag(key) == key} | {
    "other": "日本語以外すべて"
}
"""What a report may be asked for by: those of one tag."""


def _place(language: str) -> int:
    return _FIRST.index(language) if language in _FIRST else len(_FIRST)


def _wishes(accept: str) -> list[str]:
    """Primary subtags, the most wanted first; what is refused (q=0) is left out."""
    asked = [(-float(q or 1), wanted.lower()) for wanted, q in _ASKED.findall(accept[:1000])]
    return [wanted for weight, wanted in sorted(asked, key=lambda pair: pair[0]) if weight]

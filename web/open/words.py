"""What public pages say, in the language that somebody reads. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from web.kit import languages
from web.open.said import LANGUAGES, SAID

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Words:
    """Of one language: `words.go`, `words("found", count=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.tag = languages.tag(language)
        self._at = LANGUAGES.index(language)

    def __call__(self, name: str, /, **facts: object) -> str:
        """With what stands in its braces. Raises KeyError."""
        return self.plain(name).format(**facts)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in SAID:
            raise AttributeError(name)
        return SAID[name][self._at]

    def plain(self, name: str) -> str:
        """With its braces. Raises KeyError."""
        return SAID[name][self._at]

    def many(self, name: str, count: int, /, **facts: object) -> str:
        """Of so many: English has a sentence of its own for one."""
        if count == 1 and f"{name}_one" in SAID:
            return self(f"{name}_one", **facts)
        return self(name, **facts)

    def day(self, moment: date | datetime, today: date | None = None) -> str:
        """11月21日, 21 November; with the year where it is not `today`'s. `moment` is local."""
        is_now = today is not None and moment.year == today.year
        if self.language == "en":
            return f"{moment.day} {_MONTHS[moment.month - 1]}{'' if is_now else f' {moment.year}'}"
        return f"{'' if is_now else f'{moment.year}年'}{moment.month}月{moment.day}日"

    def month_of(self, day: date, today: date | None = None) -> str:
        """2026年11月, November 2026; without the year where it is `today`'s."""
        is_now = today is not None and day.year == today.year
        if self.language == "en":
            return f"{_MONTHS[day.month - 1]}{'' if is_now else f' {day.year}'}"
        return f"{'' if is_now else f'{day.year}年'}{day.month}月"

    def line(self, told: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
        """One line of what happened, as of `reports.published.lines`; `kinds`: names by key."""
        what = str(told["what"])
        if what == "moved":
            name = f"was_{told.get('to_status')}"
            return self(name if name in SAID else "was_other")
        if what == "recategorised":
            before, to = (str(told.get(name) or "") for name in ("before", "to"))
            if before and to:
                return self(what, before=kinds.get(before, before), to=kinds.get(to, to))
            return self("was_recategorised")
        return self(what if what in SAID else "was_other")


_WORDS: Final = {language: Words(language) for language in LANGUAGES}


def words_in(language: str, accept: str = "") -> Words:
    """In this language, or else in the one that a browser asks for (Accept-Language)."""
    if language not in _WORDS:
        language = languages.preferred(accept, LANGUAGES) or LANGUAGES[0]
    return _WORDS[language]

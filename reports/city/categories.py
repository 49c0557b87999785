"""The city's own categories of road problems, as values. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """Names by language (ja, easy_ja, en), business days to the deadline, hint words.

    `urgent_deadline_days`: those of a ticket that is urgent. `retired`: offered to nobody any
    more; old tickets keep it.
    """

    key: str
    names: Mapping[str, str]
    icon: str
    department: str
    deadline_days: int
    urgent: bool
    radius_m: float
    hints: tuple[str, ...]
    urgent_deadline_days: int
    retired: bool = False

    def days(self, *, urgent: bool) -> int:
        """Business days to the deadline."""
        return self.urgent_deadline_days if urgent else self.deadline_days

    def name(self, language: str) -> str:
        """In this language; where it has none, Japanese for やさしい日本語, English for others."""
        nearest = "ja" if language.endswith("ja") else "en"
        return self.names.get(language) or self.names.get(nearest) or self.names["ja"]


def category_from(facts: Mapping[str, Any]) -> Category:
    """From one entry of categories.toml. Raises KeyError naming what is missing."""
    return Category(
        key=facts["key"],
        names=dict(facts["names"]),
        icon=facts["icon"],
        department=facts["department"],
        deadline_days=int(facts["deadline_days"]),
        urgent=bool(facts.get("urgent", False)),
        radius_m=float(facts.get("radius_m", 30)),
        hints=tuple(facts.get("hints", ())),
        urgent_deadline_days=int(facts.get("urgent_deadline_days", facts["deadline_days"])),
        retired=bool(facts.get("retired", False)),
    )


def called(words: str, categories: Iterable[Category]) -> Category | None:
    """The category of which these words are the name and nothing more, in any language."""
    said = bare(words)
    for category in categories:
        names = category.names.values()
        if said in {bare for name in names for bare in _shown(category.icon, name)}:
            return category
    return None


def named_in(words: str, categories: Iterable[Category]) -> Category | None:
    """The category whose name or longest hint word stands in these words, if any."""
    lowered = words.casefold()
    found = [
        (len(hint), -place, category)
        for place, category in enumerate(categories)
        for hint in (*category.names.values(), *category.hints)
        if hint.casefold() in lowered
    ]
    return max(found, key=lambda hit: hit[:2])[2] if found else None


@lru_cache(maxsize=2_000)
def _shown(icon: str, name: str) -> tuple[str, str]:
    return bare(name), bare(icon + name)


def bare(words: str) -> str:
    """Letters in one form, without spaces and what ends a sentence."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(plain.split()).rstrip("。.!")

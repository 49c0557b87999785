"""The city's own categories of road problems, as values. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from reports.city.hints import Hint, best_of, hint_from

USUAL_WEIGHTS: Final[Mapping[str, float]] = {
    "pothole": 3.0,
    "sidewalk": 2.0,
    "drain": 2.0,
    "debris": 0.0,
    "animal": 0.0,
    "streetlight": 0.0,
    "tree": 0.5,
    "other": 0.5,
}
"""Of kinds of these keys, where the city says nothing: what tells of the pavement counts most."""


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """Names by language (ja, easy_ja, en), business days to the deadline, hints.

    Each is itself alone, so that what is worked out for it is found at once.

    `urgent_deadline_days`: those of a ticket that is urgent. `retired`: offered to nobody any
    more; old tickets keep it. `weight`: how much a report counts where sections of roads are
    compared. `again_m`: within so many metres of a repair it is the same place again.
    `keep_years`: how long its tickets are kept, in fiscal years; 0 is for ever, None as the
    city says.
    """

    key: str
    names: Mapping[str, str]
    icon: str
    department: str
    deadline_days: int
    urgent: bool
    radius_m: float
    hints: tuple[Hint, ...]
    urgent_deadline_days: int
    retired: bool = False
    weight: float = 1.0
    again_m: float = 30.0
    keep_years: int | None = None

    def days(self, *, urgent: bool) -> int:
        """Business days to the deadline."""
        return self.urgent_deadline_days if urgent else self.deadline_days

    def name(self, language: str) -> str:
        """In this language; where it has none, Japanese for やさしい日本語, English for others."""
        nearest = "ja" if language.endswith("ja") else "en"
        return self.names.get(language) or self.names.get(nearest) or self.names["ja"]


def category_from(facts: Mapping[str, Any]) -> Category:
    """From one entry of categories.toml. Raises KeyError naming what is missing."""
    but_not = tuple(facts.get("but_not", ()))
    return Category(
        key=facts["key"],
        names=dict(facts["names"]),
        icon=facts["icon"],
        department=facts["department"],
        deadline_days=int(facts["deadline_days"]),
        urgent=bool(facts.get("urgent", False)),
        radius_m=float(facts.get("radius_m", 30)),
        hints=tuple(hint_from(hint, but_not) for hint in facts.get("hints", ())),
        urgent_deadline_days=int(facts.get("urgent_deadline_days", facts["deadline_days"])),
        retired=bool(facts.get("retired", False)),
        weight=float(facts.get("weight", USUAL_WEIGHTS.get(facts["key"], 1.0))),
        again_m=float(facts.get("again_m", facts.get("radius_m", 30))),
        keep_years=facts.get("keep_years"),
    )


def called(words: str, categories: Iterable[Category]) -> Category | None:
    """The category of which these words are the name and nothing more, in any language."""
    said = bare(words)
    return next((category for category in categories if said in _shown(category)), None)


def named_in(words: str, categories: Iterable[Category]) -> Category | None:
    """The category that these words name best by its names and hints, if any."""
    listed = list(categories)
    place = best_of(words, tuple(map(_hints_of, listed)))
    return None if place is None else listed[place]


@lru_cache(maxsize=200)
def _hints_of(category: Category) -> tuple[Hint, ...]:
    return (Hint(tuple(category.names.values())), *category.hints)


@lru_cache(maxsize=200)
def _shown(category: Category) -> frozenset[str]:
    """As it stands on buttons, in all languages, with its picture and without."""
    names = category.names.values()
    return frozenset(bare(shown) for name in names for shown in (name, category.icon + name))


def bare(words: str) -> str:
    """Letters in one form, without spaces and what ends a sentence."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(plain.split()).rstrip("。.!")

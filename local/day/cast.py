"""One scripted day in the sample city: who reports what, where, in which order and language."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from local.day.sample_map import Spot, beside, categories, far_apart, is_apart, just_outside, spots
from local.day.snapshots import Picture

ORDERS: Final = tuple(itertools.permutations(("photo", "place", "category")))
SIZES: Final = ((640, 480), (1600, 1200), (1200, 1600), (3024, 4032), (2048, 1152))
ALONE: Final = 30
BEYOND_M: Final = 8.0
"""Within what a phone may be wrong."""
APART_M: Final = 100.0
"""Farther than any category's radius, so that nobody is asked whether it is the same hole."""
OUTSIDE: Final[tuple[tuple[Spot, str], ...]] = (
    ((139.4600, 35.7000), "国分寺市"),
    ((139.5600, 35.7050), "武蔵野市"),
    ((139.4900, 35.6650), "府中市"),
)
NAMING_WORDS: Final = {
    ("pothole", "ja"): "公園の前の道に穴があいています",
    ("mirror", "ja"): "カーブミラーが割れています",
    ("streetlight", "en"): "The street light has been out since Monday",
    ("drain", "easy_ja"): "マンホールの ふたが こわれて います",
    ("guardrail", "en"): "The guardrail is bent",
    ("sidewalk", "ja"): "歩道のタイルがはがれています",
}
"""Each names its category by one of the city's hint words, and no danger."""
OTHER_WORDS: Final = {"ja": "山田の家の前です", "en": "In front of the house of the Yamadas"}
"""They name no category and no town, and somebody's name."""


@dataclass(frozen=True)
class Story:
    """One resident's report. `hasty`: does not wait for answers. `lost`: no photo can be kept.

    `outside` names the neighbour for places beyond the city, where no ticket may come of it.
    `inside`: the spot on the city's road for a place beside it, beyond the border. `writes_place`:
    as figures instead of a pin. `words` are said where `order` has "words".
    """

    number: int
    language: str
    spot: Spot
    owner: str
    category: str
    order: tuple[str, ...]
    pictures: tuple[Picture, ...] = field(default_factory=lambda: (Picture(),))
    words: str = ""
    hasty: bool = False
    place_by_photo: bool = False
    lost: str | None = None
    outside: str | None = None
    inside: Spot | None = None
    writes_place: bool = False

    @property
    def name(self) -> str:
        return f"住民 {self.number:02d}"


@dataclass(frozen=True)
class Cast:
    """The residents of one tale, whose name is `kind`."""

    kind: str
    stories: tuple[Story, ...]


_TOGETHER: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("repair", "guardrail", ("ja", "en")),
    ("repair", "sidewalk", ("easy_ja", "ja")),
    ("same_hole", "pothole", ("ja", "ja", "ja")),
    ("same_hole", "drain", ("en", "easy_ja", "en")),
    ("taken_back_later", "pothole", ("ja",)),
    ("taken_back_later", "sidewalk", ("en",)),
    ("question", "drain", ("ja",)),
    ("question", "sign", ("en",)),
    ("withdrawal", "mirror", ("ja",)),
    ("withdrawal", "streetlight", ("easy_ja",)),
    ("taken_back_at_once", "mirror", ("ja",)),
    ("taken_back_at_once", "animal", ("en",)),
    ("more_about_it", "pothole", ("ja",)),
    ("more_about_it", "sign", ("easy_ja",)),
    ("corrected_pin", "sidewalk", ("en",)),
    ("quoted_card", "drain", ("ja",)),
)
"""Tales that go on after the ticket, or have several people in them: the longest first."""


def casts(seed: int = 7) -> list[Cast]:
    """Everybody of the day: those who belong together first, then those who report alone."""
    ground = _Ground(random.Random(seed))
    together, number = [], 101
    for kind, category, languages in _TOGETHER:
        stories = tuple(_neighbours(kind, category, languages, ground.of("city"), number))
        together.append(Cast(kind, stories))
        number += 10
    alone = _alone(ground, seed)
    others = [*alone, *(story for cast in together for story in cast.stories)]
    together.append(Cast("on_the_border", (_beyond_the_border(number, others),)))
    return [*together, *(Cast("alone", (story,)) for story in alone)]


def stories(seed: int = 7) -> list[Story]:
    """Those who report alone: every order, size and orientation; both owners; some go wrong."""
    return [cast.stories[0] for cast in casts(seed) if cast.kind == "alone"]


class _Ground:
    """Spots in the city that are far from each other, each given once."""

    def __init__(self, chance: random.Random) -> None:
        self._left = {owner: _shuffled(spots(owner), chance) for owner in ("city", "prefecture")}

    def of(self, owner: str) -> Spot:
        return next(self._left[owner])


def _shuffled(found: Iterable[Spot], chance: random.Random) -> Iterator[Spot]:
    some = list(found)
    chance.shuffle(some)
    return far_apart(some, APART_M)


def _neighbours(
    kind: str, category: str, languages: Iterable[str], spot: Spot, number: int
) -> Iterator[Story]:
    """The first reports a hole; the others stand some metres off."""
    for place, language in enumerate(languages):
        words, order = _in_words(kind, category, language, place)
        where = beside(spot, 5.0 * place)
        yield Story(number + place, language, where, "city", category, order, words=words)


def _beyond_the_border(number: int, others: Iterable[Story]) -> Story:
    taken = [story.spot for story in others]
    beyond = just_outside("city", BEYOND_M)
    outside, inside = next(two for two in beyond if is_apart(two[0], taken, APART_M))
    return Story(number, "ja", outside, "city", "pothole", ORDERS[0], inside=inside)


def _in_words(kind: str, category: str, language: str, place: int) -> tuple[str, tuple[str, ...]]:
    """What is said, and when: the second one names the category so, and taps nothing."""
    if place == 1:
        return NAMING_WORDS[category, language], ("photo", "words", "place")
    if kind == "taken_back_later":
        return OTHER_WORDS[language], ("photo", "words", "place", "category")
    return "", ("photo", "place", "category")


def _alone(ground: _Ground, seed: int) -> list[Story]:
    keys = list(categories())
    day = []
    for number in range(1, ALONE + 1):
        owner = "prefecture" if number % 4 == 0 else "city"
        turns = {"order": ORDERS[number % len(ORDERS)]} | _turns(number)
        category = keys[number % len(keys)]
        day.append(Story(number, _language(number), ground.of(owner), owner, category, **turns))
    for (category, language), words in NAMING_WORDS.items():
        steps = ORDERS[len(day) % len(ORDERS)]
        order = tuple("words" if step == "category" else step for step in steps)
        spot = ground.of("city")
        day.append(Story(len(day) + 1, language, spot, "city", category, order, words=words))
    for spot, neighbour in OUTSIDE:
        day.append(Story(len(day) + 1, "ja", spot, "", keys[0], ORDERS[0], outside=neighbour))
    random.Random(seed).shuffle(day)
    return day


def _language(number: int) -> str:
    return {0: "en", 5: "en", 6: "easy_ja"}.get(number % 10, "ja")


def _turns(number: int) -> dict[str, Any]:
    """What is special about the report of this number."""
    if number % 9 == 0:
        pictures = tuple(Picture(SIZES[(number + i) % len(SIZES)]) for i in range(3))
        return {"pictures": pictures}
    if number in (7, 19, 28):
        return {
            "pictures": (Picture(with_place=True),),
            "place_by_photo": True,
            "order": ("photo", "place", "category"),
        }
    if number in (8, 22):
        return {"writes_place": True}
    if number in (11, 23):
        return {"lost": {11: "404", 23: "not_image"}[number]}
    picture = Picture(SIZES[number % len(SIZES)], 1 + number % 8, with_place=number % 6 == 0)
    return {"pictures": (picture,), "hasty": number % 7 == 3}

"""The people of the scripted day: each meets only whom they should, and says what is meant."""

import math
import tomllib

import pytest

from bot.wording import is_urgent
from local.day.cast import NAMING_WORDS, OTHER_WORDS, casts
from local.day.check import TALES
from local.day.sample_map import FOLDER, METRES_PER_DEGREE, Spot
from local.day.spoken import is_in
from reports.city.categories import category_from, named_in

CATEGORIES = [
    category_from(entry)
    for entry in tomllib.loads((FOLDER / "categories.toml").read_text("utf-8"))["categories"]
]


def metres(one: Spot, other: Spot) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE


def test_only_people_of_one_tale_report_within_a_radius_of_each_other() -> None:
    widest = max(category.radius_m for category in CATEGORIES)
    day = casts()
    for place, cast in enumerate(day):
        strangers = [story for other in day[place + 1 :] for story in other.stories]
        for story in cast.stories:
            assert all(metres(story.spot, other.spot) > widest for other in strangers)


def test_people_of_one_tale_report_the_same_hole() -> None:
    radius = {category.key: category.radius_m for category in CATEGORIES}
    for cast in casts():
        first, *others = cast.stories
        assert all(metres(first.spot, one.spot) < radius[first.category] for one in others)
        assert {one.category for one in cast.stories} == {first.category}


def test_every_kind_of_tale_is_played_by_as_many_as_it_has_parts() -> None:
    day = casts()
    assert {cast.kind for cast in day} == set(TALES)
    assert all(len(cast.stories) == len(TALES[cast.kind].parts) for cast in day)


def test_the_day_is_the_same_every_time_and_everybody_has_a_number_of_their_own() -> None:
    numbers = [story.number for cast in casts() for story in cast.stories]
    assert casts() == casts()
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("meant", "words"), NAMING_WORDS.items())
def test_words_name_the_category_that_is_meant_and_no_danger(
    meant: tuple[str, str], words: str
) -> None:
    named = named_in(words, CATEGORIES)
    assert named is not None
    assert named.key == meant[0]
    assert not is_urgent(words)


@pytest.mark.parametrize("words", OTHER_WORDS.values())
def test_other_words_name_no_category_and_no_danger(words: str) -> None:
    assert named_in(words, CATEGORIES) is None
    assert not is_urgent(words)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "✓ 写真 1枚\n場所を送ってください。"),
        (
            "ja",
            "受け付けました 受付番号 123-456-782 その他 受付\nJPEG などの写真を送ってください。",
        ),
        ("easy_ja", "✓ 写真 1枚\n場所を おくってください。"),
        ("en", "✓ Photos: 1\nPlease send the place near Honcho 6-chome."),
    ],
)
def test_the_language_of_an_answer_is_told_by_its_letters(language: str, said: str) -> None:
    assert [known for known in ("ja", "easy_ja", "en") if is_in(known, said)] == [language]


def test_one_english_sentence_in_a_japanese_answer_is_seen() -> None:
    assert not is_in("ja", "✓ 写真 1枚\nPlease send the place.")

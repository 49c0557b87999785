"""How long what is personal is kept: read, checked, and reckoned back from a moment."""

from datetime import UTC, datetime

import pytest

from reports.city import files, periods
from reports.city.periods import PERIODS, begin, checked, months_before
from reports.city.toml_file import TomlFile
from reports.privacy import words
from workers.privacy import STEPS

LAST_OF_MARCH = datetime(2026, 3, 31, 12, tzinfo=UTC)
CITY = {
    "name": "市", "name_en": "City", "centre": {"lon": 139.5, "lat": 35.7},
    "phones": {"police": "110", "road_emergency": "#9910", "road_line": "042-000-0000"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("months", "then"), [(1, (2026, 2, 28)), (12, (2025, 3, 31)), (37, (2023, 2, 28))]
)
def test_so_many_months_ago_is_the_same_day_or_the_months_last(
    months: int, then: tuple[int, int, int]
) -> None:
    assert months_before(LAST_OF_MARCH, months) == datetime(*then, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        {"inbox_days": 31}, {"inbox_days": 0}, {"nothing_days": 3}, {"words_months": 24},
        {"originals_months": 24}, {"exif_places_months": 3}, {"people_months": 6},
    ],
)  # fmt: skip
def test_a_file_says_what_cannot_be(said: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=" / "):
        checked(said)
    _, faults = files.checked_city(TomlFile("", "", CITY | {"keep": said}))
    assert [fault.path for fault in faults] == [("keep",)]


def test_what_a_file_says_is_kept_and_the_rest_is_as_usual() -> None:
    city, faults = files.checked_city(TomlFile("", "", CITY | {"keep": {"inbox_days": 7}}))
    assert (faults, city["keep"]) == ([], {"inbox_days": 7})
    assert begin(city["keep"], "inbox_days", LAST_OF_MARCH).day == 24
    assert begin({}, "drafts_hours", LAST_OF_MARCH) == datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert "keep" not in files.checked_city(TomlFile("", "", dict(CITY)))[0]
    assert all(one.least <= one.usual <= one.most for one in PERIODS.values())


def test_every_step_and_every_period_has_its_words() -> None:
    assert {step.key: step.period for step in STEPS} == words.PERIOD_OF
    assert set(words.HELD) == {step.key for step in STEPS}
    assert {step.period for step in STEPS} | set(words.OTHER_PERIODS) == set(PERIODS)
    assert words.length_words("words_months", 24) == "2年"
    assert words.length_words("inbox_days", 7) == "7日"
    assert periods.length({"inbox_days": 7}, "inbox_days") == 7

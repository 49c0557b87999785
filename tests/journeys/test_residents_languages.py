"""Each language from the first photo to the repair, in its own words and no others."""

import re

import pytest
from neighbours import Neighbour, Office, Town, jpeg, quiet_spot, repaired, until

from local.day.sample_map import categories
from local.day.spoken import is_in, words

TICKET = "SELECT department_id FROM tickets WHERE number = %s"


@pytest.mark.long
@pytest.mark.parametrize("language", ["ja", "easy_ja", "en"])
def test_a_whole_report_is_talked_about_in_ones_language(
    language: str, town: Town, crew: Office
) -> None:
    profile = "en" if language == "en" else "ja"
    person = town.somebody("Sam", profile)
    if language == "easy_ja":
        assert words(language, "language") in person.answered(lambda: person.says("やさしい"))
    kind = categories()["pothole"][language]
    assert words(language, "ask.place") in person.answered(lambda: person.sends_photos(jpeg()))
    person.answered(lambda: person.sends_place(*quiet_spot()))
    card = person.answered(lambda: person.taps(kind))
    assert words(language, "card.received") in card
    number = person.number()
    until(lambda: town.rows(TICKET, number)[0]["department_id"])
    state = person.answered(lambda: person.taps(words(language, "button.status")))
    assert words(language, "status.received") in state
    mended = person.answered(lambda: crew.move(number, "fixed", photo=repaired()))
    assert words(language, "status.fixed") in mended
    rated = person.answered(lambda: person.taps(words(language, "button.mended")))
    assert words(language, "rate.question", number=number) in rated
    alone(language, person)


def alone(language: str, person: Neighbour) -> None:
    """Nothing was said in another language; what staff and crews write themselves is in theirs."""
    own = [said for said in person.words() if "ありがとうございます" not in said]
    assert all(is_in(language, said) for said in own if re.search(r"[a-zぁ-ん]", said))


@pytest.mark.long
def test_whoever_changes_the_language_after_the_ticket_reads_it_again(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports()
    told = haruka.answered(lambda: haruka.says("English"), 2)
    assert words("en", "card.now") in told
    assert number in told
    assert words("en", "status.received") in told


@pytest.mark.long
def test_staffs_templates_are_read_in_ones_language_and_other_words_say_that_they_are_japanese(
    town: Town, alex: Neighbour, staff: Office
) -> None:
    number = alex.reports_at_once(spoken="pothole")
    asked = alex.answered(lambda: staff.ask(number, "いつごろからですか。"))
    assert "Since when has it been so?" in asked
    assert words("en", "card.in_japanese") not in asked
    asked = alex.answered(lambda: staff.ask(number, "電柱の番号は何番ですか。"))
    assert words("en", "card.in_japanese") in asked


@pytest.mark.long
def test_a_language_is_changed_at_any_time_and_stays(town: Town, alex: Neighbour) -> None:
    alex.answered(lambda: alex.sends_place(*quiet_spot()))
    for asked, language in (("日本語", "ja"), ("やさしい", "easy_ja"), ("English", "en")):
        said = alex.answered(lambda asked=asked: alex.says(asked), 2)
        assert words(language, "language") in said
        assert words(language, "ask.photo") in said
        shown = alex.answered(lambda: alex.does("sticker"), 2)
        assert words(language, "ask.photo") in shown


@pytest.mark.long
def test_a_profile_that_cannot_be_seen_is_spoken_to_in_japanese_and_can_change_it(
    town: Town,
) -> None:
    person = town.somebody("?", None, profile="404")
    assert words("ja", "ask.photo") in person.answered(lambda: person.says("穴"))
    person.answered(lambda: person.says("English"))
    assert words("en", "ask.place") in person.answered(lambda: person.sends_photos(jpeg()))
    person.answered(lambda: person.sends_place(*quiet_spot()))
    assert words("en", "card.received") in person.reads()

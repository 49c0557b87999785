"""What stands on a button below the last answer can be typed: LINE on a PC shows no such button."""

from typing import Any

import pytest
from townsfolk import STAFF, button, draft, hear, photo, place, rows, said, value, words

from bot.wording import languages, wording
from reports.actions.move import move
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
ERASE = "わたしのデータを消して"


@pytest.fixture(params=languages())
def label(request: pytest.FixtureRequest) -> Any:
    """The words of a button, in one language after the other."""
    language = wording(request.param)
    return lambda key: words(language(key))


def filed(spoken: str = "穴") -> int:
    hear(photo(), place(), words(spoken))
    ticket: int = value("SELECT max(id) FROM tickets")
    return ticket


def fix(ticket: int) -> None:
    with transaction() as db:
        move(db, ticket, Status.FIXED, STAFF)


def status() -> str:
    return str(value("SELECT status FROM tickets ORDER BY id DESC LIMIT 1"))


def test_who_is_asked_whether_to_erase_everything_can_write_it(label: Any) -> None:
    filed()
    hear(words(ERASE), label("button.keep"))
    assert said()[-1] == ["data_kept"]
    hear(words(ERASE), label("button.erase"))
    assert said()[-1] == ["erased"]
    assert value("SELECT count(*) FROM photos WHERE state <> 'removed'") == 0


def test_in_the_middle_of_a_report_too_but_only_when_it_was_asked(label: Any) -> None:
    hear(photo(), label("button.erase"))
    assert said()[-1] == ["ask"]
    hear(words(ERASE), label("button.erase"))
    assert said()[-1] == ["erased"]


def test_a_question_of_half_an_hour_ago_is_answered_by_its_button_only(label: Any) -> None:
    filed()
    hear(words(ERASE))
    rows("UPDATE messages SET created_at = now() - interval '40 min'")
    hear(label("button.erase"))
    assert said()[-1] == ["not_understood"]


def test_a_ticket_is_withdrawn_or_kept(label: Any) -> None:
    filed()
    hear(words("状況"), label("button.withdraw"))
    assert said()[-1] == ["sure"]
    hear(label("button.not_now"))
    assert (said()[-1], status()) == (["status"], "received")
    hear(label("button.withdraw"), label("button.withdraw"))
    assert (said()[-1], status()) == (["withdrawn"], "declined")


def test_the_updates_of_a_ticket_are_stopped_and_wanted_again(label: Any) -> None:
    filed()
    hear(words("状況"), label("button.mute"), label("button.unmute"))
    assert said()[-2:] == [["muted"], ["unmuted"]]


@pytest.mark.parametrize("typed", ["label", "4", "★4"])
def test_the_stars_of_a_rating(label: Any, typed: str) -> None:
    fix(filed())
    hear(words("直りました"), label("rate.4") if typed == "label" else words(typed))
    assert said()[-1] == ["rated"]
    assert value("SELECT rating FROM followers") == 4


def test_a_number_is_no_rating_where_none_was_asked_for() -> None:
    filed()
    hear(words("4"))
    assert said()[-1] == ["not_understood"]


def test_another_kind_than_the_one_read_out_of_the_words() -> None:
    filed("ミラーが割れています")
    hear(words("側溝・ます・マンホール"))
    assert said()[-1] == ["recategorised", "ticket"]
    assert value("SELECT category FROM tickets") == "drain"


def test_where_the_kind_was_pressed_its_name_begins_another_report() -> None:
    hear(photo(), place())
    hear(button(f"do=category&category=mirror&draft={draft()['key']}"))
    hear(words("側溝・ます・マンホール"))
    assert said()[-1] == ["ask"]


def test_what_was_added_is_a_report_of_its_own(label: Any) -> None:
    filed()
    number = value("SELECT number FROM tickets")
    hear(button(f"do=add&number={number}"), photo(), label("button.not_this"))
    assert said()[-1] == ["ask"]
    assert len(draft()["photos"]) == 1


def test_who_thanks_for_a_repair_and_says_that_it_is_mended_is_heard() -> None:
    fix(filed())
    hear(words("直りました、ありがとうございます!"))
    assert said()[-1] == ["rate"]


@pytest.mark.parametrize(("typed", "then"), [("mended", "rate"), ("not_mended", "onto")])
def test_who_was_still_adding_to_what_is_fixed_by_now_can_say_whether_it_is(
    label: Any, typed: str, then: str
) -> None:
    ticket = filed()
    number = value("SELECT number FROM tickets")
    hear(button(f"do=add&number={number}"), photo())
    fix(ticket)
    hear(label(f"button.{typed}"))
    assert value("SELECT say -> -1 ->> 'say' FROM messages ORDER BY id DESC") == then

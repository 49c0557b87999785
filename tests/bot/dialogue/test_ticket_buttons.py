"""The dialogue about tickets that are there: adding, withdrawing, muting, mended or not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialogue import effects
from bot.dialogue.draft import Draft, Onto, Place
from bot.dialogue.script import respond
from bot.dialogue.turn import (
    Button,
    Context,
    Input,
    OnTicket,
    PhotoCame,
    PlaceCame,
    Turn,
    Words,
)
from geo.nearby import Whereabouts
from geo.points import Point
from reports.city.categories import category_from
from reports.outbox import kinds
from reports.outbox.say import kind_of
from reports.tickets.numbers import new_number
from reports.tickets.read_models import Standing
from reports.tickets.status import MOST_REOPENINGS, OPEN, Status

NEW = Draft("k", datetime(2026, 11, 20, 9, tzinfo=UTC))
BEGUN = replace(NEW, photos=(3,))
CITY = {
    key: category_from(
        {"key": key, "names": {"ja": key}, "icon": "・", "department": "d", "deadline_days": 3,
         "urgent": urgent, "hints": hints}
    )
    for key, urgent, hints in [("pothole", False, ["穴"]), ("tree", True, ["倒木"])]
}  # fmt: skip
CONTEXT = Context(CITY, Draft("fresh", NEW.started_at))
ASKED = replace(CONTEXT, question=Onto(40, 4, "answer"))
NUMBER = new_number()
MINE = Standing(reported=True, follows=True, muted=False, rating=None, others=0)
FOLLOWS = replace(MINE, reported=False)
STRANGER = replace(FOLLOWS, follows=False)
HERE = PlaceCame(Point(139.5, 35.7), "line", Whereabouts(True, town="本町六丁目"), None, "71")


def on(
    do: str,
    status: Status = Status.RECEIVED,
    standing: Standing = MINE,
    *,
    may_reopen: bool = False,
    draft: Draft = NEW,
    **data: str,
) -> Turn:
    """What follows when that button of ticket 40 is pressed."""
    report_id = 4 if standing.reported else None
    pressed = OnTicket(
        do, 40, NUMBER, status, standing, report_id, may_reopen, data, category="pothole"
    )
    return respond(draft, pressed, CONTEXT)


def told(turn: Turn) -> list[str]:
    return [getattr(say, "key", None) or kind_of(say).name for say in turn.say]


def day(actions: list[Input], draft: Draft = NEW, context: Context = ASKED) -> list[Turn]:
    turns = []
    for action in actions:
        turns.append(respond(draft, action, context))
        draft = turns[-1].draft or NEW
    return turns


def onto(why: Any = "add", draft: Draft = NEW) -> Draft:
    return replace(draft, onto=Onto(40, 4, why))


ON_TICKETS = (
    "add", "withdraw", "withdraw_yes", "mute", "unmute", "mended", "not_mended", "rate",
    "recategorise",
)  # fmt: skip


@pytest.mark.parametrize("do", ON_TICKETS)
def test_a_strangers_button_changes_nothing_whatever_the_status(do: str) -> None:
    for status in Status:
        turn = on(do, status, STRANGER, may_reopen=True, draft=BEGUN, stars="5", category="tree")
        over = do in ("add", "withdraw", "withdraw_yes") and status not in OPEN
        assert told(turn) == ["not_open" if over else "not_yours"], status
        assert (turn.draft, turn.effects, turn.drop) == (BEGUN, (), ()), status


@pytest.mark.parametrize("do", ["add", "withdraw", "withdraw_yes"])
@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
def test_what_is_over_is_not_added_to_and_not_withdrawn(do: str, status: Status) -> None:
    turn = on(do, status)
    assert (told(turn), turn.effects, turn.draft) == (["not_open"], (), NEW)


@pytest.mark.parametrize("do", ["status", "unheard-of"])
def test_any_other_button_of_a_card_shows_its_ticket(do: str) -> None:
    assert on(do, draft=BEGUN).say == (kinds.Status(number=NUMBER),)
    assert on(do, draft=BEGUN).draft == BEGUN


def test_adding_begins_a_session_of_its_own_and_keeps_what_was_begun() -> None:
    turn = on("add", draft=BEGUN)
    assert turn.say == (kinds.Onto(ticket_id=40, draft="fresh", why="add"),)
    assert turn.draft
    assert (turn.draft.onto, turn.draft.before) == (Onto(40, 4, "add", chosen=True), BEGUN)
    again = on("add", draft=turn.draft)
    assert again.draft
    assert again.draft.before == BEGUN


def test_each_thing_that_is_added_is_done_and_said_with_what_came_before() -> None:
    turns = day([PhotoCame(7), HERE, Words("右側です", "72")], onto())
    added = effects.Add(4, "add", "k")
    assert all(turn.draft for turn in turns)
    assert turns[0].effects == (replace(added, photo_id=7),)
    assert turns[1].effects == (replace(added, place=HERE.point, place_message_id="71"),)
    assert turns[2].effects == (replace(added, words=("72", "右側です")),)
    said = turns[2].say[-1]
    assert (said.photos, said.words, said.place) == ([7], True, True)
    assert turns[0].waits_for == "photo:7"


def test_of_a_set_that_is_added_only_the_first_is_answered() -> None:
    first, second = PhotoCame(7, "S"), PhotoCame(8, "S", in_report=4, before=1)
    turns = day([first, second], onto())
    assert [told(turn) for turn in turns] == [["added"], []]
    assert turns[1].effects == (effects.Add(4, "add", "k", photo_id=8),)


def test_urgent_words_that_are_added_bring_the_numbers_and_make_the_ticket_urgent() -> None:
    turn = respond(onto(), Words("けが人がいます", "9"), CONTEXT)
    assert told(turn) == ["urgent", "added"]
    assert turn.effects[0].urgent is True


def test_a_ticket_named_with_danger_brings_the_numbers_before_its_state() -> None:
    assert told(respond(NEW, Words(f"{NUMBER} でけが人です", "9"), CONTEXT)) == ["urgent", "status"]
    assert told(respond(NEW, Words(f"受付番号 {NUMBER}", "9"), ASKED)) == ["status"]


def test_done_goes_back_to_what_was_begun_before() -> None:
    turn = respond(onto(draft=replace(NEW, before=BEGUN)), Words("終わる"), CONTEXT)
    assert told(turn) == ["done", "ask"]
    assert turn.draft == BEGUN
    assert told(respond(onto(), Button("done", "k"), CONTEXT)) == ["done"]
    assert respond(onto(), Button("cancel", "k"), CONTEXT).drop == ()


def test_the_word_for_done_without_anything_to_end_is_told_how_it_works() -> None:
    assert told(respond(NEW, Words("終わる"), CONTEXT)) == ["not_understood"]
    assert told(respond(BEGUN, Words("終わる"), CONTEXT)) == ["ask"]


@pytest.mark.parametrize("do", ["category", "no_photo", "keep_place", "road", "resume", "fresh"])
def test_a_forged_button_of_a_report_in_the_making_does_not_mix_into_what_is_added(do: str) -> None:
    draft = onto(draft=replace(BEGUN, before=replace(NEW, key="old", photos=(1,))))
    turn = respond(draft, Button(do, "k", {"category": "pothole", "owner": "city"}), CONTEXT)
    assert (told(turn), turn.draft, turn.drop) == (["old_button", "added"], draft, ())


@pytest.mark.parametrize("came", [PhotoCame(7), HERE, Words("はい、そこです", "9")])
def test_what_comes_next_answers_the_question_of_staff(came: Input) -> None:
    turn = respond(NEW, came, ASKED)
    assert told(turn) == ["added"]
    assert turn.effects[0].why == "answer"
    assert turn.draft
    assert turn.draft.onto == Onto(40, 4, "answer")


@pytest.mark.parametrize("came", [Words("状況"), Words("使い方"), Words("English"), Words(NUMBER)])
def test_a_command_is_no_answer(came: Input) -> None:
    assert respond(NEW, came, ASKED).effects == ()


def test_with_a_report_begun_or_asked_for_nothing_is_an_answer() -> None:
    assert told(respond(BEGUN, PhotoCame(7), ASKED)) == ["ask"]
    turns = day([Button("report"), PhotoCame(7)])
    assert [told(turn) for turn in turns] == [["ask"], ["ask"]]


def test_a_new_report_is_taken_out_again_and_goes_on_as_one() -> None:
    turns = day([PhotoCame(7), Words("穴があいています", "9"), Button("not_this", "fresh")])
    took = turns[-1]
    assert took.effects == (effects.TakeOut(4, session="fresh"),)
    assert told(took) == ["ask"]
    assert took.draft
    assert (took.draft.onto, took.draft.photos, took.draft.category) == (None, (7,), "pothole")
    assert took.draft.inferred


def test_a_new_report_that_is_complete_already_is_filed_once_it_is_taken_out() -> None:
    turns = day([PhotoCame(7), HERE, Words("穴", "9"), Button("not_this", "fresh")])
    assert told(turns[-1]) == ["ticket"]
    assert turns[-1].effects == (effects.TakeOut(4, session="fresh"),)


def test_nothing_is_taken_out_where_nothing_was_added() -> None:
    assert told(respond(BEGUN, Button("not_this", "k"), CONTEXT)) == ["old_button", "ask"]


@pytest.mark.parametrize(("others", "key"), [(0, "withdrawn"), (2, "left_to_others")])
def test_withdrawing_asks_first_and_says_whether_others_wait(others: int, key: str) -> None:
    standing = replace(MINE, others=others)
    asked = on("withdraw", standing=standing)
    assert asked.say == (kinds.Sure(ticket_id=40, what="withdraw"),)
    assert asked.effects == ()
    sure = on("withdraw_yes", standing=standing)
    assert (told(sure), sure.effects) == ([key], (effects.Withdraw(40),))


def test_muting_and_following() -> None:
    assert on("mute").effects == (effects.Mute(40, muted=True),)
    assert on("unmute", standing=FOLLOWS).effects == (effects.Mute(40, muted=False),)
    assert on("follow", standing=STRANGER).effects == (effects.Follow(40),)
    assert told(on("follow")) == ["following_already"]
    assert told(on("follow", standing=replace(FOLLOWS, muted=True))) == ["followed"]


def test_mended_asks_for_a_rating_once() -> None:
    turn = on("mended", Status.FIXED)
    assert (told(turn), turn.effects) == (["rate"], (effects.Confirm(40),))
    rated = on("mended", Status.FIXED, replace(MINE, rating=4))
    assert (told(rated), rated.effects) == (["confirmed"], (effects.Confirm(40),))
    unrated = on("mended", Status.FIXED, replace(MINE, confirmed=True))
    assert (told(unrated), unrated.effects) == (["rate"], ())
    confirmed = on("mended", Status.FIXED, replace(MINE, confirmed=True, rating=4))
    assert (told(confirmed), confirmed.effects) == (["confirmed"], ())
    assert told(on("mended", Status.REOPENED)) == ["status"]


def test_not_mended_within_the_time_reopens_and_asks_for_a_photo() -> None:
    turn = on("not_mended", Status.FIXED, may_reopen=True, draft=BEGUN)
    assert told(turn) == ["onto"]
    assert turn.say[0].why == "reopened"
    assert turn.effects == (effects.Reopen(40),)
    assert turn.draft
    assert turn.draft.before == BEGUN


def test_not_mended_of_somebody_who_only_follows_reopens_without_a_session() -> None:
    turn = on("not_mended", Status.FIXED, FOLLOWS, may_reopen=True, draft=BEGUN)
    assert (told(turn), turn.draft) == (["reopened"], BEGUN)
    assert turn.effects == (effects.Reopen(40),)


def test_not_mended_too_late_or_twice_reopens_nothing() -> None:
    assert told(on("not_mended", Status.FIXED)) == ["too_late"]
    twice = on("not_mended", Status.REOPENED)
    assert (told(twice), twice.effects) == (["reopened_already", "onto"], ())
    assert told(on("not_mended", Status.REOPENED, FOLLOWS)) == ["status"]
    assert told(on("not_mended", Status.DECLINED)) == ["status"]


@pytest.mark.parametrize("stars", ["1", "5"])
def test_a_rating_counts_once(stars: str) -> None:
    turn = on("rate", Status.FIXED, stars=stars)
    assert turn.effects == (effects.Rate(40, int(stars)),)
    again = on("rate", Status.FIXED, replace(MINE, rating=5), stars=stars)
    assert (told(again), again.effects) == (["rated_before"], ())


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.FIXED}))
def test_what_is_not_mended_is_not_rated(status: Status) -> None:
    turn = on("rate", status, stars="1")
    assert (told(turn), turn.effects) == (["status"], ())


@pytest.mark.parametrize("stars", ["0", "6", "", "x", "٣", "5.0"])
def test_a_rating_that_was_not_offered_counts_for_nothing(stars: str) -> None:
    assert on("rate", Status.FIXED, stars=stars).effects == ()


def test_another_category_is_taken_until_somebody_works_on_it() -> None:
    turn = on("recategorise", category="tree")
    assert told(turn) == ["urgent", "recategorised", "ticket"]
    assert turn.effects == (effects.Recategorise(40, "tree"),)
    assert turn.waits_for == "ticket:40"
    assert told(on("recategorise", Status.SCHEDULED, category="tree")) == ["not_open"]
    assert on("recategorise", category="ghost").effects == ()


def test_the_place_of_what_is_added_does_not_move_the_ticket_but_stays_in_the_session() -> None:
    turn = respond(onto(), HERE, CONTEXT)
    assert turn.draft
    assert isinstance(turn.draft.place, Place)
    assert turn.file is None


def test_who_taps_the_guessed_kind_is_told_of_no_change_and_waits_for_nothing() -> None:
    turn = on("recategorise", category="pothole")
    assert (told(turn), turn.effects, turn.waits_for) == (["ticket"], (), None)


def test_more_kinds_shows_the_new_ticket_again_with_others_to_choose_from() -> None:
    turn = on("recategorise", after="pothole")
    assert turn.say == (kinds.Ticket(ticket_id=40, inferred=True, after="pothole"),)
    assert turn.effects == ()
    assert on("recategorise", Status.FIXED, after="pothole").say != turn.say
    assert on("recategorise", standing=FOLLOWS, after="pothole").say != turn.say


def test_only_who_waited_for_the_repair_reopens_and_not_for_ever() -> None:
    since_then = replace(FOLLOWS, waited=False)
    turn = on("not_mended", Status.FIXED, since_then, may_reopen=True)
    assert (told(turn), turn.effects) == (["not_yours"], ())
    again = replace(MINE, reopened=MOST_REOPENINGS)
    turn = on("not_mended", Status.FIXED, again, may_reopen=True)
    assert (told(turn), turn.effects) == (["reopened_often"], ())

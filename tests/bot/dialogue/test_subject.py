"""Which draft it is about is settled once: what is open, what staff asked, or a new report."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue import effects
from bot.dialogue.draft import MOST_PHOTOS, Draft, Onto, Place
from bot.dialogue.script import respond
from bot.dialogue.subject import Subject, subject_of
from bot.dialogue.turn import Button, Context, Hello, Input, PhotoCame, PlaceCame, Unusable, Words
from geo.nearby import Whereabouts
from geo.points import Point
from reports.city.categories import category_from
from reports.outbox import kinds

NEW = Draft("k", datetime(2026, 11, 20, 9, tzinfo=UTC))
FRESH = replace(NEW, key="fresh")
BEGUN = replace(NEW, photos=(3,))
ASKED = Onto(40, 4, "answer")
OVER = replace(ASKED, over=True)
HERE = PlaceCame(Point(139.5, 35.7), "line", Whereabouts(True, town="本町六丁目"))
ELSEWHERE = PlaceCame(Point(139.4, 35.7), "line", Whereabouts(False, neighbour="国分寺市"))
WORDS, PHOTO, STICKER = Words("右側です"), PhotoCame(7), Unusable("sticker")
ORDERS = [Words("状況"), Words("English")]
ANSWERING = replace(FRESH, onto=ASKED)


def about(came: Input, draft: Draft = NEW, question: Onto | None = ASKED) -> Subject:
    return subject_of(came, draft, Context({}, FRESH, question))


@pytest.mark.parametrize(
    "came", [PHOTO, HERE, WORDS, STICKER], ids=lambda came: type(came).__name__
)
def test_with_nothing_else_begun_it_is_the_answer_to_what_staff_asked(came: Input) -> None:
    assert about(came) == Subject(ANSWERING)
    assert about(came, question=None) == Subject(NEW)
    assert about(came, BEGUN) == Subject(BEGUN)
    assert about(came, replace(NEW, anew=True)).draft.onto is None


LATELY = Onto(60, 6, "add")
EARLIER = Onto(50, 5, "add")
HOLE = category_from(
    {"key": "pothole", "names": {"ja": "舗装の穴・段差"}, "icon": "・", "department": "d",
     "deadline_days": 3, "urgent": False, "hints": ["穴"]}
)  # fmt: skip
TOWN = Place(HERE.point, "typed", 300.0, "本町六丁目")


def after_a_ticket(came: Input, draft: Draft = NEW, lately: tuple[Onto, ...] = (LATELY,)) -> Draft:
    context = Context({"pothole": HOLE}, FRESH, lately=lately)
    return subject_of(came, draft, context).draft


@pytest.mark.parametrize(
    ("came", "in_doubt"),
    [
        (Words("あと、電柱の横です"), False),
        (Words("穴が深くなっています"), True),
        (Words("本町六丁目です", place=TOWN), True),
        (PHOTO, True),
        (HERE, True),
    ],
)
def test_soon_after_a_ticket_it_is_more_about_that(came: Input, in_doubt: bool) -> None:
    assert after_a_ticket(came).onto == replace(LATELY, in_doubt=in_doubt)


def test_after_two_tickets_even_words_leave_open_which() -> None:
    onto = after_a_ticket(Words("電柱の横です"), lately=(LATELY, EARLIER)).onto
    assert onto == replace(LATELY, in_doubt=True)


@pytest.mark.parametrize(
    "came",
    [
        *ORDERS, STICKER, ELSEWHERE, Hello(), Button("help"), Words("991-611-303"),
        Words("ありがとうございました"), Words("いつ直りますか?"), Words("ゴミの日はいつですか"),
        Words("舗装の穴・段差"), PhotoCame(7, "S", in_report=6, before=1, kept=1),
    ],
)  # fmt: skip
def test_what_is_no_more_about_the_ticket_goes_its_own_way(came: Input) -> None:
    assert after_a_ticket(came) == NEW


def test_a_report_that_is_begun_or_was_asked_for_is_not_the_last_one() -> None:
    assert after_a_ticket(PHOTO, BEGUN) == BEGUN
    anew = replace(NEW, anew=True)
    assert after_a_ticket(PHOTO, anew) == anew


def test_what_was_added_in_doubt_is_kept_at_once_and_can_be_a_report_of_its_own() -> None:
    context = Context({"pothole": HOLE}, FRESH, lately=(LATELY,))
    kept = respond(NEW, PHOTO, context)
    (asked,) = kept.say
    assert isinstance(asked, kinds.Added)
    assert asked.in_doubt
    assert kept.effects == (effects.Add(6, "add", session="fresh", photo_id=7),)
    adding = kept.draft or NEW
    own = respond(adding, Button("not_this", "fresh"), context)
    assert own.effects == (effects.TakeOut(6, session="fresh"),)
    assert own.draft
    assert (own.draft.onto, own.draft.photos) == (None, (7,))
    sure = respond(adding, Button("add_to", "fresh"), context)
    (told,) = sure.say
    assert isinstance(told, kinds.Added)
    assert not told.in_doubt
    assert sure.effects == ()


def test_a_written_point_soon_after_a_ticket_is_its_corrected_place() -> None:
    context = Context({"pothole": HOLE}, FRESH, lately=(LATELY,))
    written = Place(HERE.point, "written", 5.0, "本町六丁目", message_id="m")
    turn = respond(NEW, Words("", "m", place=written), context)
    (added,) = turn.effects
    assert isinstance(added, effects.Add)
    assert (added.place, added.words, added.place_message_id) == (HERE.point, None, "m")


NO_ANSWERS = [
    *ORDERS, ELSEWHERE, Hello(), Button("help"), PhotoCame(7, "S", in_report=9, before=1, kept=1),
    PhotoCame(7, "S", before=3, dropped=True), PhotoCame(7, "S", before=10, kept=MOST_PHOTOS),
]  # fmt: skip


@pytest.mark.parametrize("came", NO_ANSWERS)
def test_what_cannot_be_an_answer_is_about_what_is_open(came: Input) -> None:
    assert about(came) == Subject(NEW)


@pytest.mark.parametrize("came", [PHOTO, HERE, ELSEWHERE, WORDS])
def test_for_a_ticket_that_is_closed_it_begins_a_report_and_is_told_so(came: Input) -> None:
    assert about(came, question=OVER) == Subject(NEW, over=OVER, was_asked=True)
    adding = replace(NEW, onto=OVER, before=BEGUN)
    assert about(came, adding, None) == Subject(BEGUN, over=OVER)
    assert about(came, replace(adding, before=None), None) == Subject(FRESH, over=OVER)


@pytest.mark.parametrize("came", [*ORDERS, STICKER, Hello(), PhotoCame(7, "S", before=1, kept=1)])
def test_nothing_is_told_where_nothing_was_brought_to_it(came: Input) -> None:
    adding = replace(NEW, onto=OVER)
    assert about(came, adding, None) == Subject(adding)


def test_a_newer_question_takes_over_from_the_one_being_answered_unless_that_was_chosen() -> None:
    other = replace(NEW, photos=(3,), onto=Onto(50, 5, "answer"))
    assert about(PHOTO, other) == Subject(ANSWERING)
    chosen = replace(other, onto=Onto(50, 5, "answer", chosen=True))
    assert about(PHOTO, chosen) == Subject(chosen)


def test_what_went_to_another_question_is_not_counted_with_the_answer_to_this_one() -> None:
    other = replace(NEW, photos=(3,), onto=Onto(50, 5, "answer"))
    (said,) = respond(other, PHOTO, Context({}, FRESH, ASKED)).say
    assert isinstance(said, kinds.Added)
    assert (said.ticket_id, said.photos) == (40, [7])


def test_a_button_means_the_draft_that_it_was_shown_for() -> None:
    left = replace(NEW, key="left", photos=(1,))
    assert about(Button("keep_place", "left"), replace(NEW, before=left)) == Subject(left)
    assert about(Button("keep_place", "left"), replace(BEGUN, before=left)).draft.key == "k"

"""Which draft it is about is settled once: what is open, what staff asked, or a new report."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue.draft import MOST_PHOTOS, Draft, Onto
from bot.dialogue.script import respond
from bot.dialogue.subject import Subject, subject_of
from bot.dialogue.turn import Button, Context, Hello, Input, PhotoCame, PlaceCame, Unusable, Words
from geo.nearby import Whereabouts
from geo.points import Point
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

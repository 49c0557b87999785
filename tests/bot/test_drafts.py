"""A draft as it is kept: left for a while it is asked about, after a day it is nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.draft import DRAFT_LIVES, LEFT_AFTER, Asked, Draft, Onto, Place, Remark
from bot.dialogue.script import respond
from bot.dialogue.turn import Button, Context, Input, PhotoCame, Turn, Unusable, Words
from bot.dialogue.unsent import taken_back
from bot.drafts import draft_to_json, new_draft, open_draft
from geo.points import Point
from reports.outbox.say import kind_of

BEGAN = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE = Place(Point(139.5, 35.7), "line", None, "本町六丁目", "Honcho 6-chome", "501")
FULL = Draft(
    "k",
    BEGAN,
    touched_at=BEGAN,
    photos=(7, 8),
    place=HERE,
    category="pothole",
    inferred=True,
    remarks=(Remark("502", "穴です"),),
    typed=replace(HERE, source="typed", message_id="502"),
    urgent=True,
    warned=True,
    differs=(4,),
    road="city",
    onto=Onto(1, 2, "answer"),
    before=Draft("older", BEGAN, photos=(3,)),
)
CONTEXT = Context({}, Draft("fresh", BEGAN + 45 * MINUTE))


def opened(draft: Draft, after: timedelta) -> Draft:
    return open_draft(draft_to_json(draft), BEGAN + after)


def left() -> Draft:
    """New things begin 45 minutes after two photos were sent."""
    return opened(Draft("k", BEGAN, touched_at=BEGAN, photos=(7, 8)), 45 * MINUTE)


def press(draft: Draft, do: str) -> Turn:
    return respond(draft, Button(do, draft.key), CONTEXT)


def test_all_of_a_draft_is_kept_and_found_again() -> None:
    assert opened(FULL, MINUTE) == FULL


def test_two_new_drafts_have_keys_of_their_own() -> None:
    assert new_draft(BEGAN).key != new_draft(BEGAN).key
    assert open_draft({}, BEGAN).is_empty
    assert draft_to_json(None) == {}


def test_a_draft_that_cannot_be_read_is_none() -> None:
    assert open_draft({**draft_to_json(FULL), "photos": "seven"}, BEGAN).is_empty
    assert open_draft({"key": "k"}, BEGAN).is_empty


@pytest.mark.parametrize("part", ["started_at", "touched_at"])
@pytest.mark.parametrize("moment", ["2026-11-20T09:00:00", "2026-11-20", "soon", 7e30])
def test_a_moment_that_is_none_or_has_no_time_zone_makes_a_draft_none(
    part: str, moment: object
) -> None:
    for kept in ({**draft_to_json(FULL), part: moment}, behind({part: moment})):
        assert open_draft(kept, BEGAN).is_empty


def behind(odd: dict[str, object]) -> dict[str, object]:
    """A draft with such a one behind it."""
    return draft_to_json(FULL) | {"before": draft_to_json(Draft("k", BEGAN)) | odd}


@pytest.mark.parametrize(
    "odd",
    [{"photos": [2**63]}, {"photos": [-1]}, {"differs": [10**30]},
     {"onto": {"ticket_id": 2**63, "report_id": 1, "why": "add"}},
     {"onto": {"ticket_id": 1, "report_id": -7, "why": "add"}}],
)  # fmt: skip
def test_numbers_that_no_row_can_have_make_a_draft_none(odd: dict[str, object]) -> None:
    assert open_draft(draft_to_json(FULL) | odd, BEGAN).is_empty


def test_half_an_hour_later_it_stays_behind_a_new_one() -> None:
    draft = Draft("k", BEGAN, touched_at=BEGAN + 10 * MINUTE, photos=(7,))
    assert opened(draft, LEFT_AFTER + 10 * MINUTE) == draft
    later = opened(draft, LEFT_AFTER + 11 * MINUTE)
    assert later.is_empty
    assert later.key != "k"
    assert later.before == draft


def test_a_day_after_it_was_begun_it_is_gone_wherever_it_stands() -> None:
    draft = Draft("k", BEGAN, touched_at=BEGAN + DRAFT_LIVES, photos=(7,))
    assert opened(draft, DRAFT_LIVES) == draft
    gone = opened(draft, DRAFT_LIVES + MINUTE)
    assert (gone.is_empty, gone.before) == (True, None)
    behind = Draft("new", BEGAN + DRAFT_LIVES, before=draft)
    assert opened(behind, DRAFT_LIVES + MINUTE).before is None


def test_adding_to_a_ticket_is_over_after_half_an_hour_and_the_begun_one_is_asked_about() -> None:
    later = opened(replace(FULL, onto=Onto(1, 2, "add")), LEFT_AFTER + MINUTE)
    assert (later.onto, later.photos) == (None, ())
    assert later.before
    assert later.before.key == "older"


def test_the_first_thing_sent_afterwards_asks_about_what_was_left() -> None:
    turn = respond(left(), PhotoCame(9), CONTEXT)
    asked = turn.say[-1]
    assert asked.left == {"photos": 2, "place": None, "category": None, "minutes": 45}
    assert asked.missing == ["place", "category"]
    assert turn.draft
    assert turn.draft.photos == (9,)


@pytest.mark.parametrize("came", [Words("こんにちは"), Words("通報"), Unusable("sticker")])
def test_it_is_asked_about_whatever_comes_first(came: Input) -> None:
    assert respond(left(), came, CONTEXT).say[-1].left["photos"] == 2


def test_going_on_with_what_was_left_keeps_both_and_the_older_ones_time() -> None:
    begun = respond(left(), PhotoCame(9), CONTEXT).draft
    assert begun
    draft = press(begun, "resume").draft
    assert draft
    assert (draft.photos, draft.before, draft.key) == ((7, 8, 9), None, begun.key)
    assert draft.started_at == BEGAN


def test_what_is_newer_stays_where_both_have_something() -> None:
    other = replace(HERE, town="中町一丁目")
    newer = Draft("n", BEGAN + LEFT_AFTER, place=other, category="tree", place_settled=True)
    draft = newer.together_with(replace(FULL, onto=None, before=None))
    assert draft.place == other
    assert (draft.category, draft.inferred, draft.place_settled) == ("tree", False, True)
    assert draft.words == "穴です"
    assert (draft.differs, draft.road) == ((), None)


def test_the_older_one_is_dropped_with_its_photos_when_it_is_not_wanted() -> None:
    turn = press(left(), "fresh")
    assert turn.drop == (7, 8)
    assert turn.draft
    assert turn.draft.before is None


def test_cancelling_drops_both() -> None:
    begun = respond(left(), PhotoCame(9), CONTEXT).draft
    assert begun
    turn = press(begun, "cancel")
    assert (turn.draft, turn.drop) == (None, (9, 7, 8))


def test_a_button_of_the_one_left_still_works_while_nothing_else_is_begun() -> None:
    turn = respond(left(), Button("no_photo", "k"), CONTEXT)
    assert turn.draft
    assert (turn.draft.key, turn.draft.no_photo, turn.draft.photos) == ("k", True, (7, 8))
    begun = respond(left(), PhotoCame(9), CONTEXT).draft
    assert begun
    refused = respond(begun, Button("no_photo", "k"), CONTEXT)
    assert [kind_of(say).name for say in refused.say] == ["text", "ask"]
    assert refused.draft == begun


def test_what_a_message_brought_leaves_the_draft_with_it_also_the_one_behind() -> None:
    draft = replace(FULL, before=replace(FULL, onto=None, before=None))
    without = taken_back(draft, "502", 7, {})
    for one in (without, without.before):
        assert one
        assert (one.photos, one.remarks, one.typed, one.place) == ((8,), (), None, HERE)


def test_a_place_that_is_taken_back_leaves_nothing_of_the_questions_about_it() -> None:
    question = Asked("which_road", {"city": ("本町通り",)})
    asked = replace(FULL, road="city", differs=(4,), asked=question)
    left = taken_back(asked, "501", None, {})
    assert (left.place, left.road, left.differs, left.asked) == (None, None, (), None)


def test_another_place_puts_the_questions_about_a_place_anew() -> None:
    moved = replace(FULL, place_settled=True).at(replace(HERE, point=Point(139.51, 35.7)))
    assert (moved.place_settled, moved.road, moved.differs) == (False, None, ())
    assert FULL.at(replace(HERE, source="exif")).place_settled


def test_asking_for_a_new_report_holds_for_half_an_hour() -> None:
    asked = respond(new_draft(BEGAN), Words("通報"), CONTEXT).draft
    assert asked
    asked = replace(asked, touched_at=BEGAN)
    assert opened(asked, LEFT_AFTER).anew
    assert not opened(asked, LEFT_AFTER + MINUTE).anew

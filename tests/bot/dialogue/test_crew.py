"""What a crew member does in LINE, turn by turn."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.crew import respond, waited_for
from bot.dialogue.crew_flow import (
    ENDED,
    FLOW_LIVES,
    LOOKS,
    MOST_PHOTOS,
    WANTS,
    WHY,
    AddPhoto,
    CodeSent,
    CrewTurn,
    DropPhoto,
    Flow,
    Leave,
    Link,
    Look,
    Order,
    Ordered,
    PhotoFinished,
    Picked,
    Reason,
    RepairPhoto,
    Standing,
    Stopped,
    Tell,
    flow_of,
    flow_to_json,
)
from reports.outbox.crew_kinds import (
    CrewAbout,
    CrewChoose,
    CrewLinked,
    CrewPhotoWanted,
    CrewText,
)
from reports.people.link_codes import Fate
from reports.tickets.outcomes import Outcome

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
WAITING = Flow(WANTS, 7)
ASKED = CrewTurn(WAITING, (CrewPhotoWanted(ticket_id=7),))


def test_a_code_links_only_where_it_fits() -> None:
    assert respond(Flow(), CodeSent(Fate.FITS, 3)) == CrewTurn(Flow(), (CrewLinked(),), (Link(3),))
    for fate in (Fate.UNKNOWN, Fate.TOO_MANY, Fate.TAKEN):
        assert respond(Flow(), CodeSent(fate)) == CrewTurn(Flow(), (CrewText(key=f"code_{fate}"),))


def test_the_end_of_the_link_is_the_end_of_the_flow() -> None:
    left = CrewTurn(Flow(), (CrewText(key="left"),), (Leave(),))
    assert respond(WAITING, Ordered(Order.LEAVE)) == left


def test_done_asks_for_the_photo_of_the_only_ticket_else_which_one() -> None:
    assert respond(Flow(), Ordered(Order.FINISH, open=True, only=7)) == ASKED
    assert respond(WAITING, Ordered(Order.FINISH, open=True)) == CrewTurn(Flow(), (CrewChoose(),))
    nothing = respond(Flow(), Ordered(Order.FINISH))
    assert nothing.say == (CrewText(key="nothing_open"),)
    assert respond(Flow(), Picked(7, Standing.THEIRS)) == ASKED


def test_photos_are_looked_at_together_and_others_of_their_set_follow() -> None:
    turn = respond(WAITING, RepairPhoto(1, "S", Standing.THEIRS))
    assert (turn.effects, turn.say) == ((Look((1,)),), (CrewText(key="looking"),))
    assert turn.waits_for == waited_for([1])
    for photo in range(2, MOST_PHOTOS + 1):
        turn = respond(turn.flow, RepairPhoto(photo, "S", Standing.THEIRS))
        assert (turn.effects, turn.say) == ((Look(tuple(range(1, photo + 1))),), ())
    assert turn.flow == Flow(LOOKS, 7, "S", ids=(1, 2, 3, 4))
    assert respond(turn.flow, RepairPhoto(9, "S", Standing.THEIRS)).effects == (DropPhoto(9),)
    told = Flow(ENDED, 7, "S", 3)
    turn = respond(told, RepairPhoto(4, "S", Standing.OVER))
    assert turn.effects == (AddPhoto(7, 4),)
    assert respond(turn.flow, RepairPhoto(5, "S", Standing.OVER)).effects == (DropPhoto(5),)


def test_a_sentence_tells_it_and_what_is_given_up_leaves_no_photo() -> None:
    far = Flow(WHY, 7, "S", ids=(1, 2))
    turn = respond(far, Reason("反対側でした", Standing.THEIRS))
    assert turn.effects == (Tell(7, Outcome.FIXED, (1, 2), "反対側でした"),)
    assert turn.say == (CrewAbout(key="done", ticket_id=7),)
    gone = (DropPhoto(1), DropPhoto(2))
    assert respond(far, Stopped()).effects == gone
    assert respond(far, Reason("反対側", Standing.OVER)).effects == gone
    anew = respond(far, RepairPhoto(3, None, Standing.THEIRS))
    assert anew.effects == (Look((3,)), *gone)


def test_what_wants_no_photo_is_told_by_one_tap() -> None:
    turn = respond(Flow(), Picked(7, Standing.THEIRS, outcome=Outcome.NOT_FOUND))
    assert turn.effects == (Tell(7, Outcome.NOT_FOUND),)
    assert turn.say == (CrewAbout(key="not_found", ticket_id=7),)
    turn = respond(Flow(), Picked(7, Standing.THEIRS, outcome=Outcome.ALREADY_FIXED))
    assert turn.flow == Flow(WANTS, 7, outcome=Outcome.ALREADY_FIXED)


@pytest.mark.parametrize("standing", [Standing.OVER, Standing.LEFT, Standing.GONE])
def test_what_is_not_theirs_any_more_is_told_and_nothing_is_done(standing: Standing) -> None:
    told = (CrewAbout(key=standing, ticket_id=7),)
    assert respond(Flow(), Picked(7, standing, photos=(1,))) == CrewTurn(Flow(), told)
    turn = respond(WAITING, RepairPhoto(1, "S", standing))
    assert (turn.say, turn.effects) == (told, (DropPhoto(1),))
    assert respond(turn.flow, RepairPhoto(2, "S", standing)).effects == (DropPhoto(2),)


def test_a_photo_that_came_first_finishes_the_ticket_that_is_meant() -> None:
    only = Picked(7, Standing.THEIRS, photos=(1, 2))
    turn = respond(Flow(), PhotoFinished(1, open=True, only=only))
    assert (turn.effects, turn.flow.ids) == ((Look((1, 2)),), (1, 2))
    several = respond(Flow(), PhotoFinished(1, open=True))
    assert several.say == (CrewChoose(photo=1),)
    gone = respond(Flow(), Picked(7, Standing.THEIRS, photos_gone=True))
    assert gone == CrewTurn(WAITING, (CrewText(key="photo_gone"), *ASKED.say))


def test_a_flow_is_kept_for_half_an_hour() -> None:
    assert respond(WAITING, Stopped()) == CrewTurn(Flow(), (CrewText(key="stopped"),))
    flow = Flow(ENDED, 7, "S", 2, NOW)
    kept = flow_to_json(flow, NOW)
    assert flow_of(kept, NOW + FLOW_LIVES) == flow
    assert flow_of(kept, NOW + FLOW_LIVES + timedelta(seconds=1)) == Flow()
    assert flow_to_json(Flow(), NOW) == {}
    assert flow_of({"step": "of another version"}, NOW) == flow_of({}, NOW) == Flow()

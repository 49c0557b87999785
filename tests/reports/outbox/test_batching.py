"""What waits for one person is put together within LINE's five messages, and nothing is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.outbox import kinds
from reports.outbox.batching import MOST_CARDS, MOST_MESSAGES, Waiting, into_answer, into_push
from reports.outbox.say import Say, Unknown

ASK = kinds.Ask(
    draft="k", photos=[], no_photo=False, category=None, inferred=False, words=False, missing=[]
)
MISSED = kinds.Missed()


def moved(ticket: int, line: int = 1) -> Say:
    return kinds.Moved(ticket_id=ticket, history_id=line)


def question(ticket: int = 1) -> Say:
    return kinds.Question(ticket_id=ticket, history_id=1)


def text(key: str) -> Say:
    return kinds.Text(key=key)


def test_of_a_tickets_moves_the_last_one_is_said() -> None:
    waiting = [Waiting(2, [moved(7, 2)]), Waiting(3, [moved(8, 3)]), Waiting(4, [moved(7, 4)])]
    gathered = into_push([moved(7, 1)], waiting)
    assert gathered.say == [moved(8, 3), moved(7, 4)]
    assert gathered.left == {2: [], 3: [], 4: []}


def test_moves_stand_together_before_everything_else() -> None:
    waiting = [Waiting(2, [moved(8)]), Waiting(3, [text("a"), moved(9)])]
    assert into_push([question()], waiting).say == [moved(8), moved(9), question(), text("a")]


def test_an_answer_comes_last_so_that_its_buttons_are_the_ones_shown() -> None:
    assert into_answer([text("a"), ASK], [Waiting(1, [moved(7)])]).say == [
        moved(7),
        text("a"),
        ASK,
    ]


def test_what_could_not_be_pushed_stands_under_its_heading() -> None:
    waiting = [Waiting(1, [moved(7)], held=True), Waiting(2, [question()])]
    assert into_answer([ASK], waiting).say == [MISSED, moved(7), question(), ASK]


def test_what_was_only_gathered_needs_no_heading() -> None:
    assert into_answer([ASK], [Waiting(1, [moved(7)])]).say == [moved(7), ASK]


OVERTAKEN = [
    ASK,
    kinds.WhichPlace(draft="k", photo=7, metres=320),
    kinds.SameHole(draft="k"),
    kinds.WhichRoad(draft="k"),
    kinds.Status(),
    kinds.Mine(),
    kinds.Help(key="how"),
    MISSED,
]


@pytest.mark.parametrize("before", OVERTAKEN)
def test_what_was_asked_before_is_not_asked_again(before: Say) -> None:
    held = Waiting(1, [before], held=True)
    assert into_answer([ASK], [held]) == ([ASK], {1: []})


def test_a_held_ticket_card_is_told_with_the_next_answer() -> None:
    held = Waiting(1, [kinds.Urgent(), kinds.Ticket(ticket_id=3)], held=True)
    assert into_answer([ASK], [held]).say == [MISSED, *held.say, ASK]


def test_whom_to_call_stands_before_what_was_missed() -> None:
    held = Waiting(1, [question(1)], held=True)
    urgent = kinds.Urgent()
    assert into_answer([urgent, ASK], [held]).say == [urgent, MISSED, question(1), ASK]


def test_what_has_no_room_waits_for_the_next_answer() -> None:
    rows = [Waiting(1, [question(1), question(2)], held=True), Waiting(2, [question(3)], held=True)]
    first = into_answer([text("a"), ASK], rows)
    assert first.say == [MISSED, question(1), question(2), text("a"), ASK]
    assert first.left == {1: [], 2: [question(3)]}
    full = into_answer([text("a")] * MOST_MESSAGES, rows)
    assert full.say == [text("a")] * MOST_MESSAGES
    assert full.left == {row.id: row.say for row in rows}


def test_a_card_that_may_come_with_a_question_has_room_for_both() -> None:
    rows = [Waiting(1, [moved(7), question()], held=True)]
    urgent, ticket = kinds.Urgent(), kinds.Ticket(ticket_id=3)
    said, left = into_answer([urgent, ticket], rows)
    assert said == [urgent, MISSED, moved(7), ticket]
    assert left == {1: [question()]}


def test_what_only_another_version_can_say_waits_for_it() -> None:
    strange = Unknown({"say": "hologram"})
    assert into_answer([ASK], [Waiting(1, [strange, question()])]) == (
        [question(), ASK],
        {1: [strange]},
    )


def test_more_moves_than_a_carousel_holds_are_told_in_two_answers() -> None:
    rows = [Waiting(n, [moved(n)], held=True) for n in range(MOST_CARDS + 3)]
    first = into_answer([ASK], rows)
    assert first.say == [MISSED, *(moved(n) for n in range(MOST_CARDS)), ASK]
    left = [Waiting(id, say, held=True) for id, say in first.left.items() if say]
    assert into_answer([ASK], left).say == [MISSED, moved(10), moved(11), moved(12), ASK]


KINDS = st.one_of(
    st.builds(moved, st.integers(1, 20), st.integers(1, 99)),
    st.builds(question, st.integers(1, 20)),
    st.builds(text, st.text(max_size=2)),
    st.sampled_from([ASK, kinds.Ticket(ticket_id=1), kinds.Status(number=None)]),
)
ROWS = st.lists(st.tuples(st.lists(KINDS, max_size=10), st.booleans()), max_size=8)


@given(ROWS)
def test_everything_worth_telling_is_told_once(rows: list[tuple[list[Say], bool]]) -> None:
    waiting = [
        Waiting(n, [replace(one) for one in say], held) for n, (say, held) in enumerate(rows)
    ]
    newest = {s.ticket_id: s for row in waiting for s in row.say if isinstance(s, kinds.Moved)}
    worth = [
        say
        for row in waiting
        for say in row.say
        if isinstance(say, kinds.Question | kinds.Text | kinds.Ticket)
        or (isinstance(say, kinds.Moved) and say is newest[say.ticket_id])
    ]
    told: list[Say] = []
    for _ in range(sum(len(row.say) for row in waiting) + 1):
        said, left = into_answer([ASK], waiting)
        told += [say for say in said[:-1] if say != MISSED]
        waiting = [Waiting(row.id, left[row.id], row.held) for row in waiting if left[row.id]]
        others = [say for say in said if not isinstance(say, kinds.Moved)]
        assert len(others) + (len(others) < len(said)) <= MOST_MESSAGES
    assert waiting == []
    assert sorted(map(repr, told)) == sorted(map(repr, worth))

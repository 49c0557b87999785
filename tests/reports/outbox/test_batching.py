"""What waits for one person is put together within LINE's five messages, and nothing is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.outbox import kinds
from reports.outbox.batching import MOST_CARDS, MOST_MESSAGES, Waiting, into_answer, into_push
from reports.outbox.crew_kinds import CrewList, CrewTicket
from reports.outbox.say import Say, Unknown, kind_of

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
    own = Waiting(1, [moved(7, 1)])
    waiting = [Waiting(2, [moved(7, 2)]), Waiting(3, [moved(8, 3)]), Waiting(4, [moved(7, 4)])]
    gathered = into_push([own, *waiting])
    assert gathered.say == [moved(8, 3), moved(7, 4)]
    assert gathered.left == {2: [], 3: [], 4: []}


def test_moves_stand_together_before_everything_else() -> None:
    waiting = [Waiting(2, [moved(8)]), Waiting(3, [text("a"), moved(9)])]
    assert into_push([Waiting(1, [question()]), *waiting]).say == [
        moved(8), moved(9), question(), text("a"),
    ]  # fmt: skip


def test_an_answer_comes_last_so_that_its_buttons_are_the_ones_shown() -> None:
    assert into_answer([text("a"), ASK], [Waiting(1, [moved(7)])]).say == [
        moved(7),
        text("a"),
        ASK,
    ]


def test_what_could_not_be_pushed_stands_under_its_heading() -> None:
    waiting = [Waiting(1, [moved(7)], late=True), Waiting(2, [question()])]
    assert into_answer([ASK], waiting).say == [MISSED, moved(7), question(), ASK]


def test_what_was_only_gathered_needs_no_heading() -> None:
    assert into_answer([ASK], [Waiting(1, [moved(7)])]).say == [moved(7), ASK]


OVERTAKEN = [
    ASK,
    kinds.WhichPlace(draft="k", photo=7, metres=320),
    kinds.SameHole(draft="k"),
    kinds.WhichRoad(draft="k"),
    kinds.Sure(ticket_id=7),
    MISSED,
]


@pytest.mark.parametrize("before", OVERTAKEN)
def test_what_was_asked_before_is_not_asked_again(before: Say) -> None:
    held = Waiting(1, [before], late=True, answer=True)
    assert into_answer([ASK], [held], ["k"])[:2] == ([ASK], {1: []})


def test_a_held_ticket_card_is_told_with_the_next_answer() -> None:
    held = Waiting(1, [kinds.Urgent(), kinds.Ticket(ticket_id=3)], late=True)
    assert into_answer([ASK], [held]).say == [MISSED, *held.say, ASK]


def test_whom_to_call_stands_before_what_was_missed() -> None:
    held = Waiting(1, [question(1)], late=True)
    urgent = kinds.Urgent()
    assert into_answer([urgent, ASK], [held]).say == [urgent, MISSED, question(1), ASK]


def test_what_has_no_room_waits_for_the_next_answer() -> None:
    rows = [Waiting(1, [question(1), question(2)], late=True), Waiting(2, [question(3)], late=True)]
    first = into_answer([text("a"), ASK], rows)
    assert first.say == [MISSED, question(1), question(2), text("a"), ASK]
    assert first.left == {1: [], 2: [question(3)]}
    full = into_answer([text("a")] * MOST_MESSAGES, rows)
    assert full.say == [text("a")] * MOST_MESSAGES
    assert full.left == {row.id: row.say for row in rows}


def test_what_must_be_known_has_room_before_what_need_not() -> None:
    rows = answered([text("a"), text("b")], [text("c")], [question(1)])
    first = into_answer([text("d"), kinds.Ticket(ticket_id=3)], rows)
    assert first.say == [text("a"), question(1), text("d"), kinds.Ticket(ticket_id=3)]
    assert first.left == {1: [text("b")], 2: [text("c")], 3: []}


@pytest.mark.parametrize("other", [kinds.Ticket(ticket_id=3), kinds.Mine()])
def test_how_things_stand_is_told_once(other: Say) -> None:
    assert into_answer([ASK], answered([kinds.Status()], [other])).say == [other, ASK]
    assert into_push(answered([kinds.Status()], [other])).say == [other]
    own = into_answer([other], answered([kinds.Status()]))
    assert (own.say, own.left) == ([other], {1: []})
    named = kinds.Status(number="991-611-302")
    assert into_answer([ASK], answered([named])).say == [named, ASK]


def test_a_move_tells_more_than_that_the_ticket_was_received() -> None:
    rows = answered([moved(3), kinds.Ticket(ticket_id=3), kinds.Ticket(ticket_id=4)])
    assert into_answer([ASK], rows).say == [moved(3), kinds.Ticket(ticket_id=4), ASK]


def test_a_card_that_may_come_with_a_question_has_room_for_both() -> None:
    rows = [Waiting(1, [moved(7), question()], late=True)]
    urgent, ticket = kinds.Urgent(), kinds.Ticket(ticket_id=3)
    said, left, *_ = into_answer([urgent, ticket], rows)
    assert said == [urgent, MISSED, moved(7), ticket]
    assert left == {1: [question()]}


def test_what_is_drawn_as_fewer_messages_leaves_room_for_more() -> None:
    ticket, status = kinds.Ticket(ticket_id=3), kinds.Status(number="123-456-789")
    rows = [Waiting(1, [ASK], answer=True, unsure=True), Waiting(2, [ticket], unsure=True)]
    said = into_answer([status], rows, ["k"])
    assert (said.say, said.left) == ([kinds.Again(), ASK, status], {1: [], 2: [ticket]})
    said = into_answer([status], rows, ["k"], lambda _: 1)
    assert (said.say, said.left) == ([kinds.Again(), ASK, ticket, status], {1: [], 2: []})


def test_nothing_is_drawn_twice_to_be_counted_nor_once_all_is_full() -> None:
    drawn = list[Say]()

    def count(say: Say) -> int:
        drawn.append(say)
        return 1

    tickets = [kinds.Ticket(ticket_id=number) for number in range(20)]
    said = into_answer([ASK], answered(tickets), (), count)
    assert said.say == [*tickets[:4], ASK]
    assert drawn == [ASK, *tickets[:5]]
    drawn.clear()
    assert into_push(answered([ASK], tickets), ["k"], count).say == [ASK, *tickets[:4]]
    assert drawn == [ASK, *tickets[:5]]


def test_what_only_another_version_can_say_waits_for_it() -> None:
    strange = Unknown({"say": "hologram"})
    assert into_answer([ASK], [Waiting(1, [strange, question()])])[:2] == (
        [question(), ASK],
        {1: [strange]},
    )


def test_more_moves_than_a_carousel_holds_are_told_in_two_answers() -> None:
    rows = [Waiting(n, [moved(n)], late=True) for n in range(MOST_CARDS + 3)]
    first = into_answer([ASK], rows)
    assert first.say == [MISSED, *(moved(n) for n in range(MOST_CARDS)), ASK]
    left = [Waiting(id, say, late=True) for id, say in first.left.items() if say]
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
        Waiting(n, [replace(one) for one in say], late) for n, (say, late) in enumerate(rows)
    ]
    newest = {
        (type(s), s.ticket_id): s for row in waiting for s in row.say if isinstance(s, OVERTAKES)
    }
    worth = [
        say
        for row in waiting
        for say in row.say
        if not isinstance(say, kinds.Ask)
        and not (isinstance(say, kinds.Ticket) and (kinds.Moved, say.ticket_id) in newest)
        and not (say == STATUS and any(kind is kinds.Ticket for kind, _ in newest))
        and (not isinstance(say, OVERTAKES) or say is newest[type(say), say.ticket_id])
    ]
    told: list[Say] = []
    for _ in range(sum(len(row.say) for row in waiting) + 1):
        said, left, *_ = into_answer([ASK], waiting)
        assert [say.rides for say in said] == [*[True] * (len(said) - 1), False]
        told += [replace(say, rides=False) for say in said[:-1] if say != MISSED]
        waiting = [Waiting(row.id, left[row.id], row.late) for row in waiting if left[row.id]]
        others = [say for say in said if not isinstance(say, kinds.Moved)]
        messages = sum(kind_of(say).messages for say in others)
        assert messages + (len(others) < len(said)) <= MOST_MESSAGES
    assert waiting == []
    assert sorted(map(repr, told)) == sorted(map(repr, worth))


OVERTAKES = (kinds.Moved, kinds.Ticket)
HELP, STATUS = kinds.Help(key="how"), kinds.Status()
CARD = kinds.Ticket(ticket_id=3)
ADDED = kinds.Added(ticket_id=3, draft="k", why="add", photos=[7], words=False, place=False)


def asked(draft: str, *missing: str) -> Say:
    return replace(ASK, draft=draft, missing=[*missing])


def answered(*says: list[Say], **how: bool) -> list[Waiting]:
    """Answers that were not said so far, the oldest first."""
    return [Waiting(n, say, answer=True, **how) for n, say in enumerate(says, 1)]


PUSHED: list[tuple[str, list[list[Say]], list[Say]]] = [
    ("of what was asked the last", [[asked("k", "place")], [asked("k", "category")]],
     [asked("k", "category")]),
    ("nothing of a draft that is over", [[asked("over")], [CARD]], [CARD]),
    ("a draft that is open, whatever came after", [[asked("k")], [HELP]], [asked("k"), HELP]),
    ("a warning and the card in their order", [[kinds.Urgent(), asked("k")], [CARD]],
     [kinds.Urgent(), asked("k"), CARD]),
    ("no question that was gone on from", [[kinds.Sure(ticket_id=3)], [HELP]], [HELP]),
    ("a question that was not", [[HELP], [kinds.Sure(ticket_id=3)]],
     [HELP, kinds.Sure(ticket_id=3)]),
    ("once what was asked for twice", [[STATUS], [HELP], [STATUS]], [STATUS, HELP]),
    ("of a ticket's cards the last", [[CARD], [kinds.Ticket(ticket_id=3, inferred=True)]],
     [kinds.Ticket(ticket_id=3, inferred=True)]),
    ("no heading of another time", [[MISSED, CARD]], [CARD]),
]  # fmt: skip


@pytest.mark.parametrize(("says", "said"), [row[1:] for row in PUSHED], ids=[p[0] for p in PUSHED])
def test_answers_that_come_late_are_pushed_together_as_things_are(
    says: list[list[Say]], said: list[Say]
) -> None:
    gathered = into_push(answered(*says), ["k"])
    assert gathered.say == said
    assert gathered.is_worth_it
    assert not any(gathered.left.values())


def test_what_was_added_is_told_without_buttons_once_that_is_over() -> None:
    assert into_push(answered([ADDED]), ["k"]).say == [ADDED]
    assert into_push(answered([ADDED])).say == [replace(ADDED, draft="")]


def test_nothing_is_asked_by_push_after_something_newer_was_said() -> None:
    gathered = into_push(answered([asked("k")]), ["k"], gone_on=True)
    assert (gathered.say, gathered.is_worth_it) == ([], False)


WORTH: list[tuple[str, list[Say], dict[str, bool], bool]] = [
    ("surely unsaid", [HELP], {}, True),
    ("help that was perhaps said", [HELP], {"unsure": True}, False),
    ("an echo that was perhaps said", [kinds.About(key="muted", ticket_id=3)],
     {"unsure": True}, False),
    ("help that nobody waits for any more", [HELP], {"old": True}, False),
    ("a card that was perhaps said", [CARD], {"unsure": True}, True),
    ("an old card", [CARD], {"old": True}, True),
    ("a question that waits", [asked("k")], {"unsure": True}, True),
    ("a question of a draft that is over", [HELP, asked("over")], {"unsure": True}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("say", "how", "worth"), [row[1:] for row in WORTH], ids=[row[0] for row in WORTH]
)
def test_a_push_is_spent_on_what_somebody_must_know(
    say: list[Say], how: dict[str, bool], worth: bool
) -> None:
    assert into_push(answered(say, **how), ["k"]).is_worth_it is worth


def test_what_is_worth_no_push_of_its_own_goes_along_with_one_that_is() -> None:
    rows = [*answered([HELP], unsure=True), Waiting(2, [moved(7)])]
    gathered = into_push(rows)
    assert (gathered.say, gathered.unsure, gathered.is_worth_it) == ([moved(7), HELP], True, True)


def test_an_answer_about_all_data_neither_takes_along_nor_goes_along() -> None:
    alone = kinds.Erased(language=None)
    rows = answered([alone], [CARD])
    assert into_push(rows).say == [alone]
    assert into_push(rows[::-1]) == ([CARD], {}, False, True)
    assert into_answer([ASK], rows[:1])[:2] == ([ASK], {})


def test_one_persons_answers_leave_in_order_also_where_there_is_no_room() -> None:
    rows = answered([question(1), question(2), question(3)], [CARD], [HELP], [text("a")])
    gathered = into_push(rows)
    assert gathered.say == [question(1), question(2), question(3), CARD]
    assert gathered.left == {2: [], 3: [HELP], 4: [text("a")]}


@pytest.mark.parametrize(("unsure", "most"), [(False, MOST_MESSAGES), (True, MOST_MESSAGES - 1)])
def test_a_push_that_may_be_a_second_copy_has_room_to_say_so(unsure: bool, most: int) -> None:
    rows = answered(*([text(str(n))] for n in range(9)), unsure=unsure)
    assert len(into_push(rows, messages=lambda _: 1).say) == most


def test_what_may_be_a_second_copy_says_so() -> None:
    again = Waiting(1, [moved(7)], unsure=True)
    assert into_answer([ASK], [again]).say == [kinds.Again(), moved(7), ASK]
    assert into_push([again]).unsure


def test_words_to_a_crew_member_and_to_the_same_person_as_a_resident_never_go_together() -> None:
    crews = [CrewTicket(ticket_id=ticket) for ticket in (7, 9)]
    rows = [Waiting(1, crews[:1]), Waiting(2, [moved(8)]), Waiting(3, crews[1:])]
    assert into_push(rows).say == crews
    assert into_push(rows[1:]).say == [moved(8)]
    assert into_answer([kinds.Mine()], rows).say == [moved(8), kinds.Mine()]
    assert into_answer([CrewList()], rows).say == [*crews, CrewList()]

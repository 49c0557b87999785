"""What falls together for one person is said together: in so few messages as LINE takes. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from reports.outbox.kinds import Added, Again, Mine, Missed, Moved, Status, Ticket, Urgent
from reports.outbox.say import Say, Unknown, draft_of, kind_of

MOST_MESSAGES: Final = 5
"""In one request to LINE (Messaging API reference, reply and push)."""
MOST_CARDS: Final = 10
"""Moves of tickets stand side by side in one message; more than so many nobody looks through."""
_HEADINGS: Final = (Missed, Again)

Count = Callable[[Say], int]
"""As how many LINE messages something is drawn."""


class Waiting(NamedTuple):
    """A row that was not said so far; rows of one person stand in the order of their writing.

    `late`: it should have been said, and could not be. `answer`: to something they did. `unsure`:
    it may have been said all the same. `old`: that was so long ago that nobody waits for it.
    """

    id: int
    say: Sequence[Say]
    late: bool = False
    answer: bool = False
    unsure: bool = False
    old: bool = False

    @property
    def is_crews(self) -> bool:
        """Whether it is said to them as a crew member alone."""
        return are_crews(self.say)

    @property
    def is_alone(self) -> bool:
        return any(kind_of(say).alone for say in self.say)

    def is_worth_a_push(self, say: Say) -> bool:
        """Whether this thing of it is; what is not comes with their next answer."""
        return kind_of(say).at_least_once or not (self.unsure or self.old)


class Gathered(NamedTuple):
    """What is said now, and for each row what of it still waits (nothing: it is all said).

    `unsure`: some of it may have been said before. `is_worth_it`: whether a push may be spent.
    """

    say: list[Say]
    left: Mapping[int, list[Say]]
    unsure: bool = False
    is_worth_it: bool = True


def are_crews(say: Sequence[Say]) -> bool:
    """Whether all of these, under whatever heading, are words to a crew member."""
    told = [one for one in say if not isinstance(one, _HEADINGS)]
    return bool(told) and all(kind_of(one).crew for one in told)


def at_most(say: Say) -> int:
    """By its kind."""
    return kind_of(say).messages


def into_answer(
    own: Sequence[Say],
    waiting: Sequence[Waiting],
    drafts: Collection[str] = (),
    messages: Count = at_most,
) -> Gathered:
    """The answer, behind what waits (oldest first): the last message's buttons are its own.

    Of each ticket only the newest move is said, and all moves stand together. Whom to call in an
    emergency stands before everything. `drafts`: the keys of those that are open. `messages`: how
    many something is drawn as, where that is known better than by its kind.
    """
    for_crew = are_crews(own)
    rows = [row for row in waiting if not row.is_alone and row.is_crews == for_crew]
    late = {row.id: row.unsure for row in rows if row.late or row.unsure}
    room = MOST_MESSAGES - _messages(own, messages) - bool(late)
    taken, left = _take([], _worth_telling(rows, own, drafts), room, messages)
    told_late = {late[row] for row, _ in taken if row in late}
    heading = [Again() if True in told_late else Missed()] if told_late else []
    riders = [*heading, *_moves_first([say for _, say in taken])]
    warning = [say for say in own if isinstance(say, Urgent)]
    rest = [say for say in own if not isinstance(say, Urgent)]
    said = [*warning, *(replace(say, rides=True) for say in riders), *rest]
    return Gathered(said, _by_row(rows, left))


def into_push(
    waiting: Sequence[Waiting],
    drafts: Collection[str] = (),
    messages: Count = at_most,
    *,
    gone_on: bool = False,
) -> Gathered:
    """The push of the first of these rows with what else waits for the same person, ordered as by
    `into_answer`. `gone_on`: they have been answered something newer since."""
    first, *after = waiting
    beside = (row for row in after if not row.is_alone and row.is_crews == first.is_crews)
    rows = [first] if first.is_alone else [first, *beside]
    rows.sort(key=lambda row: row.id)
    things = _worth_telling(rows, (), drafts, gone_on=gone_on)
    room = MOST_MESSAGES - any(row.unsure for row in rows)
    firmly = [thing for thing in things if thing[0] == first.id]
    others = [thing for thing in things if thing[0] != first.id]
    taken, left = _take(firmly, others, room, messages)
    of = {row.id: row for row in rows}
    return Gathered(
        _moves_first([say for _, say in taken]),
        _by_row((row for row in rows if row is not first), left),
        unsure=any(of[row].unsure for row, _ in taken),
        is_worth_it=any(of[row].is_worth_a_push(say) for row, say in taken),
    )


_Thing = tuple[int, Say]
"""What there is to say, and the row it waits in."""


def _worth_telling(
    rows: Sequence[Waiting], own: Sequence[Say], drafts: Collection[str], *, gone_on: bool = False
) -> list[_Thing]:
    """What means something still, each thing as it is by now, and what was asked for twice once."""
    last_asked = _last_asked(rows, own)
    last_answer = None if own else next((row for row in reversed(rows) if row.answer), None)
    told, things = [*own], list[_Thing]()
    for row in rows:
        for say in row.say:
            if kind_of(say).of_its_moment:
                is_open = say is last_asked if draft_of(say) else row is last_answer
                if gone_on or not is_open or draft_of(say) not in (None, *drafts):
                    continue
            if isinstance(say, _HEADINGS) or (row.answer and say in told):
                continue
            told += [say] if row.answer else []
            things.append((row.id, _without_old_buttons(say, drafts)))
    return _newest(things, own)


def _last_asked(rows: Sequence[Waiting], own: Sequence[Say]) -> Say | None:
    """Of all questions about a draft the one that is open."""
    said = [say for row in rows for say in row.say] + [*own]
    asked = (say for say in reversed(said) if draft_of(say) and kind_of(say).of_its_moment)
    return next(asked, None)


def _without_old_buttons(say: Say, drafts: Collection[str]) -> Say:
    """As it is said once the draft is over to which its buttons belong."""
    if isinstance(say, Added) and say.draft not in drafts:
        return replace(say, draft="")
    return say


def _newest(things: Sequence[_Thing], own: Sequence[Say]) -> list[_Thing]:
    """Without the moves that a later one of the same ticket has overtaken, its older cards, or the
    last one where a move tells more; and without how their newest ticket stands where that is told
    by its card or with all of theirs."""
    said = [*(say for _, say in things), *own]
    last = {(type(say), say.ticket_id): say for say in said if isinstance(say, Moved | Ticket)}
    moved = {say.ticket_id for say in said if isinstance(say, Moved)}
    is_told = any(isinstance(say, Ticket | Mine) for say in said)
    return [
        (row, say)
        for row, say in things
        if not isinstance(say, Moved | Ticket) or say is last[type(say), say.ticket_id]
        if not (isinstance(say, Ticket) and say.ticket_id in moved)
        if not (is_told and say == Status())
    ]


def _take(
    firmly: Sequence[_Thing], things: Sequence[_Thing], room: int, messages: Count
) -> tuple[list[_Thing], list[_Thing]]:
    """What is taken anyway with all that fits beside it, and the others, both in their order: with
    them what only another version can say. What must be known goes before the rest."""
    chosen, others = [*firmly], list[int]()
    messages, is_full = _once(messages), False
    for thing in sorted(things, key=lambda thing: not kind_of(thing[1]).at_least_once):
        is_strange = isinstance(thing[1], Unknown)
        is_full = is_full or _messages([say for _, say in (*chosen, thing)], messages) > room
        if is_full or is_strange:
            others.append(id(thing))
        else:
            chosen.append(thing)
    left = [thing for thing in things if id(thing) in others]
    return [*firmly, *(thing for thing in things if id(thing) not in others)], left


def _once(messages: Count) -> Count:
    """Each thing is drawn once to be counted, which costs a few looks into the database."""
    known: dict[int, int] = {}

    def count(say: Say) -> int:
        if id(say) not in known:
            known[id(say)] = messages(say)
        return known[id(say)]

    return count


def _messages(said: Collection[Say], messages: Count) -> int:
    """How many messages these are drawn as; too many when one carousel does not hold the moves."""
    moves = sum(isinstance(say, Moved) for say in said)
    if moves > MOST_CARDS:
        return MOST_MESSAGES + 1
    others = (say for say in said if not isinstance(say, Moved))
    return bool(moves) + sum(map(messages, others))


def _moves_first(said: Sequence[Say]) -> list[Say]:
    return sorted(said, key=lambda say: not isinstance(say, Moved))


def _by_row(rows: Iterable[Waiting], left: Iterable[_Thing]) -> dict[int, list[Say]]:
    return {row.id: [say for of, say in left if of == row.id] for row in rows}

"""What falls together for one person is said together: in so few messages as LINE takes. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from reports.outbox.kinds import Missed, Moved, Urgent
from reports.outbox.say import Say, Unknown, kind_of

MOST_MESSAGES: Final = 5
"""In one request to LINE (Messaging API reference, reply and push)."""
MOST_CARDS: Final = 10
"""Moves of tickets stand side by side in one message; more than so many nobody looks through."""


class Waiting(NamedTuple):
    """A row that was not said so far; `held` when it should have been, and could not be."""

    id: int
    say: Sequence[Say]
    held: bool = False


class Gathered(NamedTuple):
    """What is said now, and for each row what of it still waits (nothing: it is all said)."""

    say: list[Say]
    left: Mapping[int, list[Say]]


def into_answer(own: Sequence[Say], waiting: Sequence[Waiting]) -> Gathered:
    """The answer, behind what waits (oldest first): the last message's buttons are its own.

    Of each ticket only the newest move is said, and all moves stand together. Whom to call in an
    emergency stands before everything.
    """
    held = {row.id for row in waiting if row.held}
    room = MOST_MESSAGES - _messages(own) - bool(held)
    taken, left = _take([], _newest(_things(waiting)), room)
    told_late = any(row in held for row, _ in taken)
    heading = [Missed()] if told_late else []
    said = [say for _, say in taken]
    warning = [say for say in own if isinstance(say, Urgent)]
    rest = [say for say in own if not isinstance(say, Urgent)]
    return Gathered([*warning, *heading, *_moves_first(said), *rest], _by_row(waiting, left))


def into_push(own: Sequence[Say], waiting: Sequence[Waiting]) -> Gathered:
    """The push with what else waits for the same person, ordered as by `into_answer`."""
    things = _newest([(None, say) for say in own] + _things(waiting))
    firmly = [thing for thing in things if thing[0] is None]
    taken, left = _take(firmly, [thing for thing in things if thing[0]], MOST_MESSAGES)
    return Gathered(_moves_first([say for _, say in taken]), _by_row(waiting, left))


_Thing = tuple[int | None, Say]
"""What there is to say, and the row it waits in."""


def _things(rows: Iterable[Waiting]) -> list[_Thing]:
    return [(row.id, say) for row in rows for say in row.say if not kind_of(say).of_its_moment]


def _newest(things: Sequence[_Thing]) -> list[_Thing]:
    """Without the moves that a later one of the same ticket has overtaken."""
    last = {say.ticket_id: say for _, say in things if isinstance(say, Moved)}
    return [
        (row, say)
        for row, say in things
        if not isinstance(say, Moved) or say is last[say.ticket_id]
    ]


def _take(
    firmly: Collection[_Thing], things: Iterable[_Thing], room: int
) -> tuple[list[_Thing], list[_Thing]]:
    """What is taken anyway with all that fits beside it, and the others: with them what only
    another version can say."""
    taken: list[_Thing] = list(firmly)
    left: list[_Thing] = []
    for thing in things:
        fits = _messages([say for _, say in (*taken, thing)]) <= room
        (taken if fits and not isinstance(thing[1], Unknown) else left).append(thing)
    return taken, left


def _messages(said: Collection[Say]) -> int:
    """How many messages these are drawn as; too many when one carousel does not hold the moves."""
    moves = sum(isinstance(say, Moved) for say in said)
    if moves > MOST_CARDS:
        return MOST_MESSAGES + 1
    others = (say for say in said if not isinstance(say, Moved))
    return bool(moves) + sum(kind_of(say).messages for say in others)


def _moves_first(said: Sequence[Say]) -> list[Say]:
    return sorted(said, key=lambda say: not isinstance(say, Moved))


def _by_row(rows: Iterable[Waiting], left: Iterable[_Thing]) -> dict[int, list[Say]]:
    return {row.id: [say for of, say in left if of == row.id] for row in rows}

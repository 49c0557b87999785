"""What somebody who packs a day wants: its order after one press. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.tickets.numbers import number_in

_OF_A_TICKET: Final = "t."


@dataclass(frozen=True, slots=True)
class Wish:
    """Numbers: the `order` wanted, the one that was `seen`, and of what is new in it the id of who
    was in charge when it was shown, or "". `moved`: the one that a button was pressed for."""

    order: Sequence[str]
    seen: Sequence[str]
    given: Mapping[str, str]
    moved: str = ""


class NoWish(ValueError):
    """The form says nothing that can be done."""


def wish_in(fields: Mapping[str, str]) -> Wish:
    """Fields: seen, order (numbers joined by commas), act (save, add, or up, down, off and a
    number), and t.NUMBER for each that is to be added. Raises NoWish."""
    order, seen = _numbers(fields.get("order", "")), _numbers(fields.get("seen", ""))
    act, _, number = fields.get("act", "").partition(" ")
    if act == "save":
        return Wish(order, seen, {})
    if act == "add":
        given = _given(fields)
        if not given:
            raise NoWish
        return Wish([*order, *(one for one in given if one not in order)], seen, given)
    if act not in _MOVES or number not in order:
        raise NoWish
    return Wish(_MOVES[act](order, order.index(number)), seen, {}, number)


def _up(order: list[str], turn: int) -> list[str]:
    before = max(turn - 1, 0)
    rest = order[:turn] + order[turn + 1 :]
    return [*rest[:before], order[turn], *rest[before:]]


def _down(order: list[str], turn: int) -> list[str]:
    rest = order[:turn] + order[turn + 1 :]
    return [*rest[: turn + 1], order[turn], *rest[turn + 1 :]]


def _off(order: list[str], turn: int) -> list[str]:
    return order[:turn] + order[turn + 1 :]


_MOVES: Final[Mapping[str, Callable[[list[str], int], list[str]]]] = {
    "up": _up,
    "down": _down,
    "off": _off,
}


def _numbers(typed: str) -> list[str]:
    found = (number_in(part) for part in typed.split(",")[:500])
    return list(dict.fromkeys(number for number in found if number))


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    """In the order of the page."""
    ticked = {
        number_in(name.removeprefix(_OF_A_TICKET)): value
        for name, value in fields.items()
        if name.startswith(_OF_A_TICKET)
    }
    return {number: who for number, who in reversed(ticked.items()) if number}

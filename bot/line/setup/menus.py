"""Making LINE have exactly the menus that our languages give, and showing a person theirs.

Nothing about it is kept on our side: a menu's name tells what it is, its alias where it is.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.line import rich_menus
from bot.line.client import LineError
from bot.line.setup.fonts import face_for
from bot.line.setup.menu import Menu, alias_in, alias_of, labels, menu
from bot.line.setup.menu_picture import draw
from bot.wording import FIRST_LANGUAGE, languages, wording

MOVING_MAY_TAKE_SECONDS: Final = 60.0
_BETWEEN_LOOKS_SECONDS: Final = 1.0


class Change(StrEnum):
    """What became of one language's menu."""

    KEPT = "kept"
    MADE = "made"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PutUp:
    """What was changed, by language; how many old menus went, and which had to stay."""

    changes: Mapping[str, Change]
    removed: int
    left: Sequence[str] = field(default_factory=tuple)


def drawn(font: Path | None = None) -> list[Menu]:
    """The menu of every language there is a file for, written in this font or one of the system's.

    Raises fonts.NoFont, and ValueError for words that are too long for the menu.
    """
    spoken = list(languages().values())
    faces = [face_for("".join(labels(words)), font) for words in spoken]
    return [
        menu(words, draw(labels(words), face)) for words, face in zip(spoken, faces, strict=True)
    ]


def show(person: str, language: str | None) -> None:
    """This person (a LINE user id) sees the menu of their language. Without menus: nothing.

    Raises client.LineError.
    """
    spoken = wording(language).language
    if spoken == FIRST_LANGUAGE:
        rich_menus.unlink_menu(person)
    elif menu_id := rich_menus.menu_of_alias(alias_of(spoken)):
        rich_menus.link_menu(person, menu_id)


def put_up(wanted: Sequence[Menu]) -> PutUp:
    """Make what is missing or has changed, move its people over, then remove what was before.

    At every moment each person has a menu that works. Where people could not be moved the old
    menu stays with them, and the next run tries again. Raises client.LineError.
    """
    ours = {menu_id: name for menu_id, name in rich_menus.menus().items() if alias_in(name)}
    aliases = rich_menus.aliases()
    shown, changes = {}, {}
    for each in wanted:
        shown[each.alias], changes[each.language] = _hung(each, ours, aliases)
    _give_everybody(next(shown[each.alias] for each in wanted if each.is_everybodys))
    old = {menu_id: name for menu_id, name in ours.items() if menu_id not in shown.values()}
    left = _with_people_on_it(old, shown)
    _remove(old.keys() - left, gone=aliases.keys() - shown.keys(), aliases=aliases)
    return PutUp(changes, len(old) - len(left), sorted(left))


def _hung(wanted: Menu, ours: Mapping[str, str], aliases: Mapping[str, str]) -> tuple[str, Change]:
    there = aliases.get(wanted.alias)
    if there and ours.get(there) == wanted.name:
        return there, Change.KEPT
    made = rich_menus.make_menu(wanted.body, wanted.picture)
    if there:
        rich_menus.turn_alias(wanted.alias, made)
    else:
        rich_menus.make_alias(wanted.alias, made)
    before = wanted.alias in map(alias_in, ours.values())
    return made, Change.REPLACED if before else Change.MADE


def _give_everybody(menu_id: str) -> None:
    if rich_menus.everybodys_menu() != menu_id:
        rich_menus.set_everybodys_menu(menu_id)


def _with_people_on_it(old: Mapping[str, str], shown: Mapping[str, str]) -> set[str]:
    """Move people from old menus to the new; gives the menus that somebody may still see."""
    now = {menu_id: shown.get(alias_in(name) or "") for menu_id, name in old.items()}
    first = shown[alias_of(FIRST_LANGUAGE)]
    moves = [(menu_id, new) for menu_id, new in now.items() if new and new != first]
    return {menu_id for menu_id, _ in moves} if moves and not _moved(moves) else set()


def _moved(moves: Sequence[tuple[str, str]]) -> bool:
    try:
        request_id = rich_menus.move_people(moves)
        deadline = time.monotonic() + MOVING_MAY_TAKE_SECONDS
        while (phase := rich_menus.phase_of_move(request_id)) == "ongoing":
            if time.monotonic() > deadline:
                return False
            time.sleep(_BETWEEN_LOOKS_SECONDS)
    except LineError:
        return False
    # "failed": LINE has moved all but some people, and will not move those at any later time.
    return phase in ("succeeded", "failed")


def _remove(old: Iterable[str], *, gone: Iterable[str], aliases: Mapping[str, str]) -> None:
    """Aliases of languages that are no more go with their menus."""
    old = set(old)
    for alias in gone:
        if aliases[alias] in old:
            rich_menus.delete_alias(alias)
    for menu_id in sorted(old):
        rich_menus.delete_menu(menu_id)

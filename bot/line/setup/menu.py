"""The menu under the talk: four things to ask for, one menu for each language. Pure.

Its name carries a hash of all that a resident sees of it, so that a set-up knows without keeping
anything whether LINE has this very menu already.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from bot.wording import FIRST_LANGUAGE, Wording

SIZE: Final = (2500, 843)
"""Pixels. LINE takes a width of 800 to 2,500 and a ratio of 1.45 or more, in at most 1 MB."""
MOST_PICTURE_BYTES: Final = 1024 * 1024
ITEMS: Final[Mapping[str, str]] = {
    "report": "menu.report",
    "status": "menu.status",
    "mine": "menu.mine",
    "help": "menu.help",
}
"""What each area asks for (`do` of its postback), and the key of its words; from left to right."""
_NAME: Final = re.compile(r"(michi-[a-z0-9_-]+) [0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Menu:
    """One language's menu: LINE's request body and the PNG that goes with it."""

    language: str
    body: Mapping[str, Any]
    picture: bytes

    @property
    def name(self) -> str:
        """Not shown to anybody: whose language, and the hash of body and picture."""
        return str(self.body["name"])

    @property
    def alias(self) -> str:
        """Under which LINE finds the menu of this language, whatever its id is just now."""
        return alias_of(self.language)

    @property
    def is_everybodys(self) -> bool:
        """Who was given no other menu sees this one."""
        return self.language == FIRST_LANGUAGE


def labels(words: Wording) -> list[str]:
    """The words on the menu, in the order of ITEMS."""
    return [words(key) for key in ITEMS.values()]


def menu(words: Wording, picture: bytes) -> Menu:
    """The menu of a language with its picture. Raises ValueError when LINE would refuse it."""
    if len(picture) > MOST_PICTURE_BYTES:
        raise ValueError(f"the menu's picture has {len(picture)} bytes; LINE takes 1 MB")
    body: dict[str, Any] = {
        "size": {"width": SIZE[0], "height": SIZE[1]},
        "selected": True,
        "chatBarText": words("menu.bar"),
        "areas": _areas(words),
    }
    seen = json.dumps(body, sort_keys=True, ensure_ascii=False).encode() + picture
    short = hashlib.sha256(seen).hexdigest()[:12]
    return Menu(words.language, {"name": f"{alias_of(words.language)} {short}", **body}, picture)


def alias_of(language: str) -> str:
    """LINE allows `[a-z0-9_-]{1,32}`."""
    return f"michi-{language.lower()}"


def alias_in(name: str) -> str | None:
    """The alias that a menu of this name stands for; None when the menu is not ours."""
    ours = _NAME.fullmatch(name)
    return ours[1] if ours else None


def columns() -> Sequence[tuple[int, int]]:
    """Left edge and width of each area: as even as whole pixels allow, without a gap."""
    edges = [round(SIZE[0] * at / len(ITEMS)) for at in range(len(ITEMS) + 1)]
    return [(left, right - left) for left, right in pairwise(edges)]


def _areas(words: Wording) -> list[dict[str, Any]]:
    places = zip(columns(), ITEMS, labels(words), strict=True)
    return [
        {
            "bounds": {"x": left, "y": 0, "width": width, "height": SIZE[1]},
            "action": _postback(label, do),
        }
        for (left, width), do, label in places
    ]


def _postback(label: str, do: str) -> dict[str, str]:
    """What a tap sends; it appears in the talk as the person's own words."""
    return {"type": "postback", "label": label, "data": f"do={do}", "displayText": label}

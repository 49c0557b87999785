"""The shapes of our cards: a coloured head, pictures, rows of facts, buttons. Pure.

LINE's limits on a carousel (50 KB) are kept by cutting what a city's tables or its staff may have
made long; the colours have a contrast of 4.5:1 or more with what lies behind them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.render.flex import TEXT_UNITS, Json, cut

INK: Final = "#1f2933"
SOFT: Final = "#5b6770"
RULE: Final = "#e3e8ec"
BLUE: Final = "#1a5fa8"
GREEN: Final = "#1b7f4d"
RED: Final = "#b3261e"
WHITE: Final = "#ffffff"
PALE: Final = "#eef1f4"
SHORT_UNITS: Final = 60
VALUE_UNITS: Final = 120
NOTE_UNITS: Final = 1_100
"""Room for all that staff can write in one of their forms, and for the words before it."""
PICTURE_HEIGHT: Final = {"mega": "195px", "kilo": "169px"}
"""That of a 20:13 picture as wide as the bubble."""
EDGE: Final = {"mega": "20px", "kilo": "13px"}
"""The room beside head and body, said aloud: left unsaid, the two differ on a small bubble."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fact: its name, its value, and what a tap on the value does (such as dialling)."""

    name: str
    value: str
    action: Json | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers that are tapped: its picture (an emoji) and its name."""

    icon: str
    name: str
    action: Json
    is_guessed: bool = False


def bubble(
    *,
    title: str,
    subtitle: str,
    colour: str,
    hero: Json | None = None,
    sections: Sequence[Sequence[Json]],
    buttons: Sequence[Json] = (),
    size: str = "mega",
) -> Json:
    """A card: a coloured head of two lines, pictures, sections with rules between, buttons."""
    head, edge = [_label(title), _headline(subtitle)], EDGE[size]
    made: Json = {
        "type": "bubble",
        "size": size,
        "header": box(head, backgroundColor=colour, spacing="xs", paddingAll=edge),
        "body": box(_with_rules(sections), spacing="lg", paddingAll=edge),
    }
    if hero:
        made["hero"] = hero
    if buttons:
        made["footer"] = box(buttons, spacing="sm")
    return made


def note(words: str, buttons: Sequence[Json]) -> Json:
    """A card that is a message with buttons and nothing more."""
    said = line(words, units=TEXT_UNITS) | {"size": "md"}
    return {
        "type": "bubble",
        "size": "mega",
        "body": box([said]),
        "footer": box(buttons, spacing="sm"),
    }


def choices(words: str, offered: Sequence[Choice], ways: Sequence[Json] = ()) -> Json:
    """A card that is a question with its answers in two columns, and buttons to do else below."""
    said = line(words, units=TEXT_UNITS) | {"size": "md"}
    pairs = [offered[at : at + 2] for at in range(0, len(offered), 2)]
    made: Json = {
        "type": "bubble",
        "size": "giga",
        "body": box(
            [box([said], paddingAll="xs"), box(map(_pair, pairs), spacing="sm")],
            spacing="lg",
            paddingAll="10px",
        ),
    }
    return made | {"footer": box(map(button, ways))} if ways else made


def picture(url: str) -> Json:
    """One picture as wide as the bubble."""
    return _image(url, "20:13") | {"size": "full"}


def picture_of_the_work(url: str, words: str) -> Json:
    """One picture as wide as the bubble that is not the resident's own, and words that say so."""
    return _captioned(url, words, ratio="20:13")


def two_pictures(left: tuple[str, str], right: tuple[str, str]) -> Json:
    """Two pictures side by side, each an address and the words below it."""
    return box([_captioned(*left), _captioned(*right)], layout="horizontal", spacing="xs")


def no_picture(words: str, size: str) -> Json:
    """In place of a picture, so that cards side by side stay in line."""
    shown = headline(words, SOFT) | {"size": "md", "align": "center"}
    room = {"height": PICTURE_HEIGHT[size], "justifyContent": "center", "paddingAll": "lg"}
    return box([shown], backgroundColor=PALE, **room)


def headline(words: str, colour: str) -> Json:
    """What matters most on the card."""
    return _text(words, VALUE_UNITS, "lg", colour) | {"weight": "bold"}


def line(words: str, *, soft: bool = False, units: int = NOTE_UNITS) -> Json:
    """A sentence."""
    return _text(words, units, "sm", SOFT if soft else INK)


def rows(facts: Sequence[Row]) -> list[Json]:
    """Facts below each other, names on the left."""
    return [_row(fact) for fact in facts]


def steps(history: Sequence[tuple[str, str]]) -> list[Json]:
    """When and what, below each other."""
    return [_step(*step) for step in history]


def button(action: Json, *, colour: str | None = None) -> Json:
    """A button: grey, or of a colour when it is what we hope for."""
    style = {"style": "primary", "color": colour} if colour else {"style": "secondary"}
    return {
        "type": "button",
        "height": "sm",
        "adjustMode": "shrink-to-fit",
        "action": action,
    } | style


def box(contents: Iterable[Json], *, layout: str = "vertical", **style: Any) -> Json:
    """Components below or beside each other."""
    return {"type": "box", "layout": layout, "contents": list(contents), **style}


def _pair(offered: Sequence[Choice]) -> Json:
    empty = [box([], **_CELL)] * (2 - len(offered))
    return box([*map(_choice, offered), *empty], layout="horizontal", spacing="sm")


def _choice(one: Choice) -> Json:
    middle = {"gravity": "center"}
    icon: Json = {"type": "text", "text": one.icon, "size": "lg", "flex": 0, **middle}
    name = _text(one.name, SHORT_UNITS, "xs", INK) | middle
    style: Json = {"backgroundColor": PALE, "cornerRadius": "md", "borderColor": PALE}
    if one.is_guessed:
        name |= {"weight": "bold"}
        style["borderColor"] = BLUE
    return box([icon, name], layout="horizontal", action=one.action, **(_CELL | style))


_CELL: Final[Json] = {
    "spacing": "6px",
    "paddingAll": "12px",
    "paddingStart": "8px",
    "paddingEnd": "6px",
    "borderWidth": "2px",
    "borderColor": WHITE,
}
"""At least 44 px high: a line of 13 px letters, which is 16 px high, and 14 px on either side."""


def _with_rules(sections: Sequence[Sequence[Json]]) -> list[Json]:
    there = [box(section, spacing="sm") for section in sections if section]
    rule: Json = {"type": "separator", "color": RULE}
    return [part for section in there for part in (rule, section)][1:]


def _image(url: str, ratio: str) -> Json:
    return {"type": "image", "url": url, "aspectRatio": ratio, "aspectMode": "cover"}


def _captioned(url: str, words: str, *, ratio: str = "1:1") -> Json:
    caption = {"type": "text", "text": words, "size": "xs", "color": SOFT, "align": "center"}
    shown = _image(url, ratio) | {"size": "full"}
    return box([shown, box([caption], paddingAll="xs", backgroundColor=PALE)])


def _text(words: str, units: int, size: str, colour: str) -> Json:
    shown = cut(words, units)
    return {"type": "text", "text": shown, "size": size, "color": colour, "wrap": True}


def _label(words: str) -> Json:
    return _text(words, SHORT_UNITS, "sm", WHITE)


def _headline(words: str) -> Json:
    return headline(words, WHITE) | {"size": "xl"}


def _row(fact: Row) -> Json:
    left: Json = {
        "type": "text",
        "text": fact.name,
        "size": "sm",
        "color": SOFT,
        "flex": 3,
        "adjustMode": "shrink-to-fit",
    }
    colour = BLUE if fact.action else INK
    right = _text(fact.value, VALUE_UNITS, "sm", colour) | {"flex": 8}
    if fact.action:
        right |= {"action": fact.action, "decoration": "underline"}
    return box([left, right], layout="baseline", spacing="md")


def _step(when: str, what: str) -> Json:
    left = {"type": "text", "text": when, "size": "xs", "color": SOFT, "flex": 5}
    right = _text(what, VALUE_UNITS, "xs", INK) | {"flex": 8}
    return box([left, right], layout="baseline", spacing="sm")

"""Flex messages: the keywords, the nesting and the sizes that LINE accepts."""

import json
from collections.abc import Iterator
from typing import Any

from line_platform.actions import action
from line_platform.flex_values import (
    ALIGN,
    BORDER,
    FLEX,
    GRADIENT,
    GRAVITY,
    ICON,
    LENGTH,
    PADDING,
    PICTURE,
    PIXELS,
    PLACED,
    RATIO,
    SPACE,
    TAP,
    WORDS,
)
from line_platform.rules import (
    COLOUR,
    HTTPS,
    Rule,
    Wrong,
    anything,
    by_type,
    every,
    flag,
    listed,
    one_of,
    shape,
    text,
)

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
BUBBLES = 12
SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")

SPAN = shape({"text": text(10_000)}, WORDS, closed=True)


def _something_to_say(value: Any, at: str) -> Iterator[Wrong]:
    if value.get("text") is None and not value.get("contents"):
        yield Wrong("Either text or contents is required", f"{at}.text")


COMPONENTS: dict[str, Rule] = {}
IN_BASELINE: dict[str, Rule] = {}


def _children(value: Any, at: str) -> Iterator[Wrong]:
    """Icons stand only in a baseline box, boxes and pictures only in the others."""
    table = IN_BASELINE if value.get("layout") == "baseline" else COMPONENTS
    if value.get("contents") is not None:
        yield from listed(by_type(table), 0, 1000)(value["contents"], f"{at}.contents")


_BOX_FIELDS = {
    "flex": FLEX,
    "spacing": SPACE,
    **PLACED,
    "backgroundColor": COLOUR,
    "borderColor": COLOUR,
    "borderWidth": BORDER,
    "cornerRadius": SPACE,
    **dict.fromkeys(("width", "maxWidth", "height", "maxHeight"), LENGTH),
    **dict.fromkeys(
        ("paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"), PADDING
    ),
    "action": TAP,
    "justifyContent": one_of(
        "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
    ),
    "alignItems": one_of("center", "flex-start", "flex-end"),
    "background": by_type({"linearGradient": GRADIENT}),
}
BOX = every(
    shape(
        {"layout": one_of("horizontal", "vertical", "baseline"), "contents": anything},
        _BOX_FIELDS,
        closed=True,
    ),
    _children,
)
TEXT = every(
    shape(
        {},
        {
            "text": text(10_000),
            "contents": listed(by_type({"span": SPAN}), 0, 1000),
            "flex": FLEX,
            "align": ALIGN,
            "gravity": GRAVITY,
            "wrap": flag,
            "lineSpacing": PIXELS,
            "maxLines": FLEX,
            "action": TAP,
            "adjustMode": one_of("shrink-to-fit"),
            "scaling": flag,
            **WORDS,
            **PLACED,
        },
        closed=True,
    ),
    _something_to_say,
)
BUTTON = shape(
    {"action": action("flex button")},
    {
        "flex": FLEX,
        "color": COLOUR,
        "style": one_of("primary", "secondary", "link"),
        "gravity": GRAVITY,
        "height": one_of("md", "sm"),
        "adjustMode": one_of("shrink-to-fit"),
        "scaling": flag,
        **PLACED,
    },
    closed=True,
)
IMAGE = shape(
    {"url": HTTPS},
    {
        "flex": FLEX,
        "align": ALIGN,
        "gravity": GRAVITY,
        "size": PICTURE,
        "aspectRatio": RATIO,
        "aspectMode": one_of("fit", "cover"),
        "backgroundColor": COLOUR,
        "action": TAP,
        "animated": flag,
        **PLACED,
    },
    closed=True,
)
FILLER = shape({}, {"flex": FLEX}, closed=True)
SEPARATOR = shape({}, {"margin": SPACE, "color": COLOUR}, closed=True)
COMPONENTS |= {
    "box": BOX,
    "button": BUTTON,
    "image": IMAGE,
    "text": TEXT,
    "separator": SEPARATOR,
    "filler": FILLER,
}
IN_BASELINE |= {
    "icon": shape(
        {"url": HTTPS},
        {"size": ICON, "aspectRatio": RATIO, "scaling": flag, **PLACED},
        closed=True,
    ),
    "text": TEXT,
    "filler": FILLER,
}
VIDEO = shape(
    {"url": HTTPS, "previewUrl": HTTPS, "altContent": by_type({"box": BOX, "image": IMAGE})},
    {"aspectRatio": RATIO, "action": TAP},
    closed=True,
)
BLOCK = shape(
    {}, {"backgroundColor": COLOUR, "separator": flag, "separatorColor": COLOUR}, closed=True
)
BLOCKS = ("header", "hero", "body", "footer")


def _bytes(most: int, what: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        if size > most:
            yield Wrong(f"The size of a {what} must not exceed {most // 1024} KB", at)

    return check


def _has_a_block(value: Any, at: str) -> Iterator[Wrong]:
    if not any(value.get(block) for block in BLOCKS):
        yield Wrong("At least one block must be specified", at)


BUBBLE = every(
    shape(
        {},
        {
            "size": one_of(*SIZES),
            "direction": one_of("ltr", "rtl"),
            "header": by_type({"box": BOX}),
            "hero": by_type({"box": BOX, "image": IMAGE, "video": VIDEO}),
            "body": by_type({"box": BOX}),
            "footer": by_type({"box": BOX}),
            "styles": shape({}, dict.fromkeys(BLOCKS, BLOCK), closed=True),
            "action": TAP,
        },
        closed=True,
    ),
    _has_a_block,
    _bytes(BUBBLE_BYTES, "bubble"),
)


def _one_width(value: Any, at: str) -> Iterator[Wrong]:
    bubbles = [b for b in value.get("contents") or [] if isinstance(b, dict)]
    if len({b.get("size", "mega") for b in bubbles}) > 1:
        yield Wrong("All bubbles of a carousel must have the same size", f"{at}.contents")


CAROUSEL = every(
    shape({"contents": listed(by_type({"bubble": BUBBLE}), 1, BUBBLES)}, closed=True),
    _one_width,
    _bytes(CAROUSEL_BYTES, "carousel"),
)
CONTAINER = by_type({"bubble": BUBBLE, "carousel": CAROUSEL})

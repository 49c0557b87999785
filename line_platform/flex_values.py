"""The words and measures that flex components share: sizes, spaces, colours, places."""

from collections.abc import Iterator
from typing import Any

from line_platform.actions import action
from line_platform.rules import COLOUR, Rule, Wrong, one_of, pattern, shape, whole

_STEPS = "none|xs|sm|md|lg|xl|xxl"
_PX = r"\d+(\.\d+)?px"
_PERCENT = r"\d+(\.\d+)?%"
SPACE = pattern(f"{_STEPS}|{_PX}", "md or 8px")
PADDING = pattern(f"{_STEPS}|{_PX}|{_PERCENT}", "md, 8px or 5%")
PIXELS = pattern(_PX, "4px")
OFFSET = pattern(f"{_STEPS}|-?{_PX}|-?{_PERCENT}", "md, -8px or 5%")
LENGTH = pattern(f"{_PX}|{_PERCENT}", "120px or 50%")
FONT = pattern(rf"xxs|xs|sm|md|lg|xl|xxl|[345]xl|{_PX}", "md or 14px")
PICTURE = pattern(rf"xxs|xs|sm|md|lg|xl|xxl|[345]xl|full|{_PX}|{_PERCENT}", "full, md or 80px")
ICON = pattern(rf"xxs|xs|sm|md|lg|xl|xxl|[345]xl|{_PX}|{_PERCENT}", "md or 20px")
BORDER = pattern(rf"none|light|normal|medium|semi-bold|bold|{_PX}", "light or 1px")
DEGREES = pattern(r"\d+(\.\d+)?deg", "90deg")
GRAVITY = one_of("top", "bottom", "center")
ALIGN = one_of("start", "end", "center")
FLEX = whole(0, 2**31 - 1)
TAP = action("flex")


def _ratio(value: Any, at: str) -> Iterator[Wrong]:
    """`width:height`, each 1 to 100000; the height at most three times the width."""
    parts = value.split(":") if isinstance(value, str) else []
    if len(parts) != 2 or not all(p.isascii() and p.isdigit() for p in parts):
        yield Wrong("Invalid value, expected something like 20:13", at)
    elif not all(1 <= int(p) <= 100_000 for p in parts) or int(parts[1]) > 3 * int(parts[0]):
        yield Wrong("Aspect ratio out of range", at)


RATIO: Rule = _ratio
PLACED = {
    "position": one_of("relative", "absolute"),
    "offsetTop": OFFSET,
    "offsetBottom": OFFSET,
    "offsetStart": OFFSET,
    "offsetEnd": OFFSET,
    "margin": SPACE,
}
WORDS = {
    "size": FONT,
    "color": COLOUR,
    "weight": one_of("regular", "bold"),
    "style": one_of("normal", "italic"),
    "decoration": one_of("none", "underline", "line-through"),
}
GRADIENT = shape(
    {"angle": DEGREES, "startColor": COLOUR, "endColor": COLOUR},
    {"centerColor": COLOUR, "centerPosition": pattern(_PERCENT, "50%")},
    closed=True,
)

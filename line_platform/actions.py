"""What a button may do, and how long its words may be, place by place."""

from collections.abc import Iterator
from typing import Any

from line_platform.rules import (
    ANY_TEXT,
    Rule,
    Wrong,
    by_type,
    every,
    one_of,
    pattern,
    shape,
    text,
)

DATA = text(300, 0)
URI = every(text(1000), pattern(r"(https?|line|tel):\S+", "https://example.com/"))
MOMENTS = {
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d",
    "datetime": r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d",
}
LABELS: dict[str, tuple[int, bool]] = {
    # place: (longest label, is it required)
    "quick reply": (20, True),
    "flex button": (40, True),
    "flex": (40, False),
    "template": (20, True),
    "template image": (12, False),
    "rich menu": (20, False),
}
ONLY_IN_QUICK_REPLIES = ("camera", "cameraRoll", "location")


def _moments(value: Any, at: str) -> Iterator[Wrong]:
    """The picker's bounds have the form of its mode and never a time zone."""
    wanted = MOMENTS.get(str(value.get("mode")))
    for key in ("initial", "max", "min"):
        if wanted and value.get(key) is not None:
            yield from pattern(wanted, f"a {value['mode']} without a time zone")(
                value[key], f"{at}.{key}"
            )


def _fill_in_needs_keyboard(value: Any, at: str) -> Iterator[Wrong]:
    if value.get("fillInText") is not None and value.get("inputOption") != "openKeyboard":
        yield Wrong("Only with inputOption openKeyboard", f"{at}.fillInText")


KINDS: dict[str, Rule] = {
    "message": shape({"text": text(300)}),
    "postback": every(
        shape(
            {"data": DATA},
            {
                "displayText": text(300),
                "text": text(300),
                "inputOption": one_of("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
                "fillInText": text(300),
            },
        ),
        _fill_in_needs_keyboard,
    ),
    "uri": shape({"uri": URI}, {"altUri": shape({}, {"desktop": URI})}),
    "datetimepicker": every(
        shape(
            {"data": DATA, "mode": one_of(*MOMENTS)},
            {"initial": ANY_TEXT, "max": ANY_TEXT, "min": ANY_TEXT},
        ),
        _moments,
    ),
    "clipboard": shape({"clipboardText": text(1000)}),
    "camera": shape({}),
    "cameraRoll": shape({}),
    "location": shape({}),
    "richmenuswitch": shape({"richMenuAliasId": text(32), "data": DATA}),
}


def _kinds(place: str) -> dict[str, Rule]:
    """The actions that LINE shows in that place."""
    left_out = {"richmenuswitch"} if place != "rich menu" else set()
    if place != "quick reply":
        left_out |= set(ONLY_IN_QUICK_REPLIES)
    return {kind: rule for kind, rule in KINDS.items() if kind not in left_out}


def _label(place: str) -> Rule:
    most, required = LABELS[place]

    def check(value: Any, at: str) -> Iterator[Wrong]:
        label = value.get("label") if isinstance(value, dict) else None
        if label is not None or required:
            yield from text(most, int(required))(label or "", f"{at}.label")

    return check


def action(place: str) -> Rule:
    """The rule for an action at one of the places of `LABELS`."""
    return every(by_type(_kinds(place)), _label(place))

"""LINE messages as plain values: texts, quick replies and flex cards within LINE's limits. Pure.

Limits: LINE Messaging API reference; lengths count UTF-16 units, as LINE counts them.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

Json = dict[str, Any]

MOST_MESSAGES: Final = 5
TEXT_UNITS: Final = 5_000
ALT_UNITS: Final = 1_500
LABEL_UNITS: Final = 20
MOST_QUICK_REPLIES: Final = 13
INK, SOFT, LINE_GREY = "#1f2933", "#5b6770", "#e3e8ec"


def cut(words: str, units: int) -> str:
    """At most so many UTF-16 units, never half a character; an ellipsis shows the cut."""
    if len(words.encode("utf-16-le")) // 2 <= units:
        return words
    kept = words.encode("utf-16-le")[: (units - 1) * 2].decode("utf-16-le", "ignore")
    return f"{kept}…"


def text(words: str) -> Json:
    """A text message."""
    return {"type": "text", "text": cut(words, TEXT_UNITS)}


def card(alt: str, bubble: Json) -> Json:
    """A flex message of one bubble (or carousel), with what is read aloud in its place."""
    return {"type": "flex", "altText": cut(alt, ALT_UNITS), "contents": bubble}


def with_quick_replies(message: Json, actions: Sequence[Json]) -> Json:
    """The message with buttons above the keyboard; LINE shows those of the last message only."""
    items = [{"type": "action", "action": action} for action in actions[:MOST_QUICK_REPLIES]]
    return message | {"quickReply": {"items": items}} if items else message


def postback(label: str, do: str, *, shown: str | None = None, **data: str) -> Json:
    """A button that comes back to us; `shown` appears as the resident's own words."""
    return {
        "type": "postback",
        "label": cut(label, LABEL_UNITS),
        "data": urlencode({"do": do, **data}),
        "displayText": cut(shown or label, 300),
    }


def device(kind: str, label: str) -> Json:
    """Camera, cameraRoll or location: actions that only quick replies may have."""
    return {"type": kind, "label": cut(label, LABEL_UNITS)}


def link(label: str, uri: str) -> Json:
    """Opens an address or dials a number (tel:)."""
    return {"type": "uri", "label": cut(label, LABEL_UNITS), "uri": uri}


def bubble(
    *,
    title: str,
    subtitle: str,
    colour: str,
    picture: str | None,
    rows: Sequence[tuple[str, str]],
    notes: Sequence[str],
    steps: Sequence[tuple[str, str]],
    buttons: Sequence[Json],
) -> Json:
    """A ticket card: a coloured head, the photo, facts, a short history, buttons."""
    body: list[Json] = [_row(name, value) for name, value in rows]
    if steps:
        body += [_rule(), *(_row(when, what) for when, what in steps)]
    if notes:
        body += [_rule(), *(_note(note) for note in notes)]
    made: Json = {
        "type": "bubble",
        "size": "mega",
        "header": _box([_label(title), _headline(subtitle)], backgroundColor=colour),
        "body": _box(body, spacing="sm"),
    }
    if picture:
        made["hero"] = {
            "type": "image",
            "url": picture,
            "size": "full",
            "aspectRatio": "20:13",
            "aspectMode": "cover",
        }
    if buttons:
        made["footer"] = _box([_button(action) for action in buttons], spacing="sm")
    return made


def carousel(bubbles: Sequence[Json]) -> Json:
    """Up to twelve bubbles side by side."""
    return {"type": "carousel", "contents": list(bubbles[:12])}


def plain(message: Json) -> Json:
    """The same without anything that LINE could refuse: its words alone."""
    return text(str(message.get("text") or message.get("altText") or "…"))


def _box(contents: list[Json], **style: Any) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **style}


def _label(words: str) -> Json:
    return {"type": "text", "text": words, "size": "sm", "color": "#ffffff", "wrap": True}


def _headline(words: str) -> Json:
    return {"type": "text", "text": words, "size": "xl", "weight": "bold", "color": "#ffffff"}


def _row(name: str, value: str) -> Json:
    left = {"type": "text", "text": name, "size": "sm", "color": SOFT, "flex": 3}
    right = {"type": "text", "text": value, "size": "sm", "color": INK, "flex": 7, "wrap": True}
    return {"type": "box", "layout": "baseline", "contents": [left, right], "spacing": "sm"}


def _note(words: str) -> Json:
    return {"type": "text", "text": cut(words, 600), "size": "sm", "color": INK, "wrap": True}


def _rule() -> Json:
    return {"type": "separator", "color": LINE_GREY, "margin": "md"}


def _button(action: Json) -> Json:
    return {"type": "button", "style": "secondary", "height": "sm", "action": action}

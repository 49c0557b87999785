"""LINE messages as plain values: texts, cards, buttons, and what one request holds. Pure.

Limits: LINE Messaging API reference; lengths count UTF-16 units, as LINE counts them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

Json = dict[str, Any]

MOST_MESSAGES: Final = 5
TEXT_UNITS: Final = 5_000
ALT_UNITS: Final = 1_500
LABEL_UNITS: Final = 20
BUTTON_UNITS: Final = 40
MOST_QUICK_REPLIES: Final = 13
MOST_BUBBLES: Final = 12


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


def carousel(bubbles: Sequence[Json]) -> Json:
    """Up to twelve bubbles side by side."""
    return {"type": "carousel", "contents": list(bubbles[:MOST_BUBBLES])}


def with_quick_replies(message: Json, actions: Sequence[Json]) -> Json:
    """The message with buttons above the keyboard; LINE shows those of the last message only."""
    items = [{"type": "action", "action": action} for action in actions[:MOST_QUICK_REPLIES]]
    return message | {"quickReply": {"items": items}} if items else message


def one_request(messages: Sequence[Json]) -> list[Json]:
    """At most five messages, all their quick replies on the last, its own first.

    What has quick replies waits for an answer, so that what has none is left out before it; the
    first message and the last always stay.
    """
    kept = _most_needed(messages)
    if not kept:
        return []
    actions = [action for message in reversed(kept) for action in _quick_replies_of(message)]
    bare = [{key: value for key, value in one.items() if key != "quickReply"} for one in kept]
    return [*bare[:-1], with_quick_replies(bare[-1], _different(actions))]


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
    """A card's button that opens an address or dials a number (tel:)."""
    return {"type": "uri", "label": cut(label, BUTTON_UNITS), "uri": uri}


def dial(label: str, phone: str) -> Json | None:
    """A card's button that calls a number as people write it; None where no number is."""
    digits = "".join(letter for letter in phone[:20] if letter in "0123456789+*#")
    return link(label, f"tel:{quote(digits, safe='+*')}") if digits else None


def plain(message: Json) -> Json:
    """The same without anything that LINE could refuse: its words alone."""
    return text(str(message.get("text") or message.get("altText") or "…"))


def _most_needed(messages: Sequence[Json]) -> list[Json]:
    spare = len(messages) - MOST_MESSAGES
    between = range(len(messages) - 2, 0, -1)
    leaving = sorted(between, key=lambda at: "quickReply" in messages[at])[: max(spare, 0)]
    return [message for at, message in enumerate(messages) if at not in leaving]


def _quick_replies_of(message: Json) -> list[Json]:
    return [item["action"] for item in message.get("quickReply", {}).get("items", [])]


def _different(actions: Iterable[Json]) -> list[Json]:
    """Without those that do the same as one before."""
    return list({(one["type"], one.get("data")): one for one in reversed([*actions])}.values())[
        ::-1
    ]

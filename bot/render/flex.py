"""LINE messages as plain values: texts, cards, buttons, and what one request holds. Pure.

Limits: LINE Messaging API reference; lengths count UTF-16 units, as LINE counts them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from reports.city import phones
from reports.outbox.batching import MOST_MESSAGES

Json = dict[str, Any]

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


def spoken(words: str) -> Json:
    """A button that says these words, as if they were typed."""
    return {"type": "message", "label": cut(words, LABEL_UNITS), "text": cut(words, 300)}


def device(kind: str, label: str) -> Json:
    """Camera, cameraRoll or location: actions that only quick replies may have."""
    return {"type": kind, "label": cut(label, LABEL_UNITS)}


def link(label: str, uri: str) -> Json:
    """A card's button that opens an address or dials a number (tel:)."""
    return {"type": "uri", "label": cut(label, BUTTON_UNITS), "uri": uri}


def dial(label: str, phone: str) -> Json | None:
    """A card's button that calls the first number of what people wrote; None where none is."""
    address = phones.tel(phone)
    return link(label, address) if address else None


def simpler(messages: Sequence[Json]) -> list[Json] | None:
    """What is said instead when LINE refuses these; None when there is nothing simpler.

    Their words, with every button as a quick reply, before what stood above the keyboard where
    there is no room for all; then the words alone.
    """
    words = [text(str(one.get("text") or one.get("altText") or "…")) for one in messages]
    ways = [_ways_of(one) for one in messages]
    with_ways = one_request(list(map(with_quick_replies, words, ways)))
    if messages == words:
        return None
    return words if messages == with_ways else with_ways


def _most_needed(messages: Sequence[Json]) -> list[Json]:
    spare = len(messages) - MOST_MESSAGES
    between = range(len(messages) - 2, 0, -1)
    leaving = sorted(between, key=lambda at: "quickReply" in messages[at])[: max(spare, 0)]
    return [message for at, message in enumerate(messages) if at not in leaving]


def _ways_of(message: Json) -> list[Json]:
    """A card that leads on does so with its last button."""
    buttons = _buttons_of(message)
    room = max(MOST_QUICK_REPLIES - len(buttons), 0)
    return [*_quick_replies_of(message)[:room], *buttons]


def _quick_replies_of(message: Json) -> list[Json]:
    return [item["action"] for item in message.get("quickReply", {}).get("items", [])]


def _buttons_of(message: Json) -> list[Json]:
    """What can be tapped on its cards; beside each other, each is named after its card."""
    contents = message.get("contents", {})
    cards = contents["contents"] if contents.get("type") == "carousel" else [contents]
    return [
        action | {"label": cut(f"{_head_of(card)} {label}" if cards[1:] else label, LABEL_UNITS)}
        for card in cards
        for action in _actions_in(card)
        if (label := action.get("label"))
    ]


def _head_of(card: Json) -> str:
    """The last line of its head, which tells it from the others."""
    lines = card.get("header", {}).get("contents", [])
    return str(lines[-1].get("text", "")) if lines else ""


def _actions_in(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if "action" in part:
            yield part["action"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _actions_in(inner)


def _different(actions: Iterable[Json]) -> list[Json]:
    """Without those that do the same as one before."""
    by_deed: dict[tuple[Any, ...], Json] = {}
    for one in actions:
        by_deed.setdefault(tuple(map(one.get, ("type", "data", "uri", "text"))), one)
    return list(by_deed.values())

"""LINE's limits on what is sent, as one table of our own (Messaging API reference, in words)."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

MOST = {
    "messages": 5,
    "text": 5_000,
    "altText": 1_500,
    "bubble bytes": 30 * 1024,
    "carousel bytes": 50 * 1024,
    "bubbles": 12,
    "quick replies": 13,
    "quick reply label": 20,
    "flex label": 40,
    "postback data": 300,
    "displayText": 300,
    "uri": 1_000,
    "url": 2_000,
    "body bytes": 2 * 1024 * 1024,
}
ONLY_IN_QUICK_REPLIES = {"camera", "cameraRoll", "location"}


def wrongs(messages: list[Json]) -> list[str]:
    """Everything that LINE would refuse in these messages."""
    found = [*_too_many("messages", messages), *_too_big("body bytes", messages)]
    if not messages:
        found.append("no message")
    for message in messages:
        found += _of_message(message)
    return found


def _of_message(message: Json) -> Iterator[str]:
    if message["type"] == "text":
        yield from _too_long("text", message["text"])
    if message["type"] == "flex":
        yield from _too_long("altText", message["altText"])
        yield from _of_container(message["contents"])
    items = message.get("quickReply", {}).get("items", [])
    yield from _too_many("quick replies", items)
    if "quickReply" in message and not items:
        yield "quick replies without any"
    for item in items:
        yield from _of_action(item["action"], "quick reply label")


def _of_container(container: Json) -> Iterator[str]:
    bubbles = [container]
    if container["type"] == "carousel":
        bubbles = container["contents"]
        yield from _too_many("bubbles", bubbles)
        yield from _too_big("carousel bytes", container)
        if len({bubble.get("size") for bubble in bubbles}) != 1:
            yield "bubbles of several sizes, or none"
    for bubble in bubbles:
        yield from _too_big("bubble bytes", bubble)
        for component in _components(bubble):
            yield from _of_component(component)


def _of_component(component: Json) -> Iterator[str]:
    if component["type"] == "text" and not component.get("text"):
        yield "an empty flex text"
    if component["type"] == "image":
        yield from _too_long("url", component["url"])
        if not component["url"].startswith("https://"):
            yield f"not https: {component['url']}"
    if component["type"] == "box" and component["layout"] == "baseline":
        strange = {inner["type"] for inner in component["contents"]} - {"text", "icon", "filler"}
        yield from (f"a {kind} on a baseline" for kind in strange)
    if "action" in component:
        yield from _of_action(component["action"], "flex label")
        if component["action"]["type"] in ONLY_IN_QUICK_REPLIES:
            yield f"{component['action']['type']} outside of quick replies"


def _of_action(action: Json, label: str) -> Iterator[str]:
    yield from _too_long(label, action.get("label", ""))
    for name, limit in (("data", "postback data"), ("displayText", "displayText"), ("uri", "uri")):
        if name in action:
            yield from _too_long(limit, action[name])


def _components(value: Any) -> Iterator[Json]:
    """Every component within a bubble, boxes and all."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and value.get("type") in ("box", "text", "image", "button"):
        yield value
    for part in parts:
        yield from _components(part)


def _too_long(name: str, words: str) -> Iterator[str]:
    """Empty, or more UTF-16 units than allowed."""
    units = len(words.encode("utf-16-le")) // 2
    if not 0 < units <= MOST[name]:
        yield f"{name} of {units} units"


def _too_many(name: str, things: list[Any]) -> Iterator[str]:
    if len(things) > MOST[name]:
        yield f"{len(things)} {name}"


def _too_big(name: str, thing: Any) -> Iterator[str]:
    size = len(json.dumps(thing, ensure_ascii=False).encode())
    if size > MOST[name]:
        yield f"{size} {name}"

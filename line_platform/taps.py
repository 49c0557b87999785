"""Playing a button: the quick reply or card button with that label, as the LINE app would."""

from collections.abc import Iterator
from typing import Any

from line_platform import acts
from line_platform.shapes import Json, Person
from line_platform.world import World

NEEDS = ("camera", "cameraRoll", "location", "datetimepicker")


def tap(world: World, person: Person, order: Json) -> tuple[list[Json], Json]:
    """The events that follow, and what the phone must do first: `needs`, `open`, `copy`."""
    action = _action(world, person, order)
    match action["type"]:
        case "message":
            return acts.send_text(world, person, action["text"]), {}
        case "postback":
            return _postback(world, person, action), {}
        case "datetimepicker" if order.get("params"):
            picked = {"data": action["data"], "params": order["params"]}
            return acts.send_postback(world, person, picked), {}
        case "uri":
            return [], {"open": action["uri"]}
        case "clipboard":
            return [], {"copy": action["clipboardText"]}
        case kind if kind in NEEDS:
            return [], {"needs": kind}
    raise acts.NotNow(f"nothing to play for an action of type {action['type']}")


def _postback(world: World, person: Person, action: Json) -> list[Json]:
    """`text` (the older form) is sent as the person's own message as well."""
    spoken = acts.send_text(world, person, action["text"]) if action.get("text") else []
    return acts.send_postback(world, person, action) + spoken


def _action(world: World, person: Person, order: Json) -> Json:
    label = order.get("label")
    for action in _offered(world, person, order.get("messageId")):
        if label in (action.get("label"), action.get("text"), action.get("displayText")):
            return action
    raise acts.NotNow("no button with this label can be seen there")


def _offered(world: World, person: Person, message_id: str | None) -> Iterator[Json]:
    """The buttons of that message; without a message, those of the rich menu."""
    if message_id is None:
        menu = world.rich_menus.get(world.rich_menu_of(person.user_id) or "")
        yield from _actions(menu.body if menu else {})
        return
    line = world.line_of(person.user_id, message_id)
    if line is None or line.speaker == "person":
        raise acts.NotNow("no such message of the bot in this talk")
    shown = line.message if line.quick_reply_shown else line.message | {"quickReply": None}
    yield from _actions(shown)


def _actions(node: Any) -> Iterator[Json]:
    """Every action object anywhere below, in the order of reading."""
    if isinstance(node, list):
        for item in node:
            yield from _actions(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("action", "defaultAction"):
                yield value
            elif key == "actions":
                yield from value
            else:
                yield from _actions(value)

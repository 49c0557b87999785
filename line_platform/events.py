"""Webhook events as LINE writes them (webhook.yml): what is always there, and no more."""

from line_platform import ids
from line_platform.shapes import Json, Person
from line_platform.world import World

QUOTABLE = {"text", "image", "video", "sticker"}
ANSWERABLE = {"message", "follow", "postback"}


def skeleton(world: World, person: Person, kind: str) -> Json:
    """A well-formed event of this kind; in standby there is no reply token."""
    now = world.now()
    event: Json = {
        "type": kind,
        "webhookEventId": ids.event_id(now),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": now,
        "source": {"type": "user", "userId": person.user_id},
        "mode": world.delivery.mode,
    }
    if kind in ANSWERABLE and world.delivery.mode == "active":
        event["replyToken"] = world.new_reply_token(person, event["webhookEventId"])
    return event


def message_event(world: World, person: Person, message: Json) -> Json:
    """`message` needs its `type` and own fields; id and tokens are added here."""
    read_token = ids.long_token()
    whole = {**message, "id": ids.message_id(), "markAsReadToken": read_token}
    if message["type"] in QUOTABLE:
        whole["quoteToken"] = ids.long_token()
    world.read_tokens[read_token] = (person.user_id, whole["id"])
    return {**skeleton(world, person, "message"), "message": whole}


def merged(base: Json, patch: Json) -> Json:
    """`patch` laid over `base` as RFC 7386 does it: a null leaves the key out."""
    result = dict(base)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def again(event: Json) -> Json:
    """The same event redelivered: same id, token and time; only the context differs."""
    return {**event, "deliveryContext": {"isRedelivery": True}}

"""What a person does in the talk: each act writes what they see and gives the events for us."""

from dataclasses import dataclass

from line_platform import ids
from line_platform.events import merged, message_event, skeleton
from line_platform.shapes import Behaviour, Content, Entry, Json, Person
from line_platform.world import World

UNSEND_WITHIN_MS = 24 * 60 * 60 * 1000
STICKER = {
    "packageId": "446",
    "stickerId": "1988",
    "stickerResourceType": "STATIC",
    "keywords": ["hello", "greeting"],
}
FROM_LINE = {"contentProvider": {"type": "line"}}
SILENT_VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
SILENT_AUDIO = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42"


class NotNow(Exception):
    """This person cannot do that: they blocked us, or the message is not theirs or too old."""


@dataclass(frozen=True)
class Upload:
    name: str
    media_type: str
    data: bytes


def send_text(world: World, person: Person, text: str, quotes: str | None = None) -> list[Json]:
    """`quotes`: the id of a message in their talk that the words are said about."""
    quoted = {"quotedMessageId": quotes} if quotes else {}
    return [_message(world, person, {"type": "text", "text": text, **quoted})]


def send_photos(
    world: World, person: Person, photos: list[Upload], orders: list[Behaviour], *, bare: bool
) -> list[Json]:
    """One event for each photo; several are one set. `bare`: the set tells its id only."""
    set_id = ids.long_token()
    events = []
    for number, photo in enumerate(photos, 1):
        place = {} if bare else {"index": number, "total": len(photos)}
        image_set = {"imageSet": {"id": set_id, **place}} if len(photos) > 1 else {}
        message = {"type": "image", **FROM_LINE, **image_set}
        events.append(_message(world, person, message, photo, orders))
    return events


def send_file(world: World, person: Person, file: Upload) -> list[Json]:
    message = {"type": "file", "fileName": file.name, "fileSize": len(file.data)}
    return [_message(world, person, message, file)]


def send_location(world: World, person: Person, place: Json) -> list[Json]:
    known = {
        key: place[key]
        for key in ("title", "address", "latitude", "longitude")
        if place.get(key) is not None
    }
    return [_message(world, person, {"type": "location", **known})]


def send_sticker(world: World, person: Person) -> list[Json]:
    return [_message(world, person, {"type": "sticker", **STICKER})]


def send_video(world: World, person: Person) -> list[Json]:
    message = {"type": "video", "duration": 4000, **FROM_LINE}
    return [_message(world, person, message, Upload("", "video/mp4", SILENT_VIDEO))]


def send_audio(world: World, person: Person) -> list[Json]:
    message = {"type": "audio", "duration": 4000, **FROM_LINE}
    return [_message(world, person, message, Upload("", "audio/mp4", SILENT_AUDIO))]


def send_postback(world: World, person: Person, postback: Json) -> list[Json]:
    """`data`, and what the person sees of it: `displayText`."""
    _still_friend(person)
    if shown := postback.get("displayText"):
        _write(world, person, {"type": "text", "text": shown}, None)
    params = {"params": postback["params"]} if postback.get("params") else {}
    event = skeleton(world, person, "postback")
    return [event | {"postback": {"data": postback["data"], **params}}]


def unsend(world: World, person: Person, message_id: str) -> list[Json]:
    """Within 24 hours; the content is gone (410) at once."""
    _still_friend(person)
    line = world.line_of(person.user_id, message_id)
    if line is None or line.speaker == "bot" or line.unsent:
        raise NotNow("no such message of this person")
    if world.now() - line.at > UNSEND_WITHIN_MS:
        raise NotNow("a message can be unsent within 24 hours only")
    line.unsent = True
    if message_id in world.contents:
        world.contents[message_id].gone = True
    world.tell(person.user_id, "unsent", line)
    return [skeleton(world, person, "unsend") | {"unsend": {"messageId": message_id}}]


def follow(world: World, person: Person) -> list[Json]:
    was_blocked, person.friend = not person.friend, True
    return [skeleton(world, person, "follow") | {"follow": {"isUnblocked": was_blocked}}]


def unfollow(world: World, person: Person) -> list[Json]:
    person.friend = False
    return [skeleton(world, person, "unfollow")]


def send_raw(world: World, person: Person, patch: Json) -> list[Json]:
    """Any event at all, laid over a well-formed one; a null leaves a key out."""
    kind = patch.get("type")
    event = skeleton(world, person, kind if isinstance(kind, str) else "message")
    if "replyToken" not in event and world.delivery.mode == "active":
        event["replyToken"] = world.new_reply_token(person, event["webhookEventId"])
    return [merged(event, patch)]


def _message(
    world: World,
    person: Person,
    message: Json,
    upload: Upload | None = None,
    orders: list[Behaviour] | None = None,
) -> Json:
    _still_friend(person)
    event = message_event(world, person, message)
    if upload:
        _keep(world, event["message"]["id"], upload, orders or [])
    _write(world, person, event["message"], event["message"]["id"])
    return event


def _keep(world: World, message_id: str, upload: Upload, orders: list[Behaviour]) -> None:
    ordered = [Behaviour(o.kind, o.times, o.ms) for o in orders]
    if not ordered and world.next_behaviours:
        ordered = [world.next_behaviours.pop(0)]
    world.contents[message_id] = Content(upload.data, upload.media_type, ordered)


def _write(world: World, person: Person, message: Json, message_id: str | None) -> None:
    kept = world.contents.get(message_id or "")
    world.write(
        Entry(
            seq=world.next_seq(),
            user_id=person.user_id,
            at=world.now(),
            speaker="person",
            message_id=message_id,
            message=message,
            has_picture=bool(kept and kept.media_type.startswith("image/")),
        )
    )


def _still_friend(person: Person) -> None:
    if not person.friend:
        raise NotNow("this person has blocked the account")

"""What LINE's events mean, read with tolerance: an unknown field or kind is never an error. Pure.

Source: LINE Messaging API, webhook event objects. The SDK's parser refuses what it does not know,
so events are read here by what they must have, and kept raw in the inbox in any case.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from geo.points import Point

_USER_ID: Final = re.compile(r"U[0-9a-f]{32}")
_NOBODY: Final = re.compile(r"U?(deadbeef)+")
MOST_UNITS: Final = 100_000
_OPENS, _CLOSES = ("(".encode("utf-16-le"), ")".encode("utf-16-le"))
MOST_INDEX: Final = 1_000
"""As our column takes it; LINE sends twenty photos together at most."""
_NO_TOKEN: Final = re.compile(r"0*|f*")


@dataclass(frozen=True, slots=True)
class PhotoSent:
    """A photo, or a file that may be one. `image_set` is the id of the set it was sent in, and
    `set_index` its place there, from 1."""

    message_id: str
    image_set: str | None = None
    set_index: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceSent:
    """A location message."""

    point: Point
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class WordsSent:
    """A text message; `quotes` is the id of the message that it is said about."""

    words: str
    message_id: str | None = None
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A postback of ours: `do` and the rest of its data."""

    do: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnusableSent:
    """Something that cannot be a report: sticker, video, audio, or a kind we do not know."""

    kind: str


@dataclass(frozen=True, slots=True)
class Followed:
    """Added as a friend, or unblocked."""


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Blocked us; nothing can be said any more."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Took a message back: it must be forgotten everywhere."""

    message_id: str


@dataclass(frozen=True, slots=True)
class SpokenInGroup:
    """Said in a group or room, or asked into one."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Needs no answer: another's event, standby, a connection check, a kind without a person."""


Incoming = (
    PhotoSent
    | PlaceSent
    | WordsSent
    | ButtonPressed
    | UnusableSent
    | Followed
    | Unfollowed
    | Unsent
    | SpokenInGroup
    | Nothing
)


_BY_KIND: Final[Mapping[str, Incoming]] = {"follow": Followed(), "unfollow": Unfollowed()}


def key_of(event: Mapping[str, Any]) -> str:
    """What makes the event itself: LINE's id, or the content's hash where there is none."""
    given = event.get("webhookEventId")
    if isinstance(given, str) and 0 < len(given) <= 200:
        return given
    plain = json.dumps(event, sort_keys=True, ensure_ascii=True).encode()
    return f"sha256:{hashlib.sha256(plain).hexdigest()}"


def person_of(event: Mapping[str, Any]) -> str:
    """The user, group or room it came from; "" for none."""
    source = _part(event, "source")
    wanted = {"group": "groupId", "room": "roomId"}.get(str(source.get("type")), "userId")
    return str(source.get(wanted) or "")[:100]


def occurred_at(event: Mapping[str, Any]) -> datetime | None:
    """LINE's own time of the event (milliseconds since 1970), None where it is not sane."""
    stamp = event.get("timestamp")
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return None
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def reply_token_of(event: Mapping[str, Any]) -> str | None:
    """A token that may be used: not in standby, and none of the connection check's."""
    token = event.get("replyToken")
    if event.get("mode") == "standby" or not isinstance(token, str) or _NO_TOKEN.fullmatch(token):
        return None
    return token


def is_private(event: Mapping[str, Any]) -> bool:
    """Whether it came from one person alone, whom we can name."""
    source = _part(event, "source")
    return source.get("type", "user") == "user" and bool(
        _USER_ID.fullmatch(str(source.get("userId")))
    )


def message_id_of(event: Mapping[str, Any]) -> str | None:
    """LINE's id of the message in it, if there is one."""
    return _id_of(_part(event, "message"))


def read(event: Mapping[str, Any]) -> Incoming:
    """What this event asks of us. Never raises."""
    if event.get("mode") == "standby" or _NOBODY.fullmatch(person_of(event)):
        return Nothing()
    kind = event.get("type")
    if not is_private(event) and kind != "unsend":
        in_group = _part(event, "source").get("type") in ("group", "room")
        return SpokenInGroup() if in_group and kind in ("join", "message") else Nothing()
    if kind == "message":
        return _message(_part(event, "message"))
    if kind == "postback":
        sent = str(_part(event, "postback").get("data") or "")[:300]
        data = dict(parse_qsl(sent.replace("%00", "")))
        return ButtonPressed(data.pop("do", ""), data)
    if kind == "unsend":
        return Unsent(str(_part(event, "unsend").get("messageId") or ""))
    return _BY_KIND.get(str(kind), Nothing())


def _message(message: Mapping[str, Any]) -> Incoming:
    kind, message_id = str(message.get("type")), message.get("id")
    if kind in ("image", "file") and message_id:
        provider = _part(message, "contentProvider").get("type", "line")
        if provider != "line":
            return UnusableSent("external")
        of_set = _part(message, "imageSet")
        index = of_set.get("index")
        return PhotoSent(
            str(message_id),
            image_set=str(of_set["id"]) if of_set.get("id") else None,
            set_index=index if type(index) is int and 0 < index < MOST_INDEX else None,
        )
    if kind == "location":
        return _place(message)
    if kind == "text" and isinstance(message.get("text"), str):
        said, quoted = message["text"], message.get("quotedMessageId")
        words = _without_emojis(said, message.get("emojis"))
        if not words.strip() and said.strip():
            return UnusableSent("sticker")
        return WordsSent(words, _id_of(message), str(quoted)[:100] if quoted else None)
    return UnusableSent(kind)


def _without_emojis(words: str, emojis: Any) -> str:
    """The text without LINE's own emojis, in whose places stand names such as "(shock)".

    `emojis` tells where, by index and length in UTF-16 code units.
    """
    units = words.encode("utf-16-le", "surrogatepass")
    spans = [_span(emoji) for emoji in emojis] if isinstance(emojis, list) else []
    for start, length in sorted(filter(None, spans), reverse=True):
        name = units[2 * start : 2 * (start + length)]
        if name.startswith(_OPENS) and name.endswith(_CLOSES):
            units = units[: 2 * start] + units[2 * (start + length) :]
    return units.decode("utf-16-le", "surrogatepass")


def _span(emoji: Any) -> tuple[int, int] | None:
    start, length = (_part({"": emoji}, "").get(name) for name in ("index", "length"))
    if type(start) is not int or type(length) is not int:
        return None
    return (start, length) if 0 <= start < MOST_UNITS and 0 < length < MOST_UNITS else None


def _place(message: Mapping[str, Any]) -> Incoming:
    try:
        point = Point(float(message["longitude"]), float(message["latitude"]))
        return PlaceSent(point, _id_of(message))
    except (KeyError, TypeError, ValueError, OverflowError):
        return UnusableSent("location")


def _id_of(message: Mapping[str, Any]) -> str | None:
    return str(message["id"])[:100] if message.get("id") else None


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}

"""What is said to people: replies, pushes, and what became of each.

Requests are made of the types of LINE's own library: what they do not know is never sent.
"""

import enum
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bot.line import client
from bot.line.client import Json, LineError, NotReached, Refused, TooMuch

_REPLY: Final = "/v2/bot/message/reply"
_PUSH: Final = "/v2/bot/message/push"


class Fate(enum.StrEnum):
    """What became of an attempt to say something."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"
    UNSURE = "unsure"
    NOT_REACHED = "not_reached"
    TOKEN_GONE = "token_gone"
    TOO_FAST = "too_fast"
    QUOTA_GONE = "quota_gone"
    NOT_ALLOWED = "not_allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate, LINE's request id for its support, and its reason when it said one.

    `message_ids`: LINE's ids of what was said, in its order.
    """

    fate: Fate
    request_id: str | None = None
    error: str | None = None
    message_ids: tuple[str, ...] = ()


def reply(token: str, messages: Sequence[Json]) -> Outcome:
    """Answer with a reply token. A token works once, so asking twice never says it twice."""
    request = {"replyToken": token, "messages": list(messages)}
    return _attempt(_REPLY, lambda: _types().ReplyMessageRequest.from_dict(request).to_dict())


def push(recipient: str, messages: Sequence[Json], retry_key: UUID) -> Outcome:
    """Say it unasked. The same retry key with the same body is said once within 24 hours."""
    request = {"to": recipient, "messages": list(messages)}
    return _attempt(
        _PUSH,
        lambda: _types().PushMessageRequest.from_dict(request).to_dict(),
        headers={"X-Line-Retry-Key": str(retry_key)},
    )


def warm_up() -> None:
    """Load and make what the first answer would wait for."""
    _types()
    client.warm_up()


def _types() -> Any:
    """LINE's library. It takes seconds to load: only where something is said, and once."""
    from linebot.v3 import messaging

    return messaging


def _attempt(path: str, typed: Callable[[], Json], **headers: Any) -> Outcome:
    try:
        body = typed()
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return Outcome(Fate.REFUSED, error=f"no message by LINE's types: {type(wrong).__name__}")
    try:
        answer = client.call("POST", path, json=body, timeout=client.SAYING, **headers)
    except LineError as error:
        return Outcome(_fate_of(error), error.request_id, str(error))
    return Outcome(Fate.SENT, client.request_id_of(answer), message_ids=_ids_in(answer.content))


def _ids_in(body: bytes) -> tuple[str, ...]:
    """None where LINE tells none: it has said it all the same."""
    try:
        return tuple(str(sent["id"])[:100] for sent in json.loads(body)["sentMessages"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def _fate_of(error: LineError) -> Fate:
    match error:
        case NotReached():
            return Fate.NOT_REACHED
        case TooMuch():
            return Fate.QUOTA_GONE if "monthly limit" in error.said else Fate.TOO_FAST
        case Refused(status=409):
            return Fate.SENT_BEFORE
        case Refused(status=400):
            return Fate.TOKEN_GONE if "Invalid reply token" in error.said else Fate.REFUSED
        case Refused():
            return Fate.NOT_ALLOWED
    return Fate.UNSURE

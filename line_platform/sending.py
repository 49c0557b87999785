"""Reply and push: what is said to people, once, within LINE's rules."""

import re
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from line_platform import ids
from line_platform.answers import json_object, refusal, wrong_body
from line_platform.limits import wrongs
from line_platform.shapes import Accepted, Entry, Json, Person, Via
from line_platform.world import World

USER_ID = re.compile(r"U[0-9a-f]{32}")
RETRY_KEY = "x-line-retry-key"


async def reply(request: Request) -> Response:
    """POST /v2/bot/message/reply: token once and within 60 s; refuses a retry key; free."""
    world: World = request.app.state.world
    if RETRY_KEY in request.headers:
        return refusal("retry key on reply")
    body = await json_object(request)
    if wrong := wrongs("reply", body):
        return wrong_body(wrong)
    token = world.usable_reply_token(body["replyToken"])
    if token is None:
        return refusal("reply token")
    token.used = True
    person = world.people[token.user_id]
    return _sent(say(world, person, body["messages"], "reply", answers=token.event_id))


async def push(request: Request) -> Response:
    """POST /v2/bot/message/push: retry key for 24 h, monthly quota, 200 even to who blocked us."""
    world: World = request.app.state.world
    key = request.headers.get(RETRY_KEY)
    if key is not None and not _is_uuid(key):
        return refusal("retry key")
    if key and (before := world.accepted_before(key.lower())):
        return _already(before)
    body = await json_object(request)
    if wrong := wrongs("push", body):
        return wrong_body(wrong)
    if refused := _no_way(world, body["to"]):
        return refusal(refused)
    return _sent(_push(world, body, key, request.scope["line.request_id"]))


def say(
    world: World,
    person: Person,
    messages: list[Json],
    via: Via,
    *,
    answers: str | None = None,
    retry_key: str | None = None,
) -> list[Json]:
    """Write the messages into the person's talk, unless they blocked us; `sentMessages`."""
    sent = [{"id": ids.message_id(), "quoteToken": ids.long_token()} for _ in messages]
    if person.friend:
        for number, (message, one) in enumerate(zip(messages, sent, strict=True), 1):
            entry = Entry(
                world.next_seq(),
                person.user_id,
                world.now(),
                "bot",
                one["id"],
                message,
                via=via,
                answers=answers,
                retry_key=retry_key,
                quick_reply_shown=number == len(messages),
            )
            world.write(entry)
    return sent


def _push(world: World, body: Json, key: str | None, request_id: str) -> list[Json]:
    person = world.people[body["to"]]
    world.pushed += 1 if person.friend else 0
    sent = say(world, person, body["messages"], "push", retry_key=key)
    if key:
        world.accepted[key.lower()] = Accepted(world.now(), request_id, sent)
    return sent


def _no_way(world: World, to: str) -> str | None:
    """Why nothing can be pushed there now."""
    if not USER_ID.fullmatch(to):
        return "malformed to"
    if to not in world.people:
        return "unknown to"
    return "429_quota" if world.quota is not None and world.pushed >= world.quota else None


def _sent(sent_messages: list[Json]) -> Response:
    return JSONResponse({"sentMessages": sent_messages})


def _already(before: Accepted) -> Response:
    body = {
        "message": "The retry key is already accepted",
        "sentMessages": before.sent_messages,
    }
    return JSONResponse(body, 409, {"x-line-accepted-request-id": before.request_id})


def _is_uuid(key: str) -> bool:
    try:
        return str(uuid.UUID(key)) == key.lower()
    except ValueError:
        return False

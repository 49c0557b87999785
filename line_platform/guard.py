"""The gates: before everything who is not of this machine; before LINE's own calls token, size,
request id, ordered faults, record of sends.
"""

import ipaddress
import json
from secrets import compare_digest
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from line_platform import faults, ids
from line_platform.answers import refusal
from line_platform.limits import BODY_BYTES
from line_platform.shapes import Json
from line_platform.world import World

RECORDED = ("/v2/bot/message/reply", "/v2/bot/message/push")


def for_this_machine(app: ASGIApp) -> ASGIApp:
    """`app` without what a page on somebody else's site makes a browser on this machine send.

    Its address may lead here (DNS rebinding), or it posts here without reading the answer.
    """

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_from_here(Headers(scope=scope)):
            await app(scope, receive, send)
        else:
            await refusal("not from here")(scope, receive, send)

    return gate


def _is_from_here(headers: Headers) -> bool:
    host, origin = headers.get("host", "localhost"), headers.get("origin")
    return _is_loopback(host) and origin in (None, f"http://{host}")


def _is_loopback(host: str) -> bool:
    """Of a Host header, with its port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def guarded(world: World, app: ASGIApp) -> ASGIApp:
    """`app` behind the bearer token; every answer carries `x-line-request-id`."""

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        scope["line.request_id"] = ids.request_id()
        body = await _read(receive)
        call = _record(world, scope, body)
        send = _marked(world, send, scope["line.request_id"], call)
        again = _replayed(body or b"", receive)
        refused = _refused(world, scope, body)
        fault = None if refused else faults.take(world, scope["path"])
        if call and fault:
            call["fault"] = fault.kind
        if refused:
            await refusal(refused)(scope, again, send)
        elif fault:
            await faults.play(fault, app, scope, again, send)
        else:
            await app(scope, again, send)

    return gate


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when it is above LINE's 2 MB; the rest is read and dropped."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if len(body) <= BODY_BYTES:
            body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body) if len(body) <= BODY_BYTES else None


def _refused(world: World, scope: Scope, body: bytes | None) -> str | None:
    given = Headers(scope=scope).get("authorization", "")
    known = (f"Bearer {token}".encode() for token in world.access_tokens)
    if not any(compare_digest(given.encode(), token) for token in known):
        return "401"
    return "413" if body is None else None


def _record(world: World, scope: Scope, body: bytes | None) -> Json | None:
    if scope["path"] not in RECORDED:
        return None
    headers = Headers(scope=scope)
    call: Json = {
        "n": len(world.sent) + 1,
        "at": world.now(),
        "path": scope["path"],
        "status": None,
        "ms": None,
        "fault": None,
        "body": _parsed(body),
        "retryKey": headers.get("x-line-retry-key"),
        "headers": {k: v for k, v in headers.items() if k != "authorization"},
    }
    world.sent.append(call)
    return call


def _parsed(body: bytes | None) -> object:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None


def _marked(world: World, send: Send, request_id: str, call: Json | None) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["x-line-request-id"] = request_id
            if call is not None:
                call["status"], call["ms"] = message["status"], world.now() - call["at"]
        await send(message)

    return marked


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed

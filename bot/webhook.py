"""LINE's door: check the signature over the raw bytes, keep every event, commit, answer 200.

Nothing else happens before the 200. LINE waits two seconds; redelivered and doubled events meet
the unique key of the inbox, and what is older than its keys is refused. The door stands before
the application's other layers, and costs little more than the signature and the INSERT
(bench/webhook.py holds it to that).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.line.events import Nothing, key_of, occurred_at, person_of, read
from bot.models import TAKEN_WITHIN
from settings import settings
from store.database import at_once
from store.sql import kind_of

PATH: Final = "/line/webhook"
MOST_AT_ONCE: Final = 8
BODY_SECONDS: Final = 10.0
"""LINE has counted a failure by then."""
_KEEP: Final = (
    "INSERT INTO inbox (key, person, occurred_at, raw) SELECT key, person, occurred_at, raw"
    " FROM jsonb_to_recordset(%s::jsonb)"
    " AS event (key text, person text, occurred_at timestamptz, raw jsonb) ON CONFLICT DO NOTHING"
)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
WEBHOOKS: Final = Counter("michi_webhooks", "Webhook requests by status", ["status"])
SIGNATURES: Final = Counter(
    "michi_webhook_signatures", "Webhook requests by the secret that has signed them", ["secret"]
)

log = structlog.get_logger()


class Refused(Exception):
    """This request is not taken: status, a reason for programs, a sentence for people."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(reason)
        self.status, self.reason, self.message = status, reason, message


class Webhook:
    """ASGI middleware that answers `POST /line/webhook`; `arrived` is called after each commit of
    something new."""

    def __init__(self, app: ASGIApp, arrived: Callable[[], None]) -> None:
        self._app, self._arrived = app, arrived

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            return await self._app(scope, receive, send)
        status, answer = await self._answer(scope, receive)
        WEBHOOKS.labels(status).inc()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        try:
            await self._take(scope, receive)
        except Refused as refused:
            return refused.status, _why(refused.reason, refused.message)
        except SQLAlchemyError as away:
            log.error("inbox_away", kind=kind_of(away))
            return 503, _why("database_away", "please redeliver")
        return 200, b"{}"

    async def _take(self, scope: Scope, receive: Receive) -> None:
        if scope["method"] != "POST":
            raise Refused(405, "not_a_post", "LINE posts its events here")
        headers = dict(scope["headers"])
        body = await _body(headers, receive, settings().webhook_max_bytes)
        check_signature(body, headers.get(b"x-line-signature", b""))
        if rows := rows_of(body):
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(_hands(), keep, rows):
                self._arrived()


def check_signature(body: bytes, given: bytes) -> None:
    """base64(HMAC-SHA256(channel secret, raw body)), in constant time, with either of two secrets.
    Raises Refused (401)."""
    of = settings()
    for secret, which in (
        (of.line_channel_secret, "LINE_CHANNEL_SECRET"),
        (of.line_channel_secret_also, "LINE_CHANNEL_SECRET_ALSO"),
    ):
        key = secret.get_secret_value().encode()
        right = base64.b64encode(hmac.digest(key, body, hashlib.sha256))
        if key and hmac.compare_digest(right, given):
            SIGNATURES.labels(which).inc()
            return
    raise Refused(401, "bad_signature", "x-line-signature does not fit the body")


def rows_of(body: bytes) -> str:
    """The inbox rows (key, person, occurred_at, raw) of a body as JSON; "" for none.

    What PostgreSQL cannot keep (NUL, half a surrogate pair, infinity) is left out.
    Raises Refused (400).
    """
    try:
        events = json.loads(body)["events"]
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            raise Refused(400, "bad_events", "events must be a list of objects")
        now = datetime.now(UTC)
        return _storable_json([_row(event, now) for event in events]) if events else ""
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Refused(400, "bad_body", "the body must be a JSON object with events") from wrong


def keep(rows: str) -> int:
    """All events of one request in one INSERT; those that are there already stay as they are.

    A connection that broke while it rested is replaced once: the INSERT may run twice. Gives how
    many are new, or may be.
    """
    try:
        return at_once(_KEEP, rows).rowcount
    except OperationalError:
        return at_once(_KEEP, rows).rowcount or 1


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_AT_ONCE, "webhook")


def _row(event: dict[str, Any], now: datetime) -> dict[str, Any]:
    happened = occurred_at(event) or now
    if now - happened > TAKEN_WITHIN and not isinstance(read(event), Nothing):
        log.warning("event_too_old", happened=happened.isoformat())
        raise Refused(400, "too_old", f"an event of {happened:%Y-%m-%d} is taken no more")
    return {
        "key": key_of(event),
        "person": person_of(event),
        "occurred_at": happened.isoformat(),
        "raw": event,
    }


def _storable_json(rows: list[dict[str, Any]]) -> str:
    with suppress(ValueError):
        made = _ENCODER.encode(rows)
        if "\\u0000" not in made and made.encode():
            return made
    return json.dumps(_storable(rows), ensure_ascii=False)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_storable(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


async def _body(headers: dict[bytes, bytes], receive: Receive, most: int) -> bytes:
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced.lstrip(b"0") or 0) > most:
        raise _too_large(most)
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "cut_off", "the connection ended before the body")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError as slow:
        raise Refused(408, "too_slow", f"a body comes within {BODY_SECONDS:.0f} s") from slow
    return bytes(body)


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"a webhook body may have {most} bytes")


def _why(reason: str, message: str) -> bytes:
    return json.dumps({"reason": reason, "message": message}).encode()

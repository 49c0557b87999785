"""LINE's door: check the signature over the raw bytes, keep every event, commit, answer 200.

Nothing else happens before the 200. LINE waits two seconds; redelivered and doubled events meet
the unique key of the inbox.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import structlog
from anyio import to_thread
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot import incoming
from settings import settings
from store.database import engine

_KEEP: Final = (
    "INSERT INTO inbox (key, person, occurred_at, raw) SELECT * FROM"
    " unnest(%s::text[], %s::text[], %s::timestamptz[], %s::jsonb[]) ON CONFLICT DO NOTHING"
)
WEBHOOKS: Final = Counter("michi_webhooks", "Webhook requests by status", ["status"])

log = structlog.get_logger()


class Refused(Exception):
    """This request is not taken: status, a reason for programs, a sentence for people."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(reason)
        self.status, self.reason, self.message = status, reason, message


class Webhook:
    """`POST /line/webhook` as a bare ASGI application; `arrived` is called after each commit."""

    def __init__(self, arrived: Callable[[], None]) -> None:
        self._arrived = arrived

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        WEBHOOKS.labels(response.status_code).inc()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            body = await _body(request, settings().webhook_max_bytes)
            check_signature(body, request.headers.get("x-line-signature", ""))
            rows = rows_of(body)
            if rows:
                await to_thread.run_sync(keep, rows)
                self._arrived()
            return Response("{}", 200, media_type="application/json")
        except Refused as refused:
            return JSONResponse(
                {"reason": refused.reason, "message": refused.message}, refused.status
            )
        except (psycopg.Error, SQLAlchemyError) as away:
            log.error("inbox_away", error=type(away).__name__)
            return JSONResponse({"reason": "database_away", "message": "please redeliver"}, 503)


def check_signature(body: bytes, given: str) -> None:
    """base64(HMAC-SHA256(channel secret, raw body)), in constant time. Raises Refused (401)."""
    secret = settings().line_channel_secret.get_secret_value().encode()
    right = base64.b64encode(hmac.digest(secret, body, hashlib.sha256))
    if not hmac.compare_digest(right, given.encode("utf-8", "surrogateescape")):
        raise Refused(401, "bad_signature", "x-line-signature does not fit the body")


def rows_of(body: bytes) -> list[tuple[str, str, datetime, str]]:
    """The inbox rows (key, person, occurred_at, raw) of a webhook body. Raises Refused (400)."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Refused(400, "bad_body", "the body must be a JSON object with events") from wrong
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Refused(400, "bad_events", "events must be a list of objects")
    now = datetime.now(UTC)
    return [_row(event, now) for event in events]


def keep(rows: list[tuple[str, str, datetime, str]]) -> None:
    """All events of one request in one INSERT; those that are there already stay as they are."""
    connection = engine().raw_connection()
    try:
        connection.cursor().execute(_KEEP, [list(column) for column in zip(*rows, strict=True)])
        connection.commit()
    finally:
        connection.close()


def _row(event: dict[str, Any], now: datetime) -> tuple[str, str, datetime, str]:
    raw = json.dumps(event, ensure_ascii=True).replace("\\u0000", "")
    key = incoming.key_of(event).replace("\x00", "")
    person = incoming.person_of(event).replace("\x00", "")
    return key, person, incoming.occurred_at(event) or now, raw


async def _body(request: Request, most: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise Refused(413, "too_large", f"a webhook body may have {most} bytes")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise Refused(413, "too_large", f"a webhook body may have {most} bytes")
    except ClientDisconnect as gone:
        raise Refused(400, "cut_off", "the connection ended before the body") from gone
    return bytes(body)

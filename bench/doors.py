"""The two doors that `bench.webhook` compares, each served by uvicorn in a process of its own.

python -m bench.doors michi|bare PORT
"""

import asyncio
import base64
import hmac
import json
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

import uvicorn
from psycopg_pool import ConnectionPool
from starlette.types import ASGIApp, Receive, Scope, Send

AT_ONCE: Final = 8
_KEEP: Final = (
    "INSERT INTO inbox (key, person, occurred_at, raw) SELECT key, person, occurred_at, raw"
    " FROM jsonb_to_recordset(%s::jsonb)"
    " AS event (key text, person text, occurred_at timestamptz, raw jsonb) ON CONFLICT DO NOTHING"
)
_START: Final = {
    "type": "http.response.start",
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"2")],
}


class Bare:
    """The least that keeps the promise: signature, one INSERT that is its own commit, 200.

    It trusts that bodies are LINE's: no limit of size, no tolerance, no counters, no routes.
    """

    def __init__(self) -> None:
        self._secret = os.environ["LINE_CHANNEL_SECRET"].encode()
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._pool = ConnectionPool(
            os.environ["DATABASE_URL"],
            min_size=AT_ONCE,
            max_size=AT_ONCE,
            kwargs={"autocommit": True},
            open=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status = 401
        if hmac.compare_digest(self._signature(body), dict(scope["headers"])[b"x-line-signature"]):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, self._keep, json.loads(body)["events"])
            status = 200
        await send({**_START, "status": status})
        await send({"type": "http.response.body", "body": b"{}"})

    def _signature(self, body: bytes) -> bytes:
        return base64.b64encode(hmac.digest(self._secret, body, "sha256"))

    def _keep(self, events: list[Mapping[str, Any]]) -> None:
        rows = [
            {
                "key": event["webhookEventId"],
                "person": event["source"]["userId"],
                "occurred_at": datetime.fromtimestamp(event["timestamp"] / 1000, UTC).isoformat(),
                "raw": event,
            }
            for event in events
        ]
        with self._pool.connection() as connection:
            connection.execute(_KEEP, [json.dumps(rows, ensure_ascii=False)])


def michi() -> ASGIApp:
    """The whole web application, as `michi web` serves it."""
    from main import create_app

    return create_app()


KINDS: Final[Mapping[str, Callable[[], ASGIApp]]] = {"michi": michi, "bare": Bare}
HTTP: Final = {"michi": "cli.server:Door", "bare": "httptools"}
"""How each listens."""


def main(name: str, port: str) -> None:
    """Without `lifespan`, Michi's hearing and answering threads do not start."""
    uvicorn.run(
        KINDS[name](),
        port=int(port),
        loop="uvloop",
        http=HTTP[name],
        lifespan="off",
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])

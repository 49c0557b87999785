"""What a collector of OpenTelemetry gets: one trace from LINE's web hook to the answer, and nothing
of anybody."""

import base64
import gzip
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.testclient import TestClient
from townsfolk import HARUKA, Json, hear, photo, rows, words

from bot.delivery import send_due
from settings import settings
from store import traces
from workers.perform import perform

WORDS = "佐藤です、電話は 090-1234-5678"


class Collector:
    """An OTLP receiver on loopback; `spans` as they came, by their names."""

    def __init__(self) -> None:
        self.spans: dict[str, list[Span]] = {}
        self.bodies: list[bytes] = []

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.setdefault(span.name, []).append(span)


@pytest.fixture
def collector(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    got = Collector()

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            assert self.path == "/v1/traces"
            got.take(gzip.decompress(body) if is_packed else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        settings.cache_clear()
        yield got
        traces.end()
        server.shutdown()
    monkeypatch.undo()
    settings.cache_clear()


def post(client: TestClient, *events: Json) -> int:
    """As LINE does it."""
    body = json.dumps({"destination": "U0", "events": events}).encode()
    secret = settings().line_channel_secret.get_secret_value().encode()
    signature = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
    headers = {"x-line-signature": signature}
    return client.post("/line/webhook", content=body, headers=headers).status_code


def test_one_trace_leads_from_the_web_hook_over_the_work_to_the_answer(
    collector: Collector, app: FastAPI
) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert post(client, photo(), words(WORDS)) == 200
    hear()
    ((task, name),) = rows("SELECT id, name FROM tasks WHERE name = 'take_in_photo'")
    perform(task, name)
    rows("UPDATE messages SET due_at = now(), waits_for = NULL")
    send_due()
    client.get("/staff/tickets/K-20260101-0001")
    traces.send()
    (root,) = collector.spans["POST /line/webhook"]
    joined = ("hear", "task take_in_photo", "say by reply", "LINE reply", "LINE content")
    for each in joined:
        assert {span.trace_id for span in collector.spans[each]} == {root.trace_id}, each
    assert len(collector.spans["hear"]) == 2
    assert all(span.parent_span_id == root.span_id for span in collector.spans["hear"])
    (page,) = collector.spans["GET /staff/tickets/{number}"]
    assert page.trace_id != root.trace_id
    told = b"".join(collector.bodies).decode(errors="replace")
    for private in (HARUKA, WORDS, "佐藤", "token-", "K-20260101-0001", "127.0.0.1:9"):
        assert private not in told, private


def test_without_a_collector_nothing_is_loaded_and_no_row_names_a_trace(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert post(client, words("使い方")) == 200
    hear()
    assert traces.here() == ""
    assert rows("SELECT trace FROM inbox UNION ALL SELECT trace FROM messages") == [(None,)] * 2


def test_a_collector_that_takes_and_never_answers_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The child that took in a photo sends what it has before it ends, and the next one waits."""
    monkeypatch.setattr(traces, "WAITS_MS", 200)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        settings.cache_clear()
        with traces.span("take in"):
            pass
        began = time.monotonic()
        traces.send()
        traces.end()
        assert time.monotonic() - began < 5
    monkeypatch.undo()
    settings.cache_clear()

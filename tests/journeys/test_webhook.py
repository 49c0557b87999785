"""LINE's door: who may come in, and what a 200 means."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest
from neighbours import Neighbour, Town


def post(town: Town, body: bytes, signature: str | None) -> httpx.Response:
    headers = {b"x-line-signature": signature.encode()} if signature is not None else {}
    return httpx.post(f"{town.michi.web}/line/webhook", content=body, headers=headers)


def signed(town: Town, body: bytes) -> str:
    secret = town.michi.channel_secret.encode()
    return base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()


def event(key: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "webhookEventId": key,
        "replyToken": "nobody-will-take-this",
        "source": {"type": "user", "userId": "U" + "0123456789abcdef" * 2},
        "deliveryContext": {"isRedelivery": False},
        "message": {"type": "text", "id": "1", "text": "使い方"},
        **more,
    }


@pytest.mark.parametrize("signature", [None, "", "x", "短い", "A" * 44, "=" * 400])
def test_a_wrong_signature_is_refused_with_a_reason(signature: str | None, town: Town) -> None:
    answer = post(town, b'{"events":[]}', signature)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "bad_signature"


def test_the_signature_is_over_the_raw_bytes(town: Town) -> None:
    body = b'{ "destination": "U1" ,\n "events": [ ] }'
    assert post(town, body, signed(town, body)).status_code == 200
    assert post(town, body.replace(b" ", b""), signed(town, body)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{}", b'{"events":{}}', b'{"events":[1]}', b"\xff\xfe", b"[" * 9000],
)
def test_a_strange_body_is_refused_with_a_reason(body: bytes, town: Town) -> None:
    answer = post(town, body, signed(town, body))
    assert answer.status_code == 400
    assert answer.json()["reason"] in ("bad_body", "bad_events")


def test_a_body_above_the_limit_is_refused(town: Town) -> None:
    body = b'{"events":[],"more":"' + b"x" * 1_100_000 + b'"}'
    assert post(town, body, signed(town, body)).status_code == 413


def test_a_200_means_that_every_event_is_kept_once(town: Town) -> None:
    keys = [f"kept-{number}" for number in range(20)]
    body = json.dumps({"destination": "U1", "events": [event(key) for key in keys * 2]}).encode()
    for _ in range(2):
        assert post(town, body, signed(town, body)).status_code == 200
    rows = town.rows("SELECT key FROM inbox WHERE key LIKE 'kept-%%'")
    assert sorted(row["key"] for row in rows) == sorted(keys)


def test_a_body_of_long_ago_is_refused_with_a_reason(town: Town) -> None:
    long_ago = int((time.time() - 40 * 86_400) * 1000)
    body = json.dumps({"events": [event("fresh"), event("old", timestamp=long_ago)]}).encode()
    answer = post(town, body, signed(town, body))
    assert (answer.status_code, answer.json()["reason"]) == (400, "too_old")
    assert not town.rows("SELECT key FROM inbox WHERE key IN ('fresh', 'old')")


def test_the_old_verify_body_is_taken_and_not_answered(town: Town) -> None:
    body = json.dumps(
        {
            "events": [
                {
                    "replyToken": "0" * 32,
                    "type": "message",
                    "timestamp": 1_451_617_200_000,
                    "source": {"type": "user", "userId": "Udeadbeefdeadbeefdeadbeefdeadbeef"},
                    "message": {"id": "100001", "type": "text", "text": "Hello, world"},
                }
            ]
        }
    ).encode()
    assert post(town, body, signed(town, body)).status_code == 200
    assert not town.rows("SELECT * FROM messages WHERE recipient LIKE 'Udeadbeef%%'")


@pytest.mark.parametrize(
    "strange",
    [
        {"timestamp": 10**30},
        {"timestamp": "yesterday"},
        {"source": None},
        {"source": {"type": "planet"}},
        {"message": {"type": "text", "text": "a\u0000b"}},
        {"webhookEventId": None},
        {"webhookEventId": {"a": 1}},
        {"message": {"type": "location", "latitude": "NaN", "longitude": 1e400}},
    ],
)
def test_strange_events_are_kept_and_answered_200(strange: dict[str, Any], town: Town) -> None:
    before = len(town.rows("SELECT id FROM inbox"))
    body = json.dumps({"events": [event(f"strange-{strange}", **strange)]}).encode()
    assert post(town, body, signed(town, body)).status_code == 200
    assert len(town.rows("SELECT id FROM inbox")) == before + 1


def test_health_says_alive_ready_and_counts(town: Town, haruka: Neighbour) -> None:
    assert httpx.get(f"{town.michi.web}/healthz").text == "ok"
    assert httpx.get(f"{town.michi.web}/readyz").json()["database"] is True
    assert 'michi_waiting{what="events"}' in httpx.get(f"{town.michi.web}/metrics").text

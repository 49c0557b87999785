"""Who is told how an installation is: who is near or has the token, and nobody too often."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from settings import settings
from watching import gate

TOKEN = "a token for Prometheus"


@pytest.fixture
def app(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    gate._counted.clear()
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("METRICS_NETWORKS", "127.0.0.1,10.0.0.0/24,fd00::/64")
    settings.cache_clear()
    return app


def seen_from(
    app: FastAPI, host: str, port: int = 50_000, **headers: str | bytes
) -> tuple[int, bool]:
    """The status of /metrics, and whether /readyz tells all."""
    named: dict[str | bytes, str | bytes] = {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    client = TestClient(app, headers=named, client=(host, port))
    told = client.get("/readyz").json()
    assert told["ok"] is True
    return client.get("/metrics").status_code, "degraded" in told


OPEN, CLOSED = (200, True), (403, False)


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("127.0.0.1", OPEN),
        ("::ffff:10.0.0.7", OPEN),
        ("fd00::1", OPEN),
        ("10.0.1.7", CLOSED),
        ("203.0.113.5", CLOSED),
        ("testclient", CLOSED),
    ],
)
def test_near_is_who_asks_from_the_networks_of_the_setting(
    host: str, seen: tuple[int, bool], app: FastAPI
) -> None:
    assert seen_from(app, host) == seen


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip", "via"])
def test_who_comes_through_a_proxy_that_is_not_trusted_is_a_stranger(
    header: str, app: FastAPI
) -> None:
    assert seen_from(app, "127.0.0.1", **{header: "127.0.0.1"}) == CLOSED


def test_behind_a_trusted_proxy_the_visitors_own_address_counts(app: FastAPI) -> None:
    """uvicorn gives what it took from the header of a trusted proxy the port 0."""
    assert seen_from(app, "10.0.0.9", 0, x_forwarded_for="10.0.0.9") == OPEN
    assert seen_from(app, "203.0.113.5", 0, x_forwarded_for="203.0.113.5") == CLOSED


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (f"Bearer {TOKEN}", OPEN),
        (f"bearer  {TOKEN}", OPEN),
        (TOKEN, CLOSED),
        (f"Basic {TOKEN}", CLOSED),
        ("Bearer ", CLOSED),
        (b"Bearer \xff\xfe", CLOSED),
    ],
)
def test_the_token_opens_from_anywhere(
    given: str | bytes, seen: tuple[int, bool], app: FastAPI
) -> None:
    assert seen_from(app, "203.0.113.5", authorization=given) == seen


def test_where_no_token_is_set_none_opens(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "")
    settings.cache_clear()
    assert seen_from(app, "203.0.113.5", authorization="Bearer ") == CLOSED


def test_one_address_may_ask_so_often_and_another_is_not_kept_waiting(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "A_MINUTE", 3)
    monkeypatch.setattr("time.monotonic", lambda: 600.0)
    often = TestClient(app, client=("203.0.113.5", 50_000))
    statuses = [often.get("/metrics").status_code for _ in range(4)]
    answer = often.get("/readyz")
    assert (statuses, answer.status_code) == ([403, 403, 403, 429], 429)
    assert answer.headers["Retry-After"] == "60"
    through = {"x-forwarded-for": "198.51.100.1"}
    asked = [TestClient(app, client=("10.9.0.1", 50_000), headers=through) for _ in range(4)]
    assert [each.get("/readyz").status_code for each in asked] == [200, 200, 200, 429]
    balancer = TestClient(app, client=("10.9.0.1", 50_000))
    assert balancer.get("/readyz").status_code == 200, "strangers took its turns"
    near = TestClient(app, client=("127.0.0.1", 50_000))
    assert [near.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert seen_from(app, "203.0.113.6") == CLOSED

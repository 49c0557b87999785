"""A LINE platform on loopback for the room tests that speak to LINE."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from line_nearby import Line, known, open_door

from local.day.town import FRESH
from settings import ROOT, settings

SECRET, TOKEN = "a secret for tests", "a token for tests"
NOBODY = "http://127.0.0.1:9/line/webhook"


@pytest.fixture(scope="session")
def line_platform() -> Iterator[dict[str, str]]:
    """The platform's addresses; its webhooks go nowhere."""
    keys = ["--webhook", NOBODY, "--channel-secret", SECRET, "--access-token", TOKEN]
    command = [sys.executable, "-m", "line_platform", *keys]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture
def line(
    line_platform: dict[str, str], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Line]:
    """This process's LINE, as at its start, and a fresh database."""
    monkeypatch.setenv("LINE_API_URL", line_platform["api"])
    monkeypatch.setenv("LINE_DATA_API_URL", line_platform["data"])
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", TOKEN)
    settings.cache_clear()
    plain = httpx.Client(timeout=30, trust_env=False, limits=FRESH, verify=False)
    with open_door() as door, plain as http:
        line = Line(line_platform["api"], http, door)
        line.order("reset")
        line.order("webhook", url=door.url)
        yield line


@pytest.fixture
def haruka(line: Line) -> str:
    """Somebody who speaks Japanese and whose profile we have seen; her LINE user id."""
    who = line.somebody(language="ja")
    known(who, language="ja", profile_seen_at=datetime.now(UTC))
    return who

"""One platform and one listening bot for the session; every test begins with a reset."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from line_platform_client import SECRET, TOKEN, Bot, Json, Platform, listening
from line_setup_scene import set_again, settings_of, turned_over

from bot.account.menu import Menu
from bot.account.menus import drawn
from settings import settings

ROOT = Path(__file__).parents[2]
Starting = Callable[..., subprocess.Popen[str]]


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.line", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)


def usual(webhook: str) -> tuple[str, ...]:
    return ("--webhook", webhook, "--channel-secret", SECRET, "--access-token", TOKEN)


@pytest.fixture(scope="session")
def starting() -> Starting:
    return start


@pytest.fixture(scope="session")
def running_bot() -> Iterator[Bot]:
    bot = Bot()
    server = listening(bot)
    yield bot
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def running_platform(
    running_bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    layer = tmp_path_factory.mktemp("maps") / "roads.geojson"
    road: Json = {"type": "Feature", "properties": {"name": "小金井街道"}, "geometry": None}
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}))
    process = start(*usual(running_bot.url), "--map", str(layer))
    with process, httpx.Client(timeout=30, trust_env=False) as http:
        assert process.stdout
        yield Platform(json.loads(process.stdout.readline()), http)
        process.terminate()


@pytest.fixture
def platform(running_platform: Platform, running_bot: Bot) -> Platform:
    """As at the start, and nothing of the test before is still on its way to the bot."""
    running_bot.respond = lambda number: (200, 0.0)
    running_platform.settle()
    running_platform.order("reset")
    running_platform.order("webhook", url=running_bot.url)
    running_bot.forget()
    return running_platform


@pytest.fixture
def bot(platform: Platform, running_bot: Bot) -> Bot:
    return running_bot


@pytest.fixture
def haruka(platform: Platform) -> str:
    return platform.people()[0]


@pytest.fixture
def token(platform: Platform, bot: Bot, haruka: str) -> str:
    """A fresh reply token of 佐藤 はるか."""
    platform.act(haruka, "text", text="こんにちは")
    platform.settle()
    reply_token: str = bot.events[-1]["replyToken"]
    return reply_token


@pytest.fixture
def michi(platform: Platform, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process has the settings of a Michi whose LINE is the platform."""
    set_again(monkeypatch, **settings_of(platform, bot))
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def ours() -> list[Menu]:
    """The menus that our language files give."""
    return drawn()


@pytest.fixture(scope="session")
def others(ours: list[Menu]) -> list[Menu]:
    """The same with other pictures."""
    return [turned_over(made) for made in ours]

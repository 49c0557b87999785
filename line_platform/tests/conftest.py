"""One platform and one listening bot for the session; every test begins with a reset.

`pytest line_platform/tests` plays everything. Those marked `short` are what a bot would be wrong
about without noticing, were the platform wrong: that nobody but this machine is spoken to, the
signature, the reply token, the retry key, the table of limits. `-m short` plays these alone, in a
few seconds.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from line_platform_client import HOME, MAPLIBRE, SECRET, TOKEN, Bot, Json, Platform, listening
from playwright.sync_api import Browser, Page, ViewportSize, expect

pytest_plugins = ("one_chromium",)

DESK: ViewportSize = {"width": 1280, "height": 800}
Starting = Callable[..., subprocess.Popen[str]]


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "line_platform", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=HOME, text=True, **pipes)


def usual(webhook: str) -> tuple[str, ...]:
    return ("--webhook", webhook, "--channel-secret", SECRET, "--access-token", TOKEN)


def layer(folder: Path) -> tuple[str, ...]:
    """A map with one road, as a word of the start."""
    way = {"type": "LineString", "coordinates": [[139.49, 35.7], [139.52, 35.702]]}
    road: Json = {"type": "Feature", "properties": {"name": "小金井街道"}, "geometry": way}
    file = folder / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}))
    return ("--map", str(file))


@contextmanager
def talking(*arguments: tuple[str, ...]) -> Iterator[Platform]:
    """A platform that has said where it is, and a client of it."""
    process = start(*(word for words in arguments for word in words))
    with (
        process,
        httpx.Client(timeout=30, trust_env=False, limits=httpx.Limits(keepalive_expiry=2)) as http,
    ):
        assert process.stdout
        yield Platform(json.loads(process.stdout.readline()), http)
        process.terminate()


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
    with talking(usual(running_bot.url), layer(tmp_path_factory.mktemp("maps"))) as platform:
        yield platform


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


@pytest.fixture(scope="session")
def shown(running_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with a map, so far as the map library has been installed."""
    library = ("--maplibre", str(MAPLIBRE)) if MAPLIBRE.exists() else ()
    maps = layer(tmp_path_factory.mktemp("maps"))
    with talking(usual(running_bot.url), maps, library) as platform:
        yield platform


@pytest.fixture
def page(shown: Platform, one_chromium: Browser) -> Iterator[Page]:
    """A window of a real Chromium."""
    page = one_chromium.new_page(locale="ja-JP", viewport=DESK)
    yield page
    page.context.close()


@pytest.fixture
def talk(shown: Platform, running_bot: Bot, page: Page) -> Page:
    """The talk of 佐藤 はるか, who has said nothing yet."""
    page.goto("about:blank")
    page.set_viewport_size(DESK)
    shown.order("reset")
    running_bot.forget()
    page.goto(f"{shown.addresses['chat']}#{shown.people()[0]}")
    expect(page.get_by_text("まだ何も送っていません")).to_be_visible()
    return page

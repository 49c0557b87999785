"""A Michi whose LINE is the platform on loopback; every test begins with a new account."""

from collections.abc import Iterator

import pytest
from line_account import Door, Platform, open_door, started
from line_setup_scene import set_again, settings_of, turned_over

from bot.line.setup.menu import Menu
from bot.line.setup.menus import drawn
from settings import settings


@pytest.fixture(scope="session")
def running_account() -> Iterator[tuple[Platform, Door]]:
    with open_door() as door, started(door.url) as platform:
        yield platform, door


@pytest.fixture
def platform(running_account: tuple[Platform, Door]) -> Platform:
    """As at the start."""
    platform, door = running_account
    door.respond = lambda: (200, 0.0)
    platform.order("delivery/flush")
    platform.order("reset")
    platform.order("webhook", url=door.url)
    door.heard.clear()
    return platform


@pytest.fixture
def door(platform: Platform, running_account: tuple[Platform, Door]) -> Door:
    """Where the platform's webhooks arrive."""
    return running_account[1]


@pytest.fixture
def haruka(platform: Platform) -> str:
    return platform.people()[0]


@pytest.fixture
def michi(platform: Platform, door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process has the settings of a Michi whose LINE is the platform."""
    set_again(monkeypatch, **settings_of(platform, door))
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

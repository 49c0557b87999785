"""One whole Michi for all journeys: real processes, PostGIS, Redis, RQ, and LINE on loopback."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from neighbours import Neighbour, Office, Town
from playwright.sync_api import Browser
from psycopg.rows import dict_row

from local.machine.stack import Stack, stack

HERE_ONLY = ("DATABASE_URL", "REDIS_URL", "PHOTO_STORE_URL", "PUBLIC_URL")


@pytest.fixture(scope="session")
def michi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack; it is stopped when all journeys are over."""
    for name in HERE_ONLY:
        os.environ.pop(name, None)
    with stack(tmp_path_factory.mktemp("michi")) as running:
        yield running


@pytest.fixture
def town(michi: Stack) -> Iterator[Town]:
    """LINE in its usual state, and a look into the database."""
    with psycopg.connect(michi.database_url, row_factory=dict_row, autocommit=True) as database:
        town = Town(michi, database)
        town.calm()
        yield town
        town.calm()


@pytest.fixture
def haruka(town: Town) -> Neighbour:
    """A resident whose profile is Japanese."""
    return town.somebody("はるか", "ja")


@pytest.fixture
def alex(town: Town) -> Neighbour:
    """A resident whose profile is English."""
    return town.somebody("Alex", "en")


@pytest.fixture(scope="session")
def staff(michi: Stack) -> Iterator[Office]:
    """Somebody at the desk, signed in."""
    yield from _signed_in(michi, "staff")


@pytest.fixture(scope="session")
def crew(michi: Stack) -> Iterator[Office]:
    """The road crew's phone, signed in."""
    yield from _signed_in(michi, "crew")


def _signed_in(michi: Stack, role: str) -> Iterator[Office]:
    office = Office(michi, role)
    yield office
    office.close()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """What the windows of a journey are opened in."""
    return chromium


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures of the screens go."""
    folder = Path(os.environ.get("MICHI_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder

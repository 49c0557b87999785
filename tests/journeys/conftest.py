"""One whole Michi for all journeys: real processes, PostGIS, Redis, RQ, and LINE on loopback."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from neighbours import Neighbour, Town
from psycopg.rows import dict_row

from local.stack import Stack, stack

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

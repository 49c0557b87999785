"""One PostGIS cluster and one Redis for the whole run; every test gets a database of its own."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from xdist.scheduler import LoadScopeScheduling

import local.machine.servers.postgres
import local.machine.servers.redis
from migrations.schema import migrate
from reports.load_city import load_city
from settings import ROOT, settings
from store import database, tasks
from workers import photos

hypothesis.settings.register_profile("michi", deadline=None)
hypothesis.settings.load_profile("michi")

pytest_plugins = ("line_fixtures", "web_fixtures")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SAMPLE_CITY = ROOT / "local" / "sample_city"
ENVIRONMENT = {
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "a key for tests",
    "LINE_CHANNEL_SECRET": "a secret for tests",
    "LINE_CHANNEL_ACCESS_TOKEN": "a token for tests",
    "LINE_API_URL": "http://127.0.0.1:9",
    "LINE_DATA_API_URL": "http://127.0.0.1:9",
    "TZ": "Asia/Tokyo",
    "AWS_EC2_METADATA_DISABLED": "true",
}

_WAITING = ("test_answers.py", "test_quota.py")


def forget_everything_cached() -> None:
    """The settings and what was made from them."""
    if settings.cache_info().currsize:
        database.engine().dispose()
    for cached in (settings, database.engine, tasks.quick_redis, tasks._queue, photos._files):
        cached.cache_clear()


class TwoStacks(LoadScopeScheduling):  # type: ignore[misc]
    """Journeys share a Michi, so they stay in one process; those that mostly wait for what must not
    come have another one, beside it. All else goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if not file.startswith("tests/journeys/") or file.endswith("test_scripted_day.py"):
            return nodeid
        return "waiting" if file.endswith(_WAITING) else "journeys"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoStacks:
    return TwoStacks(config, log)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """DATABASE_URL of the cluster's first database, and REDIS_URL."""
    folder = Path("/tmp") / f"michi-tests-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    cluster = local.machine.servers.postgres.start(folder / "postgres", durable=False)
    redis = local.machine.servers.redis.start(folder / "redis")
    yield cluster.url, redis.url
    redis.stop()
    cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Browser]:
    """A real Chromium without a window; Playwright allows one in a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(one_chromium: Browser) -> Iterator[Browser]:
    """Chromium, whose windows are closed after each test: an open map costs half a processor."""
    yield one_chromium
    for context in one_chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def template(servers: tuple[str, str]) -> str:
    """The name of a database with the schema and the sample city, to be cloned."""
    url, redis_url = servers
    name = "michi_template"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    os.environ |= ENVIRONMENT | {
        "DATABASE_URL": _named(url, name),
        "REDIS_URL": redis_url,
        "PHOTO_STORE_URL": "file:///nowhere",
    }
    forget_everything_cached()
    migrate()
    with database.transaction() as db:
        load_city(db, SAMPLE_CITY)
    forget_everything_cached()
    return name


@pytest.fixture
def database_url(servers: tuple[str, str], template: str, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the sample city; the process's settings point to it."""
    url, redis_url = servers
    name = f"michi_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    os.environ |= ENVIRONMENT | {
        "DATABASE_URL": _named(url, name),
        "REDIS_URL": redis_url,
        "PHOTO_STORE_URL": f"file://{tmp_path}/photos",
    }
    forget_everything_cached()
    yield os.environ["DATABASE_URL"]
    forget_everything_cached()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def db(database_url: str) -> Iterator[Session]:
    """A session inside a transaction that is rolled back."""
    with Session(database.engine(), expire_on_commit=False) as session, session.begin():
        yield session
        session.rollback()


@pytest.fixture
def app(database_url: str) -> FastAPI:
    """The whole web application on the test's own database."""
    from main import create_app

    return create_app()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of that application, its threads awake."""
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def _named(url: str, name: str) -> str:
    """The same server, another database."""
    made = psycopg.conninfo.conninfo_to_dict(url)
    return f"postgresql://{made['user']}@/{name}?host={made['host']}"

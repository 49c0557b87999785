"""One PostGIS cluster, one Redis and one database for each process; a test finds them unwritten."""

import gc
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import kept_database
import kept_photos
import psycopg
import pytest
from argon2 import PasswordHasher
from examples import LONG
from fastapi import FastAPI
from playwright.sync_api import Browser
from redis import Redis
from redis.client import PubSubWorkerThread
from short_run import has_short_tests, is_of_few
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from xdist.scheduler import LoadScopeScheduling

import local.machine.servers.postgres
import local.machine.servers.redis
from bot import ticket_meant
from bot.line import tokens
from migrations.schema import migrate
from reports.load_city import load_city
from reports.people import accounts
from reports.photos import photo_store
from settings import ENV_FILE, ROOT, settings
from store import database, metrics, tasks
from store.logs import write_plain_lines
from web.auth import crowd
from web.maps import shelf
from web.open import answers
from workers.table import KINDS

os.environ[ENV_FILE] = ""
write_plain_lines()
tasks.learn(KINDS)
accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # type: ignore[misc]

SHARED = ROOT.parent / "shared"

hypothesis.settings.register_profile(
    "short", deadline=None, database=None, derandomize=True, max_examples=40
)
hypothesis.settings.register_profile(
    "long", deadline=None, database=None, max_examples=1_000, print_blob=True
)
hypothesis.settings.load_profile("long" if LONG else "short")

pytest_plugins = ("line_fixtures", "provider_fixtures", "web_fixtures", "one_chromium")

SAMPLE_CITY = ROOT / "local" / "sample_city"
ENVIRONMENT = {
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "a key for tests, and long enough for it",
    "LINE_CHANNEL_SECRET": "a secret for tests",
    "LINE_CHANNEL_ACCESS_TOKEN": "a token for tests",
    "LINE_API_URL": "http://127.0.0.1:9",
    "LINE_DATA_API_URL": "http://127.0.0.1:9",
    "TZ": "Asia/Tokyo",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class OnlyDatabase:
    """A database and a Redis that every test finds as the first one did."""

    def __init__(self, url: str, redis_url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._kept = kept_database.keep(self._connection)
        self._redis = Redis.from_url(redis_url)

    def as_it_was(self) -> None:
        """Undo what was committed. Raises NotLeftAsFound."""
        self._redis.flushall()
        self._kept = kept_database.restore(self._connection, self._kept)

    def close(self) -> None:
        self._connection.close()
        self._redis.close()


IN_MEMORY_BYTES = 4 * 1024**3
_TOGETHER = (
    "tests/house/",
    "tests/browser/",
    "line_platform/tests/test_chat",
    "tests/web/auth/test_provider",
    "tests/bot/line/setup/",
    "tests/store/photo_files/test_photo_files",
)
_WAITING = ("test_answers.py", "test_quota.py")
answers.STANDS_SECONDS = 0.0
"""What a test has changed is seen at once."""


def forget_everything_cached() -> None:
    """The settings and what was made from them, except what leads to the same servers."""
    for cached in (settings, photo_store._id, photo_store._opened, shelf._place):
        cached.cache_clear()
    tokens._refused.clear()
    answers.forget()
    crowd.forget()


def forget_the_pool() -> None:
    """That too: another database is meant from here on."""
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    database.engine.cache_clear()
    forget_everything_cached()


class TogetherInOneProcess(LoadScopeScheduling):  # type: ignore[misc]
    """Journeys share a Michi, so they stay in one process; in a long run those that mostly wait for
    what must not come have another one, beside it, and so has the chaos, which takes long and so
    must begin early. In a short run what reads all our files, needs Chromium, a provider or menus
    drawn stays together, too. All else goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if file.startswith("tests/chaos/"):
            return "chaos"
        if file.startswith("tests/journeys/") and not file.endswith("test_scripted_day.py"):
            return "waiting" if LONG and file.endswith(_WAITING) else "journeys"
        together = () if LONG else (one for one in _TOGETHER if file.startswith(one))
        return next(iter(together), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherInOneProcess:
    return TogetherInOneProcess(config, log)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """A short run does not load a file of which it would run nothing, unless that was named."""
    is_tests = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    return True if not LONG and is_tests and not has_short_tests(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A short run leaves out what is marked `long`, unless its file was named."""
    if LONG:
        return
    named = [word.split("::")[0] for word in config.args if ".py" in word]
    chosen: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        chosen[is_short(item) or item.nodeid.startswith(tuple(named))].append(item)
    config.hook.pytest_deselected(items=chosen[False])
    items[:] = chosen[True]


def pytest_collection_finish() -> None:
    """What there is by now stays: nobody needs to look through it again for what can go."""
    gc.collect()
    gc.freeze()


def is_short(item: pytest.Item) -> bool:
    if is_of_few(item.path):
        return item.get_closest_marker("short") is not None
    return item.get_closest_marker("long") is None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """One line at the end tells how many were left out for want of that folder."""
    if item.get_closest_marker("shared") and not SHARED.exists():
        pytest.skip(f"{SHARED} is not there")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """DATABASE_URL of the cluster's first database, and REDIS_URL."""
    folder = _roomy() / f"michi-tests-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    cluster = local.machine.servers.postgres.start(folder / "postgres", durable=False)
    redis = local.machine.servers.redis.start(folder / "redis")
    yield cluster.url, redis.url
    redis.stop()
    cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _roomy() -> Path:
    """Memory, where it holds what servers write that nobody wants to keep; else the disk."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > IN_MEMORY_BYTES:
            return memory
    return Path("/tmp")


@pytest.fixture
def chromium(one_chromium: Browser) -> Iterator[Browser]:
    """Chromium, whose windows are closed after each test: an open map costs half a processor."""
    yield one_chromium
    for context in one_chromium.contexts:
        context.close()


@pytest.fixture
def hours_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after a ticket comes so late that it is nothing more about that."""
    monkeypatch.setattr(ticket_meant, "SOON_AFTER", timedelta(0))


@pytest.fixture(scope="session")
def template(servers: tuple[str, str]) -> str:
    """The name of a database with the schema and the sample city, to be cloned."""
    url, _ = servers
    name = "michi_template"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    _lead_to(_named(url, name), servers, "/nowhere")
    migrate()
    with database.transaction() as db:
        load_city(db, SAMPLE_CITY)
        photo_store._remembered(db, kept_photos.ID)
    with psycopg.connect(_named(url, name)) as connection:
        connection.execute("SET session_replication_role = replica")  # its guard would refuse
        connection.execute("TRUNCATE audit, audit_waiting")
    forget_the_pool()
    return name


@pytest.fixture(scope="session")
def only_database(servers: tuple[str, str], template: str) -> Iterator[OnlyDatabase]:
    """The database of all tests of this process."""
    url, redis_url = servers
    mine = OnlyDatabase(_cloned(url, template), redis_url)
    yield mine
    mine.close()


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, servers: tuple[str, str], template: str, tmp_path: Path
) -> Iterator[str]:
    """A database with the sample city and nothing else; the process's settings point to it.

    It is the one of all tests of this process, and as it was again afterwards. A test that
    `changes_the_schema` has one of its own.
    """
    if request.node.get_closest_marker("changes_the_schema"):
        yield from _own_database(servers, template, tmp_path)
        return
    only: OnlyDatabase = request.getfixturevalue("only_database")
    _lead_to(only.url, servers, tmp_path)
    kept_photos.make(tmp_path / "photos")
    before = set(threading.enumerate())
    yield only.url
    try:
        _wait_for_those_begun_since(before)
    finally:
        forget_everything_cached()
        only.as_it_was()


_POOLED = ("ear_", "send_", "webhook_", "AnyIO", "asyncio_", "ThreadPoolExecutor")
"""Threads that wait for work until the process ends; so does what an RQ worker listens with."""


def _wait_for_those_begun_since(before: set[threading.Thread]) -> None:
    """A thread that goes on would write into the next test, or give it its own settings."""
    for thread in set(threading.enumerate()) - before:
        if not (thread.name.startswith(_POOLED) or isinstance(thread, PubSubWorkerThread)):
            thread.join(kept_database.PATIENCE)
            if thread.is_alive():
                raise kept_database.NotLeftAsFound(f"still running: {thread.name}")


def _own_database(servers: tuple[str, str], template: str, tmp_path: Path) -> Iterator[str]:
    url, _ = servers
    own = _cloned(url, template)
    forget_the_pool()
    _lead_to(own, servers, tmp_path)
    kept_photos.make(tmp_path / "photos")
    yield own
    forget_the_pool()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {_name(own)} WITH (FORCE)")


@pytest.fixture
def db(database_url: str) -> Iterator[Session]:
    """A session inside a transaction that is rolled back."""
    with Session(database.engine(), expire_on_commit=False) as session, session.begin():
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def only_app() -> FastAPI:
    """The application of all tests of this process; a new one takes a third of a second."""
    return _new_app()


def _new_app() -> FastAPI:
    from main import create_app

    return create_app()


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str) -> Iterator[FastAPI]:
    """The whole web application on the test's own database.

    It is the one of all tests of this process. A test that `changes_the_app` has one of its own.
    """
    if request.node.get_closest_marker("changes_the_app"):
        yield _new_app()
        return
    only: FastAPI = request.getfixturevalue("only_app")
    before = _doors(only)
    yield only
    assert _doors(only) == before, "mark the test with `changes_the_app`"


def _doors(app: FastAPI) -> tuple[Any, ...]:
    """What a test could leave behind in an application."""
    handlers = dict(app.exception_handlers), dict(app.dependency_overrides), app.state.draw
    return len(app.router.routes), len(app.user_middleware), *handlers


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of that application, its threads awake."""
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def _lead_to(database_url: str, servers: tuple[str, str], folder: Path | str) -> None:
    """From here on the process's settings are these, and it has counted nothing."""
    metrics.begin_anew()
    os.environ |= ENVIRONMENT | {
        "DATABASE_URL": database_url,
        "REDIS_URL": servers[1],
        "PHOTO_STORE_URL": f"file://{folder}/photos",
    }
    forget_everything_cached()


def _cloned(url: str, template: str) -> str:
    """A new database like the template; its address."""
    name = f"michi_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return _named(url, name)


def _named(url: str, name: str) -> str:
    """The same server, another database."""
    made = psycopg.conninfo.conninfo_to_dict(url)
    return f"postgresql://{made['user']}@/{name}?host={made['host']}"


def _name(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])

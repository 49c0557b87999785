"""Throw-away ground for a figure: a private PostGIS with the sample city, and a private Redis."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import local.machine.servers.postgres
import local.machine.servers.redis
from migrations.schema import migrate
from reports.load_city import load_city
from reports.photos.photo_store import make_photo_store
from settings import ROOT
from store import tasks
from store.database import engine, transaction
from workers.table import KINDS

SECRET = "a secret for figures"


@contextmanager
def ground(*, durable: bool) -> Iterator[Path]:
    """Both servers run within the block and this process's settings point to them.

    Gives a folder for logs. `durable` as in production: each commit waits for the disk. Call it
    before anything has asked for the settings.
    """
    tasks.learn(KINDS)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="michi-bench-")))
        cluster = local.machine.servers.postgres.start(folder / "postgres", durable=durable)
        ending.callback(cluster.stop)
        redis = local.machine.servers.redis.start(folder / "redis")
        ending.callback(redis.stop)
        os.environ |= _environment(cluster.url, redis.url, folder)
        migrate()
        make_photo_store()
        with transaction() as db:
            load_city(db, ROOT / "local" / "sample_city")
        ending.callback(engine().dispose)
        yield folder


def _environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PHOTO_STORE_URL": (folder / "photos").as_uri(),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a key for figures, and long enough for it",
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": "a token for figures",
        "LINE_API_URL": "http://127.0.0.1:9",
        "LINE_DATA_API_URL": "http://127.0.0.1:9",
        "TZ": "Asia/Tokyo",
    }

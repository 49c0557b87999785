"""The bad day: a backup under load into a bucket, the machine is lost, and all is put back
on another cluster and folder; then once more to a moment between two tickets."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from pyrage import x25519
from townsfolk import ALEX, HARUKA, arrive, hear, photo, place, rows, value, words
from typer.testing import CliRunner

import local.machine.servers.postgres as postgres
from bot.delivery import send_due
from cli.app import app
from local.machine.servers.server import Running
from reports.photos import photo_store
from reports.privacy.erase import erase
from settings import settings
from store.database import engine, transaction
from workers.erasings import note_erasings

pytestmark = pytest.mark.long
BUCKET = "backups"
ENVIRONMENT = {
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "a key for drills, and long enough for it",
    "LINE_CHANNEL_SECRET": "a secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "a token",
    "LINE_API_URL": "http://127.0.0.1:9",
    "LINE_DATA_API_URL": "http://127.0.0.1:9",
    "TZ": "Asia/Tokyo",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def michi(*told: object, ends: int = 0) -> str:
    began = time.monotonic()
    done = CliRunner().invoke(app, [str(word) for word in told], env={"COLUMNS": "220"})
    print(f"$ michi {' '.join(map(str, told))}  ({time.monotonic() - began:.1f} s)")
    print(done.output)
    assert done.exit_code == ends, done.output
    return done.output


def lead_to(url: str, photos: Path) -> None:
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    os.environ |= {"DATABASE_URL": url, "PHOTO_STORE_URL": f"file://{photos}"}
    for cached in (settings, photo_store._id, photo_store._opened):
        cached.cache_clear()


def archiving(folder: Path, wal: Path) -> Running:
    """A cluster that archives its WAL into a folder."""
    cluster = postgres.start(folder)
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        command = f"install -m 0644 %p {wal}/%f.part && mv {wal}/%f.part {wal}/%f"
        connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
        connection.execute(f"ALTER SYSTEM SET archive_command = '{command}'")
    cluster.stop()
    return postgres.start(folder)


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """An S3 of our own; the settings that lead to it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/{BUCKET}")
    yield {
        "BACKUP_URL": f"s3://{BUCKET}/koganei",
        "BACKUP_AWS_ENDPOINT": f"http://{host}:{port}",
        "BACKUP_AWS_ACCESS_KEY_ID": "backup",
        "BACKUP_AWS_SECRET_ACCESS_KEY": "secret",
        "BACKUP_AWS_REGION": "us-east-1",
    }
    server.stop()


@contextmanager
def reporting(seconds: float = 0.2) -> Iterator[list[int]]:
    """Somebody reports all the time; how many reports that were."""
    stop, told = threading.Event(), [0]

    def report() -> None:
        while not stop.wait(seconds):
            who = f"U{told[0]:032x}"
            hear(photo(who), place(who), words("穴", who))
            told[0] += 1

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


def store_photos() -> None:
    store = photo_store.photo_store()
    for (id,) in rows("SELECT id FROM photos WHERE state = 'waiting' AND report_id IS NOT NULL"):
        original = store.put(f"original {id}".encode(), "original")
        small = store.put(f"small {id}".encode(), "small")
        rows(
            "UPDATE photos SET state = 'stored', original = :original, small = :small"
            " WHERE id = :id",
            original=original, small=small, id=id,
        )  # fmt: skip


@contextmanager
def scene(redis_url: str) -> Iterator[Path]:
    """A folder in which two clusters may be, a key, and the settings of one installation."""
    folder = Path(tempfile.mkdtemp(prefix="michi-drill-"))
    folder.chmod(0o755)
    (folder / "wal").mkdir()
    (folder / "wal").chmod(0o777)
    made = x25519.Identity.generate()
    (folder / "key.txt").write_text(f"{made}\n")
    before = dict(os.environ)
    try:
        with bucket() as of_bucket:
            os.environ |= ENVIRONMENT | of_bucket
            os.environ |= {
                "BACKUP_PUBLIC_KEY": str(made.to_public()),
                "BACKUP_WAL_FOLDER": str(folder / "wal"),
                "REDIS_URL": redis_url,
            }
            yield folder
    finally:
        lead_to("", folder)
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(folder)


def test_the_machine_is_lost_and_all_is_there_again(servers: tuple[str, str]) -> None:
    with scene(servers[1]) as folder:
        play(folder)


def play(scene: Path) -> None:
    """All acts, in their order."""
    key = scene / "key.txt"
    first = archiving(scene / "first", scene / "wal")
    lead_to(first.url, scene / "photos")
    os.environ["BACKUP_CLUSTER_URL"] = first.url
    settings.cache_clear()
    michi("migrate")
    michi("load-city", "local/sample_city")
    told = words("わが家の前の穴", HARUKA)
    hear(photo(), place(), told)
    hear(photo(ALEX), place(ALEX), words("そこも", ALEX))
    store_photos()
    michi("backup", "base")
    michi("backup")
    with reporting() as many:
        time.sleep(1)
        store_photos()
        under_load = michi("backup")
        print(f"{many[0]} reports were made meanwhile")
    assert many[0]
    michi("backup", "verify", "--key", key)
    with transaction() as db:
        erase(db, value("SELECT id FROM residents WHERE line_user_id = :who", who=HARUKA))
    note_erasings()
    between, after = _to_a_moment()
    michi("backup", "wal")
    first.stop()
    second = postgres.start(scene / "second")
    try:
        _put_back(second.url, scene, told)
        _put_back_to(second.url, scene, between, after)
    finally:
        lead_to(second.url, scene / "photos")
        engine().dispose()
        second.stop()
    assert under_load


def _to_a_moment() -> tuple[datetime, str]:
    """A moment, and the number of the ticket that came after it; the WAL of both is archived."""
    who = "U" + "a" * 32
    hear(photo(who), place(who), words("前の穴", who))
    time.sleep(1)
    moment: datetime = value("SELECT clock_timestamp()")
    time.sleep(1)
    who = "U" + "b" * 32
    hear(photo(who), place(who), words("後の穴", who))
    number: str = value("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")
    segment = value("SELECT pg_walfile_name(pg_switch_wal())")
    hear(words("使い方", who))
    rows("SELECT pg_switch_wal()")
    folder = Path(settings().backup_wal_folder)
    deadline = time.monotonic() + 60
    while not (folder / segment).exists():
        assert time.monotonic() < deadline, "WAL was not archived"
        time.sleep(0.2)
    return moment, number


def _put_back(url: str, scene: Path, told: dict[str, object]) -> None:
    lead_to(url, scene / "photos-anew")
    said = michi("restore", "--key", scene / "key.txt")
    assert "✗" not in said
    assert rows("SELECT id FROM residents WHERE line_user_id = :who", who=HARUKA) == []
    events = value("SELECT count(*) FROM inbox")
    arrive(told)
    assert value("SELECT count(*) FROM inbox") == events, "a redelivered event is known"
    assert send_due() == 0, "nobody is told again"
    michi("audit", "verify")
    michi("restore", "--key", scene / "key.txt", ends=1)


def _put_back_to(url: str, scene: Path, moment: datetime, after: str) -> None:
    with psycopg.connect(url.replace("/michi?", "/postgres?"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE michi_at")
    lead_to(url.replace("/michi?", "/michi_at?"), scene / "photos-at")
    michi("restore", "--key", scene / "key.txt", "--at", moment.isoformat())
    numbers = {number for (number,) in rows("SELECT number FROM tickets")}
    assert after not in numbers
    assert value("SELECT max(received_at) FROM inbox") < moment
    print(f"{len(numbers)} tickets at {moment.astimezone(UTC):%H:%M:%S}; {after} came after it")

"""A backup on real PostgreSQL: there and back, only what is new, what was changed is found, whoever
was erased since stays erased, and nobody is told twice."""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import kept_photos
import psycopg
import pytest
from click.testing import Result
from pyrage import x25519
from townsfolk import ALEX, HARUKA, hear, photo, place, resident, rows, value, words
from typer.testing import CliRunner

from cli.app import app
from reports.backup.make import make
from reports.outbox import residents
from reports.outbox.kinds import Status
from reports.privacy.erase import erase
from reports.photos import photo_store
from settings import settings
from store.database import engine, transaction
from store.photo_files import marker_of, open_files
from workers.erasings import note_erasings

TABLES = ("tickets", "reports", "photos", "remarks", "history", "residents", "audit", "inbox")


def typed(*told: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in told], env={"COLUMNS": "220"})


@pytest.fixture
def key(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the private key; backups are sealed to the other half."""
    made = x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# public key: {made.to_public()}\n{made}\n")
    (tmp_path / "backups").mkdir()
    monkeypatch.setenv("BACKUP_URL", f"file://{tmp_path}/backups")
    monkeypatch.setenv("BACKUP_PUBLIC_KEY", str(made.to_public()))
    settings.cache_clear()
    return file


@pytest.fixture
def new_machine(database_url: str, tmp_path: Path) -> Iterator[None]:
    """Called: from here on database and photo store are empty ones."""


def lead_to(url: str, photos: Path) -> None:
    engine().dispose()
    engine.cache_clear()
    os.environ["DATABASE_URL"] = url
    os.environ["PHOTO_STORE_URL"] = f"file://{photos}"
    for cached in (settings, photo_store._id, photo_store._opened):
        cached.cache_clear()


def test_smoke(database_url: str, key: Path, tmp_path: Path) -> None:
    hear(photo(), place(), words("大きな穴"))
    store = open_files(settings().photo_store_url, kept_photos.ID)
    keys = [store.put(b"one", "original"), store.put(b"two", "large"), store.put(b"three", "small")]
    rows(
        "UPDATE photos SET state='stored', original=:a, large=:b, small=:c",
        a=keys[0],
        b=keys[1],
        c=keys[2],
    )
    done = typed("backup")
    print(done.output)
    assert done.exit_code == 0
    done = typed("backup", "list")
    print(done.output)
    done = typed("backup", "verify", "--key", key)
    print(done.output)
    assert done.exit_code == 0
    facts = psycopg.conninfo.conninfo_to_dict(database_url)
    name = f"michi_empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql://{facts['user']}@/{name}?host={facts['host']}"
    before = database_url
    lead_to(url, tmp_path / "photos2")
    try:
        done = typed("restore", "--key", key)
        print(done.output, done.exception)
        import traceback

        if done.exc_info:
            traceback.print_exception(*done.exc_info)
    finally:
        lead_to(before, tmp_path / "photos")
        with psycopg.connect(before, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert done.exit_code == 0

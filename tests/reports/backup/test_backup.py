"""A backup on real PostgreSQL, there and back: only what is new is copied, what was changed is
found, whoever was erased since is erased again, and nobody is told twice."""

import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import kept_photos
import psycopg
import pytest
from click.testing import Result
from doctors_round import found, set_again
from pyrage import x25519
from townsfolk import ALEX, HARUKA, hear, photo, place, rows, unsend, value, words
from typer.testing import CliRunner

from cli.app import app
from cli.doctor.asked import read
from cli.doctor.findings import Level
from reports.backup import erased, last
from reports.backup.make import make
from reports.photos import photo_store
from reports.privacy.erase import erase
from settings import settings
from store.backup import manifest
from store.backup.database import alone
from store.backup.keep import Keep, stay
from store.backup.target import target
from store.backup.tools import giving, taking
from store.database import engine, transaction
from store.photo_files import open_files
from watching import metrics
from workers.erasings import note_erasings
from workers.photos import forget_files
from workers.retry import Retry


def typed(*told: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in told], env={"COLUMNS": "220"})


@pytest.fixture
def key(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the private key; backups are sealed to its other half."""
    made = x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# public key: {made.to_public()}\n{made}\n")
    (tmp_path / "backups").mkdir()
    monkeypatch.setenv("BACKUP_URL", f"file://{tmp_path}/backups")
    monkeypatch.setenv("BACKUP_PUBLIC_KEY", str(made.to_public()))
    settings.cache_clear()
    return file


@pytest.fixture
def new_machine(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, by a role that owns it and no more, as on an installed
    server: PostGIS is there, and somebody else's."""
    facts = psycopg.conninfo.conninfo_to_dict(database_url)
    name = f"michi_empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"CREATE DATABASE {name} OWNER {name}")
    with psycopg.connect(database_url, dbname=name, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis")
    yield f"postgresql://{name}@/{name}?host={facts['host']}"
    lead_to(database_url, tmp_path / "photos")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"DROP ROLE {name}")


def lead_to(url: str, photos: Path) -> None:
    engine().dispose()
    engine.cache_clear()
    os.environ |= {"DATABASE_URL": url, "PHOTO_STORE_URL": f"file://{photos}"}
    for cached in (settings, photo_store._id, photo_store._opened):
        cached.cache_clear()


def store_photos(*photos: bytes) -> None:
    """Each photo that waits is stored, as these bytes."""
    store = open_files(settings().photo_store_url, kept_photos.ID)
    waiting = rows("SELECT id FROM photos WHERE state = 'waiting' ORDER BY id")
    for (id,), data in zip(waiting, photos, strict=True):
        original, small = store.put(data, "original"), store.put(data, "small")
        rows(
            "UPDATE photos SET state = 'stored', original = :original, large = NULL,"
            " small = :small WHERE id = :id",
            original=original, small=small, id=id,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "level"),
    [(None, Level.WRONG), (1, Level.RIGHT), (27, Level.WARNING), (80, Level.WRONG)],
)
def test_the_doctor_says_how_old_the_newest_is(
    key: Path, monkeypatch: pytest.MonkeyPatch, hours: int | None, level: Level
) -> None:
    if hours is not None:
        moment = datetime.now(UTC) - timedelta(hours=hours)
        with transaction() as db:
            last.made(db, id="1", moment=moment, bytes=1, photos=0, copied=0, missing=0)
    assert found(read(), "backup.newest")["backup.newest"].level is level
    without = set_again(monkeypatch, BACKUP_URL="", BACKUP_PUBLIC_KEY="")
    assert found(without, "backup.newest")["backup.newest"].level is Level.WARNING


def test_there_and_back_nobody_is_told_twice_and_who_was_erased_stays_so(
    key: Path, new_machine: str, tmp_path: Path
) -> None:
    said = words("わが家の穴", ALEX)
    for who, spoken in ((HARUKA, words("大きな穴")), (ALEX, said)):
        hear(photo(who), place(who), spoken)
    store_photos(b"first", b"second")
    first = typed("backup")
    assert first.exit_code == 0, first.output
    assert "写真 4(新しく 4)" in first.output
    assert "\nmichi_backup_timestamp_seconds " in metrics.text()
    again = typed("backup")
    assert "写真 4(新しく 0)" in again.output
    with transaction() as db:
        age = last.last(db).age
        assert age is not None
        assert age < timedelta(minutes=5)
        erase(db, value("SELECT id FROM residents WHERE line_user_id = :who", who=HARUKA))
    hear(unsend(said, ALEX))
    note_erasings()
    waiting = value("SELECT count(*) FROM messages WHERE state IN ('waiting', 'held')")
    assert waiting
    tickets = value("SELECT count(*) FROM tickets")
    lead_to(new_machine, tmp_path / "elsewhere")
    back = typed("restore", "--key", key)
    assert back.exit_code == 0, back.output
    assert rows("SELECT line_user_id FROM residents") == [(ALEX,)]
    assert rows("SELECT words FROM remarks") == []
    assert rows("SELECT count(*) FROM tickets") == [(tickets,)]
    assert rows("SELECT id FROM messages WHERE state IN ('waiting', 'held')") == []
    assert value("SELECT count(*) FROM messages WHERE state = 'unknown'") > 0
    assert "LINE\t" in typed("backup", "unsure").output
    told = "SELECT count(*) FROM tasks WHERE finished_at IS NULL AND name = 'route_ticket'"
    assert value(told) == 0
    assert value("SELECT last_value FROM tickets_id_seq") > 1_000_000
    assert photo_store.photo_store().get(value("SELECT min(small) FROM photos WHERE small <> ''"))
    log = typed("audit", "verify")
    assert (log.exit_code, "a backup was put back" in log.output) == (0, True), log.output
    assert "空ではありません" in typed("restore", "--key", key).output


def test_a_changed_byte_and_a_missing_piece_are_found(key: Path, tmp_path: Path) -> None:
    hear(photo(), place(), words("大きな穴"))
    store_photos(b"first")
    made = make()
    assert typed("backup", "verify", "--key", key).exit_code == 0
    pieces = [file for file in (tmp_path / "backups").rglob("*") if file.is_file()]
    assert len(pieces) == 5
    for piece in pieces:
        data = piece.read_bytes()
        assert b"first" not in data
        piece.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        changed = typed("backup", "verify", made.id)
        piece.unlink()
        missing = typed("backup", "verify", made.id)
        assert (changed.exit_code, missing.exit_code) == (1, 1), piece
        assert piece.name.rpartition("/")[2][:12] in changed.output + missing.output
        piece.write_bytes(data)
    other = tmp_path / "other.txt"
    other.write_text(str(x25519.Identity.generate()))
    assert "この秘密鍵では開けません" in typed("backup", "verify", "--key", other).output


def test_whoever_holds_the_place_of_backups_cannot_bring_back_who_was_erased(
    key: Path, tmp_path: Path
) -> None:
    hear(photo(), place(), words("大きな穴"))
    store_photos(b"first")
    first = make()
    with transaction() as db:
        erase(db, value("SELECT id FROM residents"))
    note_erasings()
    (entry,) = (tmp_path / "backups" / "erased").iterdir()
    made = replace(first, id="20980101T000000Z", last_erasing=f"erased/{entry.name}")
    manifest.write(target(), made)
    assert typed("backup", "verify").exit_code == 0
    elsewhere = entry.with_name("20990101T000000-x.json")
    entry.rename(elsewhere)
    assert "20990101" in typed("backup", "verify").output
    elsewhere.unlink()
    for asked in (("backup", "verify"), ("restore", "--key", key)):
        told = typed(*asked)
        assert (told.exit_code, entry.name in told.output) == (1, True), told.output
    copied = tmp_path / "backups/backups/20990101T000000Z"
    shutil.copytree(tmp_path / "backups/backups" / made.id, copied)
    assert f"✗ {copied.name}" in typed("backup", "list").output


def test_a_backup_is_older_than_what_was_erased_in_whatever_zone() -> None:
    at = datetime(2026, 12, 2, 4, tzinfo=UTC)
    assert erased._stamp(at.astimezone(ZoneInfo("Asia/Tokyo"))) == erased._stamp(at)


def test_a_key_that_has_signed_a_backup_is_still_needed(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(photo(), place(), words("大きな穴"))
    store_photos(b"first")
    make()
    before = settings().secret_key.get_secret_value()
    monkeypatch.setenv("SECRET_KEY", "another" * 8)
    monkeypatch.setenv("SECRET_KEYS_ALSO", quote(before, safe=""))
    settings.cache_clear()
    told = typed("secrets", "reseal")
    assert (told.exit_code, "signatures of backups" in told.output) == (3, True), told.output
    assert typed("backup", "list").exit_code == 0


def test_while_a_backup_is_made_no_file_is_deleted_and_no_other_is_made(key: Path) -> None:
    hear(photo(), place(), words("大きな穴"))
    store_photos(b"first")
    file = value("SELECT original FROM photos")
    rows("UPDATE photos SET original = NULL")
    with alone():
        with pytest.raises(Retry):
            forget_files([file])
        assert "別のバックアップ" in typed("backup").output
    assert photo_store.photo_store().has(file)
    forget_files([file])
    assert not photo_store.photo_store().has(file)


def test_the_newest_of_each_day_week_and_month_stays() -> None:
    now = datetime(2026, 12, 2, 4, tzinfo=UTC)
    all = [now - timedelta(hours=12 * back) for back in range(120)]
    kept = sorted(stay(all, Keep(3, 2, 2), now), reverse=True)
    days = [(moment.month, moment.day, moment.hour) for moment in kept]
    assert days == [(12, 2, 4), (12, 1, 16), (11, 30, 16), (11, 29, 16)]
    assert stay(all[-1:], Keep(1, 0, 0), now) == {all[-1]}


def test_a_password_is_what_a_program_reads_first_and_in_nothing_that_proc_shows() -> None:
    url = "postgresql://owner:p%40ss@127.0.0.1:9/michi"
    words = [sys.executable, "-c", _TELLS]
    with giving(words, url) as alone:
        assert alone.stdout
        told = json.load(alone.stdout)
    assert told["read"] == "p@ss\n"
    assert told["words"] == ["--password"]
    assert "p@ss" not in json.dumps(told["environment"])
    assert told["environment"]["PGUSER"] == "owner"
    assert told["terminal"] is False
    with giving(words, "postgresql:///michi") as trusted:
        assert trusted.stdout
        told = json.load(trusted.stdout)
    assert (told["read"], told["words"]) == ("", ["--no-password"])
    with taking([sys.executable, "-c", _READS], url) as fed:
        assert fed.stdin
        fed.stdin.write(b"SELECT 1")


_TELLS = """
import json, os, sys
try:
    terminal = bool(open("/dev/tty"))
except OSError:
    terminal = False
print(json.dumps({"read": sys.stdin.read(), "words": sys.argv[1:], "environment": dict(os.environ),
                  "terminal": terminal}))
"""
_READS = "import sys; sys.exit(sys.stdin.read() != 'p@ss\\nSELECT 1')"

"""A backup: first the database as it is at one moment, then the photos that it names, of which none
is deleted meanwhile; last the signed manifest, without which there is no backup.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import IO, Any, Final

import psycopg

from reports.backup import erased, kept, last, photos
from reports.backup.photos import Line, list_of
from reports.backup.progress import Tell, nothing, told
from reports.photos.named_files import Named, named_files
from reports.photos.photo_store import photo_store
from store.backup import database, manifest
from store.backup.manifest import Manifest, folder_of
from store.backup.pieces import Piece
from store.backup.seal import Recipients, recipients
from store.backup.target import Target, erasings, target
from store.database import transaction

_DATABASE: Final = ("データベースを書き出しています", "writing the database")
_PHOTOS: Final = ("写真を写しています", "copying photos")
_COUNTS: Final = ("行を数えています", "counting rows")


def make(tell: Tell = nothing) -> Manifest:
    """One more backup is in the target, and those are gone that are not kept any more.

    Raises BackupError, FilesError, SQLAlchemyError; then what was begun counts for nothing.
    """
    place, to = target(), recipients()
    files = photo_store()
    with database.alone() as lock:
        erased.bring_out(erasings())
        before = manifest.newest(place)
        _wait_for_another_second(lock, before)
        with _lines() as names, _lines() as lines:
            seen = _database(place, to, names, tell)
            database.is_still_alone(lock)
            named = told(_named(names), tell, _PHOTOS, seen.files)
            known = list_of(place, before.list) if before else iter(())
            numbers = _keep_lines(photos.copied(named, known, files, place, to), lines)
            database.is_still_alone(lock)
            listing = _put_list(place, seen.id, lines)
        made = _manifest(seen, listing, numbers)
        manifest.write(place, made)
        with transaction() as db:
            last.made(db, **_row(made))
        kept.let_go(place, erasings(), manifest.read(place, made.id))
    return made


def _wait_for_another_second(lock: psycopg.Connection[Any], before: Manifest | None) -> None:
    """A backup is called by the second of its moment, and never lies over another one."""
    ((now,),) = lock.execute("SELECT clock_timestamp()").fetchall()
    if before and before.id == manifest.id_of(now.astimezone(UTC)):
        time.sleep(1)


@dataclass(frozen=True)
class _Seen:
    """What was read of the database at its moment; `files`: so many photos' files are named."""

    id: str
    moment: datetime
    postgres: str
    schema: str
    store: str
    piece: Piece
    counts: dict[str, int]
    audit: tuple[int, str] | None
    files: int


def _database(place: Target, to: Recipients, names: IO[bytes], tell: Tell) -> _Seen:
    with database.moment() as seen:
        id = manifest.id_of(seen.at.astimezone(UTC))
        tell(_COUNTS, 0, None)
        counts = database.counts(seen.connection)
        schema, store = _facts(seen.connection)
        audit = _audit(seen.connection)
        files = 0
        for one in named_files(seen.connection):
            names.write(f"{one.key} {int(one.needed)}\n".encode())
            files += 1
        tell(_DATABASE, 0, None)
        name = f"{folder_of(id)}database.age"
        piece = database.dump(seen, place, name, to, database.url())
    names.flush()
    return _Seen(id, seen.at, seen.postgres, schema, store, piece, counts, audit, files)


def _facts(connection: psycopg.Connection[Any]) -> tuple[str, str]:
    ((schema,),) = connection.execute("SELECT max(version_num) FROM alembic_version").fetchall()
    ((store,),) = connection.execute("SELECT max(id) FROM photo_store").fetchall()
    return schema, store


def _audit(connection: psycopg.Connection[Any]) -> tuple[int, str] | None:
    row = connection.execute("SELECT seq, encode(hash, 'hex') FROM audit_head").fetchone()
    return (row[0], row[1]) if row else None


def _named(names: IO[bytes]) -> Iterator[Named]:
    names.seek(0)
    for each in names:
        key, needed = each.decode().split()
        yield Named(key, needed == "1")


def _keep_lines(found: Iterator[Line], lines: IO[bytes]) -> dict[str, int]:
    numbers = {"count": 0, "bytes": 0, "copied": 0, "missing": 0}
    for line in found:
        lines.write(line.as_text().encode())
        numbers["count"] += not line.is_missing
        numbers["bytes"] += line.bytes
        numbers["copied"] += line.copied
        numbers["missing"] += line.is_missing
    lines.flush()
    return numbers


def _put_list(place: Target, id: str, lines: IO[bytes]) -> Piece:
    """As it is, for the next backup reads it and has no private key; hashes name nobody."""
    lines.seek(0)
    name, found, size = f"{folder_of(id)}photos.txt", hashlib.sha256(), 0
    with place.writing(name) as writer:
        while data := lines.read(1024**2):
            writer.write(data)
            found.update(data)
            size += len(data)
    return Piece(name, size, found.hexdigest(), found.hexdigest())


def _manifest(seen: _Seen, listing: Piece, numbers: dict[str, int]) -> Manifest:
    entries = erased.names(erasings())
    return Manifest(
        id=seen.id,
        moment=seen.moment.isoformat(),
        ended=datetime.now(UTC).isoformat(),
        version=version("michi"),
        schema=seen.schema,
        postgres=seen.postgres,
        store=seen.store,
        counts=seen.counts,
        database=seen.piece,
        list=listing,
        photos=numbers,
        erasings=len(entries),
        last_erasing=entries[-1] if entries else "",
        audit=seen.audit,
    )


def _row(made: Manifest) -> dict[str, object]:
    return {
        "id": made.id,
        "moment": made.at,
        "bytes": made.bytes,
        "photos": made.photos["count"],
        "copied": made.photos["copied"],
        "missing": made.photos["missing"],
    }


def _lines() -> IO[bytes]:
    return tempfile.TemporaryFile("w+b", prefix="michi-backup-")

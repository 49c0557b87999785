"""A backup is put into an empty database and photo store: pieces are compared with their hashes
before they count, and rows are counted again afterwards.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from shutil import copyfileobj
from typing import Any, Final

import psycopg

from reports.backup import photos
from reports.backup.photos import Line, in_order, list_of, opened, piece_of
from reports.backup.progress import Tell, told
from reports.photos.named_files import named_files
from settings import settings
from store import schema, sql
from store.backup import BackupError, Damaged, NoPiece, NotEmpty, database, pieces
from store.backup.load import load
from store.backup.manifest import Manifest
from store.backup.recovered import recovered
from store.backup.seal import Identities, Writer
from store.backup.target import Target, whole
from store.backup.tools import find, giving
from store.database import NOTICES
from store.photo_files import Files, Kind, open_files

_PHOTOS: Final = ("写真を戻しています", "putting photos back")
_DATABASE: Final = ("データベースを戻しています", "putting the database back")
_RECOVERY: Final = ("その時点のデータベースを組み立てています", "bringing a copy to that moment")
_AT_ONCE: Final = 1024**2


class TooNew(BackupError):
    """It was made by a newer Michi."""


@dataclass(frozen=True)
class Source:
    """What is put back: of `moment`, with `counts` of every table and the id of the photo `store`.

    `feed` writes all of the database, as pg_restore reads it; `lines`: the photos that it names,
    with the hash of their piece where that is known ("" where it is not).
    """

    moment: datetime
    schema: str
    store: str
    counts: Mapping[str, int]
    feed: Callable[[Writer], None]
    lines: Callable[[], Iterator[Line]]
    photos: int | None = None


@dataclass
class PutBack:
    """`photos`: how many were put, `known`: were there already, `missing`: neither the target nor
    the store has; `differences`: tables whose rows are not as many as they were."""

    moment: datetime
    photos: int = 0
    known: int = 0
    missing: list[str] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    differences: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def of_backup(place: Target, of: Manifest, keys: Identities) -> Source:
    """The backup itself; its two pieces are read through before. Raises Damaged, WrongKey …"""
    for piece in (of.database, of.list):
        pieces.check(place, piece)
    return Source(
        of.at,
        of.schema,
        of.store,
        of.counts,
        lambda writer: pieces.read(place, of.database, writer, keys),
        lambda: list_of(place, of.list),
        of.photos["count"] + of.photos["missing"],
    )


@contextmanager
def of_moment(place: Target, at: datetime, keys: Identities, tell: Tell) -> Iterator[Source]:
    """The database as it was then, while the block lasts. Raises NotReached, BackupError."""
    tell(_RECOVERY, 0, None)
    with recovered(place, keys, at) as address, database.moment(address) as seen:
        version, store = seen.connection.execute(_FACTS).fetchall()[0]
        yield Source(
            at,
            version,
            store,
            database.counts(seen.connection),
            lambda writer: _dumped(seen, address, writer),
            lambda: (Line(one.key, "", 0) for one in named_files(seen.connection)),
        )


def put_back(place: Target, source: Source, keys: Identities, tell: Tell) -> PutBack:
    """Photos first, then the database, all of it or nothing: so it can be begun again after
    whatever has broken it off. Raises NotEmpty, TooNew, Damaged, WrongKey, FilesAway …"""
    refuse(source)
    done = PutBack(source.moment)
    _put_photos(place, source, keys, tell, done)
    tell(_DATABASE, 0, None)
    with sql.one_family(), psycopg.connect(database.url(), **NOTICES) as ours:
        major = database.server_major(ours)
    load(source.feed, major, database.url())
    with database.moment() as seen:
        done.counts = database.counts(seen.connection)
    done.differences = database.differences(source.counts, done.counts)
    return done


def refuse(source: Source) -> None:
    """Where something is, nothing is put. Raises NotEmpty, TooNew, FilesAway."""
    if source.schema > schema.needed():
        raise TooNew(
            f"新しい版の Michi のバックアップです(スキーマ {source.schema}、この版は"
            f" {schema.needed()})。その版を入れてから戻してください",
            f"it was made by a newer Michi (schema {source.schema}, this one has"
            f" {schema.needed()}): install that one first",
        )
    with sql.one_family(), psycopg.connect(database.url(), **NOTICES) as ours:
        database.refuse_unless_empty(ours)
    mark = _files(source).marked_by()
    if mark not in (None, source.store):
        raise NotEmpty(
            "PHOTO_STORE_URL の場所は別の Michi の写真の置き場です",
            "at PHOTO_STORE_URL is the photo store of another Michi",
        )


def _put_photos(place: Target, source: Source, keys: Identities, tell: Tell, done: PutBack) -> None:
    files = _files(source)
    if files.marked_by() is None:
        files.make()
    lines = told(source.lines(), tell, _PHOTOS, source.photos)
    for key, how in in_order(partial(_put, place, files, line, keys) for line in lines):
        done.photos += how == "put"
        done.known += how == "known"
        if how == "missing":
            done.missing.append(key)


def _put(place: Target, files: Files, line: Line, keys: Identities) -> tuple[str, str]:
    """What became of it. Raises Damaged, WrongKey, TargetAway, FilesAway."""
    if files.has(line.key):
        return line.key, "known"
    if line.is_missing:
        return line.key, "missing"
    try:
        data = whole(place, piece_of(line.key))
    except NoPiece:
        return line.key, "missing"
    if line.sha256 and photos.sha256(data) != line.sha256:
        raise Damaged(piece_of(line.key))
    kind = _KINDS[line.key.partition("/")[0]]
    put = files.put(opened(data, line.key, keys), kind)
    if put != line.key:
        raise Damaged(piece_of(line.key))
    return line.key, "put"


def _files(source: Source) -> Files:
    return open_files(settings().photo_store_url, source.store)


def _dumped(seen: database.Moment, address: str, writer: Any) -> None:
    words = [find("pg_dump", seen.major), "--format=custom", *database.NOT_OURS]
    words.append(f"--snapshot={seen.snapshot}")
    with giving(words, address) as process:
        assert process.stdout is not None
        copyfileobj(process.stdout, writer, _AT_ONCE)


_KINDS: Final[dict[str, Kind]] = {"originals": "original", "large": "large", "small": "small"}
_FACTS: Final = """
    SELECT (SELECT max(version_num) FROM alembic_version), (SELECT max(id) FROM photo_store)
"""

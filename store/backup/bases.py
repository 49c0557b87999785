"""For a moment between two backups: the whole cluster of PostgreSQL as pg_basebackup copies it, and
the WAL that it has archived since.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from settings import settings
from store import sql
from store.backup import BackupError, Damaged, NoPiece
from store.backup.database import url
from store.backup.manifest import id_of
from store.backup.pieces import Piece, write
from store.backup.seal import recipients
from store.backup.signed import signed, told
from store.backup.target import Target, put, whole, within
from store.backup.tools import find, giving
from store.database import NOTICES

FOLDER: Final = "bases/"
WAL: Final = "wal/"
_NAME: Final = "base.json"
_OF_WAL: Final = re.compile(r"[0-9A-F]{24}(\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history")
_SEGMENT: Final = re.compile(r"[0-9A-F]{24}")


class NoArchive(BackupError):
    """A setting is missing."""


@dataclass(frozen=True, slots=True)
class Base:
    """`began`, `ended`: when it was copied, in ISO 8601; what is asked for must be after its end.
    `first`: the first segment of WAL that it needs. `database`, `owner`: ours, in that cluster."""

    id: str
    began: str
    ended: str
    major: int
    first: str
    database: str
    owner: str
    piece: Piece

    @property
    def until(self) -> datetime:
        """Its end."""
        return datetime.fromisoformat(self.ended)


def make(place: Target) -> Base:
    """Copy the cluster. Raises NoArchive, BackupError, SQLAlchemyError."""
    from_url, to = settings().backup_cluster_url, recipients()
    if not from_url:
        raise NoArchive(
            "BACKUP_CLUSTER_URL(REPLICATION の権限をもつ役割)を設定してください",
            "set BACKUP_CLUSTER_URL, a role with REPLICATION",
        )
    with sql.one_family(), psycopg.connect(url(), **NOTICES) as ours:
        facts: Any = ours.execute(_FACTS).fetchone()
    began, first, name, owner, version = facts
    major = version // 10_000
    words = [
        find("pg_basebackup", major),
        *("--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast"),
        "--no-manifest",
    ]
    id = id_of(began.astimezone(UTC))
    with giving(words, from_url) as process:
        assert process.stdout is not None
        piece = write(place, f"{FOLDER}{id}/base.tar.age", process.stdout, to)
    with sql.one_family(), psycopg.connect(url(), **NOTICES) as ours:
        ((ended,),) = ours.execute("SELECT clock_timestamp()").fetchall()
    made = Base(id, began.isoformat(), ended.isoformat(), major, first, name, owner, piece)
    put(place, f"{FOLDER}{id}/{_NAME}", signed("base", asdict(made)))
    return made


def bases(place: Target) -> list[Base]:
    """Those that we have signed, the oldest first."""
    found = []
    for each in within(place, FOLDER):
        if each.name.endswith(f"/{_NAME}"):
            try:
                facts = told("base", each.name, whole(place, each.name))
            except (Damaged, NoPiece):
                continue
            if each.name == f"{FOLDER}{facts['id']}/{_NAME}":
                found.append(Base(**facts | {"piece": Piece(**facts["piece"])}))
    return found


def send_wal(place: Target) -> int:
    """What PostgreSQL's archive_command has put into BACKUP_WAL_FOLDER goes to the target, and from
    there; how many files. Raises NoArchive, BackupError."""
    if not settings().backup_wal_folder:
        raise NoArchive(
            "BACKUP_WAL_FOLDER(archive_command が書くフォルダー)を設定してください",
            "set BACKUP_WAL_FOLDER, where archive_command writes",
        )
    to, sent = recipients(), 0
    folder = Path(settings().backup_wal_folder)
    for file in sorted(each for each in folder.iterdir() if _OF_WAL.fullmatch(each.name)):
        with file.open("rb") as reader:
            piece = write(place, f"{WAL}{file.name}.age", reader, to)
        put(place, f"{WAL}{file.name}.json", signed("wal", asdict(piece)))
        file.unlink()
        sent += 1
    return sent


def wal_from(place: Target, first: str) -> Iterator[tuple[str, Piece]]:
    """Every file of WAL from this segment on, of whatever timeline, with its piece."""
    for each in within(place, WAL):
        name = each.name.removeprefix(WAL).removesuffix(".json")
        is_wal = each.name.endswith(".json") and _OF_WAL.fullmatch(name)
        if not is_wal or not _is_needed(name, first):
            continue
        piece = Piece(**told("wal", each.name, whole(place, each.name)))
        if piece.name != f"{WAL}{name}.age":  # another of ours, put in its place
            raise Damaged(each.name)
        yield name, piece


def let_go(place: Target, days: int) -> datetime | None:
    """Of copies older than so many days only the newest stays, and no WAL from before the oldest
    that stays. The end of that one; None where there is none. Raises TargetAway."""
    there = bases(place)
    if not there:
        return None
    young = datetime.now(UTC) - timedelta(days=days)
    old = [each for each in there if each.until < young]
    staying = [*old[-1:], *(each for each in there if each.until >= young)]
    ids = {each.id for each in staying}
    for name in [each.name for each in within(place, FOLDER)]:
        if name.split("/")[1] not in ids and datetime_of(name.split("/")[1]) < young:
            place.delete(name)
    for found in within(place, WAL):
        if not _is_needed(found.name.removeprefix(WAL).partition(".")[0], staying[0].first):
            place.delete(found.name)
    return staying[0].until


def datetime_of(id: str) -> datetime:
    """The moment that a name stands for."""
    return datetime.strptime(id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _is_needed(name: str, first: str) -> bool:
    """The segment's place is what stands behind the eight letters of its timeline."""
    segment = name.partition(".")[0]
    return not _SEGMENT.fullmatch(segment) or segment[8:] >= first[8:]


_FACTS: Final = """
    SELECT clock_timestamp(), pg_walfile_name(pg_current_wal_lsn()), current_database(),
           current_user, current_setting('server_version_num')::integer
"""

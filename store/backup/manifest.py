"""What a backup is made of, written last and signed: without a right one there is no backup."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from store.backup import Damaged, NoPiece
from store.backup.pieces import Piece
from store.backup.signed import signed, told
from store.backup.target import Target, put, whole, within

FOLDER: Final = "backups/"
_NAME: Final = "manifest.json"
_FORMAT: Final = 1
_PURPOSE: Final = "manifest"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`id`: its moment as a name, 20261202T031500Z; `moment`: that of the database, in ISO 8601.

    `counts`: rows of every table. `photos`: how many, their bytes, how many were `copied` this time
    and how many are `missing` from the store. `audit`: the place and hash where the audit log's
    chain ends, None before its first row. `erasings`: how many entries the list outside had, and
    `last_erasing` the name of its last one, "" of none.
    """

    id: str
    moment: str
    ended: str
    version: str
    schema: str
    postgres: str
    store: str
    counts: Mapping[str, int]
    database: Piece
    list: Piece
    photos: Mapping[str, int]
    erasings: int
    audit: tuple[int, str] | None = None
    last_erasing: str = ""
    format: int = field(default=_FORMAT)

    @property
    def at(self) -> datetime:
        """Its moment."""
        return datetime.fromisoformat(self.moment)

    @property
    def bytes(self) -> int:
        """Of the database's piece and of the photos that it names."""
        return self.database.bytes + self.photos.get("bytes", 0)


def id_of(moment: datetime) -> str:
    """Its name: by it they are in the order of time."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def folder_of(id: str) -> str:
    """Where its own pieces lie."""
    return f"{FOLDER}{id}/"


def write(place: Target, manifest: Manifest) -> None:
    """As the last piece. Raises TargetAway."""
    name = f"{folder_of(manifest.id)}{_NAME}"
    put(place, name, signed(_PURPOSE, asdict(manifest)))


def read(place: Target, id: str) -> Manifest:
    """Raises NoPiece, Damaged where we have not signed it so, TargetAway."""
    name = f"{folder_of(id)}{_NAME}"
    facts = told(_PURPOSE, name, whole(place, name))
    try:
        made = _made(facts)
    except (ValueError, KeyError, TypeError) as other:
        raise Damaged(name) from other
    if made.id != id:  # another of ours, put in its place
        raise Damaged(name)
    return made


def ids(place: Target) -> list[str]:
    """Of all that have a manifest, whatever it says; the oldest first."""
    return [
        found.name.split("/")[1]
        for found in within(place, FOLDER)
        if found.name.endswith(f"/{_NAME}") and found.name.count("/") == 2
    ]


def good(place: Target) -> Iterator[Manifest]:
    """Those that we have signed, the oldest first."""
    for id in ids(place):
        try:
            yield read(place, id)
        except (Damaged, NoPiece):
            continue


def newest(place: Target) -> Manifest | None:
    """Of the good ones; the others are not read."""
    for id in reversed(ids(place)):
        try:
            return read(place, id)
        except (Damaged, NoPiece):
            continue
    return None


def _made(facts: dict[str, Any]) -> Manifest:
    if facts["format"] != _FORMAT:
        raise ValueError(facts["format"])
    audit = facts["audit"]
    return Manifest(
        **facts
        | {
            "database": Piece(**facts["database"]),
            "list": Piece(**facts["list"]),
            "audit": (audit[0], audit[1]) if audit else None,
        }
    )

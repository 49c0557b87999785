"""Reading a backup from end to end: is it what was written?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from reports.backup import erased, photos
from reports.backup.photos import Line, in_order, list_of
from reports.backup.progress import Tell, nothing, told
from store.backup import Damaged, NoPiece, manifest, pieces
from store.backup.manifest import Manifest
from store.backup.pieces import Piece
from store.backup.seal import Identities
from store.backup.target import Target, erasings

_DATABASE: Final = ("データベースを読んでいます", "reading the database")
_PHOTOS: Final = ("写真を読んでいます", "reading photos")


@dataclass(frozen=True, slots=True)
class Verified:
    """`photos`, `missing`: how many were read, and how many the store had not when it was made;
    `opened`: with a private key; `faults`: what is wrong, piece by piece."""

    manifest: Manifest
    photos: int
    missing: int
    opened: bool
    faults: tuple[str, ...]


def chosen(place: Target, id: str) -> Manifest:
    """The backup of this name, else the newest good one. Raises NoPiece, Damaged, TargetAway."""
    if id:
        return manifest.read(place, id)
    newest = manifest.newest(place)
    if newest is None:
        raise NoPiece(f"{manifest.FOLDER}…/manifest.json")
    return newest


def verify(place: Target, of: Manifest, keys: Identities | None, tell: Tell = nothing) -> Verified:
    """Every piece is read and hashed; with `keys` it is opened too. Raises WrongKey, TargetAway."""
    faults: list[str] = []
    tell(_DATABASE, 0, None)
    for piece in (of.database, of.list):
        faults += _fault(partial(_check, place, piece, keys if piece is of.database else None))
    many = missing = 0
    if not faults:
        total = of.photos["count"] + of.photos["missing"]
        lines = told(list_of(place, of.list), tell, _PHOTOS, total)
        for line, found in in_order(_work(place, lines, keys)):
            many += not line.is_missing
            missing += line.is_missing
            faults += found
    faults += _fault(lambda: _check_erased(place))
    return Verified(of, many, missing, keys is not None, tuple(faults))


def _work(
    place: Target, lines: Iterator[Line], keys: Identities | None
) -> Iterator[Callable[[], tuple[Line, list[str]]]]:
    for line in lines:
        yield partial(_looked_at, place, line, keys)


def _looked_at(place: Target, line: Line, keys: Identities | None) -> tuple[Line, list[str]]:
    if line.is_missing:
        return line, []
    return line, _fault(partial(photos.check, place, line, keys))


def _check(place: Target, piece: Piece, keys: Identities | None) -> None:
    if keys is None:
        pieces.check(place, piece)
    else:
        pieces.read(place, piece, _Away(), keys)


def _check_erased(place: Target) -> None:
    """Each entry is as it was signed, and the list has only grown, but for what is older than all
    that is kept."""
    list_outside = erasings()
    for _ in erased.listed(list_outside):
        pass
    erased.refuse_shortened(list_outside, place)


def _fault(look: Callable[[], None]) -> list[str]:
    try:
        look()
    except (Damaged, NoPiece) as wrong:
        return [str(wrong)]
    return []


class _Away:
    def write(self, data: bytes) -> int:
        return len(data)

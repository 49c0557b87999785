"""Photos by their hash: one that is in the target already is not copied again."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, Generic, NamedTuple, TypeVar

from reports.photos.named_files import Named
from store.backup import Damaged
from store.backup.pieces import Piece
from store.backup.seal import Identities, Recipients, sealed, unsealed
from store.backup.target import Listed, Target, put, whole, within
from store.photo_files import Files, NoSuchFile

FOLDER: Final = "photos/"
_ENDING: Final = ".age"
AT_ONCE: Final = 8
AHEAD: Final = 4 * AT_ONCE
MISSING: Final = "-"

Result = TypeVar("Result")
Item = TypeVar("Item")


class Line(NamedTuple):
    """One photo of a backup's list: its key in the store, whose name is the hash of its bytes, and
    hash and size of what lies in the target. `sha256` is MISSING where the store has not had it."""

    key: str
    sha256: str
    bytes: int
    copied: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether the store has not had it."""
        return self.sha256 == MISSING

    def as_text(self) -> str:
        """As it stands in the list."""
        return f"{self.key} {self.sha256} {self.bytes}\n"


def line_in(text: str) -> Line:
    """Raises ValueError."""
    key, sha256, size = text.split()
    return Line(key, sha256, int(size))


def sha256(data: bytes) -> str:
    """As it stands in lists."""
    return hashlib.sha256(data).hexdigest()


def piece_of(key: str) -> str:
    """Its name in the target."""
    return f"{FOLDER}{key}{_ENDING}"


def copied(
    named: Iterable[Named], before: Iterable[Line], files: Files, place: Target, to: Recipients
) -> Iterator[Line]:
    """A line of each that is to be in the backup, in its order; what is not there is copied.

    `named`, `before` (the list of the last backup) and what the target lists are all in one order
    and walked side by side, so that none is held in memory. Raises FilesAway, TargetAway.
    """
    there, known = _Walk(within(place, FOLDER), _key), _Walk(before, lambda line: line.key)
    work = (
        partial(_line, one, there.at(one.key), known.at(one.key), files, place, to) for one in named
    )
    for line in in_order(work):
        if line is not None:
            yield line


def list_of(place: Target, piece: Piece) -> Iterator[Line]:
    """Of a backup, in the order of the keys. Raises NoPiece, Damaged, TargetAway."""
    left = b""
    for data in place.read(piece.name):
        *whole_lines, left = (left + data).split(b"\n")
        try:
            yield from (line_in(each.decode()) for each in whole_lines)
        except ValueError as wrong:
            raise Damaged(piece.name) from wrong


def check(place: Target, line: Line, keys: Identities | None) -> None:
    """Read it; with a private key, open it and hash what is in it. Raises Damaged, NoPiece,
    WrongKey, TargetAway."""
    name = piece_of(line.key)
    data = whole(place, name)
    if sha256(data) != line.sha256:
        raise Damaged(name)
    if keys is not None:
        opened(data, line.key, keys)


def opened(data: bytes, key: str, keys: Identities) -> bytes:
    """The photo itself, whose hash is in its key. Raises Damaged, WrongKey."""
    photo = unsealed(data, keys, piece_of(key))
    if sha256(photo) != key.rpartition("/")[2].partition(".")[0]:
        raise Damaged(piece_of(key))
    return photo


def in_order(work: Iterable[Callable[[], Result]]) -> Iterator[Result]:
    """AT_ONCE at a time, their results in the order of the work; little of it is begun ahead."""
    with ThreadPoolExecutor(AT_ONCE, "photo") as hands:
        begun: deque[Future[Result]] = deque()
        try:
            for one in work:
                begun.append(hands.submit(one))
                if len(begun) >= AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for left in begun:
                left.cancel()


def _line(
    one: Named,
    there: Listed | None,
    known: Line | None,
    files: Files,
    place: Target,
    to: Recipients,
) -> Line | None:
    if there and known and there.bytes == known.bytes:
        return known._replace(copied=False)
    if there and known is None:  # of a backup that was broken off, or of an older one
        data = whole(place, there.name)
        return Line(one.key, sha256(data), len(data))
    try:
        photo = files.get(one.key)
    except NoSuchFile:
        return Line(one.key, MISSING, 0) if one.needed else None
    data = sealed(photo, to)
    put(place, piece_of(one.key), data)
    return Line(one.key, sha256(data), len(data), copied=True)


def _key(found: Listed) -> str:
    return found.name.removeprefix(FOLDER).removesuffix(_ENDING)


class _Walk(Generic[Item]):
    """Goes along something in the order of its keys, and never back."""

    def __init__(self, items: Iterable[Item], key: Callable[[Item], str]) -> None:
        self.items, self.key = iter(items), key
        self.now = next(self.items, None)

    def at(self, key: str) -> Item | None:
        """What has this key; asked for in the order of keys."""
        while self.now is not None and self.key(self.now) < key:
            self.now = next(self.items, None)
        return self.now if self.now is not None and self.key(self.now) == key else None

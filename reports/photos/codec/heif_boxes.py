"""What a HEIC or AVIF says beside its pixels: whether they are turned by it, and its EXIF. Pure.

By the rules EXIF turns nothing there, for the file has `irot` and `imir` to say so (ISO/IEC
23008-12, 6.5.10 and 6.5.12); programs that know only EXIF leave both out. Decoders differ in what
they tell of it, so that it is read here. A file that is not as it should be says nothing.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

_MOST_BOXES: Final = 1_000
"""In each box; a photo's picture is put together from some fifty."""
_MOST_EXIF_BYTES: Final = 1_000_000
_MOST_PIECES: Final = 16
"""Of each item; encoders write one. Behind an item of more nothing is looked for."""
_TURNS: Final = {b"irot", b"imir"}


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class _Numbers:
    """The unsigned numbers in a box, one after the other. Raises EOFError behind its end."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self._at, self._end = data, start, end

    def next(self, size: int) -> int:
        at, self._at = self._at, self._at + size
        if self._at > self._end:
            raise EOFError
        return int.from_bytes(self._data[at : self._at])


def is_turned(data: bytes) -> bool:
    """Whether the file itself says how its picture is turned or mirrored, be it not at all."""
    try:
        meta = _inside_of_meta(data)
        primary = _primary(data, meta[b"pitm"])
        inside = {box.kind: box for box in _boxes(data, *meta[b"iprp"][1:])}
        kinds = [box.kind for box in _boxes(data, *inside[b"ipco"][1:])]
        used = _properties_of(data, inside[b"ipma"], primary)
        return any(0 < one <= len(kinds) and kinds[one - 1] in _TURNS for one in used)
    except (EOFError, KeyError):
        return False


def exif_block(data: bytes) -> bytes:
    """The first EXIF block in the file, b"" where there is none."""
    try:
        meta = _inside_of_meta(data)
        found = next((id for id, kind, _ in _items(data, meta[b"iinf"]) if kind == b"Exif"), None)
        if found is None:
            return b""
        item = b"".join(_pieces(data, meta[b"iloc"], found))
    except (EOFError, KeyError):
        return b""
    return item[4 + int.from_bytes(item[:4]) :]


def without_exif(data: bytes) -> bytes:
    """The same file, whose EXIF is named so that no decoder looks for it."""
    renamed = bytearray(data)
    try:
        for _, kind, at in _items(data, _inside_of_meta(data)[b"iinf"]):
            if kind == b"Exif":
                renamed[at : at + 4] = b"skip"
    except (EOFError, KeyError):
        pass
    return bytes(renamed)


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    return islice(_all_boxes(data, start, end), _MOST_BOXES)


def _all_boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """Kind, and where its content begins and ends (ISO/IEC 14496-12, 4.2)."""
    while start + 8 <= end:
        size, kind, head = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16]), 16
        box_end = start + size if size else end
        if not start + head <= box_end <= end:
            return
        yield _Box(kind, start + head, box_end)
        start = box_end


def _inside_of_meta(data: bytes) -> dict[bytes, _Box]:
    meta = next((box for box in _boxes(data, 0, len(data)) if box.kind == b"meta"), None)
    if meta is None:
        raise EOFError
    return {box.kind: box for box in _boxes(data, meta.start + 4, meta.end)}


def _primary(data: bytes, pitm: _Box) -> int:
    numbers = _Numbers(data, pitm.start, pitm.end)
    return numbers.next(2 if numbers.next(4) >> 24 == 0 else 4)


def _properties_of(data: bytes, ipma: _Box, item: int) -> list[int]:
    """Their places in `ipco`, from 1 on (ISO/IEC 23008-12, 9.3)."""
    numbers = _Numbers(data, ipma.start, ipma.end)
    head = numbers.next(4)
    id_size, place_size = 2 if head >> 24 == 0 else 4, 2 if head & 1 else 1
    for _ in range(numbers.next(4)):
        id, count = numbers.next(id_size), numbers.next(1)
        places = [numbers.next(place_size) for _ in range(count)]
        if id == item:
            return [place & (0x7FFF if place_size == 2 else 0x7F) for place in places]
    return []


def _items(data: bytes, iinf: _Box) -> Iterator[tuple[int, bytes, int]]:
    """The number of each item, its kind, and where that stands (ISO/IEC 14496-12, 8.11.6)."""
    count_size = 2 if _Numbers(data, iinf.start, iinf.end).next(1) == 0 else 4
    for box in _boxes(data, iinf.start + 4 + count_size, iinf.end):
        numbers = _Numbers(data, box.start, box.end)
        id_size = 2 if numbers.next(4) >> 24 <= 2 else 4
        id, at = numbers.next(id_size), box.start + 4 + id_size + 2
        yield id, data[at : min(at + 4, box.end)], at


def _pieces(data: bytes, iloc: _Box, item: int) -> Iterator[bytes]:
    """What an item is made of, where it lies in the file as such (ISO/IEC 14496-12, 8.11.3)."""
    numbers = _Numbers(data, iloc.start, iloc.end)
    version = numbers.next(4) >> 24
    sizes = numbers.next(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    for _ in range(numbers.next(2 if version < 2 else 4)):
        id = numbers.next(2 if version < 2 else 4)
        method = numbers.next(2) & 15 if version else 0
        numbers.next(2)
        base = numbers.next(base_size)
        if (pieces := numbers.next(2)) > _MOST_PIECES:
            return
        for _ in range(pieces):
            numbers.next(index_size)
            start = base + numbers.next(offset_size)
            length = min(numbers.next(length_size), _MOST_EXIF_BYTES)
            if id == item and method == 0:
                yield data[start : start + length]

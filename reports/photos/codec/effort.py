"""How often a decoder would go over a file, counted in its bytes before it is let at them. Pure.

A photo's time is not its pixels alone: a JPEG goes over all of them with every scan, and a million
empty chunks or comments are a million steps. HEIC is counted by its decoder, which has limits of
its own; what passes all of them is ended by the clock (reports/photos/codec/confined.py).
"""

import re
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

MOST_SCANS: Final = 100
"""Of a JPEG; encoders that try hard make twenty."""
MOST_PARTS: Final = 10_000
"""Segments of a JPEG before its pixels, chunks of a PNG: one of 20 MB has some 2,500 of pixels."""
_SCAN: Final = 0xDA
_END: Final = 0xD9
_BARE: Final = {0x01, 0xD8}
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What is no byte of pixels and no mark among them (ITU-T T.81, B.1.1)."""


def is_too_much(format: str, data: bytes) -> bool:
    """Whether no photo is made of so many parts, or gone over so often."""
    if format == "JPEG":
        return _more_than(MOST_PARTS, _header(data)) or _more_than(MOST_SCANS, _scans(data))
    return format == "PNG" and _more_than(MOST_PARTS, _chunks(data))


def _more_than(most: int, parts: Iterable[object]) -> bool:
    return next(islice(iter(parts), most, None), None) is not None


def _header(data: bytes) -> Iterator[int]:
    for kind in _segments(data):
        if kind == _SCAN:
            return
        yield kind


def _scans(data: bytes) -> Iterator[int]:
    """None where there cannot be many: to look through all of the pixels costs milliseconds."""
    if data.count(b"\xff\xda") > MOST_SCANS:
        yield from (kind for kind in _segments(data) if kind == _SCAN)


def _segments(data: bytes) -> Iterator[int]:
    """The kind of each segment of a JPEG, up to the end of its first picture."""
    at = 2
    while found := _MARKER.search(data, at):
        at = found.end()
        kind = data[at - 1]
        if kind == _END:
            return
        if kind not in _BARE:
            at += int.from_bytes(data[at : at + 2])
        yield kind


def _chunks(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind
        at += 12 + length

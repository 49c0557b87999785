"""How often a decoder would go over a file, counted in its bytes before it is let at them. Pure.

A photo's time is not its pixels alone: a JPEG goes over all of them with every scan, and a million
empty chunks or comments are a million steps. HEIC is counted by its decoder, which has limits of
its own; what passes all of them is ended by the clock (reports/photos/codec/confined.py).
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from reports.photos.codec.jpeg_segments import SCAN, Segment, is_all_in_one_scan, segments

MOST_SCANS: Final = 100
"""Of a JPEG; encoders that try hard make twenty."""
MOST_PARTS: Final = 10_000
"""Segments of a JPEG before its pixels, chunks of a PNG: one of 20 MB has some 2,500 of pixels."""


def is_too_much(format: str, data: bytes) -> bool:
    """Whether no photo is made of so many parts, or gone over so often."""
    if format == "JPEG":
        return _more_than(MOST_PARTS, _header(data)) or _more_than(MOST_SCANS, _scans(data))
    return format == "PNG" and _more_than(MOST_PARTS, _chunks(data))


def _more_than(most: int, parts: Iterable[object]) -> bool:
    return next(islice(iter(parts), most, None), None) is not None


def _header(data: bytes) -> Iterator[int]:
    for segment in segments(data):
        if segment.kind == SCAN:
            return
        yield segment.kind


def _scans(data: bytes) -> Iterator[Segment]:
    """None where there cannot be many: to look through all of the pixels costs milliseconds."""
    if not is_all_in_one_scan(data) and data.count(b"\xff\xda") > MOST_SCANS:
        yield from (segment for segment in segments(data) if segment.kind == SCAN)


def _chunks(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind
        at += 12 + length

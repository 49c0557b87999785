"""A JPEG's segments, told by their marks without a decoder, and where one breaks off. Pure.

ITU-T T.81, annex B.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

SCAN: Final = 0xDA
END: Final = 0xD9
_FRAMES: Final = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL: Final = {0xC0, 0xC1}
_BARE: Final = {0x01, 0xD8}
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What is no byte of pixels and no mark among them (B.1.1)."""
_END_MARK: Final = b"\xff\xd9"


class Segment(NamedTuple):
    """Its kind, where its mark begins, and where it ends: of a scan, only its head."""

    kind: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Up to the mark at the end of the first picture, which comes too, or as far as there are."""
    at = 2
    while found := _MARKER.search(data, at):
        kind, at = data[found.end() - 1], found.end()
        if kind not in _BARE and kind != END:
            at += max(2, int.from_bytes(data[at : at + 2]))
        yield Segment(kind, found.start(), at)
        if kind == END:
            return


def is_all_in_one_scan(data: bytes) -> bool:
    """Whether the first scan has all of the picture, so that a decoder takes no other (B.2.3)."""
    colours: list[bytes] = []
    for kind, start, _ in segments(data):
        if kind == SCAN:
            return colours == [data[start + 4 : start + 5]]
        if kind in _FRAMES:
            colours.append(data[start + 9 : start + 10] if kind in _SEQUENTIAL else b"")
    return False


def breaks_off(data: bytes) -> bool:
    """Whether the picture's last mark is not there."""
    return not data.endswith(_END_MARK) and all(one.kind != END for one in segments(data))


def ended(data: bytes) -> bytes:
    """A file that breaks off, with its last mark behind all that is whole of it.

    A decoder then takes it as far as it goes, and each part of the picture that has not come is
    grey; without it, it would wait for the rest, and of one in many scans show nothing.
    """
    if not breaks_off(data):
        return data
    broken = (one.start for one in segments(data) if one.end > len(data))
    return data[: next(broken, len(data))] + _END_MARK

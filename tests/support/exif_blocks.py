"""Writes EXIF blocks byte by byte, also those that no library would agree to write."""

import io
import struct
from collections.abc import Mapping
from typing import Final

from PIL import Image

Entry = tuple[int, int, bytes]  # TIFF type, count, little-endian bytes
Directory = dict[int, Entry]


def text(words: str) -> Entry:
    raw = words.encode() + b"\0"
    return 2, len(raw), raw


def short(number: int) -> Entry:
    return 3, 1, struct.pack("<H", number)


def rationals(*pairs: tuple[int, int]) -> Entry:
    return 5, len(pairs), b"".join(struct.pack("<II", *pair) for pair in pairs)


def doubles(*numbers: float) -> Entry:
    return 12, len(numbers), struct.pack(f"<{len(numbers)}d", *numbers)


def gps_at(lat: tuple[Entry, str], lon: tuple[Entry, str]) -> Directory:
    return {1: text(lat[1]), 2: lat[0], 3: text(lon[1]), 4: lon[0]}


def block(
    picture: Directory | None = None,
    camera: Directory | None = None,
    gps: Directory | None = None,
) -> bytes:
    """A little-endian EXIF block with its mark: the picture's directory, the camera's, the GPS."""
    first = dict(picture or {}) | {0x8769: short(0), 0x8825: short(0)}
    camera_at = 8 + len(_written(first, 8))
    gps_at_ = camera_at + len(_written(camera or {}, camera_at))
    first |= {
        0x8769: (4, 1, struct.pack("<I", camera_at)),
        0x8825: (4, 1, struct.pack("<I", gps_at_)),
    } | (picture or {})
    parts = ((first, 8), (camera or {}, camera_at), (gps or {}, gps_at_))
    body = b"".join(_written(directory, at) for directory, at in parts)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + body


def _written(directory: Directory, at: int) -> bytes:
    entries, behind = b"", b""
    data_at = at + 2 + 12 * len(directory) + 4
    for tag, (kind, count, raw) in sorted(directory.items()):
        value = raw.ljust(4, b"\0")
        if len(raw) > 4:
            value = struct.pack("<I", data_at + len(behind))
            behind += raw
        entries += struct.pack("<HHI", tag, kind, count) + value
    return struct.pack("<H", len(directory)) + entries + bytes(4) + behind


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **_QUICKLY.get(format, {}) | options)
    return out.getvalue()


_QUICKLY: Final[Mapping[str, dict[str, object]]] = {
    "AVIF": {"speed": 10},
    "PNG": {"compress_level": 1},
    "WEBP": {"method": 0},
}

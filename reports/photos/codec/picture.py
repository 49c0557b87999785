"""What of a file makes its picture, so that nothing beside it can spoil it. Pure.

A photo whose pixels are whole is not lost because some program wrote a megabyte of text, a wrong
checksum or half a chunk beside them (PNG, third edition, 13.2: such errors end no decoding), or
forgot the mark behind them. A JPEG that breaks off is a picture as far as it goes.
"""

import struct
from collections.abc import Iterator
from typing import Final

from reports.photos.codec.heif_boxes import without_exif
from reports.photos.codec.jpeg_segments import ended

_START: Final = 8
_OF_THE_PICTURE: Final = {b"tRNS", b"iCCP"}
"""Of the chunks that a decoder may leave out: those of which it makes other pixels. Each stands
there once; a decoder would unpack a thousand profiles, and keep the last."""


def picture_of(format: str, data: bytes) -> bytes:
    """What a decoder needs, of these bytes and behind them."""
    if format == "JPEG":
        return ended(data)
    if format == "AVIF":
        return without_exif(data)
    return b"".join(_parts(data)) if format == "PNG" else data


def webp_pixels(data: bytes) -> int:
    """Of a WebP's canvas, told by its first chunk (RFC 9649); 0 where that is none."""
    width = height = 0
    match data[12:16]:
        case b"VP8X":
            width, height = 1 + _little(data[24:27]), 1 + _little(data[27:30])
        case b"VP8L":
            sides = _little(data[21:25])
            width, height = 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return width * height


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _parts(data: bytes) -> Iterator[bytes]:
    yield data[:_START]
    at, awaited = _START, set(_OF_THE_PICTURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if kind[:1].isupper() or kind in awaited:
            awaited.discard(kind)
            yield data[at:end]
        at = end
    yield data[at:]

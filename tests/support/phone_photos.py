"""Photos as phones make them, and as their programs leave them: turned, cut off, or huge."""

import struct
from collections.abc import Sequence
from typing import Literal

from exif_blocks import block, saved, short
from PIL import Image

from reports.photos.codec import formats as _knows_heif  # noqa: F401

Says = Literal["exif", "file", "both"]

T = Image.Transpose
STORED: dict[int, T | None] = {
    1: None,
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}
"""How a camera held in each of the eight ways stores an upright scene (Exif 2.32, 0x0112)."""
BOXED = ("HEIF", "AVIF")
_ANY_TAG, _ORIENTATION = 0x0115, 0x0112


def turned(scene: Image.Image, format: str, orientation: int, says: Says = "exif") -> bytes:
    """The scene as a phone stores it that is held so; HEIC and AVIF have other ways to say it:
    in EXIF alone, by `irot` and `imir` alone, or twice."""
    turn = STORED[orientation]
    stored = scene if turn is None else scene.transpose(turn)
    if format not in BOXED:
        return saved(stored, format, exif=block({_ORIENTATION: short(orientation)}))
    tags = {_ANY_TAG: short(1)} | ({} if says == "exif" else {_ORIENTATION: short(orientation)})
    data = saved(stored, format, exif=block(tags))
    return _said_in_exif(data, 1 if says == "file" else orientation)


def _said_in_exif(data: bytes, orientation: int) -> bytes:
    """Byte by byte, for encoders write `irot` as soon as they see an orientation."""
    for order in "<>":
        entry = struct.Struct(order + "HHI")
        for tag in (_ANY_TAG, _ORIENTATION):
            head = entry.pack(tag, 3, 1)
            at = data.find(head)
            if at >= 0:
                told = entry.pack(_ORIENTATION, 3, 1) + struct.pack(order + "H", orientation)
                data = data[:at] + told + data[at + len(told) :]
    return data


def of_brand(data: bytes, brand: bytes) -> bytes:
    """The same HEIC or AVIF under another name; its own stands beside it already."""
    return data[:8] + brand + data[12:]


def cut(data: bytes, tenths: Sequence[int] = range(1, 10)) -> dict[int, bytes]:
    """So many tenths of the file, from its beginning."""
    return {tenth: data[: len(data) * tenth // 10] for tenth in tenths}

"""From a stranger's bytes to the facts of a photo, and to two pictures of it that may be shown."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from math import ceil

from PIL import Image, ImageCms

from reports.photos.codec.exif import Exif, read_exif
from reports.photos.codec.formats import (
    DECODERS_RAISE,
    Broken,
    Format,
    ImageError,
    NotAnImage,
    TooLarge,
    in_memory,
    limit_memory,
    open_image,
    reading,
)
from reports.photos.codec.heif_boxes import exif_block, is_turned
from reports.photos.codec.jpeg_segments import breaks_off

__all__ = [
    "Broken",
    "Derivatives",
    "ImageError",
    "NotAnImage",
    "PhotoMetadata",
    "TooLarge",
    "derive",
    "derive_covered",
    "limit_memory",
    "look",
]

LARGE, SMALL = 1024, 480  # longest side in pixels; LINE shows cards no larger pictures
_LEAST_LARGE = 1000
"""What a JPEG's decoder makes of this length is large enough as it is: of 4,000, 4,032 and 8,160
pixels, as phones have them, 1,000, 1,008 and 1,020. It shows as much as a larger one shrunk to
1,024 (within 0.15 dB of the same distance from LANCZOS), in two thirds of the time."""

# Exif 2.32, tag 0x0112: how to turn what was stored
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# modes whose pixels cannot be averaged -> what to turn them into first
_AVERAGED = {"1": "L", "P": "RGB"}
# At these steps no eye tells it from LANCZOS (33 to 43 dB apart); it takes less than half the time.
_FILTER = Image.Resampling.HAMMING
_IS_SHOWN = [0 if value in (127, 128) else 255 for value in range(256)]  # 127: as CMYK inverts it
WHOLE = 10_000
"""A side of a photo, in the units of a `Box`."""
COVERED = (58, 66, 74)
"""Red, green and blue of what is covered."""
_AROUND = 4
"""Pixels: colours of a JPEG stand at every second, and are drawn over those beside them."""
Box = tuple[int, int, int, int]
"""Left, top, width and height; see WHOLE."""
_UNIT = 32
"""Pixels of the largest unit of a JPEG; decoders make one of no bits at all."""
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class PhotoMetadata:
    """What a photo says of itself. Width and height are those of the upright picture.

    `place` is (lon, lat) in WGS 84, a hint that a person confirms; `accuracy_m` its radius in
    metres; `direction` where the camera looked, in degrees from true north; `taken_at` has an
    offset.
    """

    format: Format
    width: int
    height: int
    place: tuple[float, float] | None
    taken_at: datetime | None
    direction: float | None
    accuracy_m: float | None


@dataclass(frozen=True)
class Derivatives:
    """Two JPEGs, upright, in sRGB, without EXIF, profile or comment; never larger than the photo.

    The longest side is at most 1,024 (`large`; of a larger photo at least 1,000) and 480 pixels
    (`small`). `missing`: the share of the rows that have not come, for the file breaks off.
    """

    large: bytes
    small: bytes
    missing: float = 0.0


def look(data: bytes, tz: tzinfo) -> PhotoMetadata:
    """The facts of a photo, from its header alone; a time without an offset is taken to be in `tz`.

    Raises NotAnImage, TooLarge or Broken. A doubtful position, time or direction is None.
    """
    with reading():
        format, image = open_image(data)
        exif = _exif(image, data, tz)
        width, height = image.size if exif.orientation < 5 else image.size[::-1]
    return PhotoMetadata(
        format=format,
        width=width,
        height=height,
        place=exif.place,
        taken_at=exif.taken_at,
        direction=exif.direction,
        accuracy_m=exif.accuracy_m,
    )


def derive(data: bytes) -> Derivatives:
    """Both pictures from one decode; raises NotAnImage, TooLarge or Broken.

    A JPEG that breaks off is taken as far as it goes, when it shows anything.

    The decoder itself shrinks a JPEG (draft), the small picture is made from the large one and
    turning comes when little is left to turn: an eighth of the obvious way's time.
    """
    with reading():
        format, image = open_image(data)
        turn = _TURNS.get(_exif(image, data, UTC).orientation)
        profile = image.info.get("icc_profile")
        _decode_small(image)
        missing = _missing(image) if format == "JPEG" and breaks_off(data) else 0.0
        picture = _turned(_srgb(_on_white(_shrunk(image)), profile), turn)
        large = _jpeg(picture)
        picture.thumbnail((SMALL, SMALL), _FILTER)
        return Derivatives(large=large, small=_jpeg(picture), missing=missing)


def derive_covered(data: bytes, boxes: Sequence[Box]) -> Derivatives:
    """Both pictures with these boxes of the upright photo covered; raises as `derive`.

    They are covered before anything is shrunk, on every pixel that they touch and a few around
    them: so nothing of what they hide goes into the pixels beside them, and none of it is left.
    """
    with reading():
        _, image = open_image(data)
        turn = _TURNS.get(_exif(image, data, UTC).orientation)
        profile = image.info.get("icc_profile")
        _decode_small(image)
        picture = _turned(_srgb(_on_white(_averageable(image)), profile), turn)
        _cover(picture, boxes)
        picture.thumbnail((LARGE, LARGE), _FILTER)
        large = _jpeg(picture)
        picture.thumbnail((SMALL, SMALL), _FILTER)
        return Derivatives(large=large, small=_jpeg(picture))


def _cover(picture: Image.Image, boxes: Sequence[Box]) -> None:
    wide, high = picture.width / WHOLE, picture.height / WHOLE
    for left, top, width, height in boxes:
        right, below = (left + width) * wide, (top + height) * high
        ends = ceil(right) + _AROUND, ceil(below) + _AROUND
        picture.paste(COVERED, (int(left * wide) - _AROUND, int(top * high) - _AROUND, *ends))


def _exif(image: Image.Image, data: bytes, tz: tzinfo) -> Exif:
    """With the orientation that is left to do once the picture is decoded."""
    exif = read_exif(_exif_block(image, data), tz)
    if image.format not in ("HEIF", "AVIF") or not is_turned(data):
        return exif
    left = image.info.get("exif", b"") if image.format == "AVIF" else b""
    return replace(exif, orientation=read_exif(left, tz).orientation)


def _exif_block(image: Image.Image, data: bytes) -> bytes:
    """As it stands in the file; decoders of HEIC and AVIF change its orientation."""
    if image.format in ("HEIF", "AVIF"):
        return exif_block(data)
    block = image.info.get("exif") or (_late_exif(data) if image.format == "PNG" else b"")
    return bytes(block)


def _late_exif(data: bytes) -> bytes:
    """The eXIf chunk of a PNG, wherever it stands, found without decoding the pixels."""
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"eXIf":
            return data[at + 8 : at + 8 + length]
        at += 12 + length
    return b""


def _decode_small(image: Image.Image) -> None:
    pixels = image.width * image.height
    longest = max(image.size)
    if longest > LARGE:
        width, height = (side * _LEAST_LARGE // longest or 1 for side in image.size)
        image.draft(None, (width, height))
    with in_memory(pixels):
        image.load()


def _missing(image: Image.Image) -> float:
    """The share of rows, from below, of nothing but the grey that a decoder of JPEG paints where
    nothing has come. Raises Broken when it is all of them."""
    _, _, right, below = image.point(_IS_SHOWN * len(image.getbands())).getbbox() or (0, 0, 0, 0)
    if max(right, below) <= _UNIT:
        raise Broken("it breaks off before anything is to be seen")
    return 1 - below / image.height


def _shrunk(image: Image.Image) -> Image.Image:
    image = _averageable(image)
    image.thumbnail((LARGE, LARGE), _FILTER, reducing_gap=2.0)
    return image


def _averageable(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image.convert(_AVERAGED[image.mode]) if image.mode in _AVERAGED else image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB by the photo's own profile; one that does not fit the picture says nothing."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
        if "sRGB" not in ImageCms.getProfileDescription(source):
            return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, *DECODERS_RAISE):
        pass
    return image if image.mode == "RGB" else image.convert("RGB")


def _turned(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return image if turn is None else image.transpose(turn)


def _jpeg(image: Image.Image) -> bytes:
    image.info.clear()  # a comment would go along
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()

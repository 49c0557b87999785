"""The photos of the scripted day: every size and orientation, and no two with the same pixels."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from local.day.sample_map import Spot

_STORED_AS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_BARS: Final = 14


@dataclass(frozen=True)
class Picture:
    """A photo to be taken: pixels as stored, EXIF orientation, and whether EXIF knows the place."""

    size: tuple[int, int] = (1600, 1200)
    orientation: int = 1
    with_place: bool = False


def jpeg(picture: Picture, spot: Spot, number: int) -> bytes:
    """The photo itself: its top edge is sky blue once it stands upright.

    `number` (below 16,384) stands at the bottom in bars, for the same pixels would be one file.
    """
    image = _road(_upright_size(picture), number)
    if picture.orientation in _STORED_AS:
        image = image.transpose(_STORED_AS[picture.orientation])
    exif = Image.Exif()
    exif[0x0112] = picture.orientation
    exif[0x010F] = "Michi sample"
    if picture.with_place:
        exif[0x8825] = _gps(spot)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def _road(size: tuple[int, int], number: int) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, (96 + number % 40, 98, 102))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 4), fill=(126, 178, 226))
    middle, radius = (width // 2, height * 2 // 3), min(size) // 6
    left, top, right, bottom = -radius, -radius // 2, radius, radius // 2
    hole = (middle[0] + left, middle[1] + top, middle[0] + right, middle[1] + bottom)
    draw.ellipse(hole, fill=(30, 28, 26))
    for bar in range(_BARS):
        if number >> bar & 1:
            edges = (width * bar // _BARS, width * (bar + 1) // _BARS - 1)
            draw.rectangle((edges[0], height * 7 // 8, edges[1], height), fill=(236, 236, 230))
    return image


def _upright_size(picture: Picture) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if picture.orientation >= 5 else (width, height)


def _gps(spot: Spot) -> dict[int, object]:
    return {1: "N", 2: tuple(_sexagesimal(spot[1])), 3: "E", 4: tuple(_sexagesimal(spot[0]))}


def _sexagesimal(degrees: float) -> Iterator[float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    yield from (float(whole), float(minutes), round((degrees - whole - minutes / 60) * 3600, 5))

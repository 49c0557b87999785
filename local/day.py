"""One scripted day in the sample city: who reports what, where, and in which order."""

import io
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image, ImageDraw

from local.sample_map import Spot, categories, spots

ORDERS: Final = tuple(itertools.permutations(("photo", "place", "category")))
SIZES: Final = ((640, 480), (1600, 1200), (1200, 1600), (3024, 4032), (2048, 1152))
OUTSIDE: Final[tuple[tuple[Spot, str], ...]] = (
    ((139.4600, 35.7000), "国分寺市"),
    ((139.5600, 35.7050), "武蔵野市"),
    ((139.4900, 35.6650), "府中市"),
)


@dataclass(frozen=True)
class Picture:
    """A photo to be taken: pixels as stored, EXIF orientation, and whether EXIF knows the place."""

    size: tuple[int, int] = (1600, 1200)
    orientation: int = 1
    with_place: bool = False


@dataclass(frozen=True)
class Story:
    """One resident's report. `hasty`: does not wait for answers. `lost`: no photo can be kept.

    `outside` names the neighbour for places beyond the city, where no ticket may come of it.
    """

    number: int
    language: str
    spot: Spot
    owner: str
    category: str
    order: tuple[str, ...]
    pictures: tuple[Picture, ...] = field(default_factory=lambda: (Picture(),))
    hasty: bool = False
    place_by_photo: bool = False
    lost: str | None = None
    outside: str | None = None

    @property
    def name(self) -> str:
        return f"住民 {self.number:02d}"


def stories(seed: int = 7) -> list[Story]:
    """Forty-odd reports: every order, size and orientation; both owners; some go wrong."""
    chance = random.Random(seed)
    on_city, on_prefecture = list(spots("city")), list(spots("prefecture"))
    chance.shuffle(on_city)
    chance.shuffle(on_prefecture)
    keys = list(categories())
    day = []
    for number in range(1, 39):
        prefecture = number % 4 == 0
        day.append(
            Story(
                number=number,
                language="en" if number % 5 == 0 else "ja",
                spot=(on_prefecture if prefecture else on_city).pop(),
                owner="prefecture" if prefecture else "city",
                category=keys[number % len(keys)],
                **({"order": ORDERS[number % len(ORDERS)]} | _turns(number)),
            )
        )
    for number, (spot, neighbour) in enumerate(OUTSIDE, start=len(day) + 1):
        day.append(Story(number, "ja", spot, "", keys[0], ORDERS[0], outside=neighbour))
    chance.shuffle(day)
    return day


def jpeg(picture: Picture, spot: Spot, number: int) -> bytes:
    """The photo itself: its top edge is sky blue once it stands upright."""
    upright = _upright_size(picture)
    image = Image.new("RGB", upright, (96 + number % 40, 98, 102))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, upright[0], upright[1] // 4), fill=(126, 178, 226))
    middle, radius = (upright[0] // 2, upright[1] * 2 // 3), min(upright) // 6
    draw.ellipse(
        (middle[0] - radius, middle[1] - radius // 2, middle[0] + radius, middle[1] + radius // 2),
        fill=(30, 28, 26),
    )
    stored = (
        image.transpose(_STORED_AS[picture.orientation])
        if (picture.orientation in _STORED_AS)
        else image
    )
    exif = Image.Exif()
    exif[0x0112] = picture.orientation
    exif[0x010F] = "Michi sample"
    if picture.with_place:
        exif[0x8825] = _gps(spot)
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


_STORED_AS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def _turns(number: int) -> dict[str, Any]:
    """What is special about the report of this number."""
    if number % 9 == 0:
        pictures = tuple(Picture(SIZES[(number + i) % len(SIZES)]) for i in range(3))
        return {"pictures": pictures}
    if number in (7, 19, 31):
        return {
            "pictures": (Picture(with_place=True),),
            "place_by_photo": True,
            "order": ("photo", "place", "category"),
        }
    if number in (11, 23):
        return {"lost": {11: "404", 23: "not_image"}[number]}
    picture = Picture(SIZES[number % len(SIZES)], 1 + number % 8, with_place=number % 6 == 0)
    return {"pictures": (picture,), "hasty": number % 7 == 3}


def _upright_size(picture: Picture) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if picture.orientation >= 5 else (width, height)


def _gps(spot: Spot) -> dict[int, object]:
    return {1: "N", 2: tuple(_sexagesimal(spot[1])), 3: "E", 4: tuple(_sexagesimal(spot[0]))}


def _sexagesimal(degrees: float) -> Iterator[float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    yield from (float(whole), float(minutes), round((degrees - whole - minutes / 60) * 3600, 5))

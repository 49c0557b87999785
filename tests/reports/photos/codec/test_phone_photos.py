"""What becomes of photos as phones make them, as a table: run it with `-s` to read it."""

import io
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from exif_blocks import saved
from phone_photos import BOXED, STORED, Says, cut, turned
from PIL import Image, ImageDraw
from slow_files import Heif, repeated_rows

from reports.photos.codec.confined import MEMORY_BYTES, take_apart
from reports.photos.codec.formats import ImageError

pytestmark = pytest.mark.long

TOKYO = ZoneInfo("Asia/Tokyo")
SIZES = {"12 MP": (4032, 3024), "50 MP": (8160, 6144), "108 MP": (12_000, 9_008),
         "200 MP": (16_320, 12_240)}  # fmt: skip
PHOTO = "a photo"


class Fate(NamedTuple):
    """What became of a file, the share of it that is missing, and what it cost the child."""

    verdict: str
    missing: float
    megabytes: int
    seconds: float


def _fate(make: Callable[[], bytes]) -> Fate:
    """In a process that has no other children: theirs are the figures of its one child."""
    data, began = make(), time.monotonic()
    try:
        verdict, missing = PHOTO, take_apart(data, TOKYO)[1].missing
    except ImageError as refused:
        verdict, missing = type(refused).__name__, 0.0
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Fate(verdict, missing, spent.ru_maxrss // 1024, time.monotonic() - began)


class Made(NamedTuple):
    """A photo yet to be made, where it is measured."""

    format: str
    wide: int
    high: int
    progressive: bool = False

    def __call__(self) -> bytes:
        if self.format == "HEIF":  # in tiles, as phones do
            file = Heif(1024)
            columns, rows = -(-self.wide // 1024), -(-self.high // 1024)
            return file.written(file.grid(columns, rows, file.tile(), self.wide, self.high))
        if self.format == "JPEG" and not self.progressive:
            return repeated_rows(self.wide, self.high)
        how = {"JPEG": {"progressive": True}, "PNG": {"compress_level": 1},
               "WEBP": {"method": 0}, "AVIF": {"speed": 10}}[self.format]  # fmt: skip
        image = Image.new("RGB", (self.wide, self.high), "gray")
        ImageDraw.Draw(image).ellipse((0, 0, self.wide, self.high), fill="red")
        return saved(image, self.format, **how)


def of_sizes() -> Iterator[tuple[str, str, Made]]:
    for size, (wide, high) in SIZES.items():
        for format in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF"):
            if not (format in ("AVIF", "WEBP") and wide > 12_000):  # more than encoders can do
                yield size, format, Made(format, wide, high)
        yield size, "progressive JPEG", Made("JPEG", wide, high, progressive=True)


def measured(make: Callable[[], bytes]) -> Fate:
    with ProcessPoolExecutor(1, get_context("fork")) as alone:
        return alone.submit(_fate, make).result()


def test_photos_of_all_sizes_end_within_what_a_photo_is_given() -> None:
    print(f"\n{'size':8}{'format':18}{'verdict':12}{'peak':>9}{'time':>9}")
    for size, name, make in of_sizes():
        fate = measured(make)
        print(f"{size:8}{name:18}{fate.verdict:12}{fate.megabytes:6} MB{fate.seconds:7.1f} s")
        assert fate.megabytes * 2**20 < MEMORY_BYTES + 200 * 2**20
        if "JPEG" in name or size in ("12 MP", "50 MP"):
            assert fate.verdict == PHOTO
        else:
            assert fate.verdict in (PHOTO, "TooLarge")


def test_a_jpeg_cut_at_every_tenth_and_at_every_hundredth_of_its_end() -> None:
    grain = Image.effect_noise((1600, 1200), 80).convert("RGB")
    print(f"\n{'of the file':14}{'usual':>22}{'progressive':>22}")
    kinds = [saved(grain, "JPEG"), saved(grain, "JPEG", progressive=True)]
    parts = [cut(data) | {10 - lost / 10: data[: len(data) * (100 - lost) // 100]
                          for lost in range(1, 10)} for data in kinds]  # fmt: skip
    for tenths in sorted(parts[0]):
        fates = []
        for one in parts:
            missing = take_apart(one[tenths], TOKYO)[1].missing
            fates.append(f"{missing:.0%} missing")
            assert missing == pytest.approx(1 - tenths / 10, abs=0.05) or one is parts[1]
        print(f"{tenths * 10:10.0f} %  {fates[0]:>22}{fates[1]:>22}")


def test_every_format_is_upright_in_each_of_the_eight_ways() -> None:
    scene = Image.new("RGB", (320, 240), "white")
    scene.paste("red", (0, 0, 160, 120))
    print(f"\n{'format':8}{'told by':10}upright, held in ways")
    ways: list[tuple[str, Says]] = [(format, "exif") for format in ("JPEG", "PNG", "WEBP", *BOXED)]
    ways += [(format, "file") for format in BOXED] + [(format, "both") for format in BOXED]
    for format, says in ways:
        upright = [way for way in STORED if is_upright(turned(scene, format, way, says))]
        print(f"{format:8}{says:10}{' '.join(map(str, upright))}")
        assert upright == list(STORED)


def is_upright(data: bytes) -> bool:
    facts, pictures = take_apart(data, TOKYO)
    with Image.open(io.BytesIO(pictures.small)) as shown:
        red, green, _ = shown.getpixel((80, 60))
    return (facts.width, facts.height) == (320, 240) and red > 200 and green < 60

"""Whoever is compared with our pictures makes the same ones."""

import io
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image, ImageChops, ImageStat

from bench.photos import phone_photos
from bench.rounds import in_child
from bench.thumbnails import LIMITS, OF_PYVIPS, obvious
from bench.vips import both_pictures
from reports.photos.codec.derive import derive


@pytest.mark.parametrize("way", [obvious, both_pictures, partial(both_pictures, longest=1000)])
def test_each_way_makes_the_same_two_pictures(
    way: Callable[[bytes], tuple[bytes, bytes]],
) -> None:
    (photo,) = phone_photos((1600, 1200), "JPEG")
    ours = derive(photo)
    theirs = in_child(partial(way, photo))  # whose threads end with it
    for one, other in zip((ours.large, ours.small), theirs, strict=True):
        assert differ(one, other) < 4


def test_a_photo_lies_on_its_side_as_a_heic_too() -> None:
    jpeg, heic = map(derive, phone_photos((640, 480), "JPEG", "HEIF"))
    assert Image.open(io.BytesIO(heic.large)).size == (480, 640)
    assert differ(jpeg.large, heic.large) < 4


def test_who_is_compared_with_pyvips_is_compared_with_the_obvious_way() -> None:
    assert set(OF_PYVIPS) < set(LIMITS)


def differ(one: bytes, other: bytes) -> float:
    """By how much, of 255, at a size at which no grain is left."""
    ours, theirs = (Image.open(io.BytesIO(each)).resize((90, 120)) for each in (one, other))
    return max(ImageStat.Stat(ImageChops.difference(ours, theirs)).mean)

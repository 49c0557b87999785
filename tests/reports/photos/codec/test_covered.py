"""What is covered on a photo is gone: nothing of it is in the copy, whatever it was."""

import io
import random

import pytest
from exif_blocks import block, saved, short, text
from PIL import Image, ImageDraw

from reports.photos.codec import confined
from reports.photos.codec.derive import COVERED, Box, derive, derive_covered
from reports.photos.codec.formats import Broken

FACE: Box = (2_500, 2_000, 3_000, 4_000)
"""Of 640 x 480 pixels: 160 to 352 from the left, 96 to 288 from above, ends of blocks of 16."""
INSIDE = (160, 96, 352, 288)


def street(inside: int, side: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture that is the same each time but for what is in the box, which is noise of this
    seed."""
    image = Image.radial_gradient("L").resize(side).convert("RGB")
    ImageDraw.Draw(image).line((0, 0, *side), "#c03020", 5)
    wide, high = INSIDE[2] - INSIDE[0], INSIDE[3] - INSIDE[1]
    noise = random.Random(inside).randbytes(wide * high * 3)
    image.paste(Image.frombytes("RGB", (wide, high), noise), INSIDE[:2])
    return image


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_two_photos_that_differ_in_what_is_covered_alone_become_the_same_bytes(format: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    one, other = (saved(street(seed), format, **options) for seed in (1, 2))
    assert derive(one).large != derive(other).large
    assert derive_covered(one, [FACE]) == derive_covered(other, [FACE])


def test_it_is_one_colour_also_where_the_photo_is_made_smaller_and_turned() -> None:
    data = saved(street(1).resize((2560, 1920)), "JPEG", exif=block({0x0112: short(6)}))
    upright: Box = (10_000 - 2_000 - 4_000, 2_500, 4_000, 3_000)
    pictures = derive_covered(data, [upright])
    for picture in (pictures.large, pictures.small):
        with Image.open(io.BytesIO(picture)) as image:
            left, top, wide, high = upright
            box = (
                left * image.width // 10_000 + 12, top * image.height // 10_000 + 12,
                (left + wide) * image.width // 10_000 - 12,
                (top + high) * image.height // 10_000 - 12,
            )  # fmt: skip
            colours = image.crop(box).getextrema()
        for (least, most), wanted in zip(colours, COVERED, strict=True):
            assert abs(least - wanted) <= 3
            assert abs(most - wanted) <= 3


def test_the_copy_has_no_exif_and_no_comment() -> None:
    exif = block({0x0112: short(1)}, {0x9286: text("ASCII   Haruka")})
    data = saved(street(1), "JPEG", exif=exif, comment=b"from Haruka")
    pictures = confined.covered(data, [FACE])
    for picture in (pictures.large, pictures.small):
        assert b"Haruka" not in picture
        with Image.open(io.BytesIO(picture)) as image:
            assert (dict(image.getexif()), image.info.get("comment")) == ({}, None)
            assert "exif" not in image.info


def test_with_nothing_covered_it_is_the_picture_that_was_there_before() -> None:
    data = saved(street(1), "JPEG")
    assert confined.covered(data, []) == derive(data)


def test_what_no_decoder_reads_is_refused_in_words_of_ours() -> None:
    with pytest.raises(Broken):
        confined.covered(b"\xff\xd8\xff" + bytes(80), [FACE])

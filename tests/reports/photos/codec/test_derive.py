"""Strangers' photos: told by their first bytes, shown upright in true colours, or refused."""

import io
import itertools
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from examples import examples
from exif_blocks import block, gps_at, rationals, saved, short, text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phone_photos import BOXED, STORED, Says, cut, of_brand, turned
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat
from slow_files import chunk, repeated_rows

from reports.photos.codec import derive as codec
from reports.photos.codec.confined import take_apart
from reports.photos.codec.derive import Broken, Derivatives, NotAnImage, TooLarge, derive
from reports.photos.codec.jpeg_segments import segments
from reports.photos.codec.picture import webp_pixels
from settings import ROOT

look = partial(codec.look, tz=ZoneInfo("Asia/Tokyo"))
T = Image.Transpose
RED, BLUE, YELLOW, GREEN, WHITE = (
    (221, 34, 34),
    (34, 34, 221),
    (221, 221, 34),
    (68, 170, 119),
    (255, 255, 255),
)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")


@cache
def scene(width: int = 1300, height: int = 976) -> Image.Image:
    """Four coloured quarters, so that every turn and mirror shows."""
    image = Image.new("RGB", (width, height), GREEN)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=BLUE)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=YELLOW)
    return image


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    return image


def quarters(image: Image.Image) -> list[tuple[int, int, int]]:
    """The colours in the middle of the four quarters: first the upper two, then the lower."""
    x, y = image.width // 4, image.height // 4
    return [image.getpixel(at) for at in ((x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y))]


def looks_like(image: Image.Image, colours: list[tuple[int, int, int]], within: int = 12) -> bool:
    pairs = zip(quarters(image), colours, strict=True)
    return all(abs(a - b) <= within for pair in pairs for a, b in zip(*pair, strict=True))


SCENE = [RED, BLUE, YELLOW, GREEN]


TOLD: list[tuple[str, Says]] = [
    *((format, "exif") for format in FORMATS),
    *((format, says) for format in BOXED for says in ("file", "both")),
]


HELD = [
    pytest.param(
        format, says, turn, marks=() if turn == 6 or format == "JPEG" else pytest.mark.long
    )
    for (format, says), turn in itertools.product(TOLD, STORED)
]
"""Every way to say it with the most usual turn, and every turn where EXIF says it."""


@pytest.mark.parametrize(("format", "says", "orientation"), HELD)
def test_a_photo_is_shown_upright_however_the_phone_was_held(
    format: str, says: Says, orientation: int
) -> None:
    """Whether EXIF says it, or the file itself, which a HEIC or an AVIF does, or both do."""
    data = turned(scene(), format, orientation, says)
    facts, pictures = look(data), derive(data)
    assert (facts.format, facts.width, facts.height) == (format, 1300, 976)
    for picture, size in ((pictures.large, (1024, 769)), (pictures.small, (480, 360))):
        assert opened(picture).size == size
        assert looks_like(opened(picture), SCENE)


@pytest.mark.parametrize("brand", [b"mif1", b"mif2", b"miaf"])
@pytest.mark.parametrize("format", BOXED)
def test_a_file_whose_name_leaves_its_format_open_is_taken_for_what_it_is(
    format: str, brand: bytes
) -> None:
    data = of_brand(turned(scene(), format, 6), brand)
    assert look(data).format == format
    assert looks_like(opened(derive(data).large), SCENE)


def test_the_facts_of_a_photo_come_from_its_exif() -> None:
    place = gps_at(
        (rationals((35, 1), (42, 1), (396, 100)), "N"),
        (rationals((139, 1), (30, 1), (2412, 100)), "E"),
    )
    gps = place | {0x10: text("T"), 0x11: rationals((90, 1)), 0x1F: rationals((475, 100))}
    exif = block(camera={0x9003: text("2026:11:21 08:30:00")}, gps=gps)
    for format in FORMATS:
        facts = look(saved(scene(40, 30), format, exif=exif))
        assert facts.place == pytest.approx((139.5067, 35.7011))
        assert facts.taken_at == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        assert (facts.direction, facts.accuracy_m) == (90, 4.75)


def test_a_photo_without_exif_has_no_place_and_no_time() -> None:
    facts = look(saved(scene(40, 30), "JPEG"))
    assert (facts.place, facts.taken_at, facts.direction, facts.accuracy_m) == (None,) * 4


def test_exif_behind_the_pixels_of_a_png_is_found() -> None:
    exif = chunk(b"eXIf", block({0x0112: short(8)}).removeprefix(b"Exif\0\0"))
    end = chunk(b"IEND", b"")
    data = saved(scene().transpose(T.ROTATE_270), "PNG").removesuffix(end) + exif + end
    assert (look(data).width, look(data).height) == (1300, 976)
    assert looks_like(opened(derive(data).large), SCENE)


BIG = zlib.compress(bytes(3_000_000))
BESIDE_THE_PICTURE = {
    "long text": chunk(b"zTXt", b"xmp\0\0" + BIG),
    "long text in UTF-8": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + BIG),
    "a long profile": chunk(b"iCCP", b"a profile\0\0" + BIG),
    "profiles upon profiles": 1_000
    * chunk(b"iCCP", b"a profile\0\0" + zlib.compress(bytes(7 << 20))),
    "a checksum that is wrong": chunk(b"tEXt", b"a\0b")[:-1] + b"?",
    "an unknown method": chunk(b"zTXt", b"a\0\7b"),
    "no gamma": chunk(b"gAMA", b""),
    "no size": chunk(b"pHYs", b"\0"),
    "no white": chunk(b"cHRM", b"\0"),
    "no sRGB": chunk(b"sRGB", b""),
    "no moving picture": chunk(b"acTL", b"\0"),
}


@pytest.mark.parametrize("beside", BESIDE_THE_PICTURE.values(), ids=BESIDE_THE_PICTURE)
def test_what_stands_beside_the_picture_of_a_png_cannot_spoil_it(beside: bytes) -> None:
    data = saved(scene(), "PNG")
    beginning = len(b"\x89PNG\r\n\x1a\n") + 25  # and the header
    data = data[:beginning] + beside + data[beginning:]
    began = time.process_time()
    assert (look(data).width, look(data).height) == (1300, 976)
    assert looks_like(opened(derive(data).large), SCENE)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("cut", [1, 2, 3])
@pytest.mark.parametrize("behind", [b"", b"\0\0\1\x0aImage_UTC_Data" + bytes(5_000)])
def test_a_jpeg_without_its_last_mark_is_whole(cut: int, behind: bytes) -> None:
    """As some phones make it, with or without something of their own behind the picture."""
    data = saved(scene(), "JPEG")[:-cut] + behind
    assert looks_like(opened(derive(data).large), SCENE)


def faded(alpha: int = 0) -> Image.Image:
    """The scene with a transparent upper half."""
    image = scene().convert("RGBA")
    image.putalpha(255)
    image.paste((*RED, alpha), (0, 0, 1300, 488))
    return image


def deep_png(mode: int, pixel: bytes, extra: bytes = b"") -> bytes:
    """A PNG of 16 bits a channel, 8 x 8 pixels of one colour; mode is PNG's colour type."""
    head = struct.pack(">IIBBBBB", 8, 8, 16, mode, 0, 0, 0)
    body = zlib.compress((b"\0" + pixel * 8) * 8)
    chunks = chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


GREY = scene().convert("L")
GREYS = [(GREY.getpixel((x, y)),) * 3 for x, y in ((0, 0), (1299, 0), (0, 975), (1299, 975))]
PALETTE = scene().quantize(16)
CLEAR = [WHITE, WHITE, YELLOW, GREEN]
COLOURS: dict[str, tuple[Callable[[], bytes], list[tuple[int, int, int]]]] = {
    "CMYK": (partial(saved, scene().convert("CMYK"), "JPEG"), SCENE),
    "grey JPEG": (partial(saved, GREY, "JPEG"), GREYS),
    "progressive": (partial(saved, scene(), "JPEG", progressive=True), SCENE),
    "palette": (partial(saved, PALETTE, "PNG"), SCENE),
    "palette with a clear colour": (
        partial(saved, PALETTE, "PNG", transparency=PALETTE.getpixel((0, 0))),
        [WHITE, *SCENE[1:]],
    ),
    "a clear colour": (partial(saved, scene(), "PNG", transparency=RED), [WHITE, *SCENE[1:]]),
    "a clear grey": (partial(saved, GREY, "PNG", transparency=GREYS[0][0]), [WHITE, *GREYS[1:]]),
    "clear PNG": (partial(saved, faded(), "PNG"), CLEAR),
    "clear WebP": (partial(saved, faded(), "WEBP"), CLEAR),
    "clear HEIC": (partial(saved, faded(), "HEIF"), CLEAR),
    "grey and clear": (
        partial(saved, faded().convert("LA"), "PNG"),
        [WHITE, WHITE, *GREYS[2:]],
    ),
    "half clear": (partial(saved, faded(128), "PNG"), [(238, 144, 144)] * 2 + SCENE[2:]),
    "black and white": (partial(saved, Image.new("1", (8, 8), 1), "PNG"), [WHITE] * 4),
    "grey of 16 bits": (partial(deep_png, 0, b"\x80\x00"), [(128, 128, 128)] * 4),
    "grey of 16 bits with a clear one": (
        partial(deep_png, 0, b"\x80\x00", chunk(b"tRNS", b"\x80\x01")),
        [(128, 128, 128)] * 4,
    ),
    "colour of 16 bits": (partial(deep_png, 2, b"\xdd\x00\x22\x00\x22\x00"), [RED] * 4),
    "colour of 16 bits with a clear one": (
        partial(deep_png, 2, b"\xdd\x00\x22\x00\x22\x00", chunk(b"tRNS", b"\xff\xff" * 3)),
        [RED] * 4,
    ),
    "clear of 16 bits": (partial(deep_png, 6, b"\xdd\x00\x22\x00\x22\x00\x00\x00"), [WHITE] * 4),
}


@pytest.mark.parametrize(("made", "colours"), COLOURS.values(), ids=COLOURS.keys())
def test_colours_are_true_and_what_is_clear_is_white(
    made: Callable[[], bytes], colours: list[tuple[int, int, int]]
) -> None:
    pictures = derive(made())
    assert looks_like(opened(pictures.large), colours)
    assert looks_like(opened(pictures.small), colours)


def profile_with_red_and_blue_changed_over() -> bytes:
    """An sRGB profile whose primaries have changed places, and which does not call itself sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    marks = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ", b"rTRC": b"bTRC", b"bTRC": b"rTRC"}
    head, table, rest = profile[:132], profile[132:], b""
    (count,) = struct.unpack(">I", profile[128:132])
    table, rest = table[: 12 * count], table[12 * count :]
    tags = [table[at : at + 12] for at in range(0, len(table), 12)]
    table = b"".join(marks.get(tag[:4], tag[:4]) + tag[4:] for tag in tags)
    return head + table + rest.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))


def test_a_profile_of_the_photo_is_applied_and_does_not_leave_the_house() -> None:
    data = saved(scene(), "JPEG", icc_profile=profile_with_red_and_blue_changed_over())
    large = opened(derive(data).large)
    assert looks_like(large, [colour[::-1] for colour in SCENE])
    assert "icc_profile" not in large.info


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 500])
def test_a_profile_that_cannot_be_read_changes_nothing(profile: bytes) -> None:
    assert looks_like(opened(derive(saved(scene(), "PNG", icc_profile=profile)).large), SCENE)


def test_a_profile_for_other_colours_changes_nothing() -> None:
    rgb = profile_with_red_and_blue_changed_over()
    data = saved(scene().convert("CMYK"), "JPEG", icc_profile=rgb)
    assert looks_like(opened(derive(data).large), SCENE)


def markers(picture: bytes) -> set[int]:
    """Which JPEG segments stand before the pixels."""
    at, found = 2, set()
    while picture[at + 1] != 0xDA:
        found.add(picture[at + 1])
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return found


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_derived_carries_pixels_and_nothing_else(format: str) -> None:
    secret = b"139.5067"
    profile = profile_with_red_and_blue_changed_over() + secret
    private = {"exif": block({0x010F: text("139.5067")}), "xmp": secret, "icc_profile": profile}
    data = saved(scene(), format, **private, **({"comment": secret} if format == "JPEG" else {}))
    assert secret in data
    for picture in (derive(data).large, derive(data).small):
        assert secret not in picture
        assert markers(picture) <= {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF, tables, frame


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((300, 200), (300, 200), (300, 200)),
        ((1000, 400), (1000, 400), (480, 192)),
        ((1025, 1), (1024, 1), (480, 1)),
        ((3, 6000), (1, 1024), (1, 480)),
        ((2560, 1920), (1024, 768), (480, 360)),
        ((3900, 2925), (1024, 768), (480, 360)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_pictures_shrink_and_never_grow(
    format: str, size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    pictures = derive(saved(Image.new("RGB", size, RED), format))
    assert (opened(pictures.large).size, opened(pictures.small).size) == (large, small)


@pytest.mark.parametrize(
    ("size", "large"),
    [
        ((4032, 3024), (1008, 756)),
        ((4000, 2250), (1000, 563)),
        ((3996, 2997), (1024, 768)),
        ((6144, 8160), (768, 1020)),
        ((2048, 1536), (1024, 768)),
    ],
)
def test_what_a_decoder_makes_of_nearly_the_size_is_taken_as_it_is(
    size: tuple[int, int], large: tuple[int, int]
) -> None:
    assert opened(derive(saved(Image.new("RGB", size, RED), "JPEG")).large).size == large


@pytest.mark.parametrize(
    ("size", "large"), [((2800, 2100), (1024, 768)), ((4032, 3024), (1008, 756))]
)
def test_shrinking_in_the_decoder_shows_the_same_as_shrinking_afterwards(
    size: tuple[int, int], large: tuple[int, int]
) -> None:
    detailed = Image.effect_noise((80, 60), 80).resize(size, Image.Resampling.BICUBIC)
    data = saved(Image.merge("RGB", [detailed] * 3), "JPEG", quality=95)
    pictures = derive(data)
    for picture, shown in ((pictures.large, large), (pictures.small, (480, 360))):
        theirs = Image.open(io.BytesIO(data)).resize(shown, Image.Resampling.LANCZOS)
        assert max(ImageStat.Stat(ImageChops.difference(opened(picture), theirs)).mean) < 1.5


NOT_IMAGES: dict[str, bytes] = {
    "nothing": b"",
    "words": "道路に穴があります".encode(),
    "a GIF": saved(scene(8, 8), "GIF"),
    "a BMP": saved(scene(8, 8), "BMP"),
    "a TIFF": saved(scene(8, 8), "TIFF"),
    "a PDF": b"%PDF-1.7\n",
    "a web page that says it is a photo": b"<svg xmlns='http://www.w3.org/2000/svg'/>photo.jpg",
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0",
    "a moving AVIF": b"\0\0\0\x18ftypavis\0\0\0\0avismsf1",
    "a sound in RIFF": b"RIFF\0\0\0\0WAVEfmt ",
}


@pytest.mark.parametrize("data", NOT_IMAGES.values(), ids=NOT_IMAGES.keys())
def test_what_does_not_begin_like_a_photo_is_not_an_image(data: bytes) -> None:
    for read in (look, derive):
        with pytest.raises(NotAnImage):
            read(data)


@pytest.mark.parametrize("format", FORMATS)
def test_a_photo_that_breaks_off_before_it_shows_anything_is_broken(format: str) -> None:
    data = saved(GRAIN.crop((0, 0, 640, 480)), format)
    with pytest.raises(Broken):
        derive(data[: len(data) // 2 if format != "JPEG" else data.index(b"\xff\xda") + 14])
    with pytest.raises(Broken):
        look(data[:14])


GRAIN = Image.effect_noise((1600, 1200), 90).convert("RGB")
KINDS: dict[str, Callable[[], bytes]] = {
    "usual": partial(saved, GRAIN, "JPEG"),
    "with marks to begin anew at": partial(saved, GRAIN, "JPEG", restart_marker_rows=1),
    "grey": partial(saved, GRAIN.convert("L"), "JPEG"),
    "for printers": partial(saved, GRAIN.convert("CMYK"), "JPEG"),
    "small": partial(saved, GRAIN.crop((0, 0, 400, 300)), "JPEG"),
}


@cache
def jpeg_of(kind: str) -> bytes:
    return KINDS[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_a_jpeg_that_breaks_off_is_taken_as_far_as_it_goes(kind: str) -> None:
    data = jpeg_of(kind)
    whole = derive(data)
    for tenth, part in cut(data).items():
        pictures = derive(part)
        assert opened(pictures.large).size == opened(whole.large).size
        assert pictures.missing == pytest.approx(1 - tenth / 10, abs=0.12)
        assert differ(pictures, whole, share=1 - pictures.missing - 0.05) < 1


def differ(one: Derivatives, other: Derivatives, share: float = 1.0) -> float:
    """By how much, of 255, that share of the rows of both, from above."""
    width, height = opened(one.large).size
    above = (0, 0, width, max(1, int(height * share)))
    ours, theirs = (opened(each.large).crop(above) for each in (one, other))
    return max(ImageStat.Stat(ImageChops.difference(ours, theirs)).mean)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lost", [2, 10, 200, 0.01])
def test_a_jpeg_that_lacks_a_hundredth_at_most_lacks_little_to_the_eye(
    kind: str, lost: float
) -> None:
    data = jpeg_of(kind)
    bytes_lost = int(lost) or len(data) // 100
    assert derive(data[:-bytes_lost]).missing < 0.1
    assert derive(data).missing == 0


@pytest.mark.long
@pytest.mark.parametrize("tenth", range(3, 10))
def test_a_jpeg_of_many_scans_is_shown_whole_from_what_has_come(tenth: int) -> None:
    data = saved(GRAIN, "JPEG", progressive=True)
    pictures = derive(cut(data)[tenth])
    assert pictures.missing == 0
    assert differ(pictures, derive(data)) < 40


@pytest.mark.long
def test_a_jpeg_of_many_scans_is_taken_wherever_it_breaks_off() -> None:
    """In the head of a scan, between two, or in a table before one."""
    data = saved(GRAIN.crop((0, 0, 320, 240)), "JPEG", progressive=True)
    assert derive(data[:-2]).missing == 0
    later = [one.start for one in segments(data)][-8:]
    for at in (at + more for at in later for more in range(6)):
        assert derive(data[:at]).missing == 0


def test_a_file_above_20_megabytes_is_too_large() -> None:
    data = saved(scene(40, 30), "JPEG")
    assert look(data.ljust(20_000_000, b"\0")).width == 40
    with pytest.raises(TooLarge):
        look(data.ljust(20_000_001, b"\0"))


@pytest.mark.long
@pytest.mark.parametrize(("wide", "high"), [(8160, 6144), (12_000, 9_008), (16_320, 12_240)])
def test_pixels_alone_refuse_no_photo(wide: int, high: int) -> None:
    data = repeated_rows(wide, high)
    facts, pictures = take_apart(data, ZoneInfo("Asia/Tokyo"))
    assert (facts.width, facts.height, pictures.missing) == (wide, high, 0)
    large = opened(pictures.large)
    assert 1000 <= large.width <= 1024
    assert large.height == round(large.width * high / wide)
    middle = large.width // 2
    assert looks_like(large.crop((0, 0, middle, 64)), [(254, 0, 0), WHITE] * 2)
    assert looks_like(large.crop((middle, 0, 2 * middle, 64)), [WHITE, (0, 0, 254)] * 2)


def chunk_size(width: int, height: int) -> bytes:
    """The rest of a PNG's first chunk: size, 8 bits of RGB, and its checksum."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return body + struct.pack(">I", zlib.crc32(b"IHDR" + body))


def patched(format: str, wide: int, high: int, **how: bool) -> bytes:
    """A few pixels that call themselves so many."""
    small = saved(Image.new("RGB", (16, 16)), format, **how)
    of_jpeg = b"\x08\0\x10\0\x10\x03"
    return {
        "PNG": lambda: small[:16] + chunk_size(wide, high) + small[33:],
        "JPEG": lambda: small.replace(of_jpeg, b"\x08" + struct.pack(">HH", high, wide) + b"\x03"),
        "WEBP": lambda: small[:26] + struct.pack("<HH", wide, high) + small[30:],
    }[format]()


NO_ROOM: dict[str, bytes] = {
    "PNG": patched("PNG", 40_000, 40_000),
    "progressive JPEG": patched("JPEG", 65_500, 65_500, progressive=True),
    "WebP": patched("WEBP", 16_383, 16_383),
}


@pytest.mark.parametrize("data", NO_ROOM.values(), ids=NO_ROOM)
def test_what_a_decoder_has_no_memory_for_is_too_large_and_not_broken(data: bytes) -> None:
    with pytest.raises(TooLarge):
        take_apart(data, ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_what_is_broken_is_not_called_too_large_for_its_pixels(format: str) -> None:
    with pytest.raises(Broken):
        take_apart(patched(format, 4_000, 3_000), ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize("how", [{}, {"lossless": True}, {"exif": block()}])
def test_the_pixels_of_a_webp_are_told_without_its_decoder(how: dict[str, Any]) -> None:
    assert webp_pixels(saved(scene(90, 60), "WEBP", **how)) == 90 * 60
    assert webp_pixels(saved(scene(90, 60), "PNG")) == 0


def refusal(data: bytes, more: int) -> str:
    """In a fresh process: one that has run for long has room within what it holds already."""
    command = [sys.executable, "-c", UNDER_A_LIMIT, str(more)]
    done = subprocess.run(command, input=data, cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode()


UNDER_A_LIMIT = """
import sys
from reports.photos.codec.derive import ImageError, derive, limit_memory
data = sys.stdin.buffer.read()
limit_memory(int(sys.argv[1]))
try:
    derive(data)
except ImageError as error:
    print(type(error).__name__, end="")
"""


def test_a_photo_that_needs_more_memory_than_it_is_given_is_too_large() -> None:
    data = saved(Image.new("RGBA", (6000, 4000)), "PNG", compress_level=1)
    assert refusal(data, 50_000_000) == "TooLarge"
    assert refusal(data, 1_000_000_000) == ""


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_a_photo_of_fifty_megapixels_fits_into_a_gigabyte(format: str) -> None:
    assert refusal(saved(Image.new("RGB", (7000, 7000)), format), 1_000_000_000) == ""


EXAMPLES = [
    saved(scene(90, 60), format, exif=block({0x0112: short(6)}, {0x9003: text("2026:11:21")}))
    for format in FORMATS
] + [saved(faded().resize((60, 40)), "WEBP"), saved(PALETTE.resize((60, 40)), "PNG")]


def only_our_errors(data: bytes) -> None:
    for read in (look, derive):
        with suppress(NotAnImage, TooLarge, Broken):
            read(data)


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 "]),
    st.binary(max_size=300),
)
def test_random_bytes_raise_nothing_but_our_own_errors(start: bytes, rest: bytes) -> None:
    only_our_errors(start + rest)


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), st.sampled_from(EXAMPLES))
def test_a_photo_with_wrong_bytes_raises_nothing_but_our_own_errors(
    data: st.DataObject, photo: bytes
) -> None:
    changed = bytearray(photo)
    places = st.tuples(st.integers(0, len(photo) - 1), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, min_size=1, max_size=20)):
        changed[at] = byte
    only_our_errors(bytes(changed[: data.draw(st.integers(1, len(photo)))]))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_exif_at_all_leaves_the_picture_readable(exif: bytes) -> None:
    for mark in (b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0"):
        data = saved(scene(90, 60), "JPEG", exif=mark + exif)
        assert {look(data).width, look(data).height} == {90, 60}
        assert max(opened(derive(data).large).size) == 90

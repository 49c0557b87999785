"""What a HEIC or an AVIF says of its turning and of its camera, and that no file is a trap."""

import struct

import pytest
from exif_blocks import block, saved, text
from hypothesis import given
from hypothesis import strategies as st
from phone_photos import BOXED, turned
from PIL import Image
from slow_files import box, full, wide_grid

from reports.photos.codec.heif_boxes import exif_block, is_turned, without_exif

SCENE = Image.new("RGB", (64, 48))
EXIF = block(camera={0x9003: text("2026:11:21 08:30:00")})
WHOLE = {format: turned(SCENE, format, 6, "both") for format in BOXED}


@pytest.mark.parametrize("format", BOXED)
def test_a_picture_is_turned_by_its_file_only_where_that_says_so(format: str) -> None:
    assert [is_turned(turned(SCENE, format, 6, says)) for says in ("exif", "file", "both")] == [
        False,
        True,
        True,
    ]
    assert not is_turned(saved(SCENE, format))


@pytest.mark.parametrize("format", BOXED)
def test_exif_is_read_and_left_out_as_a_whole(format: str) -> None:
    data = saved(SCENE, format, exif=EXIF)
    assert exif_block(data).removeprefix(b"Exif\0\0") == EXIF.removeprefix(b"Exif\0\0")
    without = without_exif(data)
    assert (len(without), exif_block(without)) == (len(data), b"")


def test_a_picture_of_many_tiles_is_not_turned() -> None:
    assert not is_turned(wide_grid(4, 4))


def meta(*inside: bytes) -> bytes:
    return box(b"ftyp", b"heic" + bytes(4)) + full(b"meta", 0, *inside)


ITEM = full(b"iinf", 0, b"\0\1", full(b"infe", 2, struct.pack(">HH", 1, 0), b"Exif\0"))
HOSTILE = {
    "nothing": b"",
    "no boxes": meta(),
    "boxes of no size": meta(b"\0\0\0\1free" * 1000),
    "a box larger than all": meta(b"\xff\xff\xff\xfffree"),
    "a billion places": meta(ITEM, full(b"iloc", 2, b"\x00\x00\xff\xff\xff\xff")),
    "a billion properties": meta(
        full(b"pitm", 0, b"\0\1"),
        box(b"iprp", box(b"ipco"), full(b"ipma", 0, b"\xff\xff\xff\xff")),
    ),
    "more pieces than an item has": meta(
        ITEM, full(b"iloc", 0, b"\x00\x00\0\1" + struct.pack(">HHH", 1, 0, 65535))
    ),
    "a piece outside": meta(
        ITEM, full(b"iloc", 0, b"\x44\x00\0\1" + struct.pack(">HHHII", 1, 0, 1, 10**9, 10**9))
    ),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_not_as_it_should_be_says_nothing(data: bytes) -> None:
    assert (is_turned(data), exif_block(data)) == (False, b"")


@given(st.sampled_from(BOXED), st.data())
def test_wrong_bytes_raise_nothing(format: str, data: st.DataObject) -> None:
    changed = bytearray(WHOLE[format])
    places = st.tuples(st.integers(0, min(len(changed) - 1, 600)), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, max_size=12)):
        changed[at] = byte
    broken = bytes(changed[: data.draw(st.integers(0, len(changed)))])
    assert is_turned(broken) in (True, False)
    assert len(without_exif(broken)) == len(broken)
    exif_block(broken)

"""A JPEG's segments, told by their marks."""

import pytest
from exif_blocks import saved
from PIL import Image
from slow_files import repeated_planes, repeated_scans

from reports.photos.codec.derive import Broken, derive
from reports.photos.codec.jpeg_segments import is_all_in_one_scan

GRAIN = Image.effect_noise((64, 48), 90).convert("RGB")
USUAL = saved(GRAIN, "JPEG")
GREY = saved(GRAIN.convert("L"), "JPEG")
FRAME = USUAL[USUAL.index(b"\xff\xc0") :][:19]
SCAN = GREY[GREY.index(b"\xff\xda") : -2]

ONE_SCAN: dict[str, tuple[bytes, bool]] = {
    "usual": (USUAL, True),
    "grey": (GREY, True),
    "for printers": (saved(GRAIN.convert("CMYK"), "JPEG"), True),
    "with marks to begin anew at": (saved(GRAIN, "JPEG", restart_marker_rows=1), True),
    "of another grain": (USUAL.replace(b"\xff\xc0", b"\xff\xc1", 1), True),
    "progressive": (saved(GRAIN, "JPEG", progressive=True), False),
    "grey and progressive": (repeated_scans(0, side=32), False),
    "a scan for each colour": (repeated_planes(0, side=32), False),
    "two frames": (USUAL.replace(b"\xff\xda", FRAME + b"\xff\xda", 1), False),
    "without a frame": (USUAL.replace(FRAME, b"", 1), False),
    "without a scan": (USUAL[: USUAL.index(b"\xff\xda")] + b"\xff\xd9", False),
    "broken off in its scan's head": (USUAL[: USUAL.index(b"\xff\xda") + 4], False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize(("data", "one"), ONE_SCAN.values(), ids=ONE_SCAN.keys())
def test_a_picture_is_known_to_lie_in_one_scan(data: bytes, one: bool) -> None:
    assert is_all_in_one_scan(data) is one


def test_a_decoder_goes_over_no_second_scan_behind_one_with_all_of_the_picture() -> None:
    """So that nobody needs to count them."""
    data = GREY[:-2] + SCAN * 200 + GREY[-2:]
    assert is_all_in_one_scan(data)
    with pytest.raises(Broken):
        derive(data)

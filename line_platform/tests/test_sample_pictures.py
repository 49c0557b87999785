"""The camera roll: what a phone would have written into the pictures is really in them."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from line_platform.pictures import SAMPLES, draw_all

ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture(scope="module")
def roll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roll")
    draw_all(folder)
    return folder


def degrees(parts: tuple[float, float, float]) -> float:
    return float(parts[0] + parts[1] / 60 + parts[2] / 3600)


def test_the_list_names_every_picture(roll: Path) -> None:
    listed = json.loads((roll / "pictures.json").read_text("utf-8"))
    assert [one["title"] for one in listed] == [sample.title for sample in SAMPLES]
    assert {one["file"] for one in listed} == {path.name for path in roll.glob("*.jpg")}


def test_only_pictures_listed_with_a_position_have_one(roll: Path) -> None:
    listed = json.loads((roll / "pictures.json").read_text("utf-8"))
    for one in listed:
        with Image.open(roll / one["file"]) as image:
            assert bool(image.getexif().get_ifd(GPS)) == one["has_position"]


def test_the_position_in_the_exif_is_the_one_that_was_meant(roll: Path) -> None:
    meant = next(sample for sample in SAMPLES if sample.position)
    assert meant.position
    with Image.open(roll / f"{meant.name}.jpg") as image:
        gps = image.getexif().get_ifd(GPS)
    assert (gps[1], gps[3]) == ("N", "E")
    assert (degrees(gps[4]), degrees(gps[2])) == pytest.approx(meant.position, abs=1e-5)


def test_a_picture_held_upright_is_stored_lying_and_says_so(roll: Path) -> None:
    turned = next(sample for sample in SAMPLES if sample.turned)
    with Image.open(roll / f"{turned.name}.jpg") as image:
        assert image.getexif()[ORIENTATION] == 6
        assert image.size == (1600, 1200)
        assert ImageOps.exif_transpose(image).size == (1200, 1600)


def test_the_pictures_are_the_same_every_time(roll: Path, tmp_path: Path) -> None:
    again = draw_all(tmp_path)
    assert [path.read_bytes() for path in again] == [
        (roll / path.name).read_bytes() for path in again
    ]

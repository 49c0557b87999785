"""A picture of where loaded data lies: the city's outline, the rows, the extent and a scale."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.wkb import Coordinates, read

_TWICE: Final = 2
"""Drawn so many times larger and made small again: Pillow does not smooth its lines."""
SIZE: Final = (1200 * _TWICE, 900 * _TWICE)
LETTERS: Final = 20 * _TWICE
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_MARGIN: Final = 60 * _TWICE
_LINE: Final = 2 * _TWICE
_COLOURS: Final = {
    "national": "#b3261e", "prefecture": "#c77700", "city": "#1d6fb8", "other": "#7a5ba6",
    "": "#1d6fb8",
}  # fmt: skip
_INK, _PAPER, _CITY, _BORDER = "#26323a", "#ffffff", "#eef0ea", "#8b9486"


def draw(db: Session, box: tuple[float, float, float, float], to: Path) -> None:
    """What is staged, on the city's outline, as a PNG. `box`: west, south, east, north."""
    frame = _Frame.around(_with_city(db, box))
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    for raw, _ in db.execute(_OUTLINE):
        _polygon(pen, frame, bytes(raw), fill=_CITY, outline=_BORDER)
    owners = set()
    for raw, owner in db.execute(_STAGED, {"pixel": frame.degrees_a_pixel}):
        owners.add(owner)
        _shape(pen, frame, bytes(raw), _COLOURS[owner])
    corners = [frame.at(box[0], box[3]), frame.at(box[2], box[1])]
    pen.rectangle([*corners[0], *corners[1]], outline=_INK, width=_TWICE)
    _words(pen, frame, box, sorted(owners - {""}))
    image.reduce(_TWICE).save(to, "PNG")


class Spot(NamedTuple):
    """A point of a map, lon/lat EPSG:4326."""

    lon: float
    lat: float
    colour: str


def draw_spots(
    db: Session, spots: Sequence[Spot], legend: Iterable[tuple[str, str]], font: Font, to: Path
) -> None:
    """Points on the city's outline, as a PNG. `legend`: words and their colour."""
    lons, lats = [spot.lon for spot in spots], [spot.lat for spot in spots]
    frame = _Frame.around(_with_city(db, (min(lons), min(lats), max(lons), max(lats))))
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    for raw, _ in db.execute(_OUTLINE):
        _polygon(pen, frame, bytes(raw), fill=_CITY, outline=_BORDER)
    for spot in spots:
        _dot(pen, *frame.at(spot.lon, spot.lat), spot.colour)
    for line, (words, colour) in enumerate(legend):
        y = 60 + line * 2 * LETTERS
        _dot(pen, _MARGIN, y, colour)
        pen.text((_MARGIN + LETTERS, y), words, fill=_INK, font=font, anchor="lm")
    _scale_bar(pen, frame, font)
    image.reduce(_TWICE).save(to, "PNG")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees to pixels: true angles in the middle of the picture."""

    west: float
    north: float
    wide: float
    degrees_a_pixel: float

    @classmethod
    def around(cls, box: tuple[float, float, float, float]) -> "_Frame":
        west, south, east, north = box
        wide = max(math.cos(math.radians((south + north) / 2)), 0.01)
        width, height = SIZE[0] - 2 * _MARGIN, SIZE[1] - 2 * _MARGIN
        scale = max((east - west) * wide / width, (north - south) / height, 1e-7)
        left = (west + east) / 2 - SIZE[0] / 2 * scale / wide
        return cls(left, (south + north) / 2 + SIZE[1] / 2 * scale, wide, scale)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * self.wide / self.degrees_a_pixel
        return x, (self.north - lat) / self.degrees_a_pixel

    def line(self, run: Coordinates) -> list[tuple[float, float]]:
        return [self.at(lon, lat) for lon, lat in run.tolist()]


def _with_city(
    db: Session, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    west, south, east, north = box
    city = db.execute(_CITY_BOX).one()
    if city.west is None or city.west - east > 1 or west - city.east > 1:
        return box
    return (
        min(west, city.west),
        min(south, city.south),
        max(east, city.east),
        max(north, city.north),
    )


def _shape(pen: ImageDraw.ImageDraw, frame: _Frame, raw: bytes, colour: str) -> None:
    shape = read(raw)
    if shape is None or not shape.runs:
        return
    if shape.form == "polygon":
        _polygon(pen, frame, raw, fill=None, outline=colour)
    elif shape.form == "line":
        for run in shape.runs:
            pen.line(frame.line(run), fill=colour, width=_LINE)
    else:
        x, y = frame.at(*shape.runs[0][0])
        pen.ellipse([x - 6, y - 6, x + 6, y + 6], fill=colour)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, colour: str) -> None:
    pen.ellipse([x - 12, y - 12, x + 12, y + 12], fill=colour, outline=_PAPER, width=_TWICE)


def _polygon(
    pen: ImageDraw.ImageDraw, frame: _Frame, raw: bytes, *, fill: str | None, outline: str
) -> None:
    shape = read(raw)
    for part in shape.parts if shape else []:
        if fill:
            pen.polygon(frame.line(part[0]), fill=fill)
        for ring in part:
            pen.line(frame.line(ring), fill=outline, width=_LINE)


def _words(
    pen: ImageDraw.ImageDraw,
    frame: _Frame,
    box: tuple[float, float, float, float],
    owners: Iterable[str],
) -> None:
    """The extent in degrees, the colours' owners, and a bar of round metres."""
    font = ImageFont.load_default(LETTERS)
    west, south, east, north = box
    pen.text((_MARGIN, 36), f"{west:.5f}, {north:.5f}", fill=_INK, font=font)
    pen.text(
        (SIZE[0] - _MARGIN, SIZE[1] - 36), f"{east:.5f}, {south:.5f}", fill=_INK, font=font,
        anchor="rs",
    )  # fmt: skip
    x = float(SIZE[0] - _MARGIN)
    for owner in owners:
        pen.text((x, 36), owner, fill=_COLOURS[owner], font=font, anchor="ra")
        x -= pen.textlength(owner, font=font) + 48
    _scale_bar(pen, frame, font)


def _scale_bar(pen: ImageDraw.ImageDraw, frame: _Frame, font: Font) -> None:
    metres_a_pixel = frame.degrees_a_pixel * 111_320
    target = 440 * metres_a_pixel
    power = 10 ** math.floor(math.log10(target))
    metres = next(step * power for step in (5, 2, 1) if step * power <= target)
    length, y = metres / metres_a_pixel, SIZE[1] - 52
    pen.line([(_MARGIN, y), (_MARGIN + length, y)], fill=_INK, width=4 * _TWICE)
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    pen.text((_MARGIN + length + 24, y), words, fill=_INK, font=font, anchor="lm")


_OUTLINE: Final = text("SELECT ST_AsBinary(shape), '' FROM areas WHERE kind = 'city'")
_CITY_BOX: Final = text("""
    SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
    FROM (SELECT ST_Extent(shape) AS box FROM areas WHERE kind = 'city') AS outline
""")
_STAGED: Final = text("""
    SELECT ST_AsBinary(ST_Simplify(shape, CAST(:pixel AS float8) / 2, true)), owner FROM staged
""")

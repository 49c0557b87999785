"""The picture of the menu: four icons of our own and their words, made to be read at 390 px. Pure.

Icons are drawn four times as large and shrunk, for Pillow's lines have no soft edges.
"""

import io
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.line.setup.fonts import Face
from bot.line.setup.menu import ITEMS, SIZE, columns

Spot = tuple[float, float]

PAPER: Final = "#f4f6f3"
INK: Final = "#14463a"
LINE: Final = "#cdd6d0"
FIRST_PAPER: Final = "#14604e"
FIRST_INK: Final = "#ffffff"
DISC: Final = "#dfe9e3"
FIRST_DISC: Final = "#2b7563"

_FINE: Final = 4
_ICON: Final = 264
_DISC: Final = 400
_DISC_MIDDLE: Final = 306
_WORDS_MIDDLE: Final = 664
_LARGEST, _SMALLEST = 94, 60
_AT_THE_SIDES: Final = 44


def draw(labels: Sequence[str], face: Face) -> bytes:
    """The menu as a PNG of SIZE; one label for each of ITEMS, in their order."""
    picture = Image.new("RGB", SIZE, PAPER)
    font = _font_for(labels, face)
    for at, (place, do, label) in enumerate(zip(columns(), ITEMS, labels, strict=True)):
        _tile(picture, place, do, label.strip(), font, is_first=at == 0)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _tile(
    picture: Image.Image,
    place: tuple[int, int],
    do: str,
    label: str,
    font: ImageFont.FreeTypeFont,
    *,
    is_first: bool,
) -> None:
    left, width = place
    middle = left + width // 2
    ink, disc = (FIRST_INK, FIRST_DISC) if is_first else (INK, DISC)
    canvas = ImageDraw.Draw(picture)
    if is_first:
        canvas.rectangle((left, 0, left + width - 1, SIZE[1]), fill=FIRST_PAPER)
    elif left > width * 1.5:
        canvas.line((left, 150, left, SIZE[1] - 150), fill=LINE, width=4)
    _stamp(picture, _drawn(_round, _DISC), disc, (middle, _DISC_MIDDLE))
    _stamp(picture, _drawn(_ICONS[do], _ICON), ink, (middle, _DISC_MIDDLE))
    words = _broken(label, font, width - 2 * _AT_THE_SIDES)
    canvas.multiline_text(
        (middle, _WORDS_MIDDLE), words, ink, font, anchor="mm", align="center", spacing=14
    )


def _font_for(labels: Sequence[str], face: Face) -> ImageFont.FreeTypeFont:
    """One size for all: the largest at which every label fits, in two lines where it has a space.

    Raises ValueError when a label is too long at any readable size.
    """
    narrowest = min(width for _, width in columns()) - 2 * _AT_THE_SIDES
    for size in range(_LARGEST, _SMALLEST - 1, -2):
        font = face.at(size)
        if all(_fits(_broken(label.strip(), font, narrowest), font, narrowest) for label in labels):
            return font
    raise ValueError(f"too long for the menu: {max(labels, key=len)}")


def _fits(words: str, font: ImageFont.FreeTypeFont, width: int) -> bool:
    return all(font.getlength(line) <= width for line in words.split("\n"))


def _broken(label: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """In two lines, at the space nearest to the middle, when one line is too long."""
    spaces = [at for at, letter in enumerate(label) if letter.isspace()]
    if not spaces or font.getlength(label) <= width:
        return label
    at = min(spaces, key=lambda space: abs(space - len(label) / 2))
    return f"{label[:at]}\n{label[at + 1 :]}"


def _stamp(picture: Image.Image, mask: Image.Image, colour: str, middle: tuple[int, int]) -> None:
    corner = (middle[0] - mask.width // 2, middle[1] - mask.height // 2)
    picture.paste(colour, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)


class _Pen:
    """Draws on a field of 24 by 24, with a round nib, into a mask."""

    def __init__(self, size: int) -> None:
        self._unit = size * _FINE / 24
        self.mask = Image.new("L", (size * _FINE, size * _FINE))
        self._canvas = ImageDraw.Draw(self.mask)

    def dot(self, middle: Spot, radius: float, fill: int = 255) -> None:
        """A filled circle."""
        x, y, r = (self._unit * part for part in (*middle, radius))
        self._canvas.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def path(self, *spots: Spot, nib: float = 1.7) -> None:
        """A line from spot to spot, its ends and corners round."""
        ends = [(x * self._unit, y * self._unit) for x, y in spots]
        self._canvas.line(ends, fill=255, width=round(nib * self._unit))
        for spot in spots:
            self.dot(spot, nib / 2)

    def ring(self, middle: Spot, radius: float, nib: float = 1.7) -> None:
        """A circle; the nib's middle runs at this radius."""
        self.dot(middle, radius + nib / 2)
        self.dot(middle, radius - nib / 2, fill=0)

    def box(self, corner: Spot, other: Spot, radius: float, fill: int = 255) -> None:
        """A filled rectangle with round corners."""
        sides = [part * self._unit for part in (*corner, *other)]
        self._canvas.rounded_rectangle(sides, radius * self._unit, fill=fill)

    def frame(self, corner: Spot, other: Spot, radius: float, nib: float = 1.7) -> None:
        """The outline of such a rectangle."""
        half = nib / 2
        (left, top), (right, bottom) = corner, other
        self.box((left - half, top - half), (right + half, bottom + half), radius + half)
        self.box((left + half, top + half), (right - half, bottom - half), radius - half, fill=0)

    def bow(self, middle: Spot, radius: float, start: int, end: int, nib: float = 1.7) -> None:
        """A part of a circle, in degrees clockwise from the right."""
        x, y, r = (self._unit * part for part in (*middle, radius + nib / 2))
        box = (x - r, y - r, x + r, y + r)
        self._canvas.arc(box, start, end, fill=255, width=round(nib * self._unit))

    def shrunk(self) -> Image.Image:
        """The mask at its true size, with soft edges."""
        return self.mask.resize(
            (self.mask.width // _FINE, self.mask.height // _FINE), Image.Resampling.LANCZOS
        )


def _drawn(what: Callable[[_Pen], None], size: int) -> Image.Image:
    pen = _Pen(size)
    what(pen)
    return pen.shrunk()


def _round(pen: _Pen) -> None:
    pen.dot((12, 12), 12)


def _camera(pen: _Pen) -> None:
    pen.box((8.1, 3.7), (15.9, 7.4), 1.5)
    pen.frame((2.6, 6.6), (21.4, 19.4), 2.4)
    pen.ring((12, 13), 3.9)
    pen.dot((18.2, 9.7), 0.95)


def _magnifier(pen: _Pen) -> None:
    pen.ring((10.4, 10.4), 6.9)
    pen.path((15.6, 15.6), (20.8, 20.8), nib=2.3)
    pen.path((7.2, 10.7), (9.5, 13), (13.7, 8.4))


def _slips(pen: _Pen) -> None:
    pen.frame((4, 2.8), (20, 21.2), 2.2)
    for y in (7.6, 12, 16.4):
        pen.dot((7.9, y), 1.05)
        pen.path((11.3, y), (16.5, y))


def _question(pen: _Pen) -> None:
    pen.ring((12, 12), 9.3)
    pen.bow((12, 9.7), 2.8, 180, 410)
    pen.dot((9.2, 9.7), 0.85)
    pen.path((13.8, 11.85), (12.3, 13.2), (12, 14.2))
    pen.dot((12, 17.2), 1.1)


_ICONS: Final[dict[str, Callable[[_Pen], None]]] = {
    "report": _camera,
    "status": _magnifier,
    "mine": _slips,
    "help": _question,
}

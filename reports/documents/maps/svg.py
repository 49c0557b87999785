"""A small map on paper: the city's own roads and areas around a place, pins and a way, as SVG.

Nothing comes from outside servers. Owners differ in width and grey, so that a black-and-white
printer keeps them apart. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from geo.kinds import OWNER_NAMES
from geo.nearby import road_words
from reports.documents.maps.labels import Box, Label, Labels, Run, inside


@dataclass(frozen=True, slots=True)
class Piece:
    """What lies around: coordinates are metres east and north of the place.

    `kind` is city (rings), border (`name` is its area's kind), label (points that it may
    stand on) or road (lines).
    """

    kind: str
    id: int
    name: str
    ref: str
    owner: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of paper, in millimetres; the place is in its middle."""

    wide: float
    high: float
    metres_a_mm: float

    def at(self, east: float, north: float) -> tuple[float, float]:
        """Metres from the place to millimetres from the upper left corner."""
        return (
            self.wide / 2 + east / self.metres_a_mm,
            self.high / 2 - north / self.metres_a_mm,
        )

    def run(self, run: Run) -> Run:
        return tuple(self.at(east, north) for east, north in run)


class Pin(NamedTuple):
    """A place in metres east and north of the middle, and the few letters in its head."""

    east: float = 0.0
    north: float = 0.0
    words: str = ""


class Dot(NamedTuple):
    """A place in metres east and north of the middle; `is_full`: black, otherwise a ring."""

    east: float
    north: float
    is_full: bool


def svg(
    pieces: Sequence[Piece],
    frame: Frame,
    *,
    road_id: int | None,
    fonts: Sequence[str],
    pins: Sequence[Pin] = (Pin(),),
    way: Sequence[Run] = (),
    dots: Sequence[Dot] = (),
) -> str:
    """A picture of this size; `road_id` is the road that decided, and gets its name first.

    `way`: where somebody went, in metres east and north of the middle.
    """
    size = f'width="{frame.wide}mm" height="{frame.high}mm"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {frame.wide} {frame.high}">',
        f'<clipPath id="paper"><rect width="{frame.wide}" height="{frame.high}"/></clipPath>',
        '<g clip-path="url(#paper)" stroke-linejoin="round" stroke-linecap="round">',
        *_ground(pieces, frame),
        *_roads(pieces, frame),
        *_way(way, frame),
        *_names(pieces, frame, road_id, fonts, pins),
        *(_dot(frame, dot) for dot in sorted(dots, key=lambda dot: dot.is_full)),
        *(_pin(frame, pin, fonts) for pin in pins),
        *_compass_and_scale(frame, fonts),
        f'<rect width="{frame.wide}" height="{frame.high}" fill="none" stroke="{_BORDER}"'
        ' stroke-width="0.4"/>',
        "</g></svg>",
    ]
    return "".join(drawn)


def legend(pieces: Iterable[Piece], frame: Frame) -> list[tuple[str, str]]:
    """What is drawn, the widest roads first: a sample as SVG (8 × 3 mm) and its word."""
    pieces = [piece for piece in pieces if piece.kind in _EXPLAINED and _is_seen(piece, frame)]
    there = {piece.owner for piece in pieces if piece.kind == "road"}
    shown = [(_line(_SAMPLE, *_LOOKS[one]), OWNER_NAMES[one]) for one in _LOOKS if one in there]
    if any(piece.kind == "border" and piece.name == "town" for piece in pieces):
        shown.append((_border(_path(_SAMPLE), "town"), "町の境"))
    return [
        (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 3">{drawn}</svg>', word)
        for drawn, word in shown
    ]


_EXPLAINED: Final = ("road", "border")
# owner: width in mm, colour of the core, dashes of the casing; the least important drawn first
_LOOKS: Final = {
    "national": (2.6, "#6e2b25", ""),
    "prefecture": (2.2, "#d8a23c", ""),
    "city": (1.5, "#ffffff", ""),
    "other": (0.9, "#ffffff", "0.8 0.6"),
}
_CASING: Final = "#4a5257"
_INK: Final = "#1c2226"
_WAY: Final = "#1c4fb5"
_OUTSIDE, _INSIDE, _BORDER = "#e4e6e6", "#fbfbf9", "#8d9598"
_SAMPLE: Final = ((0.0, 1.5), (8.0, 1.5))
_BARS: Final = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10)


def _is_seen(piece: Piece, frame: Frame) -> bool:
    return any(any(inside(frame.run(run), frame.wide, frame.high)) for run in piece.runs)


def _ground(pieces: Sequence[Piece], frame: Frame) -> Iterable[str]:
    """What is not the city is grey; where no city is loaded nothing is."""
    cities = [piece for piece in pieces if piece.kind == "city"]
    ground = _OUTSIDE if cities else _INSIDE
    yield f'<rect width="{frame.wide}" height="{frame.high}" fill="{ground}"/>'
    for piece in cities:
        rings = "".join(_path(frame.run(run)) + "Z" for run in piece.runs)
        yield f'<path d="{rings}" fill="{_INSIDE}" fill-rule="evenodd"/>'
    for piece in pieces:
        if piece.kind == "border":
            path = "".join(_path(frame.run(run)) for run in piece.runs)
            yield _border(path, piece.name)


def _border(path: str, kind: str) -> str:
    look = 'stroke-width="0.5" stroke-dasharray="2 0.8 0.4 0.8"'
    if kind == "town":
        look = 'stroke-width="0.25" stroke-dasharray="0.8 0.8"'
    return f'<path d="{path}" fill="none" stroke="{_BORDER}" {look}/>'


def _roads(pieces: Sequence[Piece], frame: Frame) -> Iterable[str]:
    """Casings below all cores, so that crossings are open."""
    for part in ("casing", "core"):
        for owner in reversed(_LOOKS):
            width, core, dashes = _LOOKS[owner]
            lines = [
                _path(frame.run(run))
                for piece in pieces
                if piece.kind == "road" and piece.owner == owner
                for run in piece.runs
            ]
            if lines:
                yield _stroke("".join(lines), part, width, core, dashes)


def _way(way: Sequence[Run], frame: Frame) -> Iterable[str]:
    path = "".join(_path(frame.run(run)) for run in way if len(run) > 1)
    if path:
        for width, colour in ((1.9, "#ffffff"), (1.1, _WAY)):
            yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _line(run: Run, width: float, core: str, dashes: str) -> str:
    return "".join(_stroke(_path(run), part, width, core, dashes) for part in ("casing", "core"))


def _stroke(path: str, part: str, width: float, core: str, dashes: str) -> str:
    if part == "core":
        return f'<path d="{path}" fill="none" stroke="{core}" stroke-width="{width}"/>'
    dashed = f' stroke-dasharray="{dashes}" stroke-linecap="butt"' if dashes else ""
    look = f'stroke="{_CASING}" stroke-width="{width + 0.4:.2f}"'
    return f'<path d="{path}" fill="none" {look}{dashed}/>'


def _names(
    pieces: Sequence[Piece],
    frame: Frame,
    road_id: int | None,
    fonts: Sequence[str],
    pins: Sequence[Pin],
) -> Iterable[str]:
    labels = Labels(frame.wide, frame.high)
    for left, top, right, low in _furniture(frame, pins):
        labels.keep_free(left, top, right, low)
    roads = [piece for piece in pieces if piece.kind == "road" and (piece.name or piece.ref)]
    rank = list(_LOOKS)
    roads.sort(key=lambda piece: (piece.id != road_id, rank.index(piece.owner), piece.id))
    placed = []
    for piece in roads:
        runs = [frame.run(run) for run in piece.runs]
        tries = (labels.along(words, runs, 2.5) for words in _road_words(piece))
        placed.append(next(filter(None, tries), None))
    labels.keep_clear(
        frame.run(run) for one in pieces if one.kind in _EXPLAINED for run in one.runs
    )
    for piece in pieces:
        if piece.kind == "label":
            points = [frame.at(*run[0]) for run in piece.runs]
            placed.append(labels.flat(piece.name, points, 2.9))
    for label in placed:
        if label:
            yield _label(label, fonts)


def _road_words(piece: Piece) -> list[str]:
    """小金井街道(都道15), and 小金井街道 alone where there is less room."""
    words = road_words(piece.name, piece.ref)
    return [words] if words in (piece.name, piece.ref) else [words, piece.name]


def _label(label: Label, fonts: Sequence[str]) -> str:
    turn = f' transform="rotate({label.degrees:.1f} {label.x:.2f} {label.y:.2f})"'
    ink = _INK if label.turned else "#6b7478"
    return (
        f'<text x="{label.x:.2f}" y="{label.y + label.size * 0.36:.2f}" font-size="{label.size}"'
        f' text-anchor="middle" fill="{ink}" stroke="#ffffff" stroke-width="0.7"'
        f' paint-order="stroke" font-family={quoteattr(", ".join(fonts))}{turn}>'
        f"{escape(label.words)}</text>"
    )


def _furniture(frame: Frame, pins: Sequence[Pin]) -> list[Box]:
    """Where the pins, the compass and the scale stand."""
    tips = [frame.at(pin.east, pin.north) for pin in pins]
    scale = _bar(frame) / frame.metres_a_mm + 6
    return [
        *((x - 4, y - 10, x + 4, y + 2) for x, y in tips),
        (frame.wide - 10, 0, frame.wide, 11),
        (0, frame.high - 8, scale, frame.high),
    ]


def _bar(frame: Frame) -> int:
    """The longest round distance, in metres, that leaves room beside it."""
    return next(bar for bar in _BARS if bar / frame.metres_a_mm <= frame.wide * 0.4)


def _pin(frame: Frame, pin: Pin, fonts: Sequence[str]) -> str:
    """A drop whose tip is the place."""
    x, y = frame.at(pin.east, pin.north)
    family = quoteattr(", ".join(fonts))
    head = (
        f'<text x="{x:.2f}" y="{y - 5.4:.2f}" font-size="2.8" font-weight="bold" fill="#ffffff"'
        f' text-anchor="middle" font-family={family}>{escape(pin.words)}</text>'
        if pin.words
        else f'<circle cx="{x:.2f}" cy="{y - 6.4:.2f}" r="1.15" fill="#ffffff"/>'
    )
    return (
        f'<path transform="translate({x:.2f} {y:.2f})"'
        ' d="M0 0C-0.9-2.6-3-4-3-6.4A3 3 0 1 1 3-6.4C3-4 0.9-2.6 0 0Z"'
        f' fill="{_INK}" stroke="#ffffff" stroke-width="0.5"/>{head}'
    )


def _dot(frame: Frame, dot: Dot) -> str:
    x, y = frame.at(dot.east, dot.north)
    fill, edge = (_INK, "#ffffff") if dot.is_full else ("#ffffff", _INK)
    look = f'fill="{fill}" stroke="{edge}" stroke-width="0.4"'
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.2" {look}/>'


def _compass_and_scale(frame: Frame, fonts: Sequence[str]) -> Iterable[str]:
    family = quoteattr(", ".join(fonts))
    metres = _bar(frame)
    far = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    long, left, low = metres / frame.metres_a_mm, 3.0, frame.high - 3.0
    yield (
        f'<rect x="1.2" y="{low - 4.6:.2f}" width="{long + 3.6:.2f}" height="6.4" rx="0.6"'
        ' fill="#ffffff" fill-opacity="0.9"/>'
        f'<path d="M{left} {low - 1.2:.2f}V{low}H{left + long:.2f}V{low - 1.2:.2f}" fill="none"'
        f' stroke="{_INK}" stroke-width="0.4" stroke-linecap="butt"/>'
        f'<text x="{left + long / 2:.2f}" y="{low - 1.2:.2f}" font-size="2.5" text-anchor="middle"'
        f' fill="{_INK}" font-family={family}>{far}</text>'
    )
    x = frame.wide - 5.0
    yield (
        f'<circle cx="{x}" cy="6" r="4.2" fill="#ffffff" fill-opacity="0.9"/>'
        f'<path d="M{x} 2.4L{x + 1.5} 6.2L{x} 5.4L{x - 1.5} 6.2Z" fill="{_INK}"/>'
        f'<text x="{x}" y="9.2" font-size="2.6" text-anchor="middle" fill="{_INK}"'
        f" font-family={family}>北</text>"
    )


def _path(run: Run) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in run)

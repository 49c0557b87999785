"""What the sample pictures are painted with: grounds, grain, soft shadows, cracks, a street."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageOps

Point = tuple[float, float]
Size = tuple[int, int]
WIDE: Size = (1600, 1200)
TALL: Size = (1200, 1600)


@lru_cache(maxsize=8)
def _noise(size: Size, strength: int, coarse: int) -> Image.Image:
    """The same grey grain for the same size every time, around 128."""
    width, height = size[0] // coarse, size[1] // coarse
    raw = Image.frombytes("L", (width, height), Random(7).randbytes(width * height))
    flat = raw.point([128 + (value - 128) * strength // 128 for value in range(256)])
    grey = flat.resize(size, Image.Resampling.BILINEAR)
    return Image.merge("RGB", (grey, grey, grey))


def grainy(image: Image.Image, strength: int = 40, coarse: int = 2) -> Image.Image:
    return ImageChops.overlay(image, _noise(image.size, strength, coarse))


def ground(
    top: str, bottom: str, size: Size = WIDE, grain: int = 40, coarse: int = 2
) -> Image.Image:
    """A sheet that runs from one colour at the top to another at the bottom, with grain."""
    ramp = Image.linear_gradient("L").resize(size)
    sheet = ImageOps.colorize(ramp, top, bottom)
    return grainy(sheet, grain, coarse) if grain else sheet


def asphalt() -> Image.Image:
    """The road seen from a person's height, a little lighter where it lies further away."""
    return _asphalt().copy()


@lru_cache(maxsize=1)
def _asphalt() -> Image.Image:
    return grainy(ground("#93969a", "#6d7074", grain=44, coarse=2), 34, 7)


def soft(
    image: Image.Image, shape: Sequence[Point], colour: str, blur: float = 12, depth: int = 150
) -> None:
    """Lay a colour with a blurred edge over the picture (only its own corner, and drawn small)."""
    reach = blur * 3
    left, top = (int(min(axis) - reach) for axis in zip(*shape, strict=True))
    right, bottom = (int(max(axis) + reach) for axis in zip(*shape, strict=True))
    mask = Image.new("L", ((right - left) // 4 + 1, (bottom - top) // 4 + 1), 0)
    inside = [((x - left) / 4, (y - top) / 4) for x, y in shape]
    ImageDraw.Draw(mask).polygon(inside, fill=depth)
    mask = mask.filter(ImageFilter.GaussianBlur(blur / 4)).resize((right - left, bottom - top))
    image.paste(ImageColor.getrgb(colour), (left, top, right, bottom), mask)


def blob(rng: Random, x: float, y: float, rx: float, ry: float, rough: float = 0.18) -> list[Point]:
    """An uneven closed outline around a centre."""
    corners = 12 if rx < 60 else 48
    reach = [1 + rng.uniform(-rough, rough) for _ in range(corners)]
    turns = [2 * math.pi * step / corners for step in range(corners)]
    return [
        (x + math.cos(turn) * rx * far, y + math.sin(turn) * ry * far)
        for turn, far in zip(turns, reach, strict=True)
    ]


def shifted(shape: Sequence[Point], dx: float, dy: float) -> list[Point]:
    return [(x + dx, y + dy) for x, y in shape]


def crack(
    draw: ImageDraw.ImageDraw, rng: Random, start: Point, turn: float, length: float, width: int = 6
) -> None:
    """A jagged line that gets thinner and now and then sends out a branch."""
    x, y = start
    steps = max(3, int(length / 32))
    for step in range(steps):
        turn += rng.uniform(-0.5, 0.5)
        end = (x + math.cos(turn) * 32, y + math.sin(turn) * 24)
        thick = max(1, round(width * (1 - step / steps)))
        draw.line([(x, y), end], fill="#2b2c2e", width=thick)
        draw.line([(x + 2, y + thick), (end[0] + 2, end[1] + thick)], fill="#a5a8aa", width=1)
        if width > 2 and rng.random() < 0.22:
            crack(draw, rng, end, turn + rng.choice((-0.9, 0.9)), length / 3, width // 2)
        x, y = end


def pebbles(
    draw: ImageDraw.ImageDraw, rng: Random, shape: Sequence[Point], count: int, colours: list[str]
) -> None:
    """Small stones spread over the box of a shape, denser towards its middle."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    for _ in range(count):
        x = rng.triangular(min(xs), max(xs))
        y = rng.triangular(min(ys), max(ys))
        size = rng.uniform(3, 15)
        draw.polygon(blob(rng, x + 3, y + 4, size, size * 0.7, 0.25), fill="#252423")
        draw.polygon(blob(rng, x, y, size, size * 0.7, 0.25), fill=rng.choice(colours))


def leaf(
    draw: ImageDraw.ImageDraw, x: float, y: float, size: float, turn: float, fill: str
) -> None:
    dx, dy = math.cos(turn) * size, math.sin(turn) * size * 0.75
    side = (-dy * 0.42, dx * 0.42)
    tip, tail = (x + dx, y + dy), (x - dx, y - dy)
    draw.polygon([tip, (x + side[0], y + side[1]), tail, (x - side[0], y - side[1])], fill=fill)
    draw.line([tip, tail], fill="#5d4024", width=2)


def foliage(
    draw: ImageDraw.ImageDraw, rng: Random, box: tuple[int, int, int, int], greens: list[str]
) -> None:
    """Trees or a hedge: a closed mass with overlapping patches, lighter ones further up."""
    left, top, right, bottom = box
    edge = [(x, top + (bottom - top) * rng.uniform(0.12, 0.3)) for x in range(left, right + 40, 40)]
    draw.polygon([(left, bottom), *edge, (right, bottom)], fill=greens[0])
    for step, tone in enumerate(greens):
        for _ in range((right - left) * (bottom - top) // 3600):
            x = rng.uniform(left, right)
            y = rng.uniform(top + (bottom - top) * 0.1, bottom - step * 30)
            size = rng.uniform(16, 44) * (1 - step * 0.14)
            draw.polygon(blob(rng, x, y, size, size * 0.8, 0.12), fill=tone)


def street(rng: Random) -> Image.Image:
    """A quiet street in the daytime: sky, houses, hedges, pavement, kerb and an empty lane."""
    image = ground("#7fb2dd", "#e9f1f4", grain=0)
    draw = ImageDraw.Draw(image)
    _houses(draw, rng)
    foliage(draw, rng, (0, 330, 640, 520), ["#38562f", "#4d7239", "#6d9450"])
    foliage(draw, rng, (1040, 380, 1600, 520), ["#3c5a33", "#54783f", "#779c58"])
    image.paste(asphalt().crop((0, 500, 1600, 1200)), (0, 500))
    draw.polygon([(0, 500), (690, 500), (0, 900)], fill="#b9b3a8")
    draw.polygon([(690, 500), (712, 500), (0, 1010), (0, 900)], fill="#d6d3cb")
    draw.polygon([(712, 500), (718, 500), (0, 1060), (0, 1010)], fill="#8b8983")
    draw.polygon([(760, 500), (768, 500), (420, 1200), (340, 1200)], fill="#eceae2")
    draw.polygon([(1010, 500), (1600, 690), (1600, 500)], fill="#a9a79a")
    return grainy(image, 30, 2)


def _houses(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    walls, roofs = ["#e6dccb", "#cfd4d6", "#d9c3ad", "#efe9df"], ["#6c5a52", "#515c68", "#7b4f45"]
    for left in range(-40, 1600, 230):
        top, width = rng.randint(230, 330), rng.randint(190, 250)
        draw.rectangle((left, top, left + width, 520), fill=rng.choice(walls))
        ridge = (left + width / 2, top - rng.randint(60, 100))
        draw.polygon([(left - 14, top), ridge, (left + width + 14, top)], fill=rng.choice(roofs))
        for pane in (left + 34, left + width - 84):
            draw.rectangle(
                (pane, top + 40, pane + 50, top + 100), fill="#6f8797", outline="#f4f1ea", width=5
            )


@lru_cache(maxsize=2)
def _vignette(size: Size) -> Image.Image:
    corners = ImageOps.invert(Image.radial_gradient("L"))
    light = corners.point([min(255, 172 + value) for value in range(256)]).resize(size)
    return Image.merge("RGB", (light, light, light))


def photographed(image: Image.Image) -> Image.Image:
    """What a lens does to it: edges a little soft, corners a little dark."""
    return ImageChops.multiply(image, _vignette(image.size)).filter(ImageFilter.BoxBlur(1))

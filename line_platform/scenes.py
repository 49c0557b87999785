"""Made-up photographs of damage to the road itself, its kerbs and gutters."""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from line_platform.brushes import (
    asphalt,
    blob,
    crack,
    grainy,
    leaf,
    pebbles,
    shifted,
    soft,
    street,
)

GRAVEL = ["#7a7166", "#8f8577", "#5d554c", "#a39a8c"]
FALLEN = ["#b5651d", "#d69a2d", "#8a4b1f", "#c9822b", "#6f7d2c", "#a33b20"]


def pothole(rng: Random) -> Image.Image:
    image = asphalt()
    draw = ImageDraw.Draw(image)
    draw.polygon([(1330, 0), (1430, 0), (1600, 700), (1600, 1010)], fill="#dedcd3")
    for turn in (0.3, 1.1, 2.2, 2.9, 3.8, 5.2):
        edge = (760 + math.cos(turn) * 380, 640 + math.sin(turn) * 240)
        crack(draw, rng, edge, turn, 330, 7)
    _hole(image, rng, 760, 640, 430, 270)
    return image


def _hole(image: Image.Image, rng: Random, x: float, y: float, rx: float, ry: float) -> None:
    rim = blob(rng, x, y, rx, ry, 0.09)
    bed = blob(rng, x, y + ry * 0.08, rx * 0.86, ry * 0.82, 0.07)
    draw = ImageDraw.Draw(image)
    draw.polygon(shifted(rim, 0, ry * 0.04), fill="#a9abab")
    draw.polygon(rim, fill="#3a3937")
    draw.polygon(bed, fill="#5a5249")
    pebbles(draw, rng, bed, int(rx * 0.5), GRAVEL)
    soft(
        image, shifted(blob(rng, x, y, rx * 0.8, ry * 0.5, 0.05), 0, -ry * 0.5), "#0e0d0c", 60, 190
    )


def pothole_from_afar(rng: Random) -> Image.Image:
    image = street(rng)
    draw = ImageDraw.Draw(image)
    for turn in (0.2, 2.7, 3.6, 5.6):
        crack(draw, rng, (900 + math.cos(turn) * 150, 840 + math.sin(turn) * 46), turn, 150, 4)
    _hole(image, rng, 900, 840, 185, 62)
    return image


def broken_kerb(rng: Random) -> Image.Image:
    image = asphalt()
    draw = ImageDraw.Draw(image)
    for row in range(5):
        for column in range(-1, 9):
            left, top = column * 200 + (row % 2) * 100, row * 92 - 10
            tone = rng.choice(["#b98d76", "#c29a83", "#ae8069", "#c9a48d"])
            draw.rectangle((left, top, left + 194, top + 86), fill=tone)
    draw.rectangle((0, 446, 1600, 560), fill="#d5d3cb")
    draw.rectangle((0, 560, 1600, 690), fill="#aaa89f")
    for joint in (250, 780, 1310):
        draw.rectangle((joint, 446, joint + 9, 690), fill="#6e6c66")
    soft(image, [(0, 690), (1600, 690), (1600, 730), (0, 730)], "#222222", 22, 170)
    bite = [(800, 446), (835, 540), (900, 575), (965, 640), (1060, 615), (1140, 648), (1195, 560)]
    draw.polygon([*bite, (1235, 446)], fill="#5f564b")
    soft(image, [(800, 446), (1235, 446), (1200, 500), (830, 500)], "#1c1813", 20, 170)
    draw.line([*bite, (1235, 446)], fill="#efede6", width=7, joint="curve")
    pebbles(draw, rng, [(900, 540), (1130, 625)], 70, GRAVEL)
    crack(draw, rng, (800, 500), 3.0, 300, 7)
    for x, y, size in ((930, 770, 74), (1120, 820, 54), (1010, 880, 34), (780, 800, 28)):
        soft(image, blob(rng, x + 10, y + 24, size, size * 0.5), "#1b1b1b", 16, 180)
        draw.polygon(blob(rng, x, y + 9, size, size * 0.6, 0.08), fill="#8d8b83")
        draw.polygon(blob(rng, x, y - 6, size * 0.92, size * 0.46, 0.08), fill="#d8d6ce")
    return grainy(image, 26)


def blocked_gutter(rng: Random) -> Image.Image:
    image = asphalt()
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 330), (1600, 250), (1600, 860), (0, 960)], fill="#b9b7af")
    draw.line([(0, 330), (1600, 250)], fill="#e2e0d8", width=14)
    draw.polygon([(300, 390), (1290, 340), (1330, 780), (270, 850)], fill="#45484a")
    for bar in range(22):
        top, bottom = 330 + bar * 45, 300 + bar * 48
        draw.line([(top, 388 - bar * 2.2), (bottom, 846 - bar * 3)], fill="#9aa0a3", width=17)
        draw.line(
            [(top + 9, 388 - bar * 2.2), (bottom + 9, 846 - bar * 3)], fill="#1d1f20", width=13
        )
    draw.polygon(blob(rng, 560, 910, 620, 120, 0.12), fill="#59636a")
    soft(image, blob(rng, 560, 880, 430, 52), "#c9dce6", 50, 170)
    for _ in range(620):
        x, y = rng.triangular(120, 1500, 830), rng.triangular(300, 960, 690)
        leaf(draw, x + 4, y + 6, rng.uniform(16, 40), rng.uniform(0, 6.3), "#2f2a22")
        leaf(draw, x, y, rng.uniform(16, 42), rng.uniform(0, 6.3), rng.choice(FALLEN))
    return grainy(image, 24)


def oil_on_the_road(rng: Random) -> Image.Image:
    image = asphalt()
    draw = ImageDraw.Draw(image)
    draw.polygon([(90, 0), (190, 0), (60, 1200), (-90, 1200)], fill="#dedcd3")
    soft(image, blob(rng, 840, 650, 600, 350, 0.16), "#15161a", 26, 215)
    rings = ["#5a3d8f", "#2f6fb8", "#2fa38c", "#c9b13f", "#c5663c", "#8b3f86", "#3a7fc0"]
    for step, tone in enumerate(rings):
        size = 1 - step / 9
        soft(image, blob(rng, 800 + step * 14, 640, 430 * size, 235 * size, 0.14), tone, 34, 86)
    for x, y, size in ((330, 960, 60), (1390, 940, 80), (1300, 330, 42), (460, 300, 34)):
        soft(image, blob(rng, x, y, size, size * 0.6), "#15161a", 10, 215)
    soft(image, blob(rng, 940, 520, 190, 34), "#e9eef5", 40, 120)
    return grainy(image, 34)


def worn_crossing(rng: Random) -> Image.Image:
    image = street(rng)
    paint = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(paint)
    for stripe in range(6):
        near, far = 330 + stripe * 215, 640 + stripe * 105
        draw.polygon([(far, 690), (far + 58, 690), (near + 118, 960), (near, 960)], fill=225)
    for _ in range(900):
        x, y = rng.triangular(330, 1560, 1100), rng.uniform(680, 970)
        size = rng.uniform(4, 26)
        draw.polygon(blob(rng, x, y, size, size * 0.5, 0.3), fill=rng.choice((0, 0, 40, 90)))
    image.paste("#f1efe8", (0, 0), paint.filter(ImageFilter.BoxBlur(1)))
    return grainy(image, 26)


def mended_road(rng: Random) -> Image.Image:
    image = asphalt()
    draw = ImageDraw.Draw(image)
    draw.polygon([(1330, 0), (1430, 0), (1600, 700), (1600, 1010)], fill="#dedcd3")
    draw.polygon([(330, 360), (1180, 330), (1290, 960), (240, 1000)], fill="#2b2c2f")
    inner = [(344, 372), (1168, 343), (1274, 948), (258, 987)]
    draw.polygon(inner, fill="#3f4145")
    pebbles(draw, rng, inner, 60, ["#4c4e52", "#36383b"])
    soft(image, blob(rng, 720, 560, 300, 90), "#7d8288", 80, 110)
    return grainy(image, 50, 2)

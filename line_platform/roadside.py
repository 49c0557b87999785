"""Made-up photographs of damage to what stands or lies beside the lane."""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from line_platform.brushes import (
    TALL,
    asphalt,
    blob,
    crack,
    foliage,
    grainy,
    ground,
    leaf,
    pebbles,
    shifted,
    soft,
    street,
)

GRAVEL = ["#7a7166", "#8f8577", "#5d554c", "#a39a8c"]


def bent_guardrail(rng: Random) -> Image.Image:
    image = ground("#a9cde6", "#eef3f2", grain=0)
    draw = ImageDraw.Draw(image)
    foliage(draw, rng, (0, 210, 1600, 720), ["#2f4f2b", "#47703a", "#6a9650", "#8db267"])
    image.paste(asphalt().crop((0, 790, 1600, 1200)), (0, 790))
    draw.rectangle((0, 770, 1600, 830), fill="#c3c0b6")
    for post, lean in ((110, 0), (560, -30), (1020, 150), (1480, 10)):
        draw.line([(post + lean, 470), (post, 810)], fill="#9fa5a8", width=34)
        draw.line([(post + lean - 10, 470), (post - 10, 810)], fill="#eef0f0", width=10)
    bands = ((0, 56, "#f4f5f3"), (50, 30, "#b4babd"), (76, 56, "#f7f8f6"), (126, 26, "#a5abae"))
    xs = [float(x) for x in range(-20, 1640, 20)]
    for offset, height, tone in bands:
        top = [(x, 470 + offset + _dent(x)) for x in xs]
        draw.polygon([*top, *[(x, y + height) for x, y in reversed(top)]], fill=tone)
    for _ in range(16):
        x, y = rng.uniform(800, 1050), rng.uniform(620, 730)
        draw.line(
            [(x, y), (x + rng.uniform(50, 190), y - 12)], fill="#a2502f", width=rng.randint(2, 7)
        )
    soft(image, [(0, 830), (1600, 830), (1600, 880), (0, 880)], "#1f2223", 30, 130)
    return grainy(image, 26)


def _dent(x: float) -> float:
    return 165 * math.exp(-(((x - 900) / 150) ** 2)) - 40 * math.exp(-(((x - 1130) / 90) ** 2))


def broken_mirror(rng: Random) -> Image.Image:
    image = ground("#6fa8d8", "#f2f5f3", size=TALL, grain=0)
    draw = ImageDraw.Draw(image)
    draw.polygon([(700, 1110), (960, 900), (1260, 1110)], fill="#5b6470")
    draw.rectangle((760, 1100, 1200, 1500), fill="#e9e1d2")
    foliage(draw, rng, (0, 1010, 1200, 1600), ["#34542d", "#4c7439", "#73994f"])
    draw.rectangle((560, 700, 626, 1600), fill="#e2701a")
    draw.rectangle((568, 700, 586, 1600), fill="#f6a55b")
    draw.ellipse((180, 130, 1010, 960), fill="#d9600f")
    draw.ellipse((226, 176, 964, 914), fill="#f3e6d6")
    _glass(image, rng)
    return grainy(image, 22)


def _glass(image: Image.Image, rng: Random) -> None:
    """The round mirror: a street bent in it, and a blow at its upper right."""
    sheet = street(rng).resize((710, 710)).filter(ImageFilter.GaussianBlur(2))
    mask = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, 709, 709), fill=255)
    ImageDraw.Draw(mask).polygon([(470, 250), (709, 120), (709, 330), (560, 330)], fill=0)
    image.paste(sheet, (240, 190), mask)
    draw = ImageDraw.Draw(image)
    draw.polygon([(710, 440), (930, 345), (945, 520), (800, 520)], fill="#33363a")
    for ray in range(15):
        turn = ray * 0.42
        reach = rng.uniform(150, 340)
        bend = (715 + math.cos(turn) * reach / 2, 450 + math.sin(turn + 0.12) * reach / 2)
        end = (715 + math.cos(turn) * reach, 450 + math.sin(turn) * reach)
        if (end[0] - 595) ** 2 + (end[1] - 545) ** 2 < 350**2:
            draw.line([(715, 450), bend, end], fill="#f8fbfc", width=4)


def dark_streetlight(rng: Random) -> Image.Image:
    image = ground("#0c1630", "#3a4666", grain=0)
    draw = ImageDraw.Draw(image)
    for left in range(-60, 1600, 260):
        top = rng.randint(560, 660)
        draw.polygon([(left, top), (left + 120, top - 80), (left + 250, top)], fill="#121a2c")
        draw.rectangle((left + 14, top, left + 236, 900), fill="#1a2338")
        draw.rectangle(
            (left + 60, top + 70, left + 110, top + 130), fill=rng.choice(["#f3cf7c", "#25304a"])
        )
    image.paste(ground("#232a38", "#12161f", (1600, 320)), (0, 880))
    draw.polygon([(0, 960), (720, 880), (745, 880), (0, 990)], fill="#4a5060")
    for size, depth in ((330, 70), (190, 110), (80, 200)):
        soft(image, blob(rng, 1310, 470, size, size, 0.0), "#ffe2a0", size / 2, depth)
    soft(image, [(1130, 1010), (1330, 900), (1560, 1010), (1400, 1150)], "#e8c782", 90, 110)
    for x, top, width in ((1390, 450, 14), (470, 190, 30)):
        draw.rectangle((x, top, x + width, 940), fill="#060911")
    draw.line([(1396, 455), (1320, 455)], fill="#060911", width=12)
    draw.ellipse((1270, 446, 1350, 486), fill="#fff6dc")
    draw.arc((480, 110, 900, 330), 180, 290, fill="#060911", width=22)
    draw.polygon([(700, 96), (900, 120), (890, 170), (720, 150)], fill="#10172a")
    draw.polygon([(722, 148), (888, 168), (850, 188), (750, 178)], fill="#59627a")
    return grainy(image, 34, 3)


def fallen_branch(rng: Random) -> Image.Image:
    image = street(rng)
    draw = ImageDraw.Draw(image)
    soft(image, [(300, 930), (1420, 800), (1460, 900), (420, 1050)], "#101210", 40, 150)
    trunk = [(330, 960), (620, 900), (930, 870), (1220, 800), (1450, 770)]
    draw.line(trunk, fill="#4b3523", width=58, joint="curve")
    draw.line(shifted(trunk, 0, -14), fill="#7c5c3f", width=18, joint="curve")
    draw.ellipse((296, 926, 366, 996), fill="#d9b88a", outline="#6b4a2c", width=7)
    for x, y, turn in (
        (640, 900, -1.0),
        (820, 880, 0.8),
        (1000, 850, -0.8),
        (1180, 810, 0.6),
        (1300, 800, -0.5),
    ):
        end = (x + math.cos(turn) * 220, y + math.sin(turn) * 170)
        draw.line([(x, y), end], fill="#5a412b", width=20)
        for _ in range(130):
            spot = (rng.gauss(end[0], 95), rng.gauss(end[1], 60))
            tone = rng.choice(["#3d6b2e", "#558a3c", "#79a94f", "#2f5526"])
            leaf(draw, *spot, rng.uniform(12, 30), rng.uniform(0, 6.3), tone)
    return image


def loose_tactile_paving(rng: Random) -> Image.Image:
    image = ground("#c4bdb2", "#a69f94", grain=44)
    draw = ImageDraw.Draw(image)
    for row in range(4):
        draw.line([(0, row * 300), (1600, row * 300)], fill="#8d877d", width=6)
    for column in range(6):
        draw.line([(column * 300 + 50, 0), (column * 300 + 50, 1200)], fill="#8d877d", width=6)
    for row, column in ((0, 1), (1, 1), (2, 1), (3, 1), (0, 2), (2, 2), (3, 2)):
        _block(draw, 350 + (column - 1) * 300, row * 300)
    draw.rectangle((654, 304, 946, 596), fill="#6b6055")
    pebbles(draw, rng, [(654, 304), (946, 596)], 170, GRAVEL)
    soft(image, [(650, 300), (950, 300), (950, 350), (650, 350)], "#121110", 24, 190)
    tilted = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    _block(ImageDraw.Draw(tilted), 0, 0)
    turned = tilted.rotate(24, expand=True)
    soft(image, [(1050, 420), (1400, 330), (1480, 690), (1120, 780)], "#15130f", 30, 170)
    image.paste(turned, (1040, 330), turned)
    crack(draw, rng, (380, 620), 0.5, 260, 8)
    return grainy(image, 30)


def _block(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    draw.rectangle(
        (left + 5, top + 5, left + 294, top + 294), fill="#e3b021", outline="#b98a12", width=6
    )
    for across in range(5):
        for down in range(5):
            x, y = left + 30 + across * 53, top + 30 + down * 53
            draw.ellipse((x + 3, y + 6, x + 33, y + 36), fill="#a87c0d")
            draw.ellipse((x, y, x + 29, y + 29), fill="#f5cf57")

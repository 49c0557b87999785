"""A face that no living person has, for a network that looks for faces."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter


def saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def portrait() -> bytes:
    """Somebody in front of a road, drawn by hand; the face is from (330, 175) to (510, 430)."""
    image = Image.new("RGB", (1024, 768), "#8fa3ad")
    pen, x, y = ImageDraw.Draw(image), 420, 300
    pen.rectangle((0, 500, 1024, 768), fill="#4d5350")
    pen.ellipse((x - 105, y - 150, x + 105, y + 60), fill="#2a1c14")
    pen.rectangle((x - 40, y + 90, x + 40, y + 180), fill="#d9a98a")
    pen.rectangle((x - 150, y + 170, x + 150, 768), fill="#334a7a")
    pen.ellipse((x - 90, y - 125, x + 90, y + 130), fill="#e6b897")
    for side in (-1, 1):
        eye, ear = x + side * 38, x + side * 92
        pen.ellipse((eye - 19, y - 22, eye + 19, y - 2), fill="#f6f2ee")
        pen.ellipse((eye - 8, y - 21, eye + 8, y - 4), fill="#2a1a10")
        pen.line((eye - 24, y - 42, eye + 24, y - 42), fill="#2a1c14", width=7)
        pen.ellipse((ear - 12, y - 15, ear + 12, y + 35), fill="#dba684")
    pen.polygon([(x, y - 10), (x - 16, y + 40), (x + 16, y + 40)], fill="#d49c7c")
    pen.ellipse((x - 34, y + 66, x + 34, y + 90), fill="#a8524d")
    pen.line((x - 32, y + 78, x + 32, y + 78), fill="#7a332f", width=3)
    return saved(image.filter(ImageFilter.GaussianBlur(3)))

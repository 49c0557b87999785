"""Photos as phones take them, for figures."""

import io
from typing import Any, Final

from PIL import Image, ImageFilter

import reports.photos.codec.formats  # noqa: F401  Pillow learns HEIC from it

Size = tuple[int, int]
PHONE: Final = (4032, 3024)
LARGE_PHONE: Final = (8160, 6144)
_SAVED_AS: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 88},
    "HEIF": {"quality": 50, "enc_params": {"preset": "ultrafast"}},  # two seconds, not forty
}


def phone_photo() -> bytes:
    """A JPEG of 12 megapixels, about 3 MB."""
    (jpeg,) = phone_photos(PHONE, "JPEG")
    return jpeg


def phone_photos(size: Size, *formats: str) -> list[bytes]:
    """One picture in these formats, lying on its side, as phones write them."""
    grain = Image.effect_noise(size, 44).filter(ImageFilter.GaussianBlur(0.8))
    slope = Image.linear_gradient("L").resize(size)
    round_ = Image.radial_gradient("L").resize(size)
    photo = Image.merge("RGB", [Image.blend(grain, part, 0.5) for part in (slope, round_, grain)])
    return [_photo_file(photo, format) for format in formats]


def _photo_file(photo: Image.Image, format: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    photo.save(out, format, exif=exif.tobytes(), **_SAVED_AS[format])
    return out.getvalue()

"""Where a stranger's bytes meet the decoders: four formats, three errors and a limit to all.

    ImageError
    ├── NotAnImage   none of the formats we take, told by the first bytes and never by a name
    ├── TooLarge     more bytes, pixels, memory or time than one photo is given
    └── Broken       begins like a photo and cannot be read to its end

Meant for a child process with limits (confined.py): decoders are where hostile bytes bite.
"""

import io
import resource
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pillow_heif
from PIL import Image, ImageFile, PngImagePlugin
from PIL import TiffImagePlugin as _reads_exif  # noqa: F401
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from reports.photos.codec.effort import is_too_much
from reports.photos.codec.picture import picture_of

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_PROFILE_BYTES = 8_000_000
"""Of a PNG, unpacked; those of printers have three."""

Format = Literal["JPEG", "PNG", "WEBP", "HEIF"]

# What Pillow imports at the first photo is imported here, before workers fork, not in each child:
# the plugins that save, and the one that every JPEG with EXIF asks for.
Image.preinit()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # some plugins ask it before we can
PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES  # texts are left out, profiles are not

# A thumbnail inside a HEIC may show something else than the picture does: never take it instead.
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
_HEIF_BRANDS = b"heic heix heim heis hevc hevx hevm hevs mif1 msf1".split()
_FIRST_BYTES: dict[Format, Callable[[bytes], bool]] = {
    "JPEG": lambda head: head[:3] == b"\xff\xd8\xff",
    "PNG": lambda head: head[:8] == b"\x89PNG\r\n\x1a\n",
    "WEBP": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "HEIF": lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS,
}
_DECODERS: dict[Format, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "HEIF": pillow_heif.HeifImageFile,
}
DECODERS_RAISE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)


class ImageError(Exception):
    """These bytes do not become a photo, now or later."""


class NotAnImage(ImageError):
    """The first bytes are not those of JPEG, PNG, WebP or HEIC."""


class TooLarge(ImageError):
    """More than 20 MB, more than 50 million pixels, or more memory, work or time than is given."""


class Broken(ImageError):
    """Truncated, or damaged in another way."""


def open_image(data: bytes) -> tuple[Format, ImageFile.ImageFile]:
    """The format and the picture, its header read, no pixel decoded; to be called in `reading`."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes")
    format = next((name for name, fits in _FIRST_BYTES.items() if fits(data[:12])), None)
    if format is None:
        raise NotAnImage(data[:12].hex())
    if is_too_much(format, data):
        raise TooLarge("more parts or scans than a photo has")
    image = _DECODERS[format](io.BytesIO(picture_of(format, data)))
    if image.width * image.height > MAX_PIXELS:
        raise TooLarge(f"{image.width} x {image.height} pixels")
    return format, image


@contextmanager
def reading() -> Iterator[None]:
    """Decoders raise all kinds of errors, and warn where we only want what can be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (MemoryError, Image.DecompressionBombError) as error:
            raise TooLarge("more memory or pixels than a photo is given") from error
        except DECODERS_RAISE as error:
            raise Broken(str(error)) from error


def limit_memory(more: int) -> None:
    """Let this process grow by at most so many bytes from now on; for a forked process.

    A photo that needs more is then TooLarge. The limit is on address space (RLIMIT_AS).
    """
    used = Path("/proc/self/statm")
    pages = int(used.read_text().split()[0]) if used.exists() else 0
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))

"""Where a stranger's bytes meet the decoders: five formats, three errors and a limit to all.

    ImageError
    ├── NotAnImage   none of the formats we take, told by the first bytes and never by a name
    ├── TooLarge     more bytes, memory or time than one photo is given
    └── Broken       begins like a photo and cannot be read

Meant for a child process with limits (confined.py): decoders are where hostile bytes bite.
"""

import io
import resource
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin
from PIL import TiffImagePlugin as _reads_exif  # noqa: F401
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from reports.photos.codec.effort import is_too_much
from reports.photos.codec.picture import picture_of, webp_pixels

MAX_BYTES = 20_000_000
SURE_PIXELS = 50_000_000
"""For so many each decoder has memory enough; one that fails above that has run out of it, though
most say then that the file is broken. JPEGs are decoded small, and may have many more."""
MAX_PROFILE_BYTES = 8_000_000
"""Of a PNG, unpacked; those of printers have three."""

Format = Literal["JPEG", "PNG", "WEBP", "HEIF", "AVIF"]

# What Pillow imports at the first photo is imported here, before workers fork, not in each child:
# the plugins that save, and the one that every JPEG with EXIF asks for.
Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # pixels alone refuse no photo: what they cost does
PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES  # texts are left out, profiles are not

# A thumbnail inside a HEIC may show something else than the picture does: never take it instead.
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each would have its own room within the limit
_HEIF_BRANDS = set(b"heic heix heim heis hevc hevx hevm hevs".split())
_OPEN_BRANDS = set(b"mif1 mif2 miaf msf1".split())
"""Of both formats (ISO/IEC 23008-12, 10.2; 23000-22, 7): which it is, the other brands say."""
_HEAD = 256
"""Bytes that tell the format: sixty brands at most."""
_FIRST_BYTES: dict[Format, Callable[[bytes], bool]] = {
    "JPEG": lambda head: head[:3] == b"\xff\xd8\xff",
    "PNG": lambda head: head[:8] == b"\x89PNG\r\n\x1a\n",
    "WEBP": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "AVIF": lambda head: _is_of(head, {b"avif"}) and not _is_of(head, _HEIF_BRANDS),
    "HEIF": lambda head: _is_of(head, _HEIF_BRANDS | _OPEN_BRANDS),
}
_DECODERS: dict[Format, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "HEIF": pillow_heif.HeifImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
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


def _is_of(head: bytes, brands: Set[bytes]) -> bool:
    """Whether a file of boxes is of these: by its own brand, or, where that is open, by others."""
    if head[4:8] != b"ftyp" or head[8:12] not in brands | _OPEN_BRANDS:
        return False
    also = range(16, min(int.from_bytes(head[:4]), len(head) - 3), 4)
    return head[8:12] in brands or any(head[at : at + 4] in brands for at in also)


class ImageError(Exception):
    """These bytes do not become a photo, now or later."""


class NotAnImage(ImageError):
    """The first bytes are not those of JPEG, PNG, WebP, HEIC or AVIF."""


class TooLarge(ImageError):
    """More than 20 MB, or more memory, work or time than is given, however many pixels it has."""


class Broken(ImageError):
    """Damaged, or it breaks off (a JPEG: before anything is to be seen)."""


def format_of(data: bytes) -> Format | None:
    """By the first bytes; None for what is none of those that we take."""
    return next((name for name, fits in _FIRST_BYTES.items() if fits(data[:_HEAD])), None)


def open_image(data: bytes) -> tuple[Format, ImageFile.ImageFile]:
    """The format and the picture, its header read, no pixel decoded; to be called in `reading`."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes")
    if (format := format_of(data)) is None:
        raise NotAnImage(data[:12].hex())
    if is_too_much(format, data):
        raise TooLarge("more parts or scans than a photo has")
    with in_memory(webp_pixels(data) if format == "WEBP" else 0):
        return format, _DECODERS[format](io.BytesIO(picture_of(format, data)))


@contextmanager
def in_memory(pixels: int) -> Iterator[None]:
    """For the steps at which decoders take their memory; TooLarge where they had too little."""
    try:
        yield
    except DECODERS_RAISE as error:
        if pixels > SURE_PIXELS:
            raise TooLarge(f"{pixels} pixels: {error}") from error
        raise


@contextmanager
def reading() -> Iterator[None]:
    """Decoders raise all kinds of errors, and warn where we only want what can be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except MemoryError as error:
            raise TooLarge("more memory than a photo is given") from error
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

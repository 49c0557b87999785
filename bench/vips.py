"""Both pictures of a photo by pyvips, as its own pages have thumbnails made.

`thumbnail_buffer` shrinks while it loads and turns the picture; the small one comes from the large
one, which costs two thirds of loading twice. JPEGs are as good as ours (82) and carry nothing else.
One thread and no memory of what was done before, so that CPU is the work of one photo. Its wheel
has no decoder for HEIC.
"""

from reports.photos.codec.derive import LARGE, SMALL

try:
    import pyvips
except (ImportError, OSError):
    raise SystemExit(
        "pyvips is missing: pip install --require-hashes -r requirements-dev.lock"
    ) from None

pyvips.concurrency_set(1)
pyvips.cache_set_max(0)


def both_pictures(data: bytes, longest: int = LARGE) -> tuple[bytes, bytes]:
    """Two JPEGs, upright, of so many pixels and of SMALL."""
    large = pyvips.Image.thumbnail_buffer(data, longest, height=longest, size="down").copy_memory()
    small = large.thumbnail_image(SMALL, height=SMALL, size="down")
    return _jpeg(large), _jpeg(small)


def _jpeg(image: pyvips.Image) -> bytes:
    return bytes(image.jpegsave_buffer(Q=82, keep="none"))

"""What cameras and phones make, known by its first bytes: JPEG, PNG, WebP, HEIC and kin. Pure."""

from typing import Final


def media_type_of(data: bytes) -> str | None:
    """What browsers may take it for, "" where they had better only save it; None: no picture."""
    return next((kind for at, mark, kind in _MARKS if data[at : at + len(mark)] == mark), None)


_MARKS: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftyp", ""),
)

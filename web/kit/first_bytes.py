"""What cameras and phones make, known by its first bytes: JPEG, PNG, WebP, HEIC and kin. Pure."""

from typing import Final


def media_type_of(data: bytes) -> str | None:
    """What browsers may take it for, "" where they had better only save it; None: no picture."""
    return next((kind for at, mark, kind in _MARKS if data[at : at + len(mark)] == mark), None)


def is_film(data: bytes) -> bool:
    """Of something that is no photo: whether it begins like a film (MP4, MOV, 3GP, WebM, AVI)."""
    return data[4:8] in _FILM_BOXES or data[:4] == _MATROSKA or data[8:12] == b"AVI "


_FILM_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
"""What a film of QuickTime and its kin begins with (ISO/IEC 14496-12)."""
_MATROSKA: Final = b"\x1aE\xdf\xa3"
_MARKS: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp", ""),
)

"""What a file is by what stands in it, whatever it is called. Pure."""

from typing import Final, Literal

Format = Literal["shp", "gpkg", "geojson", "zip"]
HEAD: Final = 1 << 16
"""How many bytes from its beginning tell what a file is."""

_BEGINNINGS: Final[dict[bytes, Format]] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"SQLite format 3\0": "gpkg",
    b"\0\0\x27\x0a": "shp",
}
_BEFORE_TEXT: Final = b"\xef\xbb\xbf\xfe\xff \t\r\n"


def format_of(head: bytes) -> Format | None:
    """Of a file that begins so. A Shapefile's .shx begins as its .shp does."""
    for beginning, format in _BEGINNINGS.items():
        if head.startswith(beginning):
            return format
    text = head.replace(b"\0", b"").lstrip(_BEFORE_TEXT)
    is_geojson = text.startswith(b"{") and (b"Feature" in text or b"coordinates" in text)
    return "geojson" if is_geojson else None

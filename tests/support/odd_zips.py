"""Zips as they come from other machines: names without a word of their encoding, and the like."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def packed(file: Path, entries: Mapping[str, bytes], *, names_in: str | None = None) -> Path:
    """`names_in`: the names in this encoding, without the flag that would say so."""
    raw = {name: name.encode(names_in) if names_in else b"" for name in entries}
    placeholders = {
        name: f"{number:X>{len(raw[name])}}" if names_in else name
        for number, name in enumerate(entries)
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(placeholders[name], content)
    whole = file.read_bytes()
    for name in entries if names_in else ():
        whole = whole.replace(placeholders[name].encode(), raw[name])
    file.write_bytes(whole)
    return file


def parts(file: Path, within: str = "") -> dict[str, bytes]:
    """A Shapefile and all that belongs to it, by where it shall stand in a zip."""
    return {
        f"{within}{each.name}": each.read_bytes() for each in file.parent.glob(f"{file.stem}.*")
    }


def marked(file: Path, *, flag: int = 0, method: int | None = None) -> Path:
    """Every entry with this flag more, or packed by another method, as its headers say."""
    whole = bytearray(file.read_bytes())
    for beginning, at_flag in ((LOCAL, 6), (CENTRAL, 8)):
        at = whole.find(beginning)
        while at >= 0:
            whole[at + at_flag] |= flag & 0xFF
            whole[at + at_flag + 1] |= flag >> 8
            if method is not None:
                whole[at + at_flag + 2] = method
            at = whole.find(beginning, at + 4)
    file.write_bytes(whole)
    return file

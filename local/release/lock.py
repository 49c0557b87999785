"""A lock file, read: which packages, in which versions, with which checksums. Pure."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Locked(NamedTuple):
    """One package. `marker` says where it is installed ("" is everywhere); `hashes` are SHA-256 of
    each of its files, in hexadecimal digits."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


_PACKAGE: Final = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>.+))?")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked_in(text: str) -> Iterator[Locked]:
    """Every package of the lock, in its order. Raises ValueError for a line that is none, and for
    a package without a checksum."""
    for entry in text.replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.lstrip().startswith("#"):
            continue
        found = _PACKAGE.match(entry)
        hashes = tuple(sorted(_HASH.findall(entry)))
        if not found or not hashes:
            raise ValueError(entry)
        marker = (found["marker"] or "").partition("--hash")[0].strip()
        yield Locked(found["name"], found["version"], marker, hashes)

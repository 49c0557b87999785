"""Disks: free room for photos and for temporary files."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning, wrong
from cli.doctor.looks import Check

LITTLE: Final = {"photos": (10e9, 1e9), "temporary": (2e9, 2e8)}
"""Free bytes below which it is a warning, and wrong. A photo takes 3 to 5 MB; a long list is made
in the temporary folder."""
_FEW_FILES: Final = 10_000


def _photos(asked: Asked) -> Iterator[Finding]:
    parts = urlsplit(asked.settings.photo_store_url)
    if parts.scheme != "file":
        yield not_seen("disk.photos", "写真は S3 にあります", "photos lie in S3")
        return
    folder = Path(unquote(parts.path))
    while not folder.exists():
        folder = folder.parent
    yield _room("photos", folder, ("写真", "photos"))


def _temporary(asked: Asked) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(prefix="michi-doctor-") as file:
            file.write(b"michi")
            file.flush()
    except OSError as refused:
        yield wrong(
            "disk.temporary",
            f"一時フォルダーに書けません({refused.strerror})",
            f"the temporary folder cannot be written to ({refused.strerror})",
            "df -h /tmp; ls -ld /tmp    # or: TMPDIR=/var/tmp",
        )
        return
    yield _room("temporary", Path(tempfile.gettempdir()), ("一時ファイル", "temporary files"))


def _room(what: str, folder: Path, words: tuple[str, str]) -> Finding:
    free = shutil.disk_usage(folder).free
    places = os.statvfs(folder)
    files = places.f_favail if places.f_files else None
    few, too_few = LITTLE[what]
    shown = f"{free / 1e9:,.1f} GB"
    ja, en = f"{words[0]}({folder}): 空き {shown}", f"{words[1]} ({folder}): {shown} free"
    details = {"folder": str(folder), "free": free, "files": files}
    to_type = f"df -h {folder}; df -i {folder}; du -xh --max-depth=2 {folder} | sort -h | tail"
    if free < too_few or (files is not None and files < _FEW_FILES):
        return wrong(f"disk.{what}", ja, en, to_type, **details)
    if free < few:
        return warning(f"disk.{what}", ja, en, to_type, **details)
    return right(f"disk.{what}", ja, en, **details)


CHECKS: Final = (
    Check("disk.photos", _photos, ("PHOTO_STORE_URL",)),
    Check("disk.temporary", _temporary),
)

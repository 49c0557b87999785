"""Folders for unix sockets: short paths that only one user may enter."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from local.machine.processes import Account, Trouble

LONGEST_FOLDER = 70
"""Bytes: a socket's path must stay under 108, its name included."""


def socket_folder(kind: str, data: Path, account: Account | None = None) -> Path:
    """A folder of mode 700 for `account`, always the same one for the same `data`.

    Raises Trouble when somebody else has put something there first.
    """
    mark = hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:12]
    folder = _short_place() / f"michi-{kind}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    if account and folder.lstat().st_uid == os.geteuid():
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise Trouble(f"{folder} belongs to somebody else: remove it, then start again")
    return folder


def remove_socket_folder(folder: Path) -> None:
    """Take the folder away again; what is not there needs no removing."""
    shutil.rmtree(folder, ignore_errors=True)


def _short_place() -> Path:
    place = Path(tempfile.gettempdir())
    return place if len(os.fsencode(place)) < LONGEST_FOLDER - 30 else Path("/tmp")

"""The cluster as it was at a moment: a copy of it on a private folder and socket, brought there by
PostgreSQL's own recovery, and gone again afterwards.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from store.backup import BackupError, pieces
from store.backup.bases import Base, bases, wal_from
from store.backup.seal import Identities
from store.backup.target import Target
from store.backup.tools import environment, find, taking

_LOOK_EVERY_SECONDS: Final = 0.3
_HBA: Final = "local all all trust\n"
_LONGEST_LOG: Final = 1_500


class NotReached(BackupError):
    """What is archived does not lead there."""


@contextmanager
def recovered(place: Target, keys: Identities, at: datetime) -> Iterator[str]:
    """The address of our database as it was then. Raises NotReached, BackupError."""
    fitting = [each for each in bases(place) if each.until <= at]
    if not fitting:
        raise NotReached(
            f"{at:%Y-%m-%d %H:%M:%S %z} より前の基本バックアップ(michi backup base)がありません",
            "there is no copy of the cluster (michi backup base) from before that moment",
        )
    base = fitting[-1]
    folder = Path(tempfile.mkdtemp(prefix="michi-at-", dir=_room()))
    try:
        _unpack(place, keys, base, folder)
        _tell(folder, at)
        yield from _served(base, folder, at)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _room() -> str | None:
    """Where a whole cluster has room: TMPDIR, or the disk, for /tmp may be in memory."""
    on_disk = "/var/tmp"
    return on_disk if "TMPDIR" not in os.environ and os.access(on_disk, os.W_OK) else None


def _unpack(place: Target, keys: Identities, base: Base, folder: Path) -> None:
    pieces.check(place, base.piece)  # before anything that somebody has put there is unpacked
    data, wal = folder / "data", folder / "wal"
    data.mkdir(mode=0o700)
    wal.mkdir(mode=0o700)
    with taking(["tar", "--extract", "--file=-", f"--directory={data}"], "") as tar:
        assert tar.stdin is not None
        pieces.read(place, base.piece, tar.stdin, keys)
    for name, piece in wal_from(place, base.first):
        with (wal / name).open("wb") as file:
            pieces.read(place, piece, file, keys)


def _tell(folder: Path, at: datetime) -> None:
    """Its settings are ours alone: those of before may lie elsewhere, and would archive again."""
    data = folder / "data"
    settings = {
        "restore_command": f'cp "{folder}/wal/%f" "%p"',
        "recovery_target_time": at.isoformat(),
        "recovery_target_action": "promote",
        "hot_standby": "off",
        "archive_mode": "off",
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "port": "5432",
        "fsync": "off",
        "max_connections": "20",
        "ssl": "off",
    }
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    (data / "postgresql.conf").write_text(lines)
    (data / "postgresql.auto.conf").write_text("")
    (data / "pg_hba.conf").write_text(_HBA)
    (data / "pg_ident.conf").write_text("")
    (data / "recovery.signal").write_text("")
    (data / "postmaster.pid").unlink(missing_ok=True)


def _served(base: Base, folder: Path, at: datetime) -> Iterator[str]:
    address = f"postgresql://{base.owner}@/{base.database}?host={folder}"
    account = _account()
    if account:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)
    words = [find("postgres", base.major), "-D", str(folder / "data")]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            words,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=folder,
        ) as server,
    ):
        try:
            _wait(server, address, folder / "log", at)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path, at: datetime) -> None:
    while True:
        if server.poll() is not None:
            said = log.read_text(errors="replace")[-_LONGEST_LOG:]
            raise NotReached(
                f"{at:%Y-%m-%d %H:%M:%S %z} まで進められませんでした: {said}",
                "PostgreSQL could not be brought to that moment",
            )
        with suppress(psycopg.OperationalError):
            psycopg.connect(address, connect_timeout=2).close()
            return
        time.sleep(_LOOK_EVERY_SECONDS)


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to be root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None

"""Where photos are kept, as it can be taken away: a disk of its own, or an S3 server."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import httpx
import obstore
import psutil
from obstore.store import S3Store

from local.machine.processes import free_ports

_CLONE_NEWNS = 0x00020000
_SIZE = 400 * 1024 * 1024
_KEYS = {
    "AWS_REGION": "ap-northeast-1",
    "AWS_ACCESS_KEY_ID": "a city",
    "AWS_SECRET_ACCESS_KEY": "a secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Disk:
    """A small disk of its own, seen where it is mounted. Where nobody may mount, a plain folder:
    an unmounted disk looks the same there, an empty folder; but it cannot be full."""

    def __init__(self, home: Path) -> None:
        self._real, self._seen = home / "disk", home / "mnt"
        self._real.mkdir()
        self._seen.mkdir()
        self._beside = count()
        size = f"size={_SIZE}"
        self.is_mounted = _own_mounts() and _run(
            "mount", "-t", "tmpfs", "-o", size, "chaos", self._real
        )
        if self.is_mounted:
            self._mount()
        self.left_out = [] if self.is_mounted else ["disk full: no file system may be mounted"]
        self.env = {"PHOTO_STORE_URL": (self._seen / "photos").as_uri()}

    @contextmanager
    def renamed(self) -> Iterator[None]:
        """The store's folder has another name."""
        away = self._seen / "photos.away"
        (self._seen / "photos").rename(away)
        yield
        self._put_aside(self._seen / "photos")
        away.rename(self._seen / "photos")

    @contextmanager
    def unmounted(self) -> Iterator[None]:
        """Only the empty mount point is left."""
        away = self._seen.with_name("mnt.away")
        if self.is_mounted:
            _run("umount", "--lazy", self._seen)
        else:
            self._seen.rename(away)
            self._seen.mkdir()
        yield
        if self.is_mounted:
            self._mount()
        else:
            self._put_aside(self._seen)
            away.rename(self._seen)

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free."""
        filler = self._real / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while free := os.statvfs(self._real).f_bavail:
                size = file.seek(0, os.SEEK_END)
                os.posix_fallocate(file.fileno(), size, free * os.statvfs(self._real).f_frsize)
        yield
        filler.unlink()

    def keys(self) -> set[str]:
        """All files of the store."""
        root = (self._real if self.is_mounted else self._seen) / "photos"
        return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}

    def close(self) -> None:
        for folder in (self._seen, self._real) if self.is_mounted else ():
            _run("umount", "--lazy", folder)

    def _mount(self) -> None:
        if not _run("mount", "--bind", self._real, self._seen):
            raise OSError(f"{self._seen} cannot be mounted")

    def _put_aside(self, folder: Path) -> None:
        """What somebody made in the place of what was away."""
        if folder.exists():
            folder.rename(folder.with_name(f"{folder.name}.beside.{next(self._beside)}"))


class Bucket:
    """A bucket in an S3 server that is a process of its own."""

    left_out: tuple[str, ...] = ()

    def __init__(self, url: str, server: psutil.Popen) -> None:
        self.env = {**_KEYS, "PHOTO_STORE_URL": "s3://city/photos", "AWS_ENDPOINT_URL": url}
        self._url, self._server = url, server

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and says nothing."""
        self._server.suspend()
        yield
        self._server.resume()

    def keys(self) -> set[str]:
        """All objects of the store."""
        store = S3Store(
            "city",
            prefix="photos",
            endpoint=self._url,
            region=_KEYS["AWS_REGION"],
            access_key_id=_KEYS["AWS_ACCESS_KEY_ID"],
            secret_access_key=_KEYS["AWS_SECRET_ACCESS_KEY"],
            client_options={"allow_http": True},
        )
        return {str(found["path"]) for some in obstore.list(store) for found in some}


@contextmanager
def a_disk(home: Path) -> Iterator[Disk]:
    """Until the block ends."""
    disk = Disk(home)
    try:
        yield disk
    finally:
        disk.close()
        shutil.rmtree(home / "mnt", ignore_errors=True)


@contextmanager
def a_bucket(home: Path) -> Iterator[Bucket]:
    """Until the block ends."""
    (port,) = free_ports([0])
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (home / "s3.log").open("wb") as log:
        server = psutil.Popen(words, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(f"{url}/city", server)
        yield Bucket(url, server)
    finally:
        server.kill()
        server.wait()


def _make_bucket(url: str, server: psutil.Popen) -> None:
    while server.poll() is None:
        with suppress(httpx.TransportError):
            httpx.put(url, timeout=10).raise_for_status()
            return
    raise OSError("the S3 server did not start")


def _own_mounts() -> bool:
    """From here on what is mounted is seen by this process and its children alone, and gone with
    them, however they end. Only root may ask for it."""
    with suppress(AttributeError):
        is_granted = ctypes.CDLL(None).unshare(_CLONE_NEWNS) == 0
        return is_granted and _run("mount", "--make-rprivate", "/")
    return False


def _run(*words: str | Path) -> bool:
    with suppress(FileNotFoundError):
        return subprocess.run([*map(str, words)], capture_output=True).returncode == 0
    return False

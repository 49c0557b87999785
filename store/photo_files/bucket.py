"""Photos in an S3 bucket, or in anything that speaks its protocol."""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from store.photo_files.backend import MARKER, marker_of, refuse_strange

_ONE_TRY: Final = timedelta(seconds=30)
_TRIES: Final = timedelta(seconds=10)
MOST_SECONDS: Final = (_TRIES + _ONE_TRY).total_seconds() + 1
"""A try may begin as long as _TRIES has not passed, and may then take its own time."""


@dataclass(frozen=True)
class Bucket:
    """S3 or anything that speaks its protocol; needs the rights to get, put and delete.

    A bucket does not come and go as a disk does: it is asked for its marker once before the first
    thing that is put or deleted, and by `check`.
    """

    store: S3Store
    id: str
    is_ours: threading.Event = field(default_factory=threading.Event)

    def put(self, key: str, data: bytes) -> None:
        """Under no condition: not every S3 knows one, and what is there is the same bytes."""
        self._make_sure()
        with _asking():
            obstore.put(self.store, key, data, use_multipart=False)

    def get(self, key: str) -> bytes:
        with _asking():
            return obstore.get(self.store, key).bytes().to_bytes()

    def delete(self, key: str) -> None:
        self._make_sure()
        with _asking():
            obstore.delete(self.store, key)

    def check(self) -> None:
        refuse_strange(self.mark(), self.id)
        self.is_ours.set()

    def mark(self) -> bytes | None:
        try:
            return self.get(MARKER)
        except FileNotFoundError as missing:
            if "NoSuchBucket" in str(missing):
                raise OSError(str(missing)) from missing
            return None

    def make(self) -> None:
        with _asking():
            obstore.put(self.store, MARKER, marker_of(self.id))

    def _make_sure(self) -> None:
        if not self.is_ours.is_set():
            self.check()


def open_bucket(bucket: str, prefix: str, id: str) -> Bucket:
    """The bucket of an s3:// address; ValueError if it cannot be used. Asks nothing yet."""
    if not bucket or ".." in prefix.split("/"):
        raise ValueError("a bucket is wanted, as in s3://bucket/prefix")
    store = S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        disable_bulk_delete=True,  # not every S3 can delete in bulk
        client_options={
            "allow_http": has_plain_http(),
            "connect_timeout": timedelta(seconds=3),
            "timeout": _ONE_TRY,
        },
        retry_config={"max_retries": 2, "retry_timeout": _TRIES},
    )
    return Bucket(store, id)


def has_plain_http(prefix: str = "AWS_") -> bool:
    """Whether the S3 endpoint is plain http, which only this very machine may be. ValueError."""
    ours = tuple(prefix + name for name in ("ENDPOINT_URL_S3", "ENDPOINT_URL", "ENDPOINT"))
    usual = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    names = ours if any(map(os.environ.get, ours)) else usual
    endpoints = [urlsplit(os.environ[name]) for name in names if os.environ.get(name)]
    plain = [endpoint.hostname or "" for endpoint in endpoints if endpoint.scheme == "http"]
    if not all(map(_is_loopback, plain)):
        raise ValueError("the S3 endpoint must be https unless it is on this machine")
    return bool(plain)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_used_in: set[int] = set()


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Turns obstore's troubles into OSError, and a use across a fork, which would hang, too."""
    _used_in.add(os.getpid())
    if len(_used_in) > 1:
        raise OSError("S3 was used before this process was forked; use it first in the child")
    try:
        yield
    except BaseError as trouble:
        raise OSError(str(trouble)) from trouble

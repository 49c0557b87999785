"""Backups in an S3 bucket, with keys of their own where BACKUP_AWS_… gives some."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from store.backup import NoPiece, TargetAway
from store.photo_files.bucket import has_plain_http

_OWN: Final = "BACKUP_AWS_"
_AT_ONCE: Final = 8 * 1024**2
_ONE_TRY: Final = timedelta(seconds=120)


@dataclass(frozen=True)
class Bucket:
    """Needs the rights to list, get, put and delete."""

    store: S3Store
    bucket: str

    @contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """In parts, so that no more than one of them is held in memory."""
        with self._told():
            writer = obstore.open_writer(self.store, name, buffer_size=_AT_ONCE)
        try:
            yield writer
        except BaseException:
            with suppress(Exception):  # it can only be ended, not broken off
                writer.close()
            with suppress(TargetAway):
                self.delete(name)
            raise
        with self._told():
            writer.close()

    def read(self, name: str) -> Iterator[bytes]:
        """In pieces."""
        with self._told():
            try:
                for data in obstore.get(self.store, name).stream(min_chunk_size=1024**2):
                    yield bytes(data)
            except FileNotFoundError as missing:
                raise NoPiece(name) from missing

    def listed(self, folder: str) -> Iterator[tuple[str, int]]:
        """Name and bytes, as S3 lists them: by the bytes of their names."""
        with self._told():
            for some in obstore.list(self.store, folder.rstrip("/")):
                yield from ((found["path"], found["size"]) for found in some)

    def delete(self, name: str) -> None:
        """One that is gone is fine."""
        with self._told(), suppress(FileNotFoundError):
            obstore.delete(self.store, name)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as trouble:
            why = str(trouble).partition("\n")[0][:200]
            raise TargetAway(
                f"バックアップの置き場(バケット {self.bucket})を使えません: {why}",
                f"cannot use the bucket {self.bucket}: {why}",
            ) from trouble


def open_bucket(bucket: str, prefix: str) -> Bucket:
    """Endpoint, region and keys come from the usual AWS_* variables; BACKUP_AWS_… goes before."""
    own: dict[str, Any] = {
        name.removeprefix("BACKUP_").lower(): value
        for name, value in os.environ.items()
        if name.startswith(_OWN) and value
    }
    store = S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        disable_bulk_delete=True,
        client_options={
            "allow_http": has_plain_http(_OWN),
            "connect_timeout": timedelta(seconds=5),
            "timeout": _ONE_TRY,
        },
        retry_config={"max_retries": 5, "retry_timeout": timedelta(seconds=180)},
        **own,
    )
    return Bucket(store, bucket)

"""`python -m store.photo_files.new_bucket NAME`: an S3-compatible store of one's own has no bucket
at first; where it is there already, nothing happens."""

import sys
import urllib.request
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.error import HTTPError, URLError

import obstore

from store.photo_files.bucket import open_bucket

_AT_MOST: Final = timedelta(seconds=60)


def make(bucket: str) -> None:
    """Where, with which region and keys, say the usual AWS_* variables. Raises OSError."""
    address = obstore.sign(open_bucket(bucket, "", "").store, "PUT", "", _AT_MOST)
    asked = urllib.request.Request(address, method="PUT", data=b"")
    try:
        with urllib.request.urlopen(asked, timeout=_AT_MOST.total_seconds()):
            return
    except HTTPError as refused:
        if refused.code != HTTPStatus.CONFLICT:  # it is there
            raise
    except URLError as away:
        raise OSError(str(away.reason)) from away


if __name__ == "__main__":
    try:
        make(sys.argv[1])
    except (OSError, ValueError) as trouble:
        sys.exit(f"✗ バケットを作れません / the bucket cannot be made: {trouble}")

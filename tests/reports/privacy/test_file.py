"""The file of what is held about one person, as whoever gets it opens it."""

import io
import re
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from reports.privacy import file
from reports.privacy.told import PhotoFile
from store.photo_files import NoSuchFile

JPEG = b"\xff\xd8\xff\xe0"
KEPT = {
    "jpeg": JPEG,
    "heic": b"\0\0\0\x18ftypheic",
    "avif": b"\0\0\0\x18ftypavif",
    "odd": b"MM\0*",
    "large": JPEG,
}


class Store:
    """A photo store of these alone."""

    def get(self, key: str) -> bytes:
        if key not in KEPT:
            raise NoSuchFile(key)
        return KEPT[key]


@pytest.mark.parametrize(
    ("original", "large", "files", "shown"),
    [
        ("jpeg", "large", ["7.jpg"], "7.jpg"),
        ("avif", "large", ["7.avif"], "7.avif"),
        ("heic", "large", ["7.heic", "7-shown.jpg"], "7-shown.jpg"),
        ("odd", "large", ["7.bin", "7-shown.jpg"], "7-shown.jpg"),
        ("heic", None, ["7.heic"], "7.heic"),
        (None, "large", ["7.jpg"], "7.jpg"),
        ("gone", "large", ["7-shown.jpg"], "7-shown.jpg"),
        ("gone", "gone", [], ""),
    ],
)
def test_the_page_shows_each_photo_in_any_browser_and_has_it_as_it_was_sent(
    monkeypatch: pytest.MonkeyPatch,
    original: str | None,
    large: str | None,
    files: list[str],
    shown: str,
) -> None:
    monkeypatch.setattr(file, "photo_store", Store)
    who = SimpleNamespace(shown="市民", numbers=["A-1"])
    told: Any = SimpleNamespace(
        person=who, at=datetime.now(UTC), city="道", categories={}, sections={},
        photos=[PhotoFile(7, original, large)], to_json=lambda: "{}",
    )  # fmt: skip
    packed = zipfile.ZipFile(io.BytesIO(b"".join(file.pieces(told))))
    assert [name for name in packed.namelist() if "photos/" in name] == [
        f"photos/{name}" for name in files
    ]
    page = packed.read("読む.html").decode()
    assert re.findall(r'<a href="photos/([^"]+)"><img src="photos/([^"]+)"', page) == (
        [(files[0], shown)] if files else []
    )

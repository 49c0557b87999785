"""A ticket is closed with a photo that can be opened, or not at all."""

from typing import Any

import pytest
from exif_blocks import saved
from PIL import Image
from townsfolk import rows, value
from web_scene import Browser, filed, picture

from reports.photos.codec import confined

GRAIN = Image.effect_noise((400, 300), 90).convert("RGB")
FILM, NONE, BROKEN = "これは動画です", "写真として読めない", "こわれていて開けません"
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "a film of a phone": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2_000), FILM),
    "a film of an iPhone": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(2_000), FILM),
    "an old film": (b"\0\0\0\x08wide\0\0\x07\xd0mdat" + bytes(2_000), FILM),
    "a film for the web": (b"\x1aE\xdf\xa3" + bytes(2_000), FILM),
    "words": ("直しました".encode(), NONE),
    "a GIF": (saved(GRAIN, "GIF"), NONE),
    "half of a PNG": (saved(GRAIN, "PNG")[:60_000], BROKEN),
    "half of a HEIC": (saved(GRAIN, "HEIF")[:5_000], BROKEN),
    "the beginning of a JPEG": (picture()[:40], BROKEN),
}


def later(kind: str) -> Any:
    """Only in a long run."""
    return pytest.param(kind, marks=pytest.mark.long)


def photos(*files: bytes) -> list[tuple[str, Any]]:
    """As a phone posts them, which calls everything a JPEG."""
    return [("photo", ("road.jpg", data, "image/jpeg")) for data in files]


def nothing_has_happened() -> bool:
    moved = rows("SELECT FROM history WHERE what = 'moved'")
    return value("SELECT status FROM tickets") == "received" and not moved + rows(
        "SELECT FROM photos"
    )


@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in ("a film of a phone", "words", "half of a HEIC") else later(kind)
        for kind in UNREADABLE
    ],
)
def test_no_ticket_is_closed_with_what_cannot_be_opened(crew: Browser, kind: str) -> None:
    data, why = UNREADABLE[kind]
    one = filed()
    answer = crew.post(f"/crew/tickets/{one.number}/move", photos(data), to="fixed")
    assert answer.status_code == 422
    assert why in answer.text.partition('id="refusal"')[2].partition("</p>")[0]
    assert 'id="finish"' in answer.text
    assert nothing_has_happened()


def test_the_desk_reads_which_photo_it_is_and_keeps_its_words(staff: Browser) -> None:
    one = filed()
    two = photos(picture(), UNREADABLE["words"][0])
    path = f"/staff/tickets/{one.number}/move"
    answer = staff.post(path, two, to="fixed", note="埋めました")
    assert answer.status_code == 422
    assert f"2枚目の写真: {NONE}" in answer.text
    assert ">埋めました</textarea>" in answer.text
    assert nothing_has_happened()


@pytest.mark.parametrize("format", ["PNG", "WEBP", "HEIF"])
def test_a_photo_of_any_format_closes_a_ticket(crew: Browser, format: str) -> None:
    one = filed()
    answer = crew.post(f"/crew/tickets/{one.number}/move", photos(saved(GRAIN, format)), to="fixed")
    assert answer.headers["location"] == f"/crew/?done={one.number}"


def test_a_photo_that_takes_too_long_is_refused_like_any_other(
    crew: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = filed()
    monkeypatch.setattr(confined, "MOST_SECONDS", 0.0)
    answer = crew.post(f"/crew/tickets/{one.number}/move", photos(picture()), to="fixed")
    assert answer.status_code == 422
    assert "大きすぎて開けません" in answer.text
    assert nothing_has_happened()

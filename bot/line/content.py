"""Fetching what residents sent from LINE: at once, within a time, and with a cap on bytes."""

import time
from typing import Final
from urllib.parse import quote

import httpx

from bot.line import client
from settings import settings

MOST_PHOTO_BYTES: Final = 20 * 1024 * 1024
MOST_SECONDS: Final = 40.0
"""For all of a photo; a phone's own takes one or two."""


def photo(message_id: str, *, within: float = MOST_SECONDS) -> bytes:
    """The bytes of a photo sent to us, at most MOST_PHOTO_BYTES of them, in so many seconds.

    Raises client.LineError: NotReady, Gone (after an unsend), TooLarge, or what any call raises.
    """
    path = f"/v2/bot/message/{quote(message_id, safe='')}/content"
    base = settings().line_data_api_url
    with client.stream("GET", path, base=base, timeout=client.SETTING_UP) as answer:
        if answer.status_code != 200:
            raise client.NotReady(answer.status_code, "it is not ready")
        return _read(answer, time.monotonic() + within)


def _read(answer: httpx.Response, until: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > MOST_PHOTO_BYTES:
            raise client.TooLarge(answer.status_code, f"more than {MOST_PHOTO_BYTES} bytes")
        if time.monotonic() > until:
            raise client.Away(answer.status_code, "it comes too slowly")
    return bytes(body)

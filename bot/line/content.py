"""Fetching what residents sent from LINE: at once, with a time-out and a cap on bytes."""

from typing import Final

import httpx

from settings import settings

MOST_PHOTO_BYTES: Final = 20 * 1024 * 1024


class PhotoNotReady(Exception):
    """LINE is still preparing it (202), or cannot be reached: ask again later."""


class PhotoGone(Exception):
    """LINE does not have it any more (404, or 410 after an unsend)."""


class PhotoTooLarge(Exception):
    """More bytes than MOST_PHOTO_BYTES."""


def photo(message_id: str) -> bytes:
    """The bytes of a photo sent to us. Raises PhotoNotReady, PhotoGone, PhotoTooLarge."""
    given = settings()
    url = f"{given.line_data_api_url.rstrip('/')}/v2/bot/message/{message_id}/content"
    token = given.line_channel_access_token.get_secret_value()
    try:
        with httpx.stream(
            "GET", url, headers={"Authorization": f"Bearer {token}"}, timeout=10
        ) as answer:
            if answer.status_code in (404, 410):
                raise PhotoGone(str(answer.status_code))
            if answer.status_code != 200:
                raise PhotoNotReady(str(answer.status_code))
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MOST_PHOTO_BYTES:
                    raise PhotoTooLarge(message_id)
            return bytes(body)
    except httpx.HTTPError as away:
        raise PhotoNotReady(type(away).__name__) from away

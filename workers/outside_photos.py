"""Fetching a photo from a host that OPEN311_MEDIA_HOSTS names: within a time, with a cap on bytes,
and from nowhere inside (`store.outside`).

So must be where a redirect leads, and its host must be named as well. Who names an address itself
(http://10.0.0.5:8080) means it.
"""

import time
from typing import Final
from urllib.parse import urljoin

from bot.line.content import MOST_PHOTO_BYTES, MOST_SECONDS
from reports.photos.media import is_allowed, origin_of
from store.outside import MOST_BYTES, Answer, Lookup, NotAllowed, Outside, Unreached, look_up
from store.public_addresses import Allowed

MOST_REDIRECTS: Final = 3
_LEADS_ON: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429})


class NotThere(Exception):
    """It cannot be had from there; `state`: of the photo."""

    def __init__(self, why: str, state: str = "unfetched") -> None:
        super().__init__(why)
        self.state = state


class Away(Exception):
    """No answer, or one that says: later."""


def fetched(url: str, lookup: Lookup = look_up) -> bytes:
    """At most MOST_PHOTO_BYTES. Raises NotThere, Away."""
    until = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        answer = _asked(url, lookup, until - time.monotonic())
        if answer.status not in _LEADS_ON or "location" not in answer.headers:
            return _read(answer)
        url = urljoin(url, answer.headers["location"])
    raise NotThere("it leads on and on")


def _asked(url: str, lookup: Lookup, seconds: float) -> Answer:
    origin = origin_of(url)
    if origin is None or not is_allowed(url):
        raise NotThere("its host is not among those that may be asked")
    outside = Outside(
        Allowed(origin.host if origin.is_address else ""),
        lookup=lookup,
        seconds=seconds,
        most_bytes=MOST_PHOTO_BYTES + MOST_BYTES,
        is_plain_enough=True,  # as its scheme is named too
    )
    try:
        return outside.get(url, {"accept": "image/*"})
    except NotAllowed as inside:
        raise NotThere(str(inside)) from inside
    except Unreached as away:
        raise Away(str(away)) from away


def _read(answer: Answer) -> bytes:
    if answer.status in (404, 410):
        raise NotThere("it is gone", "gone")
    if answer.status in _LATER or answer.status >= 500:
        raise Away(str(answer.status))
    if answer.status != 200:
        raise NotThere(str(answer.status))
    if len(answer.body) > MOST_PHOTO_BYTES:
        raise NotThere(f"more than {MOST_PHOTO_BYTES} bytes", "too_large")
    if not answer.is_whole:
        raise Away("it comes too slowly, or breaks off")
    return answer.body

"""Answers that are alike for everybody: known by a tag, kept by anybody for a minute, made once.

No cookie and no session belongs to them. What is made lies in this process, as long as there is
room, so that a crowd that asks for the same costs a look at what the answer hangs on.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Final, NamedTuple

from anyio.to_thread import run_sync
from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.city import versions
from reports.city.clock import today
from settings import settings
from store.database import transaction
from web.kit import assets
from web.kit.news import short
from web.open.turns import turns

KEPT_SECONDS: Final = 60
MOST_BYTES: Final = 32 * 1024 * 1024
"""Of answers that lie in this process."""
LARGEST: Final = MOST_BYTES // 16
NONE: Final[Mapping[str, str]] = MappingProxyType({})

Make = Callable[[Session], Response]
"""Gives an answer with all of its body; one that is not 200 is neither tagged nor kept here."""


class _Kept(NamedTuple):
    body: bytes
    status: int
    headers: tuple[tuple[str, str], ...]


async def answered(
    request: Request,
    make: Make,
    *,
    of: Callable[[Session], object],
    also: str = "",
    always: Mapping[str, str] = NONE,
    seconds: int = KEPT_SECONDS,
) -> Response:
    """The answer of `make`, or 304 where who asks has it already.

    `of`: what it hangs on beside the city's data and the day, as a number or a word, read by an
    index alone (for tickets `reports.published.reading.newest`). `also`: what it hangs on beside
    its address, such as a language that a header asks for. `always`: headers of the answer, also
    of a 304, which changes those that were kept, such as `Vary` for what `also` is made of, or a
    policy of its own. `seconds`: for so long nobody asks again. Raises whatever `make` raises.
    """
    asked = f"{request.url.path}?{request.url.query}|{also}"
    known = request.headers.get("if-none-match", "")
    read = partial(_read, asked, known, make, of)
    answer = await run_sync(read, limiter=turns())
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.headers.update(always)
    return answer


def _read(asked: str, known: str, make: Make, of: Callable[[Session], object]) -> Response:
    with transaction() as db:
        tag = _tag(db, asked, of)
        if _is_among(tag, known):
            return Response(status_code=304, headers={"ETag": tag})
        kept = _shelf.get(tag) or _made(tag, make(db))
    answer = Response(kept.body, kept.status)
    for name, value in kept.headers:
        answer.headers[name] = value
    if kept.status == 200:
        answer.headers["ETag"] = tag
    return answer


def _tag(db: Session, asked: str, of: Callable[[Session], object]) -> str:
    city = versions.listed(db, most=1)
    facts = (asked, of(db), city[0].id if city else 0, today(), settings().map_tiles_url, _way())
    return f'W/"{short(repr(facts))}"'


@lru_cache(maxsize=1)
def _way() -> str:
    """Another word for every release."""
    return f"{version('michi')}-{assets.manifest().version}"


def _is_among(tag: str, known: str) -> bool:
    """As If-None-Match compares: strong or weak are alike (RFC 9110, 13.1.2)."""
    plain = tag.removeprefix("W/")
    listed = (each.strip().removeprefix("W/") for each in known.split(","))
    return known.strip() == "*" or plain in listed


def _made(tag: str, answer: Response) -> _Kept:
    left_out = ("content-length", "cache-control")
    headers = tuple((name, value) for name, value in answer.headers.items() if name not in left_out)
    made = _Kept(bytes(answer.body), answer.status_code, headers)
    if made.status == 200:
        _shelf.put(tag, made)
    return made


class _Shelf:
    """What was asked for last, up to so many bytes."""

    def __init__(self, most: int, largest: int) -> None:
        self._most, self._largest, self._bytes = most, largest, 0
        self._lock, self._kept = threading.Lock(), OrderedDict[str, _Kept]()

    def get(self, tag: str) -> _Kept | None:
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def put(self, tag: str, made: _Kept) -> None:
        if len(made.body) > self._largest:
            return
        with self._lock:
            if tag not in self._kept:
                self._bytes += len(made.body)
            self._kept[tag] = made
            while self._bytes > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0


_shelf: Final = _Shelf(MOST_BYTES, LARGEST)
forget: Final = _shelf.clear
"""What was made is made anew."""

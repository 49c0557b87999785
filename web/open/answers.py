"""Answers that are alike for everybody: known by a tag, kept by anybody for a minute, made once.

No cookie and no session belongs to them. What is made lies in this process, as long as there is
room, compressed, so that a crowd that asks for the same costs a look at what the answer hangs on,
once a second.
"""

import gzip
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Final, NamedTuple

from anyio.to_thread import run_sync
from fastapi import Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import Headers

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
STANDS_SECONDS = 1.0
"""For so long what an answer hangs on is not read again in this process."""
MOST_STANDING: Final = 64
SMALL: Final = 1_000
"""Bytes below which nothing is compressed."""
NONE: Final[Mapping[str, str]] = MappingProxyType({})

Of = Callable[[Session], object]
Make = Callable[[Session], Response]
"""Gives an answer with all of its body; one that is not 200 is neither tagged nor kept here."""


class _Kept(NamedTuple):
    """`packed`: the body by gzip, where that makes sense."""

    body: bytes
    status: int
    headers: tuple[tuple[str, str], ...]
    packed: bytes = b""


class _Standing(NamedTuple):
    """What an answer hangs on beside its address, and until when (of time.monotonic) it stands."""

    until: float
    facts: tuple[object, ...]


class Asked(NamedTuple):
    """One question. `of`, `always` and `seconds`: as of `answered`; `words`: its address, and what
    else makes its answer another."""

    of: Of
    words: str
    always: Mapping[str, str]
    seconds: int


ASKED: Final = "michi.asked"
"""Where a request's scope tells what was asked, for whoever stands before the routes."""


async def answered(
    request: Request,
    make: Make,
    *,
    of: Of,
    also: str = "",
    always: Mapping[str, str] = NONE,
    seconds: int = KEPT_SECONDS,
) -> Response:
    """The answer of `make`, or 304 where who asks has it already.

    `of`: what it hangs on beside the city's data and the day, as a number or a word, read by an
    index alone (for tickets `reports.published.reading.newest`); one function for all requests, for
    its last word stands a second. `also`: what it hangs on beside
    its address, such as a language that a header asks for. `always`: headers of the answer, also
    of a 304, which changes those that were kept, such as `Vary` for what `also` is made of, or a
    policy of its own. `seconds`: for so long nobody asks again. Raises whatever `make` raises.
    """
    words = repr((request.url.path, request.url.query, also))
    asked = Asked(of, words, always, seconds)
    request.scope[ASKED] = asked
    answer = at_hand(asked, request.headers)
    if answer is None:
        read = partial(_read, asked, request.headers, make)
        answer = await run_sync(read, limiter=turns())
    return answer


def at_hand(asked: Asked, headers: Headers) -> Response | None:
    """The answer to a request with these headers, where nothing has to be read for it."""
    stands = _standing.get(asked.of)
    if stands is None or stands.until <= time.monotonic():
        return None
    tag, known = _tag(asked.words, stands.facts), headers.get("if-none-match", "")
    if _is_among(tag, known):
        return _unchanged(asked, tag)
    kept = _shelf.get(tag)
    return _given(asked, headers, tag, kept, known) if kept else None


def _read(asked: Asked, headers: Headers, make: Make) -> Response:
    if (answer := at_hand(asked, headers)) is not None:
        return answer  # somebody before them, for whose end they waited, has read for all
    known = headers.get("if-none-match", "")
    with transaction() as db:
        tag = _tag(asked.words, _looked_up(db, asked.of))
        if _is_among(tag, known):
            return _unchanged(asked, tag)
        kept = _shelf.get(tag) or _made(tag, make(db))
    return _given(asked, headers, tag, kept, known)


def _looked_up(db: Session, of: Of) -> tuple[object, ...]:
    city = versions.listed(db, most=1)
    facts = (of(db), city[0].id if city else 0, today(), settings().map_tiles_url, _way())
    if len(_standing) >= MOST_STANDING:
        _standing.clear()
    _standing[of] = _Standing(time.monotonic() + STANDS_SECONDS, facts)
    return facts


def _unchanged(asked: Asked, tag: str) -> Response:
    return _finished(asked, Response(status_code=304, headers={"ETag": tag}))


def _given(asked: Asked, headers: Headers, tag: str, kept: _Kept, known: str) -> Response:
    if known.strip() == "*" and kept.status == 200:
        return _unchanged(asked, tag)
    packs = bool(kept.packed) and bool(_GZIP.search(headers.get("accept-encoding", "")))
    answer = Response(kept.packed if packs else kept.body, kept.status, dict(kept.headers))
    if packs:
        answer.headers["Content-Encoding"] = "gzip"
    if kept.packed:
        answer.headers.add_vary_header("Accept-Encoding")
    if kept.status == 200:
        answer.headers["ETag"] = tag
    return _finished(asked, answer)


def _finished(asked: Asked, answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={asked.seconds}"
    vary = answer.headers.get("vary")
    answer.headers.update(asked.always)
    if vary:
        answer.headers.add_vary_header(vary)
    return answer


def _tag(asked: str, facts: tuple[object, ...]) -> str:
    return f'W/"{short(repr((asked, *facts)))}"'


@lru_cache(maxsize=1)
def _way() -> str:
    """Another word for every release."""
    return f"{version('michi')}-{assets.manifest().version}"


def _is_among(tag: str, known: str) -> bool:
    """As If-None-Match compares: strong or weak are alike (RFC 9110, 13.1.2). What `*` says, only
    hangs on whether there is anything."""
    plain = tag.removeprefix("W/")
    listed = (each.strip().removeprefix("W/") for each in known.split(","))
    return plain in listed


def _made(tag: str, answer: Response) -> _Kept:
    left_out = ("content-length", "cache-control")
    headers = tuple((name, value) for name, value in answer.headers.items() if name not in left_out)
    body = bytes(answer.body)
    is_packed = len(body) >= SMALL and _WORDS.match(answer.headers.get("content-type", ""))
    packed = gzip.compress(body, 5, mtime=0) if is_packed else b""
    made = _Kept(body, answer.status_code, headers, packed)
    if made.status == 200:
        _shelf.put(tag, made)
    return made


_GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
"""Who can read it, and has not said that they will not (q=0)."""
_WORDS: Final = re.compile(r"text/|image/svg|application/(\S*json|\S*xml|vnd\.mapbox-vector-tile)")
"""Types that are smaller when they are compressed."""


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
        if _size(made) > self._largest:
            return
        with self._lock:
            if tag not in self._kept:
                self._bytes += _size(made)
            self._kept[tag] = made
            while self._bytes > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= _size(oldest)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0


def _size(made: _Kept) -> int:
    return len(made.body) + len(made.packed)


def forget() -> None:
    """What was made is made anew, from what is read anew."""
    _shelf.clear()
    _standing.clear()


_shelf: Final = _Shelf(MOST_BYTES, LARGEST)
_standing: Final[dict[Of, _Standing]] = {}

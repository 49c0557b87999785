"""The one way to LINE: a call with our token, within a time, gives its answer or one of these.

LineError           status (0: no answer came), what LINE said, its request id for its support
├── Refused         no (4xx): the same again would be refused again
│   └── Gone        LINE knows no such thing, or has it no more (404, 410)
├── TooLarge        more bytes than we take
└── Away            no clear answer: perhaps later
    ├── NotReached  no connection came about, so that LINE has heard nothing
    ├── TooMuch     LINE has heard too much of us, just now or this month (429)
    └── NotReady    LINE is still preparing the photo (202)

Nothing is tried again in here: only who calls knows what saying it twice would do. But what LINE
has not looked at, because it does not know the token (401), goes again with the other one.
"""

import atexit
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import httpx

from bot.line import tokens
from settings import settings

Json = dict[str, Any]

SAYING: Final = httpx.Timeout(6, connect=2, write=2, pool=1)
ASKING: Final = httpx.Timeout(1.5, connect=1, write=0.5, pool=0.5)
"""For what can be asked again later, while somebody waits for an answer."""
SETTING_UP: Final = httpx.Timeout(10, connect=3)
_MAKING: Final = threading.Lock()
_NOT_BEGUN: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


class LineError(Exception):
    """A call to LINE that did not bring what was asked for."""

    def __init__(self, status: int, said: str, request_id: str | None = None) -> None:
        super().__init__(f"{status or ''} {said}".strip()[:500])
        self.status, self.said, self.request_id = status, said, request_id


class Refused(LineError):
    """LINE said no."""


class Gone(Refused):
    """LINE knows no such thing, or has it no more."""


class TooLarge(LineError):
    """More bytes than we take."""


class Away(LineError):
    """LINE cannot be reached, has trouble of its own, or somebody else answered in its place."""


class NotReached(Away):
    """LINE has heard nothing of it."""


class TooMuch(Away):
    """LINE has heard too much of us; its words tell whether just now or this month."""


class NotReady(Away):
    """LINE is still preparing it."""


_KIND_OF: Final[Mapping[int, type[LineError]]] = {404: Gone, 410: Gone, 429: TooMuch}


def call(method: str, path: str, **request: Any) -> httpx.Response:
    """LINE's answer, read to its end; takes what `stream` takes. Raises LineError."""
    with stream(method, path, **request) as answer:
        answer.read()
    return answer


@contextmanager
def stream(
    method: str,
    path: str,
    *,
    base: str | None = None,
    timeout: httpx.Timeout = SETTING_UP,
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> Iterator[httpx.Response]:
    """LINE's answer before its body, which is read within the block. Raises LineError, there too.

    `base`: another address than LINE_API_URL; `body`: httpx's `json` or `content`.
    """
    url = f"{(base or settings().line_api_url).rstrip('/')}{path}"
    given, turn = dict(headers or {}), tokens.in_turn()
    try:
        for token in turn:
            signed = given | {"Authorization": f"Bearer {token.words}"}
            with _client().stream(method, url, headers=signed, timeout=timeout, **body) as answer:
                tokens.note(token, is_taken=answer.status_code != tokens.NOT_KNOWN)
                if answer.status_code == tokens.NOT_KNOWN and token is not turn[-1]:
                    continue
                if not answer.is_success:
                    raise _error_of(answer)
                yield answer
                return
    except _NOT_BEGUN as away:
        raise NotReached(0, type(away).__name__) from away
    except httpx.HTTPError as away:
        raise Away(0, type(away).__name__) from away


def ask(path: str, *, timeout: httpx.Timeout = SETTING_UP) -> Json:
    """What LINE tells under this path. Raises LineError."""
    return told(call("GET", path, timeout=timeout))


def found(path: str) -> Json | None:
    """The same, or None where LINE knows nothing of the kind. Raises LineError."""
    try:
        return ask(path)
    except Gone:
        return None


def told(answer: httpx.Response) -> Json:
    """The object in an answer of LINE's. Raises Away when it has none."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Away(answer.status_code, "the answer is not LINE's", request_id_of(answer))
    return body


def request_id_of(answer: httpx.Response) -> str | None:
    """By which LINE's support finds the call."""
    found: str | None = answer.headers.get("x-line-request-id")
    return found


def at_most_seconds(timeout: httpx.Timeout) -> float:
    """How long a call may take whose answer comes in one piece; finding the address not counted."""
    return sum(each or 0.0 for each in timeout.as_dict().values())


def _client() -> httpx.Client:
    """This process's connections: by HTTPS_PROXY where one is set, but to this machine itself."""
    with _MAKING:
        return _made()


@lru_cache(maxsize=1)
def _made() -> httpx.Client:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=30)
    straight: dict[str, None] = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
    made = httpx.Client(verify=httpx.create_ssl_context(), mounts=straight, limits=limits)
    atexit.register(made.close)
    return made


def _begin_anew() -> None:
    """In the child of a fork: its connections are its own."""
    _made.cache_clear()
    _MAKING.release()


os.register_at_fork(
    before=_MAKING.acquire, after_in_parent=_MAKING.release, after_in_child=_begin_anew
)


def warm_up() -> None:
    """Make the client now: reading all the certificates takes longer than most calls."""
    _client()


def _error_of(answer: httpx.Response) -> LineError:
    status = answer.status_code
    kind = _KIND_OF.get(status, Refused if 400 <= status < 500 else Away)
    return kind(status, _said(answer), request_id_of(answer))


def _said(answer: httpx.Response) -> str:
    answer.read()
    try:
        body = answer.json()
        return f"{body.get('message', '')} {body.get('details') or ''}".strip()[:300]
    except (ValueError, AttributeError):
        return answer.text[:200]

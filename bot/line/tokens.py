"""Which access token LINE takes: of two, the one that is set first, and at a 401 the other."""

import time
from threading import Lock
from typing import Final, NamedTuple

import structlog
from prometheus_client import Counter

from settings import settings

NOT_KNOWN: Final = 401
FIRST: Final = "LINE_CHANNEL_ACCESS_TOKEN"
ALSO: Final = "LINE_CHANNEL_ACCESS_TOKEN_ALSO"
AGAIN_SECONDS: Final = 60.0
"""So long one that was refused comes after the other; then LINE may know it."""
ANSWERS: Final = Counter(
    "michi_line_tokens", "Calls to LINE by token, and whether it was taken", ["token", "taken"]
)
log = structlog.get_logger()


class Token(NamedTuple):
    """`name`: of its setting."""

    name: str
    words: str


def in_turn() -> list[Token]:
    """In the order in which they are to be tried; one, where no other is set."""
    of = settings()
    both = (
        Token(FIRST, of.line_channel_access_token.get_secret_value()),
        Token(ALSO, of.line_channel_access_token_also.get_secret_value()),
    )
    now = time.monotonic()
    return sorted((one for one in both if one.words), key=lambda one: _is_refused(one, now))


def note(token: Token, *, is_taken: bool) -> None:
    """Whether LINE knew it just now; said in the log when that has changed."""
    ANSWERS.labels(token.name, "yes" if is_taken else "no").inc()
    if is_taken and token.name not in _refused:
        return
    with _LOCK:
        before = _refused.pop(token.name, None)
        if not is_taken:
            _refused[token.name] = time.monotonic()
    if is_taken and before is not None:
        log.info("line_token_is_taken", token=token.name)
    elif not is_taken and before is None:
        log.error("line_token_is_refused", token=token.name)


def refused() -> list[str]:
    """By the names of their settings: those that LINE did not know when this process last tried."""
    return sorted(_refused)


def _is_refused(token: Token, now: float) -> bool:
    at = _refused.get(token.name)
    return at is not None and now - at < AGAIN_SECONDS


_refused: dict[str, float] = {}
"""Since when, on the clock that only goes on."""
_LOCK: Final = Lock()

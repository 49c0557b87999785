"""The wire to LINE: replies, pushes, profiles and the month's quota, by its SDK."""

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    Message,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
)

from settings import settings

TIMEOUT: Final = (2.0, 6.0)
BRIEF_TIMEOUT: Final = (1.0, 1.5)
"""For what can be asked again later."""
_BEFORE_ANY_WORD: Final = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
)
"""No connection came about, so that nothing can have been said."""


class Fate(enum.StrEnum):
    """What became of an attempt to say something."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"
    UNSURE = "unsure"
    NOT_REACHED = "not_reached"
    TOKEN_GONE = "token_gone"
    TOO_FAST = "too_fast"
    QUOTA_GONE = "quota_gone"
    NOT_ALLOWED = "not_allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate, LINE's request id for its support, and its reason when it said one."""

    fate: Fate
    request_id: str | None = None
    error: str | None = None


@lru_cache(maxsize=1)
def _api() -> MessagingApi:
    given = settings()
    configuration = Configuration(
        host=given.line_api_url.rstrip("/"),
        access_token=given.line_channel_access_token.get_secret_value(),
    )
    configuration.retries = False
    configuration.connection_pool_maxsize = 32
    return MessagingApi(ApiClient(configuration))


def warm_up() -> None:
    """Make the client now, so that the first answer does not wait for it."""
    _api()


def reply(token: str, messages: Sequence[dict[str, Any]]) -> Outcome:
    """Answer with a reply token. A token works once, so asking twice never says it twice."""
    request = ReplyMessageRequest(
        replyToken=token, messages=[Message.from_dict(message) for message in messages]
    )
    return _attempt(lambda: _api().reply_message_with_http_info(request, _request_timeout=TIMEOUT))


def push(recipient: str, messages: Sequence[dict[str, Any]], retry_key: UUID) -> Outcome:
    """Say it unasked. The same retry key with the same body is said once within 24 hours."""
    request = PushMessageRequest(
        to=recipient, messages=[Message.from_dict(message) for message in messages]
    )
    return _attempt(
        lambda: _api().push_message_with_http_info(
            request, x_line_retry_key=str(retry_key), _request_timeout=TIMEOUT
        )
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """What LINE shows of a person: nothing when they block us, are gone or gave no consent."""

    is_shown: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """The month's pushes: how many are allowed (None: any number), how many are used."""

    limit: int | None
    used: int


def profile(user_id: str) -> Profile | None:
    """What LINE shows of a person; None when it does not say clearly."""
    try:
        found = _api().get_profile(user_id, _request_timeout=BRIEF_TIMEOUT)
    except ApiException as refused:
        return Profile(is_shown=False) if refused.status == 404 else None
    except (urllib3.exceptions.HTTPError, OSError):
        return None
    return Profile(is_shown=True, language=found.language or "")


def quota() -> Quota | None:
    """The month's pushes as LINE counts them; None when it cannot say now."""
    try:
        allowed = _api().get_message_quota(_request_timeout=BRIEF_TIMEOUT)
        used = _api().get_message_quota_consumption(_request_timeout=BRIEF_TIMEOUT)
    except (ApiException, urllib3.exceptions.HTTPError, OSError, ValueError):
        return None
    return Quota(allowed.value if allowed.type == "limited" else None, used.total_usage)


def _attempt(call: Any) -> Outcome:
    try:
        answer = call()
    except ApiException as refused:
        return _fate_of(refused)
    except _BEFORE_ANY_WORD as away:
        return Outcome(Fate.NOT_REACHED, error=type(away).__name__)
    except (urllib3.exceptions.HTTPError, OSError) as away:
        return Outcome(Fate.UNSURE, error=type(away).__name__)
    return Outcome(Fate.SENT, _request_id(answer.headers))


def _fate_of(refused: ApiException) -> Outcome:
    said = _said(refused.body)
    status = refused.status or 0
    if status == 409:
        fate = Fate.SENT_BEFORE
    elif status == 429:
        fate = Fate.QUOTA_GONE if "monthly limit" in said else Fate.TOO_FAST
    elif status == 400:
        fate = Fate.TOKEN_GONE if "Invalid reply token" in said else Fate.REFUSED
    elif 400 < status < 500:
        fate = Fate.NOT_ALLOWED
    else:
        fate = Fate.UNSURE
    return Outcome(fate, _request_id(refused.headers), f"{status} {said}"[:500])


def _said(body: Any) -> str:
    try:
        answer = json.loads(body)
        return f"{answer.get('message', '')} {answer.get('details') or ''}".strip()
    except (TypeError, ValueError, AttributeError):
        return str(body)[:200]


def _request_id(headers: Any) -> str | None:
    return {name.lower(): value for name, value in (headers or {}).items()}.get("x-line-request-id")

"""The calls to LINE about the account itself: who it is, its webhook, its pushes.

All of them raise client.LineError. LINE's answers are read with tolerance, for they grow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from bot.line.client import SETTING_UP, ask, call, found, told
from reports.outbox.quota import Quota

_TEST: Final = httpx.Timeout(30, connect=3)
_WEBHOOK: Final = "/v2/bot/channel/webhook/endpoint"
_QUOTA: Final = "/v2/bot/message/quota"


@dataclass(frozen=True, slots=True)
class Account:
    """What people see of it, and who answers there: "bot", or "chat" where people at the city may
    too."""

    name: str
    basic_id: str
    chat_mode: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where LINE sends events, if anywhere, and whether it does so at all."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Tested:
    """How LINE's own test of the webhook went; `status` is 0 without an answer."""

    success: bool
    status: int
    reason: str
    detail: str


def info(timeout: httpx.Timeout = SETTING_UP) -> Account:
    """The account that our token is of."""
    known = ask("/v2/bot/info", timeout=timeout)
    return Account(
        str(known.get("displayName") or ""),
        str(known.get("basicId") or ""),
        str(known.get("chatMode") or ""),
    )


def webhook() -> Webhook:
    """Where events go; an empty address when none was ever set."""
    known = found(_WEBHOOK) or {}
    return Webhook(str(known.get("endpoint") or ""), bool(known.get("active")))


def set_webhook(url: str) -> None:
    """Events go there from now on; LINE may take a minute to follow."""
    call("PUT", _WEBHOOK, json={"endpoint": url})


def test_webhook(url: str) -> Tested:
    """Let LINE send an empty, signed request there. It allows 60 of these in an hour."""
    path, body = "/v2/bot/channel/webhook/test", {"endpoint": url}
    tested = told(call("POST", path, json=body, timeout=_TEST))
    return Tested(
        bool(tested.get("success")),
        int(tested.get("statusCode") or 0),
        str(tested.get("reason") or ""),
        str(tested.get("detail") or ""),
    )


def quota(timeout: httpx.Timeout = SETTING_UP) -> Quota:
    """The month's pushes, as far as LINE has counted them."""
    allowed = ask(_QUOTA, timeout=timeout)
    used = ask(f"{_QUOTA}/consumption", timeout=timeout).get("totalUsage")
    limit = allowed.get("value") if allowed.get("type") == "limited" else None
    return Quota(limit, int(used or 0), datetime.now(UTC))

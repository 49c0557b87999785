"""Each request is known to the audit log: who sends it, from where, and what they got to see.

A look or a file is written down before its first byte leaves, by one statement in a transaction of
its own; what is changed, by the database itself.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.tickets.numbers import number_in
from store.origin import Origin, origin
from web.auth import pace
from web.auth.looks import SHOWN
from web.kit.app import SafeHeaders, refused

_THINGS: Final = {
    "number": "ticket", "user_id": "user", "order_id": "order", "resident_id": "resident",
    "photo_id": "photo", "patrol_id": "patrol", "file_id": "file", "key": "", "token": "",
}  # fmt: skip
"""What a part of an address names."""
_NAME: Final = re.compile(r"[a-z][a-z_\-]{0,29}")
_MOST_NAMES: Final = 30
_EACH: Final = 10
"""Refusals of one person in a minute that are written down one by one."""
_READS: Final = ("GET", "HEAD")
_GIVEN: Final = (200, 206, 304)
_LATER: Final = (503, "いま処理できません。少し待って、もう一度お試しください。")
log = structlog.get_logger()


class NotWritten(Exception):
    """The audit log cannot be written to, so that nothing is shown."""


class Watched:
    """ASGI middleware, to stand inside of what gives every answer its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        here = Origin(address=_address(scope), changes=_changes(scope))
        origin.set(here)

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _write(scope, here, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, say)
        except NotWritten:
            await SafeHeaders(refused(Request(scope), *_LATER))(scope, receive, send)


def _changes(scope: Scope) -> bool:
    """Whether something may be changed: who comes back from elsewhere to be let in asks to read."""
    return scope["method"] not in _READS or scope["path"].startswith("/sign-in/")


async def _write(scope: Scope, here: Origin, status: int) -> None:
    """Raises NotWritten."""
    kind, what, new = _told(scope, here, status)
    if kind is None:
        return
    about = here.about or _about(scope)
    try:
        if kind is Kind.REFUSAL:
            who = here.via or str(here.user_id)
            await run_in_threadpool(_write_refusal, who, what, about, new or {})
        else:
            await run_in_threadpool(write_at_once, kind, what, about, new=new)
    except SQLAlchemyError as trouble:
        log.exception("audit_not_written")
        raise NotWritten from trouble


def _write_refusal(who: str, what: str, about: str, new: Mapping[str, Any]) -> None:
    """The first few of a minute each; of more, every one whose number is a power of two, with that
    number: so that nobody fills the log. Raises SQLAlchemyError."""
    many = pace.refused(who)
    if many <= _EACH:
        write_at_once(Kind.REFUSAL, what, about, new=new)
    elif many.bit_count() == 1:
        write_at_once(Kind.REFUSAL, what, about, new={**new, "in_a_minute": many})


def _told(
    scope: Scope, here: Origin, status: int
) -> tuple[Kind | None, str, Mapping[str, Any] | None]:
    """What is to be written of an answer with this status, if anything."""
    is_somebody = here.user_id is not None or bool(here.via)
    if status == 403 and is_somebody:
        door = f"{scope['method']} {_route(scope)}"
        return Kind.REFUSAL, here.refusal or "not allowed", {"door": door}
    shown = SHOWN.get(_route(scope)) if status in _GIVEN else None
    if shown is None or scope["method"] not in _READS:
        return None, "", None
    if shown.only and scope["path_params"].get(shown.only[0]) != shown.only[1]:
        return None, "", None
    new = {"query": _query(scope)} if shown.kind is Kind.EXPORT and scope["query_string"] else None
    return shown.kind, shown.what, new


def _route(scope: Scope) -> str:
    """As the application has it: what stands for its parts may be a secret."""
    return str(getattr(scope.get("route"), "path", ""))


def _query(scope: Scope) -> list[str]:
    """The names of what was asked for; the words that somebody sought are not kept, nor what is no
    name: anybody may write anything there."""
    names = {*Request(scope).query_params.keys()}
    return sorted(name for name in names if _NAME.fullmatch(name))[:_MOST_NAMES]


def _about(scope: Scope) -> str:
    parts = scope.get("path_params", {})
    if "kind" in parts and "person_id" in parts:
        return f"{parts['kind']}:{parts['person_id']}"
    for name, value in parts.items():
        if thing := _THINGS.get(name):
            return f"{thing}:{number_in(value) or value if thing == 'ticket' else value}"
    return ""


def _address(scope: Scope) -> str:
    """Of the network, as the proxies tell it that are trusted (uvicorn reads them)."""
    client = scope.get("client")
    return str(client[0])[:60] if client else ""

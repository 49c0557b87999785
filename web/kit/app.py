"""What the application needs of the web: files for browsers, safe headers, kind refusals."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings import settings
from web.kit import assets, languages
from web.kit.errors import NotSignedIn, Refusal
from web.kit.pages import page
from web.kit.policy import FRAMES, HEADER, NOWHERE, policy
from web.kit.router import Router

router = Router(include_in_schema=False)

Refused = Callable[[Request, int, str, Mapping[str, str], str], Response]
"""Status, sentence, headers, and the reason in a word."""
_AS_THEY_ARE: Final = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Types of answers that are compressed already."""


def furnish(app: FastAPI, knows: Callable[[Request], object]) -> None:
    """Give the application what every page needs: static files, headers, kind refusals.

    `knows` leaves whoever has signed in with a request in its state, where a page has not done so.
    """

    async def refuse_plainly(request: Request, error: Exception) -> Response:
        if is_person(request):
            with suppress(SQLAlchemyError):
                await run_in_threadpool(knows, request)
        return await _refuse_plainly(request, error)

    router.give(app)
    app.add_middleware(
        GZipMiddleware, minimum_size=1_000, compresslevel=3, exclude_content_types=_AS_THEY_ARE
    )
    app.add_middleware(SafeHeaders)
    app.add_exception_handler(Refusal, refuse)
    app.add_exception_handler(HTTPException, refuse_plainly)
    app.add_exception_handler(RequestValidationError, _refuse_values)


@router.get("/static/{path:path}")
def static_file(path: str, request: Request) -> Response:
    """Ours and MapLibre's."""
    return assets.give(path, request)


def refuse(request: Request, refusal: Exception) -> Response:
    """An exception handler for `Refusal`: people get a page (or the sign-in), programs JSON."""
    assert isinstance(refusal, Refusal)
    can_sign_in = isinstance(refusal, NotSignedIn) and not refusal.reason
    if can_sign_in and is_person(request) and request.method == "GET":
        address = _sign_in_for(_path_of(request.url.path, request.url.query))
        return RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    headers |= refusal.headers
    return refused(request, refusal.status, refusal.sentence, headers, refusal.reason)


def refused(
    request: Request,
    status: int,
    sentence: str,
    headers: dict[str, str] | None = None,
    reason: str = "",
) -> Response:
    """This status with this Japanese sentence, as a page for people and as JSON for programs; for
    those of others as a problem (RFC 9457), with its `reason` in a word."""
    if (in_their_way := _otherwise(request)) is not None:
        return in_their_way(request, status, sentence, headers or {}, reason)
    if request.url.path.startswith("/api/"):
        return _problem(status, sentence, headers, reason)
    if not is_person(request):
        return JSONResponse({"detail": sentence}, status, headers=headers)
    return as_page(request, status, sentence, headers or {})


def as_page(request: Request, status: int, sentence: str, headers: Mapping[str, str]) -> Response:
    """A refusal for people."""
    answer = page(
        "kit/refusal.html",
        status=status,
        sentence=sentence,
        code=status,
        visitor=getattr(request.state, "visitor", None),
        sign_in=_sign_in_for(form_of(request)),
        english=_IN_ENGLISH.get(status, _IN_ENGLISH[400]) if _reads_english(request) else "",
    )
    answer.headers.update(headers)
    return answer


def _otherwise(request: Request) -> Refused | None:
    """How the room of this address says no, where it has its own way: `app.state.refused`, by what
    its addresses begin with."""
    app = request.scope.get("app")
    own: Mapping[str, Refused] = getattr(app.state, "refused", {}) if app else {}
    return next((own[each] for each in own if request.url.path.startswith(each)), None)


def _problem(status: int, sentence: str, headers: dict[str, str] | None, reason: str) -> Response:
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
    told["reason"] = reason or title.lower().replace(" ", "_")
    return JSONResponse(told, status, headers, media_type="application/problem+json")


def _sign_in_for(next: str) -> str:
    """The sign-in that leads on to this path."""
    return f"/sign-in?next={quote(next)}" if next else "/sign-in"


def form_of(request: Request) -> str:
    """The path of the page of ours that this was sent from, or nothing."""
    page, ours = request.headers.get("referer", ""), settings().origin
    return page.removeprefix(ours) if page.startswith(f"{ours}/") else ""


def _path_of(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


async def _refuse_plainly(request: Request, error: Exception) -> Response:
    """No such address, or not with this method: a page for people, as usual for programs."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and (other := _other_slash(request)):
        return RedirectResponse(other, 307)
    if not is_person(request) and _otherwise(request) is None:
        return await http_exception_handler(request, error)
    return refused(request, error.status_code, _PLAIN.get(error.status_code, _PLAIN[400]))


def _other_slash(request: Request) -> str:
    """The same address with or without the slash at its end, where there is something; as a path,
    for what the request calls this site is not to be repeated."""
    path = request.scope["path"]
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    elsewhere = dict(request.scope) | {"path": other}
    there = any(
        route.matches(elsewhere)[0] is not Match.NONE for route in request.app.router.routes
    )
    return _path_of(other, request.url.query) if there else ""


async def _refuse_values(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not is_person(request) and _otherwise(request) is None:
        return _told_of_values(error)
    return refused(request, 422, _PLAIN[422])


def _told_of_values(error: RequestValidationError) -> Response:
    """What cannot be and why, without what was sent: that may be somebody's words, or a number that
    JSON has not; and in ASCII, for a name that was sent may be no Unicode."""
    told = [{name: each[name] for name in ("type", "loc", "msg")} for each in error.errors()]
    return Response(json.dumps({"detail": told}), 422, media_type="application/json")


_PLAIN: Final = {
    400: "この操作はできませんでした。前の画面から、もう一度お試しください。",
    404: "このページはありません。アドレスをお確かめください。",
    422: "アドレスに、使えない値が入っています。前の画面から、もう一度お試しください。",
}


_IN_ENGLISH: Final = {
    400: "This cannot be shown. Please go back and try again.",
    404: "There is no such page. Please check the address.",
    410: "It was here, and is not any more.",
    429: "Too many requests. Please try again in a moment.",
    503: "We cannot answer just now. Please try again in a moment.",
}


def _reads_english(request: Request) -> bool:
    """Whether the address or else the browser asks for it, and not for Japanese."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "ja")
    return languages.preferred(asked, ("ja", "en")) == "en"


def is_person(request: Request) -> bool:
    """Who gets a page; programs get JSON."""
    is_page = not request.url.path.startswith(("/api/", "/line/", "/open311/"))
    return is_page and "text/html" in request.headers.get("accept", "")


@lru_cache(maxsize=4)
def _safe_headers(public_url: str, tiles_url: str) -> dict[str, str]:
    safe = {
        HEADER: policy(tiles_url),
        "X-Content-Type-Options": "nosniff",
        FRAMES: "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    }
    if public_url.startswith("https://"):
        safe["Strict-Transport-Security"] = "max-age=31536000"
    return safe


_UNTOUCHED: Final = "/line/"
_OF_PAGES: Final = frozenset({FRAMES, "Cross-Origin-Opener-Policy", "Permissions-Policy"})
"""What means something for a document alone: a script, a style or a drawing goes without them, for
a phone over a slow line fetches some twenty."""
_OF_LOADING: Final = frozenset({HEADER, "Referrer-Policy"})
_PARTS: Final = (".js", ".css")
"""What is never a document and no worker's own file, for which alone a policy would count: those
that pages and workers load are held to the policy of these, and load only what is ours."""


def _left_out(path: str) -> frozenset[str]:
    if not path.startswith("/static/"):
        return frozenset()
    return _OF_PAGES | _OF_LOADING if path.endswith(_PARTS) else _OF_PAGES


class SafeHeaders:
    """ASGI middleware: every answer to a browser says what it may load, and from where."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UNTOUCHED):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _with_safe_headers(send, _left_out(scope["path"])))


def _with_safe_headers(send: Send, without: frozenset[str]) -> Callable[[Message], Any]:
    async def say(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            safe = _safe_headers(settings().public_url, settings().map_tiles_url)
            is_framed = NOWHERE not in headers.get(HEADER, NOWHERE)
            left_out = without | {FRAMES} if is_framed else without
            for name, value in safe.items():
                if name not in left_out:
                    headers.setdefault(name, value)
        await send(message)

    return say

"""How a request has come through the proxy, told to `michi doctor` alone: whoever cannot sign with
SECRET_KEY gets the 404 of an address that leads nowhere."""

import hmac
import time
from importlib.metadata import version
from typing import Any, Final

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, Response

from store.keyed import mac
from web.kit.errors import TooLarge
from web.kit.forms import MOST_BYTES, count
from web.kit.router import Router

router = Router(include_in_schema=False)

PATH: Final = "/as-seen"
SIGNED: Final = "x-michi-signed"
HOLDS_SECONDS: Final = 300
TOO_LARGE: Final = "too_large_for_web"
"""The reason in our own refusal, so that it is not taken for the proxy's."""
_READS_BYTES: Final = 64 * 1024 * 1024
"""So much is read, so that the refusal of what is too large for a form is heard."""


def signature(at: int) -> str:
    """What is sent as SIGNED, at so many seconds since 1970."""
    return f"{at}.{mac(f'as-seen {at}').hex()}"


def is_signed(given: str, now: float) -> bool:
    """Whether this was signed here, lately."""
    at = given.partition(".")[0]
    if not (at.isascii() and at.isdecimal() and len(at) < 12):
        return False
    right = hmac.compare_digest(given.encode("utf-8", "replace"), signature(int(at)).encode())
    return right and abs(now - int(at)) <= HOLDS_SECONDS


@router.post(PATH)
async def as_seen(request: Request) -> Response:
    """Who asks and by which scheme, as the application believes it; the lines of the proxy that it
    heard; how many bytes have come."""
    if not is_signed(request.headers.get(SIGNED, ""), time.time()):
        raise HTTPException(404)
    try:
        many = await count(request, _READS_BYTES)
    except TooLarge:
        many = _READS_BYTES
    if many > MOST_BYTES:
        return JSONResponse({"reason": TOO_LARGE}, 413)
    return JSONResponse(_told(request) | {"bytes": many}, headers={"Cache-Control": "no-store"})


def _told(request: Request) -> dict[str, Any]:
    return {
        "michi": version("michi"),
        "client": request.client.host if request.client else "",
        "scheme": request.url.scheme,
        "forwarded_for": request.headers.getlist("x-forwarded-for"),
        "forwarded_proto": request.headers.getlist("x-forwarded-proto"),
    }

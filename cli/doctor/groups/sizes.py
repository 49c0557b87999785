"""What the way through PUBLIC_URL lets through, and what is too large for it."""

from collections.abc import Iterator
from typing import Final

import httpx

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.groups.proxy import headers, http, not_ours
from cli.doctor.looks import Check
from web.auth.as_seen import PATH, TOO_LARGE

PHOTOS: Final = 18 * 1024 * 1024
"""A crew's four photos."""
FAR_TOO_MUCH: Final = 40 * 1024 * 1024
_HEAD: Final = 40 * 1024


def _bodies(asked: Asked) -> Iterator[Finding]:
    """A crew's photos come through."""
    answer = _sent(asked, PHOTOS)
    if answer and answer.status_code == 200 and answer.json()["bytes"] == PHOTOS:
        yield right("proxy.photos", "写真4枚(18 MB)が通ります", "four photos (18 MB) come through")
    elif answer is None or (answer.status_code == 413 and not _is_webs(answer)):
        yield wrong(
            "proxy.photos",
            "プロキシが写真(18 MB)を断ります",
            "the proxy refuses photos (18 MB)",
            "client_max_body_size 20m;    # nginx",
            status=answer.status_code if answer else 0,
        )
    else:
        yield not_ours(asked, answer.status_code)


def _too_much(asked: Asked) -> Iterator[Finding]:
    """What nobody wants does not."""
    answer = _sent(asked, FAR_TOO_MUCH)
    if answer is None:
        yield right("proxy.too_large", "40 MB は切られます", "40 MB are cut off")
    elif answer.status_code == 413 and (not _is_webs(answer) or not asked.settings.is_secure):
        yield right("proxy.too_large", "40 MB は断られます", "40 MB are refused")
    elif answer.status_code == 413:
        yield warning(
            "proxy.too_large",
            "プロキシは 40 MB を通し、web が断ります",
            "the proxy lets 40 MB through, and web refuses them",
            "client_max_body_size 20m;    # nginx",
        )
    else:
        yield wrong(
            "proxy.too_large",
            f"40 MB が断られません({answer.status_code})",
            f"40 MB are not refused ({answer.status_code})",
            "client_max_body_size 20m;    # nginx",
            status=answer.status_code,
        )


def _sent(asked: Asked, many: int) -> httpx.Response | None:
    """What so many bytes are answered with; None where they were cut off."""
    try:
        with http(asked.settings.base) as client:
            return client.post(PATH, headers=headers(), content=b"\0" * many)
    except httpx.TransportError:
        return None


def _is_webs(answer: httpx.Response) -> bool:
    return TOO_LARGE in answer.text


def _head(asked: Asked) -> Iterator[Finding]:
    try:
        with http(asked.settings.base) as client:
            answer = client.get("/healthz", headers={"x-michi-long": "x" * _HEAD})
    except httpx.TransportError:
        yield right("proxy.head", "大きなヘッダーは切られます", "a large head is cut off")
        return
    if 400 <= answer.status_code < 500:
        yield right(
            "proxy.head", "大きなヘッダー(40 KB)は断られます", "a head of 40 KB is refused",
            status=answer.status_code,
        )  # fmt: skip
    else:
        yield wrong(
            "proxy.head",
            f"大きなヘッダー(40 KB)が断られません({answer.status_code})",
            f"a head of 40 KB is not refused ({answer.status_code})",
            "large_client_header_buffers 4 8k;    # nginx",
            status=answer.status_code,
        )


_NEEDS: Final = ("PUBLIC_URL", "web")
CHECKS: Final = (
    Check("proxy.photos", _bodies, (*_NEEDS, "SECRET_KEY"), seconds=30),
    Check("proxy.too_large", _too_much, (*_NEEDS, "SECRET_KEY"), seconds=30),
    Check("proxy.head", _head, _NEEDS),
)

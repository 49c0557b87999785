"""Fetching a photo from a host that OPEN311_MEDIA_HOSTS names: within a time, with a cap on bytes,
and from nowhere inside.

A name is looked up once and the connection goes to the address that was found, which must be
everybody's; so must be where a redirect leads, and its host must be named as well. Who names an
address itself (http://10.0.0.5:8080) means it.
"""

import socket
import time
from contextlib import closing
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from bot.line.content import MOST_PHOTO_BYTES, MOST_SECONDS
from reports.photos.media import Origin, is_allowed, origin_of

MOST_REDIRECTS: Final = 3
_PATIENCE: Final = httpx.Timeout(10, connect=3)
_LEAD_ON: Final = tuple(map(IPv6Network, ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")))
"""IPv6 that carries an IPv4 address, which may be anybody's."""


class NotThere(Exception):
    """It cannot be had from there; `state`: of the photo."""

    def __init__(self, why: str, state: str = "unfetched") -> None:
        super().__init__(why)
        self.state = state


class Away(Exception):
    """No answer, or one that says: later."""


def fetched(url: str) -> bytes:
    """At most MOST_PHOTO_BYTES. Raises NotThere, Away."""
    until = time.monotonic() + MOST_SECONDS
    with closing(httpx.Client(timeout=_PATIENCE, trust_env=False)) as client:
        for _ in range(MOST_REDIRECTS + 1):
            answer = _asked(client, url)
            with closing(answer):
                if not answer.has_redirect_location:
                    return _read(answer, until)
                url = urljoin(url, answer.headers["location"])
    raise NotThere("it leads on and on")


def _asked(client: httpx.Client, url: str) -> httpx.Response:
    origin = origin_of(url)
    if origin is None or not is_allowed(url):
        raise NotThere("its host is not among those that may be asked")
    address = _address_of(origin)
    parts = urlsplit(url)
    host = f"[{address}]" if ":" in address else address
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    request = client.build_request(
        "GET",
        f"{origin.scheme}://{host}:{origin.port}{path}",
        headers={"Host": parts.netloc, "Accept": "image/*"},
        extensions={"sni_hostname": origin.host},
    )
    try:
        return client.send(request, stream=True)
    except httpx.HTTPError as away:
        raise Away(type(away).__name__) from away


def _address_of(origin: Origin) -> str:
    """One look into DNS: all that it finds must be everybody's."""
    if origin.is_address:
        return origin.host
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise Away("no such name") from unknown
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses or not all(map(_is_everybodys, addresses)):
        raise NotThere("it leads inside")
    return addresses[0]


def _is_everybodys(written: str) -> bool:
    try:
        address = ip_address(written)
    except ValueError:
        return False
    leads_on = isinstance(address, IPv6Address) and any(address in each for each in _LEAD_ON)
    return address.is_global and not address.is_multicast and not leads_on


def _read(answer: httpx.Response, until: float) -> bytes:
    if answer.status_code in (404, 410):
        raise NotThere("it is gone", "gone")
    if answer.status_code in (408, 425, 429) or answer.status_code >= 500:
        raise Away(str(answer.status_code))
    if answer.status_code != 200:
        raise NotThere(str(answer.status_code))
    body = bytearray()
    try:
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_PHOTO_BYTES:
                raise NotThere(f"more than {MOST_PHOTO_BYTES} bytes", "too_large")
            if time.monotonic() > until:
                raise Away("it comes too slowly")
    except httpx.HTTPError as away:
        raise Away(type(away).__name__) from away
    return bytes(body)

"""Who may see how an installation is: who has METRICS_TOKEN, and who asks from METRICS_NETWORKS.

An address counts only where it is surely whose request it is. Behind a proxy that Michi does not
trust everybody has the proxy's address, which is often this very machine's: who comes so is a
stranger.
"""

import hmac
import time
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from threading import Lock
from typing import Final

from fastapi import Request

from settings import settings
from web.auth.throttle import network_of
from web.kit.errors import TooMany

A_MINUTE: Final = 120
"""Questions of one address; a balancer asks about once a second."""
MOST_ADDRESSES: Final = 10_000
_BY_A_PROXY: Final = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_OF_A_HEADER: Final = 0
"""The port that uvicorn gives an address which it took from a trusted proxy's header."""


def may_see(request: Request) -> bool:
    """Whether all is told."""
    return _has_token(request) or _is_near(request)


def count(request: Request) -> None:
    """One more question of this address. Raises TooMany. Who may see is not counted, and what comes
    through a proxy that is not trusted is not counted as the proxy's own, whose balancer must hear
    how we are while strangers ask."""
    if may_see(request):
        return
    address = network_of(request.client.host if request.client else "")
    address += " behind" if any(name in request.headers for name in _BY_A_PROXY) else ""
    minute = int(time.monotonic() // 60)
    with _lock:
        if _counted.get("") != minute or len(_counted) > MOST_ADDRESSES:
            _counted.clear()
            _counted[""] = minute
        _counted[address] = _counted.get(address, 0) + 1
        is_too_many = _counted[address] > A_MINUTE
    if is_too_many:
        raise TooMany(
            "回数が多すぎます。1 分待ってから、もう一度お試しください。",
            reason="too_many",
            headers={"Retry-After": "60"},
        )


def _has_token(request: Request) -> bool:
    wanted = settings().metrics_token.get_secret_value()
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    is_right = hmac.compare_digest(given.strip().encode(), wanted.encode())
    return bool(wanted) and kind.lower() == "bearer" and is_right


def _is_near(request: Request) -> bool:
    if request.client is None:
        return False
    came_by_a_proxy = any(name in request.headers for name in _BY_A_PROXY)
    if came_by_a_proxy and request.client.port != _OF_A_HEADER:
        return False
    try:
        ip = ip_address(request.client.host)
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in network for network in _networks(settings().metrics_networks))


@lru_cache(maxsize=4)
def _networks(written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in written.split(","))


_lock: Final = Lock()
_counted: Final[dict[str, int]] = {}
"""By address, how many in this minute; under "" which minute it is."""

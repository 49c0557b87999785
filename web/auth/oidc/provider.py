"""The one way to the city's provider: what it says of itself, its keys, and the answer to a code.

ProviderError    why, for the log
├── Away         no answer, or one that says: later
└── Wrong        an answer that cannot be
    └── Refused  it takes neither this code nor, by another word, us; `error` is its word
"""

import asyncio
import json
import re
import ssl
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from settings import settings

Json = dict[str, Any]
KEPT_SECONDS: Final = 3600.0
"""So long what the provider says of itself, and its keys, are not asked for again."""
_PATIENCE: Final = httpx.Timeout(5, connect=3)
_MOST_BYTES: Final = 1024 * 1024
_GOES_TO_IT: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(Exception):
    """The argument says why, for the log."""


class Away(ProviderError):
    """It cannot be reached, or has trouble of its own."""


class Wrong(ProviderError):
    """It says what nobody can work with."""


class Refused(Wrong):
    """It says no."""

    def __init__(self, why: str, error: str) -> None:
        super().__init__(f"{why} {error}".strip())
        self.error = error


@dataclass(slots=True)
class Provider:
    """What it says of itself, and its keys as far as they are known; `asked_at`, `keys_at`: on this
    process's own clock."""

    issuer: str
    facts: Json
    asked_at: float
    keys: Json | None = None
    keys_at: float = 0.0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def address(self, name: str) -> str:
        """Of one of its endpoints; "" where it has none."""
        return str(self.facts.get(name) or "")


_known: dict[str, Provider] = {}


async def provider() -> Provider:
    """The one that is set, as it was found lately. Raises ProviderError."""
    issuer = settings().oidc_issuer
    known = _known.get(issuer)
    if known and time.monotonic() - known.asked_at < KEPT_SECONDS:
        return known
    facts = await _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if facts.get("issuer") != issuer:
        raise Wrong(f"it calls itself {str(facts.get('issuer'))[:200]!r}, and OIDC_ISSUER does not")
    for name in _GOES_TO_IT:
        _check_address(name, facts.get(name))
    _known.clear()
    found = _known[issuer] = Provider(issuer, facts, time.monotonic())
    return found


async def keys(of: Provider, *, older_than: float = KEPT_SECONDS) -> Json:
    """Its keys, asked for again where they are as old as that, in seconds. Raises ProviderError."""
    async with of.asking:
        if of.keys is None or time.monotonic() - of.keys_at >= older_than:
            of.keys = await _ask("GET", of.address("jwks_uri"))
            of.keys_at = time.monotonic()
        return of.keys


async def exchanged(of: Provider, code: str, verifier: str, back: str) -> Json:
    """The tokens for this code. `back`: the address that it was given to. Raises ProviderError."""
    given = settings()
    client_id, secret = given.oidc_client_id, given.oidc_client_secret.get_secret_value()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    ways = of.facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in ways:
        # RFC 6749, 2.3.1: both are form-encoded first
        auth = (quote(client_id, safe=""), quote(secret, safe=""))
        return await _ask("POST", of.address("token_endpoint"), data=form, auth=auth)
    form |= {"client_id": client_id, "client_secret": secret}
    return await _ask("POST", of.address("token_endpoint"), data=form)


async def more_of(of: Provider, access_token: str) -> Json | str:
    """What it tells of them beside the token: plainly, or as a token of its own. Raises
    ProviderError."""
    url = of.address("userinfo_endpoint")
    signed = {"Authorization": f"Bearer {access_token}"}
    answer, body = await _answered("GET", url, headers=signed)
    kind = answer.headers.get("content-type", "").lower()
    if answer.is_success and kind.startswith("application/jwt"):
        return body.decode("ascii", "replace").strip()
    return _read(url, answer, body)


def forget() -> None:
    """What was learnt, as a new process has it."""
    _known.clear()


async def _ask(method: str, url: str, **request: Any) -> Json:
    return _read(url, *await _answered(method, url, **request))


async def _answered(method: str, url: str, **request: Any) -> tuple[httpx.Response, bytes]:
    headers = {"Accept": "application/json", **request.pop("headers", {})}
    try:
        async with (
            httpx.AsyncClient(timeout=_PATIENCE, verify=_trusted()) as client,
            client.stream(method, url, headers=headers, **request) as answer,
        ):
            return answer, await _body(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        raise Away(f"{urlsplit(url).hostname}: {type(away).__name__}") from away


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates hold: a city may name its own (SSL_CERT_FILE). Reading them takes long."""
    return httpx.create_ssl_context()


async def _body(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Wrong(f"{answer.url.path}: more than {_MOST_BYTES} bytes")
    return body


def _read(url: str, answer: httpx.Response, body: bytes) -> Json:
    told = _json(body)
    path = urlsplit(url).path
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Away(f"{path}: {answer.status_code}")
    if not answer.is_success:
        raise Refused(f"{path}: {answer.status_code}", str((told or {}).get("error", ""))[:100])
    if told is None:
        raise Wrong(f"{path}: no JSON object")
    return told


def _json(body: bytes) -> Json | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _check_address(name: str, told: object) -> None:
    """Secrets go there: by https, or to this machine. Raises Wrong."""
    if not _SAFE.match(str(told or "")):
        raise Wrong(f"its {name} is {str(told)[:200]!r}")


_SAFE: Final = re.compile(
    r"https://[^/@\s]+|http://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(/|$)"
)

"""Whether a token is the provider's, about our sign-in, and true now; nothing else is believed."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, import_key

from settings import settings
from web.auth.oidc import provider
from web.auth.oidc.claims import Claims, Untrue
from web.auth.oidc.provider import Provider

SIGNED_BY: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Keys that only the provider has: neither `none`, nor a secret that we have as well."""
LEEWAY_SECONDS: Final = 120
"""So far the provider's clock and ours may be apart."""
_LOGGED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"


async def identity(of: Provider, answer: Mapping[str, Any], nonce: str) -> Claims:
    """What the ID token says, checked. Raises Untrue, ProviderError."""
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Untrue("there is no id_token")
    read = await _read(of, token)
    params = {
        "nonce": nonce,
        "client_id": settings().oidc_client_id,
        "access_token": answer.get("access_token"),
    }
    _validate(of, read, params)
    return dict(read.claims)


async def beside(of: Provider, token: str) -> Claims:
    """What a signed answer of its userinfo says (OpenID Connect Core 1.0, 5.3.2); whom it is about
    is still to be compared. Raises Untrue, ProviderError."""
    claims = (await _read(of, token)).claims
    meant = claims.get("aud", settings().oidc_client_id)
    if claims.get("iss", of.issuer) != of.issuer or not _is_for_us(meant):
        raise Untrue("its userinfo is another's, or for another")
    return dict(claims)


async def logged_out(of: Provider, token: str) -> Claims:
    """What a logout token says, checked (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises
    Untrue, ProviderError."""
    read = await _read(of, token, keys_older_than=60)
    claims = read.claims
    _validate(of, read, {"client_id": settings().oidc_client_id}, {"sub": claims.get("sub", "")})
    events = claims.get("events")
    if not isinstance(events, dict) or _LOGGED_OUT not in events or "nonce" in claims:
        raise Untrue("it is no logout token")
    if abs(time.time() - claims["iat"]) > KEPT_TOO_LONG or not _names_somebody(claims):
        raise Untrue("it is old, or names nobody")
    return dict(claims)


KEPT_TOO_LONG: Final = 600
"""Seconds after which a logout token is a copy of somebody's."""


def _is_for_us(meant: object) -> bool:
    us = settings().oidc_client_id
    return us in meant if isinstance(meant, list) else us == meant


def _names_somebody(claims: Mapping[str, Any]) -> bool:
    return "sub" in claims or "sid" in claims


async def _read(of: Provider, token: str, *, keys_older_than: float = 0.0) -> jwt.Token:
    """Its signature holds by a key of the provider's; one that is not known yet may be new, and the
    keys are asked for once more."""
    try:
        return _decoded(token, await provider.keys(of))
    except (InvalidKeyIdError, BadSignatureError):
        again = await provider.keys(of, older_than=keys_older_than)
    except _BROKEN as broken:
        raise Untrue(f"{type(broken).__name__}: {str(broken)[:200]}") from broken
    try:
        return _decoded(token, again)
    except _BROKEN as broken:
        raise Untrue(f"{type(broken).__name__}: {str(broken)[:200]}") from broken


def _decoded(token: str, keys: Mapping[str, Any]) -> jwt.Token:
    """By the key that it names; where one of them has no name, by any that fits."""
    kid, wrong = jws.extract_compact(token.encode()).headers().get("kid"), None
    for key in _usable(keys["keys"]):
        if kid and key.kid not in (None, kid):
            continue
        try:
            return jwt.decode(token, key, algorithms=SIGNED_BY)
        except _BROKEN as broken:
            wrong = wrong if isinstance(wrong, BadSignatureError) else broken
    raise wrong or InvalidKeyIdError(f"no key for {str(kid)[:100]!r}")


def _usable(keys: Sequence[Mapping[str, Any]]) -> Iterator[Key]:
    """Those for signatures, of a kind that is known here."""
    for key in keys:
        with suppress(*_BROKEN):
            if key.get("use", "sig") == "sig":
                yield import_key(dict(key))


_BROKEN: Final = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""What is raised of a token, or of keys, that somebody made up."""


def _validate(
    of: Provider,
    read: jwt.Token,
    params: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> None:
    options = {
        "iss": {"essential": True, "value": of.issuer},
        "aud": {"essential": True, "value": params["client_id"]},
    }
    claims = CodeIDToken({**read.claims, **(more or {})}, read.header, options, dict(params))
    try:
        claims.validate(leeway=LEEWAY_SECONDS)
    except _BROKEN as untrue:
        raise Untrue(f"{type(untrue).__name__}: {str(untrue)[:200]}") from untrue
    if not all(_is_id(read.claims.get(name, "x")) for name in ("sub", "sid")):
        raise Untrue("its sub or sid is no id")


def _is_id(told: object) -> bool:
    return isinstance(told, str) and told.isprintable() and 0 < len(told) <= 255

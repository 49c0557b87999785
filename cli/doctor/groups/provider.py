"""The city's sign-in provider: what it says of itself, and whether it knows our client."""

import asyncio
from collections.abc import Iterator
from typing import Final

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning, wrong
from cli.doctor.groups.connections import one, reading
from cli.doctor.looks import Check
from web.auth.oidc import provider as oidc
from web.auth.oidc.arrival import BACK

_NOBODYS: Final = "michi-doctor-no-code"
_OF_THE_CLIENT: Final = ("invalid_client", "unauthorized_client")


def _discovery(asked: Asked) -> Iterator[Finding]:
    if not asked.settings.oidc_issuer:
        yield not_seen(
            "provider.discovery", "使っていません(OIDC_ISSUER)", "not in use (OIDC_ISSUER)"
        )
        return
    yield from asyncio.run(_asked(asked))


async def _asked(asked: Asked) -> list[Finding]:
    issuer = asked.settings.oidc_issuer
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = await oidc.provider()
        keys = await oidc.keys(found)
    except oidc.Wrong as wrong_:
        return [
            wrong(
                "provider.discovery",
                f"OIDC_ISSUER と認証サーバーの言うことが合いません({wrong_})",
                f"OIDC_ISSUER and what the provider says do not fit ({wrong_})",
                f"curl -s {url}\n{asked.to_set('OIDC_ISSUER=…')}",
            )
        ]
    except oidc.Away as away:
        return [
            wrong(
                "provider.discovery",
                f"認証サーバーに届きません({away})",
                f"the provider cannot be reached ({away})",
                f"curl -sv {url}    # SSL_CERT_FILE=…",
            )
        ]
    many = len(keys.get("keys") or [])
    there = right("provider.discovery", f"{issuer} が答えます", f"{issuer} answers", keys=many)
    return [there, await _client(asked, found)]


async def _client(asked: Asked, found: oidc.Provider) -> Finding:
    """A code that nobody gave is refused: as a code by who knows our client, and else as ours."""
    back = f"{asked.settings.base}{BACK}"
    try:
        await oidc.exchanged(found, _NOBODYS, "x" * 64, back)
    except oidc.Refused as refused:
        if refused.error in _OF_THE_CLIENT:
            return wrong(
                "provider.client",
                "認証サーバーは OIDC_CLIENT_ID か OIDC_CLIENT_SECRET を受け付けません",
                "the provider refuses OIDC_CLIENT_ID or OIDC_CLIENT_SECRET",
                asked.to_set("OIDC_CLIENT_SECRET=…"),
                error=refused.error,
            )
        ja, en = "この Michi を知っています", "it knows this Michi"
        return right("provider.client", ja, en, error=refused.error, back=back)
    except oidc.ProviderError as other:
        return warning(
            "provider.client", f"確かめられません({other})", f"this cannot be seen ({other})"
        )
    return not_seen("provider.client", "確かめられません", "this cannot be seen")


def _emergency(asked: Asked) -> Iterator[Finding]:
    """Somebody must come in on the day on which the provider is away."""
    name = asked.settings.passwords_only_for
    if not name:
        return
    with reading(asked.settings.database_url) as db:
        there = one(db, _HAS_ONE, name)
    if there:
        yield right("provider.emergency", f"緊急用の管理者 {name} がいます", f"{name} is there")
    else:
        yield wrong(
            "provider.emergency",
            f"PASSWORDS_ONLY_FOR の {name} という、パスワードのある管理者がいません",
            f"there is no administrator {name} with a password (PASSWORDS_ONLY_FOR)",
            f"{asked.michi} add-user {name} --role administrator --shown-name …",
        )


_HAS_ONE: Final = """
    SELECT id FROM users
    WHERE name = %s AND role = 'administrator' AND NOT disabled AND password <> ''
"""

CHECKS: Final = (
    Check("provider.discovery", _discovery, ("OIDC_ISSUER", "OIDC_CLIENT_SECRET"), seconds=20),
    Check("provider.emergency", _emergency, ("PASSWORDS_ONLY_FOR", "DATABASE_URL", "database")),
)

"""The way through PUBLIC_URL: the name, the certificate, what the proxy passes on and refuses."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning, wrong
from cli.doctor.groups.settings import is_here
from cli.doctor.looks import Check
from web.auth.as_seen import PATH, SIGNED, signature

STRANGER: Final = "203.0.113.77"
"""An address for documents (RFC 5737): nobody has it."""
_PATIENCE: Final = httpx.Timeout(8, connect=4)
_NGINX_ADDRESS: Final = (
    "proxy_set_header X-Forwarded-For $remote_addr;    # nginx\n"
    "proxy_set_header X-Forwarded-Proto $scheme;"
)


def http(base: str = "") -> httpx.Client:
    """A client that goes the way that people go: by no proxy of ours, and following nothing."""
    return httpx.Client(
        base_url=base,
        timeout=_PATIENCE,
        verify=httpx.create_ssl_context(),
        trust_env=False,
        follow_redirects=False,
    )


def _reached(asked: Asked) -> Iterator[Finding]:
    base = asked.settings.base
    try:
        with http() as client:
            answer = client.get(f"{base}/healthz")
    except httpx.HTTPError as away:
        yield _away(asked, away)
        return
    host = urlsplit(base).hostname
    if answer.is_redirect:
        to = answer.headers.get("location", "").removesuffix("/healthz")
        yield wrong(
            "proxy.reached",
            f"PUBLIC_URL は {to} に転送されます。LINE は転送を追いません",
            f"PUBLIC_URL redirects to {to}, which LINE does not follow",
            asked.to_set(f"PUBLIC_URL={to}"),
            status=answer.status_code,
        )
    elif answer.status_code in (502, 503, 504):
        yield wrong(
            "proxy.reached",
            f"プロキシから web に届きません({answer.status_code})",
            f"the proxy does not reach web ({answer.status_code})",
            f"{asked.to_start('web')}\ncurl -s http://127.0.0.1:{asked.settings.port}/healthz",
            status=answer.status_code,
        )
    elif answer.text != "ok":
        yield wrong(
            "proxy.reached",
            f"{host} で答えるのは Michi ではありません({answer.status_code})",
            f"who answers at {host} is not Michi ({answer.status_code})",
            f"curl -si {base}/healthz",
            status=answer.status_code,
        )
    else:
        yield right("proxy.reached", f"{base} で答えます", f"{base} answers")


def _away(asked: Asked, away: httpx.HTTPError) -> Finding:
    base, said = asked.settings.base, str(away)
    host = urlsplit(base).hostname or ""
    if "CERTIFICATE_VERIFY_FAILED" in said or "certificate" in said.lower():
        why = said.rpartition(": ")[2].partition(" (_ssl")[0]
        return wrong(
            "proxy.reached",
            f"{host} の証明書を、誰も信じません({why})",
            f"nobody trusts the certificate of {host} ({why})",
            f"openssl s_client -connect {host}:443 -servername {host} </dev/null"
            " | openssl x509 -noout -subject -issuer -dates\ncertbot renew",
            error="certificate",
        )
    if "resolve" in said or "Name or service" in said or "address associated" in said:
        return wrong(
            "proxy.reached",
            f"{host} という名前が DNS にありません",
            f"DNS does not know {host}",
            f"getent hosts {host}",
            error="name",
        )
    return wrong(
        "proxy.reached",
        f"{base} につながりません({type(away).__name__})",
        f"{base} cannot be reached ({type(away).__name__})",
        f"{asked.to_start('web')}\nsystemctl status nginx\ncurl -sv {base}/healthz",
        error=type(away).__name__,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the application saw of a request: what it believes, and what it was told."""

    client: str
    scheme: str
    forwarded_for: tuple[str, ...]
    forwarded_proto: tuple[str, ...]

    @property
    def chain(self) -> list[str]:
        """The addresses in X-Forwarded-For, the nearest last."""
        return [
            each.strip() for line in self.forwarded_for for each in line.split(",") if each.strip()
        ]


def headers(**more: str) -> dict[str, str]:
    """Of a call that web answers to us alone."""
    return {SIGNED: signature(int(time.time())), "accept": "application/json", **more}


def _address(asked: Asked) -> Iterator[Finding]:
    """Whether people's addresses arrive, and nobody can choose theirs."""
    sent = {"x-forwarded-for": STRANGER, "x-forwarded-proto": "http"}
    with http(asked.settings.base) as client:
        answer = client.post(PATH, headers=headers(**sent))
    if answer.status_code != 200:
        yield not_ours(asked, answer.status_code)
        return
    told = answer.json()
    seen = Seen(
        str(told["client"]),
        str(told["scheme"]),
        tuple(told["forwarded_for"]),
        tuple(told["forwarded_proto"]),
    )
    is_direct = not asked.settings.is_secure and is_here(asked.settings.base)
    if is_direct and seen.chain == [STRANGER] and seen.client != STRANGER:
        yield right("proxy.address", "間にプロキシはありません", "there is no proxy between")
        return
    yield address_of(asked, seen)
    if asked.settings.is_secure:
        yield _scheme(seen)


def not_ours(asked: Asked, status: int) -> Finding:
    """Web does not know our signature."""
    return wrong(
        "proxy.address",
        f"PUBLIC_URL の web は別の SECRET_KEY で動いているか、古い版です({status})",
        f"web at PUBLIC_URL runs with another SECRET_KEY, or is an older version ({status})",
        asked.to_start("web"),
        status=status,
    )


def address_of(asked: Asked, seen: Seen) -> Finding:
    """What the application saw of our request, which said that it was STRANGER's."""
    name = "proxy.address"
    if seen.chain in ([], [STRANGER]) and seen.client != STRANGER:
        passes = bool(seen.chain)
        return wrong(
            name,
            "プロキシが X-Forwarded-For を" + ("そのまま通します" if passes else "付けません"),
            f"the proxy {'passes on what it is sent as' if passes else 'sends no'} X-Forwarded-For",
            f"{_NGINX_ADDRESS}\n{asked.to_set(f'TRUSTED_PROXIES={seen.client}')}",
            client=seen.client,
        )
    if seen.chain == [STRANGER]:
        return wrong(
            name,
            "誰でも自分のアドレスを名乗れます(プロキシが X-Forwarded-For をそのまま通します)",
            "everybody can choose their own address: the proxy passes X-Forwarded-For on",
            _NGINX_ADDRESS,
            client=seen.client,
        )
    if seen.client not in seen.chain:
        return wrong(
            name,
            f"プロキシ {seen.client} を信じていないので、みなが同じアドレスに見えます",
            f"the proxy {seen.client} is not believed: everybody has its address",
            asked.to_set(f"TRUSTED_PROXIES={seen.client}"),
            client=seen.client,
        )
    return right(
        name, f"相手のアドレスが届きます({seen.client})", f"addresses arrive ({seen.client})",
        client=seen.client,
    )  # fmt: skip


def _scheme(seen: Seen) -> Finding:
    if seen.scheme == "https":
        return right("proxy.scheme", "https で来たことが伝わります", "https arrives as https")
    told = ", ".join(seen.forwarded_proto) or "—"
    return wrong(
        "proxy.scheme",
        f"https で来たことが伝わりません(X-Forwarded-Proto: {told})",
        f"that it came by https does not arrive (X-Forwarded-Proto: {told})",
        "proxy_set_header X-Forwarded-Proto $scheme;    # nginx",
        forwarded_proto=list(seen.forwarded_proto),
    )


def _plain(asked: Asked) -> Iterator[Finding]:
    """What is typed without https:// leads there, and browsers remember it."""
    parts = urlsplit(asked.settings.base)
    if not asked.settings.is_secure:
        yield not_seen("proxy.redirect", "https ではありません", "this is not https")
        return
    with http(asked.settings.base) as client:
        hsts = client.get("/sign-in").headers.get("strict-transport-security", "")
        try:
            answer = client.get(urlunsplit(("http", _plain_host(parts.netloc), "/", "", "")))
            to, status = answer.headers.get("location", ""), answer.status_code
        except httpx.TransportError:
            to, status = "", 0
    yield _redirect(parts.hostname or "", to, status)
    yield _hsts(hsts)


def _plain_host(netloc: str) -> str:
    """Port 80; where https has a port of its own, so has http, the one before it."""
    host, colon, port = netloc.rpartition(":")
    if not colon or port.endswith("]"):
        return netloc
    return f"{host}:{int(port) - 1}"


def _redirect(host: str, to: str, status: int) -> Finding:
    if to.startswith("https://") and urlsplit(to).hostname == host:
        return right("proxy.redirect", "http は https に移ります", "http leads to https")
    if not status:
        return warning(
            "proxy.redirect",
            "http(80番)では何も答えません。https:// を打たない人は来られません",
            "nothing answers by http: who does not type https:// does not come",
            _TO_HTTPS.format(host),
        )
    return wrong(
        "proxy.redirect",
        f"http でも答えます({status})。パスワードが平文で流れます",
        f"plain http is answered ({status}): passwords can be overheard",
        _TO_HTTPS.format(host),
        status=status,
    )


_TO_HTTPS: Final = (
    "server {{ listen 80; server_name {}; return 301 https://$host$request_uri; }}    # nginx"
)


def _hsts(told: str) -> Finding:
    if "max-age=" in told and not told.replace(" ", "").startswith("max-age=0"):
        return right(
            "proxy.hsts", "ブラウザーは https だけを使います", "browsers keep to https", hsts=told
        )
    return warning(
        "proxy.hsts",
        "Strict-Transport-Security が届きません",
        "Strict-Transport-Security does not arrive",
        "# nginx: proxy_hide_header Strict-Transport-Security; を消します / remove it",
        hsts=told,
    )


def _closed(asked: Asked) -> Iterator[Finding]:
    """Figures are nobody's business outside."""
    if is_here(asked.settings.base):
        return
    with http(asked.settings.base) as client:
        is_open = client.get("/metrics").is_success
    if is_open:
        yield warning(
            "proxy.metrics",
            "/metrics を誰でも読めます",
            "everybody can read /metrics",
            "location = /metrics { deny all; }    # nginx",
        )
    else:
        yield right(
            "proxy.metrics", "/metrics は外から読めません", "/metrics is closed to the public"
        )


_NEEDS: Final = ("PUBLIC_URL", "web")
CHECKS: Final = (
    Check("proxy.reached", _reached, ("PUBLIC_URL",), opens="web"),
    Check("proxy.address", _address, (*_NEEDS, "SECRET_KEY")),
    Check("proxy.redirect", _plain, _NEEDS),
    Check("proxy.metrics", _closed, _NEEDS),
)

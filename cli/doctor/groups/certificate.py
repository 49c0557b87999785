"""How long the certificate of PUBLIC_URL is good."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning, wrong
from cli.doctor.looks import Check

SOON_DAYS: Final = 14
AT_ONCE_DAYS: Final = 3


def _days(asked: Asked) -> Iterator[Finding]:
    parts = urlsplit(asked.settings.base)
    if parts.scheme != "https":
        yield not_seen("proxy.certificate", "https ではありません", "this is not https")
        return
    host, port = parts.hostname or "", parts.port or 443
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        httpx.create_ssl_context().wrap_socket(plain, server_hostname=host) as safe,
    ):
        told = safe.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).total_seconds() / 86_400
    ja, en = f"証明書はあと {days:.0f} 日です", f"its certificate is good for {days:.0f} days"
    details = {"days": round(days, 1), "ends": ends.isoformat()}
    if days < SOON_DAYS:
        level = wrong if days < AT_ONCE_DAYS else warning
        yield level("proxy.certificate", ja, en, "certbot renew\nsystemctl reload nginx", **details)
    else:
        yield right("proxy.certificate", ja, en, **details)


CHECKS: Final = (Check("proxy.certificate", _days, ("PUBLIC_URL", "web")),)

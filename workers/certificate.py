"""Until when the certificate of our own address holds: asked there, as everybody's browser does."""

import ssl
from urllib.parse import urlsplit

import structlog
from cryptography import x509

from settings import settings
from store import signs
from store.database import transaction
from store.signs import Sign

ASKED_SECONDS = 5.0

log = structlog.get_logger()


def look_at_certificate() -> None:
    """Keep when it ends. Where we do not reach our own address from inside, nothing is known."""
    given = settings()
    if not given.is_secure:
        return
    parts = urlsplit(given.public_url)
    try:
        ends = ends_at(parts.hostname or "", parts.port or 443)
    except (OSError, ValueError) as away:
        log.info("certificate_not_seen", kind=type(away).__name__)
        return
    with transaction() as db:
        signs.note(db, Sign.CERTIFICATE, ends_at=ends)


def ends_at(host: str, port: int) -> float:
    """Seconds since 1970, whether or not anybody trusts it. Raises OSError, ValueError."""
    pem = ssl.get_server_certificate((host, port), timeout=ASKED_SECONDS)
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc.timestamp()

"""The wire to the mail server: one mail at a time, and what it means when it is not taken."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE_SECONDS: Final = 5
SCANNING_SECONDS: Final = 40
"""How long a server may look at a mail before it takes it: asked again too soon, it has two."""
MOST_SECONDS: Final = 8 * PATIENCE_SECONDS + 5 * SCANNING_SECONDS
"""Of one mail: connecting, greeting, TLS, greeting again and signing in; then sender, receiver, the
wish to send, the mail, and the goodbye."""
_PORTS: Final = {"smtp": 25, "smtps": 465}


class NotNow(Exception):
    """The server is away or asks for patience: the same mail may be taken later."""


class Refused(Exception):
    """The server, or the setting itself, says no for good; the message is for staff."""


def post(message: EmailMessage, server: str) -> None:
    """Hand one mail over. `server`: smtp://user:password@host:25, smtps://…, ?starttls=require.

    Raises NotNow, Refused.
    """
    try:
        with connection(server) as open_:
            assert open_.sock
            open_.sock.settimeout(SCANNING_SECONDS)
            open_.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise _verdict(code, said) from refused
    except smtplib.SMTPResponseException as refused:
        raise _verdict(refused.smtp_code, refused.smtp_error) from refused
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as unsafe:
        raise Refused(str(unsafe)) from unsafe
    except OSError as away:
        raise NotNow(f"{type(away).__name__}: {away}") from away


@contextmanager
def connection(server: str) -> Iterator[smtplib.SMTP]:
    """Encrypted and signed in, as its address says. Raises OSError, SMTPException."""
    parts, safe = urlsplit(server), ssl.create_default_context()
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    made = (
        smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=safe)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    )
    try:
        if parse_qs(parts.query).get("starttls"):
            made.starttls(context=safe)
        if parts.username:
            made.login(unquote(parts.username), unquote(parts.password or ""))
        yield made
        # the mail is taken by now: a rude goodbye must not make it come twice
        with suppress(smtplib.SMTPException):
            made.quit()
    finally:
        made.close()


def _verdict(code: int, said: bytes | str) -> Exception:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return (Refused if code >= 500 else NotNow)(f"{code} {' '.join(words.split())}")

"""Mail: whether the server is there, encrypts, lets us in, and takes our sender."""

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.looks import Check
from workers.smtp import NotNow, connection, post
from workers.smtp import Refused as RefusedMail


def _server(asked: Asked) -> Iterator[Finding]:
    url = asked.settings.smtp_url.get_secret_value()
    if not url:
        yield warning(
            "mail.server",
            "SMTP_URL がないので、メールは送られません",
            "no SMTP_URL: no mail is sent",
            asked.to_set(
                "SMTP_URL=smtp://user:password@mail.example.jp:587?starttls=require", "MAIL_FROM=…"
            ),
        )
        return
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or {'smtp': 25, 'smtps': 465}[parts.scheme]}"
    sender = parseaddr(asked.settings.mail_from)[1]
    try:
        with connection(url) as server:
            server.ehlo_or_helo_if_needed()
            offers_tls = server.has_extn("starttls")
            code, said = server.mail(sender)
            server.rset()
    except (OSError, smtplib.SMTPException) as trouble:
        yield _no_server(asked, where, trouble)
        return
    yield right("mail.server", f"{where} が答えます", f"{where} answers")
    yield _taken(asked, sender, code, said)
    yield _encrypted(asked, offers_tls)


def _no_server(asked: Asked, where: str, trouble: Exception) -> Finding:
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return wrong(
            "mail.server",
            f"メールサーバー {where} がサインインを断ります({trouble.smtp_code})",
            f"the mail server {where} refuses to let us in ({trouble.smtp_code})",
            asked.to_set("SMTP_URL=smtp://user:password@…"),
            code=trouble.smtp_code,
        )
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return wrong(
            "mail.server",
            f"メールサーバー {where} は STARTTLS かサインインを知りません",
            f"the mail server {where} knows no STARTTLS, or no signing in",
            asked.to_set("SMTP_URL=smtps://…    # or without ?starttls=require"),
        )
    if isinstance(trouble, ssl.SSLError):
        return wrong(
            "mail.server",
            f"メールサーバー {where} の証明書を確かめられません",
            f"the certificate of the mail server {where} cannot be verified",
            f"openssl s_client -connect {where} -starttls smtp </dev/null    # SSL_CERT_FILE=…",
            error=getattr(trouble, "verify_message", "") or type(trouble).__name__,
        )
    return wrong(
        "mail.server",
        f"メールサーバー {where} につながりません({type(trouble).__name__})",
        f"the mail server {where} cannot be reached ({type(trouble).__name__})",
        f"nc -vz {where.replace(':', ' ')}",
        error=type(trouble).__name__,
    )


def _taken(asked: Asked, sender: str, code: int, said: bytes) -> Finding:
    if 200 <= code < 300:
        return right(
            "mail.sender",
            f"差出人 {sender} は受け付けられます",
            f"the sender {sender} is taken",
            sender=sender,
        )
    words = said.decode("utf-8", "replace")[:120]
    return wrong(
        "mail.sender",
        f"差出人 {sender} が断られます({code} {words})",
        f"the sender {sender} is refused ({code} {words})",
        asked.to_set("MAIL_FROM=…"),
        sender=sender,
        code=code,
    )


def _encrypted(asked: Asked, offers_tls: bool) -> Finding:
    parts = urlsplit(asked.settings.smtp_url.get_secret_value())
    if parts.scheme == "smtps" or parse_qs(parts.query).get("starttls"):
        return right("mail.encrypted", "暗号化して渡します", "mails are handed over encrypted")
    if _is_near(parts.hostname or "") and not parts.password:
        return right(
            "mail.encrypted", "同じ網の中のサーバーです", "the server is in the same network"
        )
    level = wrong if parts.password else warning
    to_set = "SMTP_URL=smtp://…:587?starttls=require" if offers_tls else "SMTP_URL=smtps://…"
    return level(
        "mail.encrypted",
        "メール" + ("とパスワード" if parts.password else "") + "が平文で流れます",
        f"mails {'and the password ' if parts.password else ''}go over the network unencrypted",
        asked.to_set(to_set),
    )


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


def _one_mail(asked: Asked) -> Iterator[Finding]:
    """Sent only where somebody asked for it."""
    url = asked.settings.smtp_url.get_secret_value()
    if not asked.mail_to or not url:
        return
    message = EmailMessage()
    message["From"], message["To"] = asked.settings.mail_from, asked.mail_to
    message["Subject"] = "Michi からの試し / A test of Michi"
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="michi")
    message.set_content(
        f"{asked.settings.base} の Michi が送りました。\nSent by `michi doctor --mail-to`.\n"
    )
    try:
        post(message, url)
    except (NotNow, RefusedMail) as refused:
        yield wrong(
            "mail.sent", f"{asked.mail_to} に送れません({refused})",
            f"no mail can be sent to {asked.mail_to} ({refused})", to=asked.mail_to,
        )  # fmt: skip
        return
    yield right(
        "mail.sent", f"{asked.mail_to} に送りました", f"sent to {asked.mail_to}", to=asked.mail_to
    )


CHECKS: Final = (
    Check("mail.server", _server, ("SMTP_URL", "MAIL_FROM"), seconds=30),
    Check("mail.sent", _one_mail, ("SMTP_URL", "MAIL_FROM"), seconds=60),
)

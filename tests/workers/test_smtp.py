"""The wire to a city's mail server: encrypted, signed in, and never less than was asked for."""

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from letterbox import letterbox

from local.machine.processes import free_ports
from workers.smtp import NotNow, Refused, post


def mail() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "road@example.jp", "to@example.jp", "穴"
    made.set_content("穴があります")
    return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path_factory.mktemp("keys") / "server.pem"
    file.write_bytes(written + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def hidden(certificate: Path) -> ssl.SSLContext:
    """The server's side."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def keys(*asked: Any) -> AuthResult:
    """Takes one user with one password; the last of what aiosmtpd gives is what was typed."""
    given = asked[-1]
    right = (given.login, given.password) == (b"michi@city", b"p:a/s s")
    return AuthResult(success=right, handled=False)


def test_a_mail_goes_encrypted_to_a_server_that_asks_for_a_password(
    hidden: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (port,) = free_ports([0])
    asking = {"authenticator": keys, "auth_require_tls": False}
    with letterbox(port, ssl_context=hidden, **asking) as box:
        post(mail(), f"smtps://michi%40city:p%3Aa%2Fs%20s@127.0.0.1:{port}")
        with pytest.raises(Refused, match="535"):
            post(mail(), f"smtps://michi%40city:wrong@127.0.0.1:{port}")
        assert len(box.mails) == 1


def test_starttls_is_required_where_it_is_asked_for(
    hidden: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (port,) = free_ports([0])
    with letterbox(port, tls_context=hidden, require_starttls=True) as box:
        post(mail(), f"smtp://127.0.0.1:{port}?starttls=require")
        with pytest.raises(Refused, match="530"):
            post(mail(), f"smtp://127.0.0.1:{port}")
        assert len(box.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_no_mail(hidden: ssl.SSLContext) -> None:
    (port,) = free_ports([0])
    with (
        letterbox(port, tls_context=hidden, require_starttls=True) as box,
        pytest.raises(Refused, match="certificate"),
    ):
        post(mail(), f"smtp://127.0.0.1:{port}?starttls=require")
    assert box.mails == []


def test_a_refused_reader_is_no_for_good_and_a_full_one_is_not_now() -> None:
    (port,) = free_ports([0])
    with letterbox(port) as box:
        box.answers = ["552 too large", "452 full"]
        with pytest.raises(Refused, match="552 too large"):
            post(mail(), box.url)
        with pytest.raises(NotNow, match="452 full"):
            post(mail(), box.url)
    with pytest.raises(NotNow):
        post(mail(), box.url)

"""What `michi doctor` finds, by name; and a proxy with TLS that does as a test says."""

import datetime
import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cli.doctor.asked import Asked, read
from cli.doctor.findings import Finding
from cli.doctor.looks import checks
from settings import settings


def set_again(monkeypatch: pytest.MonkeyPatch, **changed: str) -> Asked:
    """Other settings from now on, read as the doctor reads them."""
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return read()


def found(asked: Asked, *names: str) -> dict[str, Finding]:
    """What the looks of these names find, each by the name of the finding."""
    looks = [check for check in checks() if check.name in names]
    assert len(looks) == len(names), names
    return {each.name: each for look in looks for each in look.look(asked)}


@dataclass
class Front:
    """A proxy: `address` is what it says of who comes ("" passes on what it was sent, None leaves
    it out), `proto` likewise; `most` and `head` are its limits in bytes."""

    address: str | None = "198.51.100.7"
    proto: str | None = "https"
    most: int = 20 * 1024 * 1024
    head: int = 32 * 1024
    headers: dict[str, str] = field(default_factory=dict)
    """What it sets in answers; an empty value takes it away."""
    broken: int = 0
    """The status that it answers by itself."""


@contextmanager
def front(behind: str, certificate: Path) -> Iterator[tuple[Front, str]]:
    """The proxy in front of an address, and its own."""
    told = Front()

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            size = sum(len(name) + len(value) for name, value in self.headers.items())
            if told.broken or size > told.head or len(body) > told.most:
                self._say(told.broken or (431 if size > told.head else 413), {}, b"no")
                return
            link = http.client.HTTPConnection(urlsplit(behind).netloc, timeout=20)
            link.request(self.command, self.path, body, self._passed())
            answer = link.getresponse()
            self._say(answer.status, dict(answer.getheaders()), answer.read())
            link.close()

        do_POST = do_GET

        def _passed(self) -> dict[str, str]:
            sent = {name.lower(): value for name, value in self.headers.items()}
            for name, value in (
                ("x-forwarded-for", told.address),
                ("x-forwarded-proto", told.proto),
            ):
                if value is None:
                    sent.pop(name, None)
                elif value:
                    sent[name] = value
            return sent

        def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.close_connection = True
            self.send_response(status)
            kept = {k.lower(): v for k, v in headers.items()} | told.headers
            for name, value in (kept | {"content-length": str(len(body))}).items():
                if value and name not in ("date", "server", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with _Quiet(("127.0.0.1", 0), Passing) as server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield told, f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is part of the test."""


def certificate(folder: Path, *, days: float = 90, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A CA of our own, and a certificate with its key that it has signed; files of PEM."""
    folder.mkdir(exist_ok=True)
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a CA of the tests")])
    now = datetime.datetime.now(datetime.UTC)
    ends = now + datetime.timedelta(days=days)
    begun = min(now, ends) - datetime.timedelta(days=1)

    def made(subject: x509.Name, of: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(name)
        made = made.public_key(of.public_key()).serial_number(x509.random_serial_number())
        return made.not_valid_before(begun).not_valid_after(ends)

    is_ca = x509.BasicConstraints(ca=True, path_length=None)
    ca = made(name, root).add_extension(is_ca, critical=True).sign(root, hashes.SHA256())
    try:
        alternative: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    theirs = made(own, key).add_extension(
        x509.SubjectAlternativeName([alternative]), critical=False
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    trusted, file = folder / "ca.pem", folder / "site.pem"
    trusted.write_bytes(ca.public_bytes(pem))
    file.write_bytes(theirs.sign(root, hashes.SHA256()).public_bytes(pem) + plain)
    return trusted, file

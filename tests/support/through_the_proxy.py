"""What a stranger can do to a site behind its proxy, each with the answer that it should have."""

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

HALF_SENT: Final = 600


class Site:
    """A host at an address, whose certificate is signed by `ca`."""

    def __init__(self, address: str, host: str, ca: str) -> None:
        self.address, self.host = address, host
        self._tls = ssl.create_default_context(cafile=ca)

    @contextmanager
    def connected(self) -> Iterator[ssl.SSLSocket]:
        plain = socket.create_connection((self.address, 443), timeout=300)
        with self._tls.wrap_socket(plain, server_hostname=self.host) as made:
            yield made

    def status(self, head: str, body: bytes = b"") -> int:
        """Of the answer to one request; 0 where the connection ends without any."""
        with self.connected() as door:
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                door.sendall(head.format(host=self.host).replace("\n", "\r\n").encode() + body)
            return answered(door)


def answered(door: ssl.SSLSocket) -> int:
    try:
        words = door.recv(4096).split()
    except (ConnectionResetError, ssl.SSLError, TimeoutError):
        return 0
    return int(words[1]) if len(words) > 1 else 0


def half_sent(site: Site) -> tuple[float, int]:
    """Seconds until all of HALF_SENT connections are closed, and what somebody else hears
    meanwhile."""
    with ExitStack() as opened:
        doors = [opened.enter_context(site.connected()) for _ in range(HALF_SENT)]
        for door in doors:
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                door.sendall(b"GET / HTTP/1.1\r\nHost: " + site.host.encode() + b"\r\nX-Slow: ")
        began = time.monotonic()
        meanwhile = site.status("GET /healthz HTTP/1.1\nHost: {host}\nConnection: close\n\n")
        for door in doors:
            door.settimeout(60)
            answered(door)
        return time.monotonic() - began, meanwhile


def great_head(site: Site, size: int) -> int:
    """A head of so many bytes, as far as it is taken."""
    return site.status("GET / HTTP/1.1\nHost: {host}\nX-Great: " + "x" * size + "\n\n")


def at_once(site: Site, path: str, count: int) -> list[int]:
    """What so many requests hear that are sent at one moment, all but their last byte before."""
    head = f"POST {path} HTTP/1.1\r\nHost: {site.host}\r\nContent-Length: 2\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\n\r\n{"
    with ExitStack() as opened, ThreadPoolExecutor(40) as hands:
        doors = _all_open(site, count, opened, hands)
        for door in doors:
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                door.sendall(head.encode())
        time.sleep(2)
        for door in doors:
            try:
                door.sendall(b"}")
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                continue
        return list(hands.map(answered, doors))


def _all_open(
    site: Site, count: int, opened: ExitStack, hands: ThreadPoolExecutor
) -> list[ssl.SSLSocket]:
    """All of them within the seconds for which the site waits for a head; a slow machine tries
    again."""
    for _ in range(_TRIES):
        began, these = time.monotonic(), ExitStack()
        doors = list(hands.map(these.enter_context, [site.connected() for _ in range(count)]))
        if time.monotonic() - began < _WAITS_FOR_A_HEAD / 2:
            opened.enter_context(these)
            return doors
        these.close()
    raise AssertionError(f"{count} connections take more than {_WAITS_FOR_A_HEAD / 2} s here")


_WAITS_FOR_A_HEAD: Final = 10.0
_TRIES: Final = 10


def great_body(site: Site, path: str, size: int) -> int:
    head = f"POST {path} HTTP/1.1\nHost: {{host}}\nContent-Length: {size}\nConnection: close\n\n"
    return site.status(head)


def slow_reader(site: Site, path: str, wait: float) -> tuple[int, int]:
    """How much arrives of an answer of which nothing is read for so long, and how much it has.

    The buffer holds a record of TLS (16 KiB): of half a one nothing could be read."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
    plain.connect((site.address, 443))
    taken = b""
    with site._tls.wrap_socket(plain, server_hostname=site.host) as door:
        door.sendall(f"GET {path} HTTP/1.1\r\nHost: {site.host}\r\n\r\n".encode())
        time.sleep(wait)
        door.settimeout(10)
        try:
            while piece := door.recv(65_536):
                taken += piece
        except OSError:
            pass
    head, _, body = taken.partition(b"\r\n\r\n")
    length = [line for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    return len(body), int(length[0].split()[1]) if length else 0

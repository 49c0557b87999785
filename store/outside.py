"""The wire to addresses that somebody else has chosen: one request, which cannot be led into the
house, and which nobody can hold up.

The name is looked up once, every address that it has must be everybody's, and the connection goes
to one of those; no redirect is followed. All of it together has so many seconds, and so many bytes.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

import h11

from store.public_addresses import Address, Allowed, is_public, read

PATIENCE_SECONDS: Final = 2.0
MOST_BYTES: Final = 65_536
"""Of an answer, with its headers."""
LONGEST_URL: Final = 2_000
_PORTS: Final = {"https": 443, "http": 80}
_ONCE_BYTES: Final = 16_384

Lookup = Callable[[str, int], Sequence[str]]
"""Host and port give addresses; raises OSError."""


class Unreached(Exception):
    """Nothing was answered: no such name, no connection, not in time, or not as HTTP has it."""


class NotAllowed(Unreached):
    """It leads where only we should come, or is no address at all."""


class Target(NamedTuple):
    """An address as it is asked: `path` with its query, ASCII."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class Answer(NamedTuple):
    """`headers`: names in small letters. `body`: as much as came within the limits; `is_whole`:
    that is all of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True


def target_of(url: str) -> Target:
    """Raises NotAllowed for what is not https:// or http:// with a host, or carries a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode().rstrip(".")
    except (ValueError, KeyError) as wrong:
        raise NotAllowed("no web address") from wrong
    if not host or "@" in parts.netloc or len(url) > LONGEST_URL or not url.isprintable():
        raise NotAllowed("no web address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(parts.scheme, host, port, f"{path}?{query}" if query else path)


def look_up(host: str, port: int) -> list[str]:
    """All addresses of this host, as this machine knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class Outside:
    """How the outside is reached: `allowed` beside what is everybody's; `context`: whose
    certificates are believed; `seconds`: for one request, with all that belongs to it;
    `most_bytes`: of an answer; `is_plain_enough`: http:// too, where whoever asks has looked at
    that itself."""

    def __init__(
        self,
        allowed: Allowed,
        *,
        lookup: Lookup = look_up,
        context: ssl.SSLContext | None = None,
        seconds: float = PATIENCE_SECONDS,
        most_bytes: int = MOST_BYTES,
        is_plain_enough: bool = False,
    ) -> None:
        self._allowed, self._lookup, self._seconds = allowed, lookup, seconds
        self._most_bytes, self._is_plain_enough = most_bytes, is_plain_enough
        self._context = context or _everybodys()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises NotAllowed, Unreached. Who has answered with a status and then falls silent has
        answered."""
        sent = {"content-length": str(len(body)), **headers}
        return self._answer(_Asked("POST", target_of(url), sent, body))

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The same."""
        return self._answer(_Asked("GET", target_of(url), headers, b""))

    def _answer(self, asked: "_Asked") -> Answer:
        end = time.monotonic() + self._seconds
        addresses = self._pinned(asked.target, end)
        try:
            with self._connected(asked.target, addresses, end) as wire:
                return _heard(wire, _sent(wire, asked, end), end, self._most_bytes)
        except TimeoutError as slow:
            raise Unreached(f"no answer within {self._seconds:g} s") from slow
        except h11.ProtocolError as odd:
            raise Unreached(f"no HTTP: {odd}") from odd
        except ssl.SSLError as wrong:
            raise Unreached(
                f"TLS: {getattr(wrong, 'verify_message', '') or wrong.reason}"
            ) from wrong
        except OSError as away:
            raise Unreached(f"{type(away).__name__}: {away.strerror or away}") from away

    def _pinned(self, target: Target, end: float) -> list[Address]:
        """All of one look into DNS, or none: one address that is ours spoils them all."""
        named = self._allowed.names(target.host)
        written = read(target.host)
        told = [target.host] if written else self._looked_up(target, end)
        found = [address for one in told if (address := read(one))]
        if len(found) < len(told) or not found:
            raise NotAllowed(f"{target.host} has no address that can be used")
        inside = [one for one in found if not is_public(one) and not self._allowed.has(one)]
        if inside and not named:
            raise NotAllowed(f"{target.host} leads to {inside[0]}, which is not public")
        is_known = named or self._is_plain_enough or all(map(self._allowed.has, found))
        if target.scheme != "https" and not is_known:
            raise NotAllowed("http:// is for hosts that are allowed; others need https://")
        return found

    def _looked_up(self, target: Target, end: float) -> Sequence[str]:
        """By a thread of its own: the system's way to ask knows no end."""
        told: list[Sequence[str]] = []
        trouble: list[Exception] = []

        def ask() -> None:
            try:
                told.append(self._lookup(target.host, target.port))
            except (OSError, UnicodeError) as unknown:
                trouble.append(unknown)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.0, end - time.monotonic()))
        if told:
            return told[0]
        why = trouble[0] if trouble else "no answer of DNS in time"
        raise Unreached(f"{target.host}: {why}")

    def _connected(self, target: Target, addresses: Sequence[Address], end: float) -> socket.socket:
        """To the first that takes us; each has its share of the time. Raises OSError."""
        trouble: OSError = OSError("no address")
        for tried, address in enumerate(addresses):
            try:
                share = _left(end) / (len(addresses) - tried)
                wire = socket.create_connection((str(address), target.port), share)
                break
            except OSError as away:
                trouble = away
        else:
            raise trouble
        if target.scheme == "http":
            return wire
        try:
            wire.settimeout(_left(end))
            return self._context.wrap_socket(wire, server_hostname=target.host)
        except BaseException:
            wire.close()
            raise


@lru_cache(maxsize=1)
def _everybodys() -> ssl.SSLContext:
    """Whoever this machine believes; reading all of them takes a while."""
    return ssl.create_default_context()


class _Asked(NamedTuple):
    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes


def _sent(wire: socket.socket, asked: _Asked, end: float) -> h11.Connection:
    said = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_BYTES)
    headers = {
        "host": asked.target.authority,
        "connection": "close",
        "accept-encoding": "identity",
        **asked.headers,
    }
    head = h11.Request(method=asked.method, target=asked.target.path, headers=list(headers.items()))
    for part in (head, h11.Data(data=asked.body), h11.EndOfMessage()):
        wire.settimeout(_left(end))
        wire.sendall(said.send(part) or b"")
    return said


def _heard(wire: socket.socket, said: h11.Connection, end: float, most_bytes: int) -> Answer:
    """Raises TimeoutError, OSError, h11.ProtocolError."""
    answer, body, room = None, bytearray(), most_bytes
    while True:
        try:
            event = said.next_event()
            if event is h11.NEED_DATA:
                if room <= 0:
                    raise h11.RemoteProtocolError(f"more than {most_bytes} bytes")
                wire.settimeout(_left(end))
                data = wire.recv(min(room, _ONCE_BYTES))
                room -= len(data)
                said.receive_data(data)
                continue
        except (OSError, h11.ProtocolError):
            if answer is None:
                raise
            return Answer(*answer, bytes(body), is_whole=False)
        if isinstance(event, h11.Response):
            named = {name.decode(): value.decode("latin-1") for name, value in event.headers}
            answer = event.status_code, named
        elif isinstance(event, h11.Data):
            body += event.data
        elif not isinstance(event, h11.InformationalResponse):
            assert answer is not None
            return Answer(*answer, bytes(body))


def _left(end: float) -> float:
    """Seconds. Raises TimeoutError."""
    if (left := end - time.monotonic()) <= 0:
        raise TimeoutError
    return left

"""A system that is told by webhooks: a server on loopback that takes calls, or does not."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import h11

Act = Callable[[socket.socket], None]


@dataclass
class Taken:
    """One call as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


def answers(status: int, *more: tuple[str, str]) -> Act:
    """With this status, headers and no words."""
    lines = [f"HTTP/1.1 {status} X", "Content-Length: 0", *(f"{n}: {v}" for n, v in more)]
    said = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return lambda wire: wire.sendall(said)


def hangs(wire: socket.socket) -> None:
    """Takes all, and says nothing until the other side has gone."""
    with suppress(OSError):
        wire.recv(1)


def drips(wire: socket.socket) -> None:
    """A byte now and then."""
    with suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1_200:
            wire.sendall(bytes([byte]))
            time.sleep(0.05)


def pours(wire: socket.socket) -> None:
    """A header that never ends."""
    with suppress(OSError):
        wire.sendall(b"HTTP/1.1 200 OK\r\nX-Much: ")
        for _ in range(100):
            wire.sendall(b"x" * 4096)


@dataclass
class Receiver:
    """`acts`: what it does with the next calls, one after the other; the last with all others."""

    port: int
    acts: list[Act]
    taken: list[Taken] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=michi"

    def act(self) -> Act:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


@contextmanager
def receiving(*acts: Act, wrapped: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Without acts it takes everything (204). `wrapped`: it speaks TLS with this certificate."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Receiver(listening.getsockname()[1], list(acts) or [answers(204)])

    def serve() -> None:
        while True:
            try:
                wire, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_take, args=(made, wire, wrapped), daemon=True).start()

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        yield made
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join(_PATIENCE)


_PATIENCE: Final = 5


def _take(made: Receiver, plain: socket.socket, wrapped: ssl.SSLContext | None) -> None:
    plain.settimeout(_PATIENCE)
    try:
        wire = wrapped.wrap_socket(plain, server_side=True) if wrapped else plain
    except OSError:
        plain.close()
        return
    with wire:
        heard = h11.Connection(h11.SERVER)
        path, headers, body = "", {}, b""
        with suppress(OSError, h11.ProtocolError):
            while True:
                event = heard.next_event()
                if event is h11.NEED_DATA:
                    heard.receive_data(wire.recv(65_536))
                elif isinstance(event, h11.Request):
                    path = event.target.decode()
                    headers = {name.decode(): value.decode() for name, value in event.headers}
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    break
                else:
                    return
            made.taken.append(Taken(path, headers, body))
            made.act()(wire)

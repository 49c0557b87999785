"""How the web process listens: requests that come too slowly or too large end, others do not."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from web_scene import PASSWORD

from bot import webhook
from cli import server

HEAD = b"GET /healthz HTTP/1.1\r\nHost: michi\r\n"
FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: michi\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)
HOOK = b"POST /line/webhook HTTP/1.1\r\nHost: michi\r\nX-Line-Signature: x\r\n"
PATIENCE_SECONDS = 60.0
Knock = Callable[[], socket.socket]


@pytest.fixture
def knock(site: str) -> Iterator[Knock]:
    """A new connection."""
    port = httpx.URL(site).port
    with contextlib.ExitStack() as ending:

        def connected() -> socket.socket:
            made = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
            return ending.enter_context(made)

        yield connected


def to_the_end(connection: socket.socket) -> bytes:
    """All that is said until the other side hangs up."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            said += part
    return said


@pytest.mark.parametrize("begun", [HEAD, b"GET /heal", HEAD + b"X: a", b"\r\n\r\n" + HEAD])
def test_a_head_that_does_not_come_to_its_end_is_answered_408(
    knock: Knock, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    connection = knock()
    connection.sendall(begun)
    said = to_the_end(connection)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert "時間内に" in said.decode()


def test_so_does_one_whose_bytes_drip_and_one_after_a_whole_request(
    knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
    connection = knock()
    connection.sendall(HEAD + b"\r\n" + HEAD + b"X: ")
    stop = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.05):
                connection.sendall(b"a")

    dripping = threading.Thread(target=drip)
    dripping.start()
    said = to_the_end(connection)
    stop.set()
    dripping.join()
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in said


def test_a_connection_on_which_nothing_comes_ends_without_a_word(
    knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    assert to_the_end(knock()) == b""


@pytest.mark.parametrize("limit", ["SILENT_SECONDS", "BODY_SECONDS"])
@pytest.mark.parametrize("head", [FORM, HOOK], ids=["form", "hook"])
def test_a_body_that_does_not_come_to_its_end_is_answered_408_and_is_no_fault(
    site: str,
    knock: Knock,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    limit: str,
    head: bytes,
) -> None:
    monkeypatch.setattr(server, limit, 0.1)
    connection = knock()
    connection.sendall(head + b"Content-Length: 100\r\n\r\nname=sato")
    assert to_the_end(connection).startswith(b"HTTP/1.1 408 ")
    assert_nobody_complains(site, capfd)


def assert_nobody_complains(site: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert httpx.get(f"{site}/healthz").text == "ok"
    told = capfd.readouterr()
    assert ("fault" in told.out, told.err) == (False, "")


@pytest.mark.parametrize("head", [FORM, HOOK], ids=["form", "hook"])
def test_who_breaks_a_request_off_is_no_fault(
    site: str, knock: Knock, capfd: pytest.CaptureFixture[str], head: bytes
) -> None:
    connection = knock()
    connection.sendall(head + b"Content-Length: 100\r\n\r\nname=sato")
    connection.shutdown(socket.SHUT_WR)
    assert to_the_end(connection) == b""
    assert_nobody_complains(site, capfd)


def test_the_web_hook_waits_no_longer_than_line(
    knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.1)
    connection = knock()
    connection.sendall(HOOK + b"Connection: close\r\nContent-Length: 100\r\n\r\n{")
    head, _, body = to_the_end(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["reason"] == "too_slow"


def test_an_answered_request_whose_body_never_comes_is_not_answered_twice(
    knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SILENT_SECONDS", 3.0)
    connection = knock()
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    said = to_the_end(connection)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"X: " + b"a" * 40_000_000,
        HEAD + b"X: " + b"a" * 33_000 + b"\r\n\r\n",
        HEAD + b"X: a\r\n" * 40_000 + b"\r\n",
        b"GET /?" + b"a" * 33_000 + b" HTTP/1.1\r\nHost: michi\r\n\r\n",
        b"GET /?" + b"a" * 1_000_000,
    ],
    ids=["one for ever", "one", "many", "address", "address for ever"],
)
def test_a_head_that_is_too_large_is_answered_431(knock: Knock, head: bytes) -> None:
    connection = knock()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(head)
    said = to_the_end(connection)
    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
    assert len(said) < 1000


def test_a_large_head_is_told_why(knock: Knock) -> None:
    connection = knock()
    connection.sendall(HEAD + b"X: " + b"a" * 33_000 + b"\r\n\r\n")
    assert "ヘッダーが大きすぎます" in to_the_end(connection).decode()


@pytest.mark.parametrize(
    "after", [b"X: " + b"a" * 4_000_000, b"X: a\r\n" * 400_000], ids=["one for ever", "many"]
)
def test_what_follows_a_body_is_taken_no_longer_than_a_head(knock: Knock, after: bytes) -> None:
    connection = knock()
    connection.sendall(FORM + b"Transfer-Encoding: chunked\r\n\r\n4\r\nname\r\n0\r\n")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(after)
        connection.sendall(b"\r\n\r\n")
    said = to_the_end(connection)
    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")


def _address(request: Request) -> str:
    assert request.client
    return request.client.host


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.0/8")


@pytest.mark.changes_the_app
def test_what_follows_a_body_is_no_header(behind_a_proxy: None, app: FastAPI, knock: Knock) -> None:
    app.add_api_route("/who", _address, methods=["POST"])
    connection = knock()
    head = b"POST /who HTTP/1.1\r\nHost: michi\r\nConnection: close\r\n"
    head += b"X-Forwarded-For: 192.0.2.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head + b"1\r\na\r\n0\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n")
    assert b"192.0.2.1" in to_the_end(connection)


@pytest.mark.changes_the_app
def test_a_large_body_in_small_chunks_is_taken(app: FastAPI, knock: Knock) -> None:
    async def size(request: Request) -> int:
        return len(await request.body())

    app.add_api_route("/size", size, methods=["POST"])
    connection = knock()
    head = b"POST /size HTTP/1.1\r\nHost: michi\r\nConnection: close\r\n"
    chunks = b"1\r\na\r\n" * 100_000
    connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
    assert to_the_end(connection).endswith(b"100000")


@pytest.mark.parametrize(("head", "status"), [(FORM, b"401"), (HOOK, b"401")], ids=["form", "hook"])
def test_a_length_may_have_noughts_before_it(knock: Knock, head: bytes, status: bytes) -> None:
    connection = knock()
    length = b"0" * 5_000 + b"4"
    connection.sendall(head + b"Connection: close\r\nContent-Length: " + length + b"\r\n\r\nname")
    assert to_the_end(connection).startswith(b"HTTP/1.1 " + status)


LARGE = b"a" * 20_000_000


@pytest.fixture
def large(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(server, "UNREAD_SECONDS", 0.3)
    app.add_api_route("/large", lambda: Response(LARGE))
    return b"GET /large HTTP/1.1\r\nHost: michi\r\n"


@pytest.mark.changes_the_app
@pytest.mark.parametrize("end", [b"\r\n", b"Connection: close\r\n\r\n"], ids=["kept", "closed"])
def test_an_answer_that_nobody_reads_is_not_kept(knock: Knock, large: bytes, end: bytes) -> None:
    connection = knock()
    connection.sendall(large + end)
    time.sleep(1.5)
    assert len(to_the_end(connection)) < len(LARGE)


@pytest.mark.changes_the_app
def test_an_answer_that_is_read_slowly_comes_whole(knock: Knock, large: bytes) -> None:
    connection = knock()
    connection.sendall(large + b"Connection: close\r\n\r\n")
    said = 0
    while part := connection.recv(1_000_000):
        said += len(part)
        time.sleep(0.05)
    assert said > len(LARGE)


@pytest.mark.parametrize("length", [b"abc", b"1\r\nContent-Length: 2", b"-1"])
def test_a_head_that_says_no_length_is_not_called_too_large(knock: Knock, length: bytes) -> None:
    connection = knock()
    connection.sendall(HEAD + b"Content-Length: " + length + b"\r\n\r\n")
    assert to_the_end(connection).startswith(b"HTTP/1.1 400 ")


def test_what_is_no_http_is_told_so(knock: Knock) -> None:
    connection = knock()
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00 TLS?\r\n\r\n")
    assert to_the_end(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.changes_the_app
def test_an_answer_may_take_longer_than_a_head(
    app: FastAPI, knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    begun, goes_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert goes_on.wait(PATIENCE_SECONDS)
        return "done"

    app.add_api_route("/slow", slow)
    patient, other = knock(), knock()
    patient.sendall(b"GET /slow HTTP/1.1\r\nHost: michi\r\n\r\n" + HEAD)
    assert begun.wait(PATIENCE_SECONDS)
    other.sendall(HEAD)
    to_the_end(other)  # so long it takes, and longer
    goes_on.set()
    heard = b""
    while b"done" not in heard:
        more = patient.recv(65536)
        assert more, heard
        heard += more


def test_a_form_and_the_next_request_come_over_one_connection(site: str) -> None:
    keys = {"name": "sato", "password": PASSWORD}
    with httpx.Client(base_url=site) as browser:
        assert browser.post("/sign-in", data=keys).status_code == 303
        assert browser.get("/staff/").status_code == 200
        assert browser.post("/sign-in", data=keys | {"password": "x" * 9000}).status_code == 401


@pytest.mark.changes_the_app
@pytest.mark.parametrize(
    ("trusted", "said", "address"),
    [
        ("127.0.0.1,10.0.0.0/8", ["203.0.113.7, 10.0.0.5"], "203.0.113.7"),
        ("127.0.0.1,10.0.0.0/8", ["203.0.113.7", "10.0.0.5"], "203.0.113.7"),
        ("127.0.0.1,10.0.0.0/8", ["192.0.2.66, 203.0.113.7, 10.0.0.5"], "203.0.113.7"),
        ("127.0.0.1,10.0.0.0/8", ["192.0.2.66", "203.0.113.7:4711, 10.0.0.5"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, 10.0.0.5"], "10.0.0.5"),
        ("10.0.0.0/8", ["203.0.113.7, 10.0.0.5"], "127.0.0.1"),
        ("", ["203.0.113.7"], "127.0.0.1"),
    ],
)
def test_the_address_is_what_the_last_stranger_to_our_proxies_has(
    request: pytest.FixtureRequest,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    said: list[str],
    address: str,
) -> None:
    """Two proxies, one header or two; what somebody put there before them changes nothing."""
    app.add_api_route("/who", _address)
    monkeypatch.setenv("TRUSTED_PROXIES", trusted)
    site: str = request.getfixturevalue("site")
    headers = [("X-Forwarded-For", each) for each in said]
    assert httpx.get(f"{site}/who", headers=headers).json() == address

"""Every call to LINE ends within its time with an answer, or with one of one family of errors."""

import subprocess
import sys
from uuid import UUID

import pytest
from line_stand_in import StandIn
from pydantic import SecretStr

from bot.line import account, client, messages, tokens
from bot.line.client import Away, Gone, LineError, NotReached, Refused, TooMuch
from bot.line.messages import Fate
from bot.line.profile import Profile, profile_of
from settings import ROOT, settings

KEY = UUID(int=7)
HELLO = [{"type": "text", "text": "hello"}]


def error_of(line: StandIn, status: int, said: str = "") -> LineError:
    line.status, line.headers = status, {"x-line-request-id": "the request"}
    line.body = b'{"message": "%s"}' % said.encode()
    with pytest.raises(LineError) as met:
        client.call("GET", "/v2/bot/info")
    return met.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Away),
        (400, Refused),
        (401, Refused),
        (404, Gone),
        (409, Refused),
        (410, Gone),
        (429, TooMuch),
        (500, Away),
        (503, Away),
    ],
)
def test_what_is_no_answer_is_an_error_with_lines_words_and_request_id(
    line: StandIn, status: int, kind: type[LineError]
) -> None:
    error = error_of(line, status, "so it is")
    assert type(error) is kind
    assert (error.status, error.said, error.request_id) == (status, "so it is", "the request")
    assert str(error) == f"{status} so it is"


def test_a_proxy_takes_every_call_but_those_to_this_machine_itself(
    line: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client._made.cache_clear()
    client.call("GET", "/v2/bot/info")
    monkeypatch.setenv("HTTP_PROXY", line.url)
    client._made.cache_clear()
    client.call("GET", "/v2/bot/info", base="http://api.line.example")
    client._made.cache_clear()
    assert [path for _, path, _ in line.heard] == [
        "/v2/bot/info", "http://api.line.example/v2/bot/info",
    ]  # fmt: skip


def test_without_a_connection_line_has_heard_nothing(line: StandIn) -> None:
    settings().line_api_url = "http://127.0.0.1:9"
    with pytest.raises(NotReached):
        client.call("GET", "/v2/bot/info")


def test_a_call_that_was_cut_off_may_have_been_heard(line: StandIn) -> None:
    line.status = 0
    with pytest.raises(Away) as met:
        client.call("GET", "/v2/bot/info")
    assert type(met.value) is Away


def test_somebody_elses_page_in_lines_place_is_no_answer(line: StandIn) -> None:
    line.body = b"<!doctype html>Please sign in"
    with pytest.raises(Away, match="not LINE's"):
        account.info()


def test_every_call_carries_our_token_and_none_goes_by_a_proxy(
    line: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client._made.cache_clear()
    client.call("GET", "/v2/bot/info")
    ((_, _, headers),) = line.heard
    assert headers["authorization"] == "Bearer a token"


def test_only_a_push_carries_a_retry_key(line: StandIn) -> None:
    messages.reply("a reply token", HELLO)
    messages.push("U" + "1" * 32, HELLO, KEY)
    keys = [headers.get("x-line-retry-key") for _, _, headers in line.heard]
    assert keys == [None, str(KEY)]


@pytest.mark.parametrize(
    ("status", "said", "fate"),
    [
        (200, "", Fate.SENT),
        (400, "Invalid reply token", Fate.TOKEN_GONE),
        (400, "The request body has 1 error(s)", Fate.REFUSED),
        (401, "Authentication failed", Fate.NOT_ALLOWED),
        (404, "Not found", Fate.NOT_ALLOWED),
        (409, "The retry key is already accepted", Fate.SENT_BEFORE),
        (429, "The API rate limit has been exceeded", Fate.TOO_FAST),
        (429, "You have reached your monthly limit.", Fate.QUOTA_GONE),
        (500, "Internal error", Fate.UNSURE),
        (302, "", Fate.UNSURE),
        (0, "", Fate.UNSURE),
    ],
)
def test_the_fate_of_what_was_said(line: StandIn, status: int, said: str, fate: Fate) -> None:
    line.status, line.body = status, b'{"message": "%s"}' % said.encode()
    assert messages.push("U" + "1" * 32, HELLO, KEY).fate is fate


@pytest.mark.parametrize(
    "message",
    [
        {"type": "hologram"},
        {"text": "no kind"},
        {"type": "text"},
        {"type": "flex", "altText": "a", "contents": {"type": "bubble", "body": {"type": "box"}}},
    ],
)
def test_what_lines_own_types_do_not_know_is_never_sent(
    line: StandIn, message: dict[str, object]
) -> None:
    outcome = messages.push("U" + "1" * 32, [message], KEY)
    assert outcome.fate is Fate.REFUSED
    assert line.heard == []


@pytest.mark.parametrize(
    ("status", "body", "shown"),
    [
        (200, b'{"userId": "U", "language": "en", "new": 1}', Profile(True, "en")),
        (200, b'{"userId": "U"}', Profile(True, "")),
        (404, b"{}", Profile(False)),
        (403, b"{}", None),
        (429, b"{}", None),
        (500, b"{}", None),
        (200, b"<html>", None),
    ],
)
def test_a_person_is_gone_only_when_line_says_so(
    line: StandIn, status: int, body: bytes, shown: Profile | None
) -> None:
    line.status, line.body = status, body
    assert profile_of("U" + "1" * 32) == shown


_FORK = """
import os
from bot.line import client
inherited = client._client()
child = os.fork()
if not child:
    os._exit(0 if client._client() is not inherited else 1)
assert os.waitpid(child, 0)[1] == 0
assert client._client() is inherited
"""


def test_a_child_of_a_fork_makes_connections_of_its_own() -> None:
    subprocess.run([sys.executable, "-c", _FORK], cwd=ROOT, check=True, timeout=60)


@pytest.mark.long
def test_starting_a_process_does_not_load_lines_library() -> None:
    """It takes seconds; only what says something loads it, when it does."""
    look = (
        "import sys, main, cli, workers.delivery, workers.menu, workers.photos;"
        "sys.exit('linebot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", look], cwd=ROOT).returncode == 0


def test_of_two_tokens_the_one_that_line_knows_is_used(
    line: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "line_channel_access_token_also", SecretStr("former"))
    first = settings().line_channel_access_token.get_secret_value()
    line.knows = {"former"}
    assert client.call("GET", "/v2/bot/info").status_code == 200
    assert tokens.refused() == ["LINE_CHANNEL_ACCESS_TOKEN"]
    client.call("GET", "/v2/bot/info")
    line.knows = {first}
    client.call("GET", "/v2/bot/info")
    assert tokens.refused() == ["LINE_CHANNEL_ACCESS_TOKEN_ALSO"]
    asked = [headers["authorization"].removeprefix("Bearer ") for _, _, headers in line.heard]
    assert asked == [first, "former", "former", "former", first]
    line.knows = set()
    with pytest.raises(Refused):
        client.call("GET", "/v2/bot/info")
    assert len(tokens.refused()) == 2

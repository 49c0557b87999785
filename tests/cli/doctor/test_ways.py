"""The doctor and the ways in and out: proxy, LINE, mail; a fault is planted in each, and found."""

import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from doctors_round import Front, certificate, found, front, set_again
from fastapi import FastAPI
from letterbox import letterbox
from line_fixtures import SECRET
from line_nearby import Line
from starlette.testclient import TestClient

from bot.line.setup import menus
from cli.doctor import rounds
from cli.doctor.asked import Asked, read
from cli.doctor.findings import Finding, Level, right
from cli.doctor.groups.proxy import STRANGER, Seen, address_of
from cli.doctor.looks import Check
from local.machine.processes import free_ports
from web.auth.as_seen import PATH, SIGNED, TOO_LARGE, signature

RIGHT, WARNING, WRONG = Level.RIGHT, Level.WARNING, Level.WRONG
PROXY = ("proxy.reached", "proxy.address", "proxy.head", "proxy.redirect", "proxy.certificate")


def test_how_a_request_was_seen_is_told_to_who_can_sign_alone(client: TestClient) -> None:
    now = int(time.time())
    nowhere = client.post("/leads-nowhere")
    for strange in ("", "x", f"{now}.{'0' * 64}", signature(now - 301), signature(now)[:-1] + "é"):
        told = client.post(PATH, headers={SIGNED: strange.encode()})
        assert (told.status_code, told.text) == (nowhere.status_code, nowhere.text)
    signed = {SIGNED: signature(now)}
    told = client.post(PATH, headers=signed | {"x-forwarded-for": STRANGER}, content=b"abc")
    assert (told.json()["forwarded_for"], told.json()["bytes"]) == ([STRANGER], 3)
    large = client.post(PATH, headers=signed | {"content-length": str(10**9)})
    assert (large.status_code, large.json()["reason"]) == (413, TOO_LARGE)


@pytest.mark.parametrize(
    ("client", "chain", "level", "says"),
    [
        ("198.51.100.7", ["198.51.100.7"], RIGHT, ""),
        ("10.0.0.9", [f"{STRANGER}, 10.0.0.9"], RIGHT, ""),
        (STRANGER, [f"{STRANGER}, 127.0.0.1"], RIGHT, ""),  # from this very machine, added to
        ("10.0.0.5", ["198.51.100.7"], WRONG, "TRUSTED_PROXIES=10.0.0.5"),
        ("10.0.0.5", [], WRONG, "X-Forwarded-For $remote_addr"),
        ("10.0.0.5", [STRANGER], WRONG, "X-Forwarded-For $remote_addr"),
        (STRANGER, [STRANGER], WRONG, "X-Forwarded-For $remote_addr"),
    ],
)
def test_what_arrives_of_an_address_tells_what_the_proxy_does(
    asked: Asked, client: str, chain: list[str], level: Level, says: str
) -> None:
    seen = address_of(asked, Seen(client, "https", tuple(chain), ("https",)))
    assert (seen.level, says in seen.to_type) == (level, True)


@pytest.fixture
def asked(database_url: str) -> Asked:
    return read()


@pytest.fixture
def proxied(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Front]:
    """A proxy with TLS before the application, which believes it; PUBLIC_URL leads there."""
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    behind = request.getfixturevalue("site")
    trusted, file = certificate(tmp_path / "tls")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with front(behind, file) as (told, address):
        set_again(monkeypatch, PUBLIC_URL=address)
        yield told


def test_behind_a_right_proxy_all_is_right(proxied: Front) -> None:
    seen = found(read(), *PROXY, "proxy.photos", "proxy.too_large", "line.signature")
    levels = {name: each.level for name, each in seen.items()}
    del levels["proxy.redirect"]  # who listens at the port before is nobody's doing here
    assert set(levels.values()) == {RIGHT}, seen


FRONTS: list[tuple[dict[str, Any], str, str, Level]] = [
    ({"address": ""}, "proxy.address", "proxy.address", WRONG),
    ({"address": None}, "proxy.address", "proxy.address", WRONG),
    ({"proto": None}, "proxy.address", "proxy.scheme", WRONG),
    ({"most": 8_000_000}, "proxy.photos", "proxy.photos", WRONG),
    ({"most": 10**9}, "proxy.too_large", "proxy.too_large", WARNING),
    ({"head": 4_000}, "proxy.head", "proxy.head", RIGHT),
    ({"headers": {"strict-transport-security": ""}}, "proxy.redirect", "proxy.hsts", WARNING),
    ({"broken": 502}, "proxy.reached", "proxy.reached", WRONG),
    ({"broken": 200}, "proxy.reached", "proxy.reached", WRONG),
    ({"broken": 200}, "proxy.head", "proxy.head", WRONG),
    ({"broken": 301, "headers": {"location": "https://a.example/healthz"}}, "proxy.reached",
     "proxy.reached", WRONG),
]  # fmt: skip


def test_each_fault_of_a_proxy_is_found(proxied: Front) -> None:
    asked, well = read(), Front()
    for faults, look, name, level in FRONTS:
        vars(proxied).update(vars(well) | faults)
        seen = found(asked, look)[name]
        assert seen.level is level, (faults, seen)
        assert bool(seen.to_type) is (level is not RIGHT), seen


@pytest.mark.parametrize(
    ("days", "host", "trusted", "level", "says"),
    [
        (10, "127.0.0.1", True, WARNING, "10 days"),
        (2, "127.0.0.1", True, WRONG, "2 days"),
        (-1, "127.0.0.1", True, WRONG, "expired"),
        (90, "michi.example.jp", True, WRONG, "mismatch"),
        (90, "127.0.0.1", False, WRONG, "issuer"),
    ],
)
def test_each_fault_of_a_certificate_is_found(
    days: float, host: str, trusted: bool, level: Level, says: str,
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ca, file = certificate(tmp_path / "tls", days=days + 0.2, host=host)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    with front("http://127.0.0.1:9", file) as (told, address):
        told.broken = 502
        asked = set_again(monkeypatch, PUBLIC_URL=address)
        look = "proxy.certificate" if level is WARNING or says == "2 days" else "proxy.reached"
        seen = found(asked, look)[look]
    assert (seen.level, says in seen.en) == (level, True), seen


def test_nobody_at_public_url_is_found(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for url, says in (("http://127.0.0.1:9", "curl"), ("https://none.invalid", "getent")):
        seen = found(set_again(monkeypatch, PUBLIC_URL=url), "proxy.reached")["proxy.reached"]
        assert (seen.level, says in seen.to_type) == (WRONG, True)


@pytest.fixture
def channel(line: Line, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Settings that lead to the platform, which leads to its door."""
    return set_again(monkeypatch, PUBLIC_URL=line.door.url.removesuffix("/line/webhook"))


LINE = ("line.token", "line.chat_mode", "line.webhook", "line.test", "line.quota")
FAULTS_OF_LINE: list[tuple[str, dict[str, Any], str, Level]] = [
    ("account", {"chatMode": "chat"}, "line.chat_mode", WARNING),
    ("account", {"webhook": False}, "line.webhook_active", WRONG),
    ("webhook", {"url": "https://elsewhere.example/hook"}, "line.webhook", WRONG),
    ("webhook", {"url": ""}, "line.webhook", WRONG),
    ("quota", {"limit": 0}, "line.quota", WRONG),
]


@pytest.mark.parametrize(("order", "body", "name", "level"), FAULTS_OF_LINE)
def test_each_fault_of_the_channel_is_found(
    line: Line, channel: Asked, order: str, body: dict[str, Any], name: str, level: Level
) -> None:
    line.order(order, **body)
    seen = found(channel, *LINE)[name]
    assert (seen.level, bool(seen.to_type)) == (level, True)


def test_a_channel_that_is_set_up_is_right_and_one_without_menus_is_not(
    line: Line, channel: Asked
) -> None:
    seen = found(channel, *LINE, "line.menu", "clock.line")
    assert seen.pop("line.menu").level is WARNING
    assert {each.level for each in seen.values()} == {RIGHT}
    menus.put_up(menus.drawn())
    assert found(channel, "line.menu")["line.menu"].level is RIGHT


def test_a_wrong_token_secret_or_webhook_is_found(
    line: Line, channel: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.door.status = 401
    seen = found(channel, "line.test", "line.signature")
    assert (seen["line.test"].level, seen["line.signature"].level) == (WRONG, WRONG)
    assert "LINE_CHANNEL_SECRET" in seen["line.test"].to_type
    line.door.status = 200
    assert found(channel, "line.signature")["line.signature"].level is WRONG  # takes any signature
    asked = set_again(monkeypatch, LINE_CHANNEL_ACCESS_TOKEN="another")
    assert "LINE_CHANNEL_ACCESS_TOKEN" in found(asked, "line.token")["line.token"].to_type
    asked = set_again(monkeypatch, LINE_API_URL="http://127.0.0.1:9")
    assert found(asked, "line.token")["line.token"].level is WRONG
    assert SECRET not in str(seen)


class _Lets:
    """Who may sign in at the mail server."""

    def __call__(self, *given: Any) -> AuthResult:
        return AuthResult(success=given[-1].password == b"right", handled=False)


def mail_of(
    monkeypatch: pytest.MonkeyPatch, url: str, sender: str, to: str = ""
) -> dict[str, Finding]:
    set_again(monkeypatch, SMTP_URL=url, MAIL_FROM=sender)
    return found(read(to), "mail.server", "mail.sent")


def test_each_fault_of_mail_is_found(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (port,) = free_ports([0])
    me, nearby = "道路管理課 <road@example.jp>", f"smtp://127.0.0.1:{port}"
    assert mail_of(monkeypatch, "", "")["mail.server"].level is WARNING
    assert mail_of(monkeypatch, "smtp://127.0.0.1:9", me)["mail.server"].level is WRONG
    with letterbox(port) as box:
        seen = mail_of(monkeypatch, nearby, me, "sato@example.jp")
        assert {each.level for each in seen.values()} == {RIGHT}
        assert [mail["To"] for mail in box.mails] == ["sato@example.jp"]
        assert (
            "STARTTLS" in mail_of(monkeypatch, f"{nearby}?starttls=require", me)["mail.server"].en
        )
        monkeypatch.setattr(box, "handle_MAIL", _refuse, raising=False)
        assert mail_of(monkeypatch, nearby, me)["mail.sender"].level is WRONG
    trusted, file = certificate(tmp_path / "tls")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    more = {"tls_context": context, "authenticator": _Lets(), "auth_require_tls": False}
    with letterbox(port, **more):
        safe = f"smtp://michi:right@127.0.0.1:{port}?starttls=require"
        assert "certificate" in mail_of(monkeypatch, safe, me)["mail.server"].en
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert {each.level for each in mail_of(monkeypatch, safe, me).values()} == {RIGHT}
        lost = mail_of(monkeypatch, safe.replace("right", "wrong"), me)["mail.server"]
        assert "535" in lost.en
        plain = mail_of(monkeypatch, safe.partition("?")[0], me)
        assert plain["mail.encrypted"].level is WRONG


async def _refuse(*given: Any) -> str:
    return "550 who is that"


@pytest.mark.long
def test_each_fault_of_the_provider_is_found(
    provider: Any, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = found(read(), "provider.discovery")
    assert {each.level for each in seen.values()} == {RIGHT}, seen
    asked = set_again(monkeypatch, OIDC_CLIENT_SECRET="another")
    assert found(asked, "provider.discovery")["provider.client"].level is WRONG
    asked = set_again(monkeypatch, OIDC_ISSUER=f"{provider.issuer}/")
    assert found(asked, "provider.discovery")["provider.discovery"].level is WRONG
    asked = set_again(monkeypatch, OIDC_ISSUER="http://127.0.0.1:9")
    assert found(asked, "provider.discovery")["provider.discovery"].level is WRONG
    asked = set_again(monkeypatch, PASSWORDS_ONLY_FOR="nobody")
    assert found(asked, "provider.emergency")["provider.emergency"].level is WRONG


def test_fonts_and_packages_that_are_not_there_are_found(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("fonts.papers", "fonts.menu", "packages.map")
    assert {each.level for each in found(asked, *names).values()} == {RIGHT}

    def none(*given: Any) -> Any:
        from bot.line.setup.fonts import NoFont
        from reports.documents import paper

        raise NoFont if given else paper.NoFont

    monkeypatch.setattr("reports.documents.paper.fonts", none)
    monkeypatch.setattr("cli.doctor.groups.fonts.face_for", none)
    monkeypatch.setattr("web.kit.assets.has_map_files", lambda: False)
    monkeypatch.setattr("web.kit.assets.has_offline_files", lambda: False)
    levels = [found(asked, *names)[name].level for name in (*names, "packages.offline")]
    assert levels == [WRONG, WRONG, WRONG, WARNING]


def test_who_hangs_or_fails_does_not_keep_the_others(asked: Asked) -> None:
    let_go = threading.Event()

    def hangs(_: Asked) -> Iterator[Finding]:
        let_go.wait(30)
        yield right("redis.connection", "-", "-")

    def fails(_: Asked) -> Iterator[Finding]:
        raise RuntimeError(SECRET)

    checks = [
        Check("redis.connection", hangs, opens="redis", seconds=0.1),
        Check("redis.policy", lambda _: iter([]), ("redis",)),
        Check("mail.server", fails),
        Check("fonts.menu", lambda _: iter([right("fonts.menu", "-", "-")])),
    ]
    told: set[str] = set()
    seen = rounds.go_round(checks, asked, "", told.update)
    assert [each.level for each in seen] == [WRONG, Level.NOT_SEEN, WRONG, RIGHT]
    assert SECRET not in str(seen)
    assert "redis.connection" in told
    alone = rounds.go_round(checks, asked, "redis", told.update)
    assert [each.name for each in alone] == ["redis.connection", "redis.policy"]
    assert [each.name for each in rounds.go_round(checks, asked, "fonts", told.update)] == [
        "fonts.menu"
    ]
    let_go.set()

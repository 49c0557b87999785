"""`michi line setup` and the channel: what it finds wrong, and what it says to do about it."""

from dataclasses import replace
from pathlib import Path

import pytest
from line_account import Door, Platform
from line_setup_scene import found, named, set_again, set_up

from bot.line.setup.checkup import is_reachable_by_line
from bot.line.setup.menu import Menu
from settings import settings

pytestmark = pytest.mark.usefixtures("michi")


def test_all_is_right_with_a_channel_that_is_set_up(platform: Platform, ours: list[Menu]) -> None:
    findings = found(ours)
    assert [finding for finding in findings.values() if not finding.right] == []
    assert findings["Account"].found == "みち(道路のふぐあい) (@000loopb)"
    assert "0" in findings["Pushes this month"].found


def test_a_wrong_token_ends_it_before_anything_is_changed(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_again(monkeypatch, LINE_CHANNEL_ACCESS_TOKEN="another token")
    status, said = set_up()
    assert status == 1
    assert "401" in said
    assert named(platform) == []


def test_a_missing_token_is_named(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINE_CHANNEL_ACCESS_TOKEN")
    settings.cache_clear()
    status, said = set_up()
    assert status == 1
    assert "LINE_CHANNEL_ACCESS_TOKEN" in said
    assert named(platform) == []


def test_without_a_font_nothing_is_changed_and_the_package_is_named(
    platform: Platform, tmp_path: Path
) -> None:
    font = tmp_path / "no.ttf"
    font.write_bytes(b"not a font")
    status, said = set_up("--font", str(font))
    assert status == 1
    assert "fonts-noto-cjk" in said
    assert named(platform) == []


def test_line_being_away_is_said(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, ours: list[Menu]
) -> None:
    set_again(monkeypatch, LINE_API_URL="http://127.0.0.1:9")
    away = found(ours)["asking LINE"]
    assert not away.right
    assert "LINE_API_URL" in away.to_do


def test_another_webhook_is_found_and_entered_when_asked(
    platform: Platform, door: Door, ours: list[Menu]
) -> None:
    platform.order("webhook", url="https://elsewhere.example/hook")
    wrong = found(ours)["Webhook URL"]
    assert (wrong.right, wrong.found) == (False, "https://elsewhere.example/hook")
    assert door.url in wrong.to_do
    assert found(ours, set_webhook=True)["Webhook URL"].right
    known = platform.line("GET", "/v2/bot/channel/webhook/endpoint").json()
    assert known == {"endpoint": door.url, "active": True}


def test_no_webhook_at_all_is_found(platform: Platform, ours: list[Menu]) -> None:
    platform.order("webhook", url="")
    assert not found(ours)["Webhook URL"].right


def test_a_webhook_that_is_switched_off_is_found(platform: Platform, ours: list[Menu]) -> None:
    platform.order("account", webhook=False)
    assert not found(ours)["Use webhook"].right


def test_a_chat_that_is_switched_on_is_found(platform: Platform, ours: list[Menu]) -> None:
    platform.order("account", chatMode="chat")
    assert not found(ours)["Chat mode"].right


def test_an_address_that_line_would_not_call_is_found_and_not_entered(
    platform: Platform, door: Door, monkeypatch: pytest.MonkeyPatch, ours: list[Menu]
) -> None:
    set_again(monkeypatch, PUBLIC_URL="http://michi.example.jp")
    findings = found(ours, set_webhook=True)
    assert not findings["PUBLIC_URL"].right
    assert not findings["Setting the webhook"].right
    assert "--set-webhook" not in findings["Webhook URL"].to_do
    assert "Webhook test" not in findings
    known = platform.line("GET", "/v2/bot/channel/webhook/endpoint").json()
    assert known["endpoint"] == door.url


@pytest.mark.parametrize(
    ("ours_at", "line_at", "reaches"),
    [
        ("https://michi.example.jp", "https://api.line.me", True),
        ("http://michi.example.jp", "https://api.line.me", False),
        ("michi.example.jp", "https://api.line.me", False),
        ("https://", "https://api.line.me", False),
        ("http://127.0.0.1:8000", "https://api.line.me", False),
        ("https://localhost", "https://api.line.me", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9000", True),
    ],
)
def test_line_reaches_https_addresses_and_nobody_elses_own_machine(
    monkeypatch: pytest.MonkeyPatch, ours_at: str, line_at: str, reaches: bool
) -> None:
    set_again(monkeypatch, LINE_API_URL=line_at)
    assert is_reachable_by_line(ours_at) is reaches


def test_an_address_that_line_refuses_to_test_is_told_with_what_to_do(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, ours: list[Menu]
) -> None:
    set_again(monkeypatch, PUBLIC_URL="https://no-such-city.invalid")
    refused = found(ours)["LINE tests the webhook"]
    assert not refused.right
    assert "Invalid webhook endpoint URL" in refused.found
    assert "DNS" in refused.to_do


def test_a_menu_that_line_refuses_is_told_as_the_menus_trouble(
    platform: Platform, ours: list[Menu]
) -> None:
    wrong = [replace(menu, picture=b"no picture") for menu in ours]
    refused = found(wrong)["putting the menu up"]
    assert not refused.right
    assert "The image size is not allowed" in refused.found
    assert named(platform) == []


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ((401, 0.0), "LINE_CHANNEL_SECRET"),
        ((404, 0.0), "PUBLIC_URL"),
        ((308, 0.0), "the address it leads to"),
        ((503, 0.0), "DATABASE_URL"),
        ((500, 0.0), "log of web"),
        ((200, 2.5), "within 2 seconds"),
    ],
)
def test_the_reason_of_a_failing_test_is_told(
    platform: Platform, door: Door, ours: list[Menu], answer: tuple[int, float], advice: str
) -> None:
    door.respond = lambda: answer
    tested = found(ours)["Webhook test"]
    assert not tested.right
    assert advice in tested.to_do


def test_a_door_that_is_shut_is_told(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, ours: list[Menu]
) -> None:
    set_again(monkeypatch, PUBLIC_URL="http://127.0.0.1:9")
    tested = found(ours)["Webhook test"]
    assert tested.found.startswith("COULD_NOT_CONNECT")
    assert "firewall" in tested.to_do


@pytest.mark.parametrize(("limit", "right"), [(200, True), (0, False), (None, True)])
def test_the_quota_is_right_while_pushes_are_left(
    platform: Platform, ours: list[Menu], limit: int | None, right: bool
) -> None:
    platform.order("quota", limit=limit)
    assert found(ours)["Pushes this month"].right is right

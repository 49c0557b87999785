"""`michi line setup` on the whole stack: a menu from which each thing can be asked."""

from collections.abc import Iterator

import httpx
import pytest
from neighbours import Neighbour, Town, michi, until


@pytest.fixture
def menus(town: Town) -> Iterator[None]:
    """The account as `michi line setup` leaves it; without menus again afterwards."""
    done = michi(town, "line", "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    yield
    for menu in line(town, "GET", "/v2/bot/richmenu/list").json()["richmenus"]:
        line(town, "DELETE", f"/v2/bot/richmenu/{menu['richMenuId']}")


def line(town: Town, method: str, path: str) -> httpx.Response:
    """A call to LINE with the channel's token."""
    token = {"Authorization": f"Bearer {town.michi.env['LINE_CHANNEL_ACCESS_TOKEN']}"}
    return httpx.request(method, town.michi.line_api + path, headers=token, timeout=30)


def seen(town: Town, person: Neighbour) -> dict[str, object]:
    """The menu that this person sees."""
    path = f"/_platform/people/{person.user_id}/richmenu"
    found: dict[str, object] = httpx.get(town.michi.line_api + path).json()
    return found


@pytest.mark.usefixtures("menus")
def test_every_area_of_the_menu_is_answered_once_and_the_menu_follows_the_language(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    for answers, label in enumerate(["通報する", "状況を見る", "わたしの通報", "使い方"], start=1):
        haruka.does("tap", json={"label": label})
        assert len(haruka.hears(answers)) == answers
    alex.says("hello")
    until(lambda: str(seen(town, alex)["name"]).startswith("michi-en "))
    assert str(seen(town, haruka)["name"]).startswith("michi-ja ")
    haruka.says("English")
    until(lambda: str(seen(town, haruka)["name"]).startswith("michi-en "))
    haruka.says("日本語")
    until(lambda: str(seen(town, haruka)["name"]).startswith("michi-ja "))


@pytest.mark.long
def test_a_webhook_that_points_elsewhere_is_told_and_then_mended(town: Town) -> None:
    ours = f"{town.michi.web}/line/webhook"
    town.line("webhook", json={"url": "http://127.0.0.1:9/line/webhook"})
    try:
        assert michi(town, "line", "setup").returncode == 1
        assert michi(town, "line", "setup", "--set-webhook").returncode == 0
        endpoint = line(town, "GET", "/v2/bot/channel/webhook/endpoint").json()
        assert endpoint == {"endpoint": ours, "active": True}
    finally:
        town.line("webhook", json={"url": ours})

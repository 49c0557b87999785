"""`michi line setup` and the menus: what it makes, what it leaves, whom it shows which."""

import httpx
import pytest
from line_account import Door, Json, Platform
from line_setup_scene import found, hang, named, names, set_up, turned_over

from bot.line import client
from bot.line.setup import menus
from bot.line.setup.menu import Menu
from bot.line.setup.menus import Change, put_up
from bot.wording import languages
from workers.menu import show_menu
from workers.retry import Retry

STRANGER = "U" + "0" * 32
FOREIGN: Json = {
    "size": {"width": 2500, "height": 843},
    "selected": False,
    "name": "夏の案内",
    "chatBarText": "夏",
    "areas": [],
}
pytestmark = pytest.mark.usefixtures("michi")


def test_the_command_puts_a_menu_up_for_every_language(platform: Platform, haruka: str) -> None:
    status, said = set_up()
    assert status == 0, said
    assert "✗" not in said
    aliases = platform.line("GET", "/v2/bot/richmenu/alias/list").json()["aliases"]
    assert {alias["richMenuAliasId"] for alias in aliases} == {
        f"michi-{language}" for language in languages()
    }
    shown = platform.menu_of(haruka)
    assert shown["name"].startswith("michi-ja ")
    assert shown["areas"][0]["action"]["label"] == "通報する"


def test_a_second_time_changes_nothing(platform: Platform, ours: list[Menu]) -> None:
    put_up(ours)
    before = platform.line("GET", "/v2/bot/richmenu/list").json()
    again = put_up(ours)
    assert set(again.changes.values()) == {Change.KEPT}
    assert again.removed == 0
    assert platform.line("GET", "/v2/bot/richmenu/list").json() == before


def test_a_menu_that_changed_is_replaced_and_the_others_stay(
    platform: Platform, haruka: str, ours: list[Menu]
) -> None:
    put_up(ours)
    changed = [turned_over(made) if made.language == "ja" else made for made in ours]
    done = put_up(changed)
    replaced = [code for code, change in done.changes.items() if change is Change.REPLACED]
    assert replaced == ["ja"]
    assert named(platform) == names(changed)
    assert platform.menu_of(haruka)["name"] == next(m.name for m in changed if m.is_everybodys)


def test_people_keep_a_menu_of_their_language_when_it_is_replaced(
    platform: Platform, ours: list[Menu], others: list[Menu]
) -> None:
    alex = platform.people()[1]
    put_up(ours)
    menus.show(alex, "en")
    assert put_up(others).removed == len(ours)
    english = next(made.name for made in others if made.language == "en")
    assert platform.menu_of(alex)["name"] == english
    assert named(platform) == names(others)


def test_an_old_menu_stays_with_its_people_while_line_cannot_move_them(
    platform: Platform, ours: list[Menu], others: list[Menu]
) -> None:
    alex = platform.people()[1]
    put_up(ours)
    menus.show(alex, "en")
    before = platform.menu_of(alex)["name"]
    platform.order("faults", path="/v2/bot/richmenu/batch", kind="429_rate", times=1)
    rich_menu = found(others)["Rich menu"]
    assert not rich_menu.right
    assert platform.menu_of(alex)["name"] == before
    assert put_up(others).left == []
    assert named(platform) == names(others)


def test_what_others_made_is_left_alone(
    platform: Platform, ours: list[Menu], others: list[Menu]
) -> None:
    foreign = platform.line("POST", "/v2/bot/richmenu", FOREIGN).json()["richMenuId"]
    put_up(ours)
    put_up(others)
    assert platform.line("GET", f"/v2/bot/richmenu/{foreign}").status_code == 200


def test_a_language_that_is_gone_takes_its_menu_with_it(
    platform: Platform, ours: list[Menu]
) -> None:
    put_up(ours)
    fewer = [made for made in ours if made.language != "easy_ja"]
    put_up(fewer)
    assert named(platform) == names(fewer)
    assert platform.line("GET", "/v2/bot/richmenu/alias/michi-easy_ja").status_code == 404


def test_a_menu_whose_picture_did_not_arrive_does_not_stay(
    platform: Platform, ours: list[Menu]
) -> None:
    platform.order("faults", path="/v2/bot/richmenu/*/content", kind="500_before", times=1)
    with pytest.raises(client.Away):
        put_up(ours)
    assert named(platform) == []
    put_up(ours)
    assert named(platform) == names(ours)


def test_a_set_up_that_broke_off_is_finished_by_the_next(
    platform: Platform, haruka: str, ours: list[Menu]
) -> None:
    platform.order("faults", path="/v2/bot/user/all/richmenu", kind="reset_before", times=1)
    with pytest.raises(client.Away):
        put_up(ours)
    put_up(ours)
    assert named(platform) == names(ours)
    assert platform.menu_of(haruka)["name"].startswith("michi-ja ")


@pytest.mark.parametrize("done", ["made", "hung"])
def test_a_set_up_that_was_killed_is_finished_by_the_next(
    platform: Platform, haruka: str, ours: list[Menu], done: str
) -> None:
    for one in ours[:2]:
        platform.line("POST", "/v2/bot/richmenu", dict(one.body)).raise_for_status()
    if done == "hung":
        hang(platform, ours, everybodys="en")
    put_up(ours)
    assert named(platform) == names(ours)
    assert platform.menu_of(haruka)["name"].startswith("michi-ja ")


def test_a_person_sees_the_menu_of_their_language(
    platform: Platform, haruka: str, ours: list[Menu]
) -> None:
    put_up(ours)
    for language, alias in (("en-GB", "en"), ("easy_ja", "easy_ja"), ("fr", "en"), ("ja", "ja")):
        show_menu(haruka, language)
        assert platform.menu_of(haruka)["name"].startswith(f"michi-{alias} ")
    assert platform.menu_of(haruka)["by"] == "default"


def test_without_menus_nothing_is_shown_and_nothing_fails(platform: Platform, haruka: str) -> None:
    show_menu(haruka, "en")
    show_menu(haruka, "ja")
    assert platform.menu_of(haruka) is None


def test_a_person_whom_line_does_not_know_ends_it_quietly(
    platform: Platform, ours: list[Menu]
) -> None:
    put_up(ours)
    show_menu(STRANGER, "en")
    show_menu(STRANGER, "ja")


@pytest.mark.parametrize("kind", ["500_before", "429_rate", "reset_before"])
def test_while_line_is_away_it_is_tried_again(
    platform: Platform, haruka: str, ours: list[Menu], kind: str
) -> None:
    put_up(ours)
    platform.order("faults", path="/v2/bot/user/", kind=kind, times=1)
    with pytest.raises(Retry):
        show_menu(haruka, "en")
    show_menu(haruka, "en")
    assert platform.menu_of(haruka)["name"].startswith("michi-en ")


def test_the_token_goes_to_line_alone(platform: Platform, door: Door, ours: list[Menu]) -> None:
    found(ours)
    assert door.heard
    assert not any("authorization" in heard for heard in door.heard)
    picture = httpx.get(platform.api + platform.menu_of(platform.people()[0])["picture"])
    assert picture.content == next(made.picture for made in ours if made.is_everybodys)

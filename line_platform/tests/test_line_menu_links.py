"""Whose menu is which: aliases, one person's menu, and moving everybody to another one."""

import pytest
from line_menus import EVERYBODY, made, ready
from line_platform_client import Json, Platform

ALIAS = "/v2/bot/richmenu/alias"


def named(platform: Platform, alias: str, menu_id: str) -> int:
    body = {"richMenuAliasId": alias, "richMenuId": menu_id}
    return platform.line("POST", ALIAS, body).status_code


def seen(platform: Platform, person: str) -> Json | None:
    found: Json | None = platform.look(f"people/{person}/richmenu")
    return found


def test_an_alias_stands_for_one_menu_until_it_is_turned(platform: Platform) -> None:
    first, second = ready(platform), ready(platform)
    assert named(platform, "city-ja", first) == 200
    assert named(platform, "city-ja", second) == 400
    whole = {"richMenuAliasId": "city-ja", "richMenuId": first}
    assert platform.line("GET", f"{ALIAS}/city-ja").json() == whole
    assert platform.line("POST", f"{ALIAS}/city-ja", {"richMenuId": second}).status_code == 200
    turned = {"richMenuAliasId": "city-ja", "richMenuId": second}
    assert platform.line("GET", f"{ALIAS}/list").json() == {"aliases": [turned]}
    assert platform.line("DELETE", f"{ALIAS}/city-ja").status_code == 200
    assert platform.line("GET", f"{ALIAS}/city-ja").status_code == 404
    assert platform.line("POST", f"{ALIAS}/city-ja", {"richMenuId": first}).status_code == 404


@pytest.mark.parametrize("alias", ["", "City", "日本", "a" * 33])
def test_an_alias_of_other_letters_is_refused(platform: Platform, alias: str) -> None:
    assert named(platform, alias, ready(platform)) == 400


def test_a_menu_without_its_picture_is_nobodys(platform: Platform, haruka: str) -> None:
    menu_id = made(platform)
    assert named(platform, "city-ja", menu_id) == 400
    assert platform.line("POST", f"/v2/bot/user/{haruka}/richmenu/{menu_id}").status_code == 400
    order = {"type": "link", "from": ready(platform), "to": menu_id}
    answer = platform.line("POST", "/v2/bot/richmenu/batch", {"operations": [order]})
    assert answer.status_code == 400
    assert seen(platform, haruka) is None


def test_a_linked_person_sees_their_own_menu_and_the_others_everybodys(
    platform: Platform, haruka: str
) -> None:
    alex = platform.people()[1]
    common, own = ready(platform), ready(platform, name="own")
    platform.line("POST", f"{EVERYBODY}/{common}")
    link = f"/v2/bot/user/{haruka}/richmenu"
    assert platform.line("GET", link).status_code == 404
    assert platform.line("POST", f"{link}/{own}").status_code == 200
    assert platform.line("GET", link).json() == {"richMenuId": own}
    for person, menu_id, by in ((haruka, own, "link"), (alex, common, "default")):
        found = seen(platform, person)
        assert found
        assert (found["richMenuId"], found["by"]) == (menu_id, by)
        picture = platform.http.get(platform.api + found["picture"])
        assert picture.headers["content-type"] == "image/png"
    assert platform.line("DELETE", link).status_code == 200
    assert (seen(platform, haruka) or {})["richMenuId"] == common


def test_who_was_linked_to_a_menu_that_is_deleted_sees_everybodys(
    platform: Platform, haruka: str
) -> None:
    common, own = ready(platform), ready(platform)
    platform.line("POST", f"{EVERYBODY}/{common}")
    platform.line("POST", f"/v2/bot/user/{haruka}/richmenu/{own}")
    platform.line("DELETE", f"/v2/bot/richmenu/{own}")
    assert (seen(platform, haruka) or {})["richMenuId"] == common


@pytest.mark.parametrize(
    ("person", "menu_id", "status"),
    [("haruka", "richmenu-0", 404), ("U123", "ready", 400), ("U" + "0" * 32, "ready", 200)],
)
def test_a_menu_is_linked_to_a_friend_and_a_stranger_gets_none_without_a_word(
    platform: Platform, haruka: str, person: str, menu_id: str, status: int
) -> None:
    who = {"haruka": haruka}.get(person, person)
    shown = {"ready": ready(platform)}.get(menu_id, menu_id)
    link = f"/v2/bot/user/{who}/richmenu"
    assert platform.line("POST", f"{link}/{shown}").status_code == status
    assert platform.line("GET", link).status_code == 404


def test_who_has_blocked_us_is_linked_to_nothing(platform: Platform, haruka: str) -> None:
    platform.act(haruka, "unfollow")
    link = f"/v2/bot/user/{haruka}/richmenu"
    assert platform.line("POST", f"{link}/{ready(platform)}").status_code == 200
    assert platform.line("GET", link).status_code == 404


def test_a_batch_moves_everybody_from_one_menu_to_another(platform: Platform) -> None:
    haruka, alex, ichiro = platform.people()
    old, new, other = ready(platform), ready(platform), ready(platform)
    for person, menu_id in ((haruka, old), (alex, old), (ichiro, other)):
        platform.line("POST", f"/v2/bot/user/{person}/richmenu/{menu_id}")
    order = {"operations": [{"type": "link", "from": old, "to": new}]}
    answer = platform.line("POST", "/v2/bot/richmenu/batch", order)
    assert answer.status_code == 202
    request_id = answer.headers["x-line-request-id"]
    progress = f"/v2/bot/richmenu/progress/batch?requestId={request_id}"
    assert platform.line("GET", progress).json()["phase"] == "succeeded"
    found = [(seen(platform, person) or {})["richMenuId"] for person in (haruka, alex, ichiro)]
    assert found == [new, new, other]
    platform.line("POST", "/v2/bot/richmenu/batch", {"operations": [{"type": "unlinkAll"}]})
    assert [seen(platform, person) for person in (haruka, alex, ichiro)] == [None] * 3


def test_a_batch_that_is_not_understood_is_refused(platform: Platform) -> None:
    menu_id = ready(platform)
    twice = [{"type": "unlink", "from": menu_id}] * 2
    mixed = [*twice[:1], {"type": "unlinkAll"}]
    for operations in ([], [{"type": "link", "from": "a"}], [{"type": "swap"}], twice, mixed):
        answer = platform.line("POST", "/v2/bot/richmenu/batch", {"operations": operations})
        assert answer.status_code == 400
    unknown = {"operations": [{"type": "unlink", "from": "richmenu-0"}]}
    assert platform.line("POST", "/v2/bot/richmenu/batch", unknown).status_code == 404
    assert platform.line("GET", "/v2/bot/richmenu/progress/batch?requestId=x").status_code == 404


def test_beginning_anew_by_hand_keeps_the_menus_but_nobodys_link(
    platform: Platform, haruka: str
) -> None:
    common, own = ready(platform), ready(platform)
    platform.line("POST", f"{EVERYBODY}/{common}")
    platform.line("POST", f"/v2/bot/user/{haruka}/richmenu/{own}")
    platform.order("reset", keepMenus=True)
    assert (seen(platform, haruka) or {})["richMenuId"] == common
    platform.order("reset")
    assert seen(platform, haruka) is None

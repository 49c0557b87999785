"""The menu under the talk: its limits and its picture."""

import pytest
from line_menus import AREA, made, menu, png, put_image
from line_platform_client import Bot, Json, Platform


def test_a_menu_with_its_picture_becomes_everybodys(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    menu_id = made(platform)
    everybody = "/v2/bot/user/all/richmenu"
    assert platform.line("POST", f"{everybody}/{menu_id}").status_code == 400
    assert put_image(platform, menu_id, png(2500, 843)) == 200
    assert platform.line("POST", f"{everybody}/{menu_id}").status_code == 200
    assert platform.line("GET", everybody).json() == {"richMenuId": menu_id}
    platform.order(f"people/{haruka}/tap", label="状況")
    platform.settle()
    assert bot.events[0]["message"]["text"] == "状況"
    assert platform.line("DELETE", f"/v2/bot/richmenu/{menu_id}").status_code == 200
    assert platform.line("GET", everybody).status_code == 404


def test_menus_are_listed_and_deleted(platform: Platform) -> None:
    menu_id = made(platform)
    whole = {"richMenuId": menu_id, **menu()}
    assert platform.line("GET", "/v2/bot/richmenu/list").json() == {"richmenus": [whole]}
    assert platform.line("GET", f"/v2/bot/richmenu/{menu_id}").json() == whole
    assert platform.line("DELETE", f"/v2/bot/richmenu/{menu_id}").status_code == 200
    assert platform.line("DELETE", f"/v2/bot/richmenu/{menu_id}").status_code == 404
    assert platform.line("GET", "/v2/bot/richmenu/list").json() == {"richmenus": []}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"size": {"width": 799, "height": 250}}, "size.width"),
        ({"size": {"width": 2501, "height": 843}}, "size.width"),
        ({"size": {"width": 1000, "height": 700}}, "size"),
        ({"areas": [AREA] * 21}, "areas"),
        ({"chatBarText": "あ" * 15}, "chatBarText"),
        ({"name": "x" * 301}, "name"),
        ({"selected": None}, "selected"),
    ],
)
def test_a_menu_outside_the_limits_is_refused(platform: Platform, wrong: Json, where: str) -> None:
    for path in ("/v2/bot/richmenu", "/v2/bot/richmenu/validate"):
        answer = platform.line("POST", path, menu(**wrong))
        assert answer.status_code == 400
        assert where in [detail["property"] for detail in answer.json()["details"]]


def test_20_areas_and_14_letters_are_taken(platform: Platform) -> None:
    body = menu(areas=[AREA] * 20, chatBarText="あ" * 14)
    assert platform.line("POST", "/v2/bot/richmenu/validate", body).status_code == 200


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (png(800, 270), "image/png", 400),
        (b"not a picture", "image/png", 400),
        (png(2500, 843), "image/jpeg", 400),
        (png(2500, 843), "image/gif", 415),
        (png(2500, 843) + bytes(1024 * 1024), "image/png", 400),
    ],
)
def test_a_picture_that_does_not_fit_is_refused(
    platform: Platform, data: bytes, media_type: str, status: int
) -> None:
    assert put_image(platform, made(platform), data, media_type) == status


def test_a_menu_keeps_its_first_picture(platform: Platform) -> None:
    menu_id = made(platform)
    assert [put_image(platform, menu_id, png(2500, 843)) for _ in range(2)] == [200, 400]

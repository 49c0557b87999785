"""A crew goes on patrol with a phone that knows where it is, and makes a find of what it sees."""

import pytest
from phone_in_hand import until_drafted
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_scene import filed, picture
from web_visit import PHONE, visit

HERE = {"longitude": 139.5246, "latitude": 35.7015, "accuracy": 9}


@pytest.mark.long
def test_a_find_takes_the_phones_place_and_shows_what_is_there(
    chromium: Browser, site: str
) -> None:
    one = filed()
    allowed = {"geolocation": HERE, "permissions": ["geolocation"]}
    crew = visit(chromium, site, "roads", PHONE, at="/crew/patrol", **allowed)
    page = crew.page
    page.get_by_role("button", name="巡回を始める").click()
    expect(page.locator("#way-said")).to_contain_text("記録しています")
    rows("UPDATE patrols SET began_at = began_at - interval '1 hour'")  # the position is older
    with page.expect_response("**/crew/patrol/way"):
        page.get_by_role("link", name="見つけた").click()
    expect(page.locator("#place-said")).to_contain_text("電話の位置です(誤差 約 9 m)")
    page.get_by_label("舗装の穴・段差").check()
    expect(page.locator("#there")).to_contain_text(one.number)
    page.get_by_label("どれともちがう").check()
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(1)}
    page.locator("input[name=photo]").set_input_files([photo])  # type: ignore[list-item]
    expect(page.get_by_alt_text("選んだ写真")).to_have_count(1)
    until_drafted(page, "category")
    page.reload()  # as phones do that had no memory left for the page beside the camera
    expect(page.get_by_alt_text("選んだ写真")).to_have_count(1)
    expect(page.get_by_label("舗装の穴・段差")).to_be_checked()
    expect(page.locator("#place-said")).to_contain_text("その時の場所")
    page.get_by_label("どれともちがう").check()
    page.get_by_role("button", name="記録する").click()
    expect(page.get_by_text("記録しました")).to_be_visible()
    (report,) = rows("SELECT place_accuracy_m FROM reports WHERE channel = 'patrol'")
    assert report.place_accuracy_m == 9
    page.goto("/crew/patrol/find")
    expect(page.locator("#place-said")).to_contain_text("電話の位置です")
    expect(page.get_by_alt_text("選んだ写真")).to_have_count(0)
    assert value("SELECT count(*) FROM patrol_points") == 1
    assert crew.complaints == []

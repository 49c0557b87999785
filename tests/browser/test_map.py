"""One ticket in a real browser: seen, opened and moved at the desk, finished in the street."""

from pathlib import Path

import pytest
import web_scene
from playwright.sync_api import Browser, Page, expect
from web_scene import ON_CITY_ROAD, STATION, filed, ticket_of
from web_visit import PC, PHONE, click_map, visit

from geo.points import Point
from reports.tickets.status import Status
from store.database import transaction
from web.maps.base_map import first_look


@pytest.mark.long
def test_a_new_ticket_appears_by_itself_on_list_and_map(chromium: Browser, site: str) -> None:
    filed("tree", STATION)
    desk = visit(chromium, site, "sato", PC, draws=True)
    page = desk.page
    expect(page.locator("#tickets li")).to_have_count(1)
    one = filed("pothole", pictures=1)
    row = page.locator(f'li[data-number="{one.number}"]')
    expect(row).to_contain_text("新着")
    expect(row).to_contain_text("舗装の穴・段差")
    expect(page.locator("#news")).to_contain_text("新しい受付票: 舗装の穴・段差")
    card = page.get_by_role("link", name="受付票を開く")
    click_map(page, ON_CITY_ROAD, page.locator(".maplibregl-popup").is_visible)
    expect(card).to_have_attribute("href", f"/staff/tickets/{one.number}")
    assert desk.complaints == []


@pytest.mark.long
def test_the_desk_moves_a_ticket_and_the_crew_finishes_it_with_a_photo(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed("pothole", words="自転車が転びそうです", pictures=2)
    desk = visit(chromium, site, "sato", PC, draws=True)
    schedule(desk.page, one.number)
    phone = visit(
        chromium,
        site,
        "roads",
        PHONE,
        has_touch=True,
        is_mobile=True,
        permissions=["geolocation"],
        geolocation={"longitude": 139.5246, "latitude": 35.70238},
    )
    finish(phone.page, one.number, tmp_path)
    found = ticket_of(one)
    assert found.ticket.status is Status.FIXED
    assert len(found.photos) == 3
    assert desk.complaints == phone.complaints == []


@pytest.mark.long
def test_on_a_phone_all_of_a_card_is_seen_until_the_filter_is_another(
    chromium: Browser, site: str
) -> None:
    with transaction() as db:
        look = first_look(db)
    filed("pothole", Point(look["lon"], look["lat"]), pictures=1)
    desk = visit(chromium, site, "sato", PHONE, draws=True)
    page, card = desk.page, desk.page.locator(".maplibregl-popup")
    click_map(page, None, card.is_visible)
    page.wait_for_function(
        """() => {
            const [card, map] = [".maplibregl-popup", "#map"].map((one) =>
                document.querySelector(one).getBoundingClientRect());
            return card.top >= map.top && card.bottom <= map.bottom
                && card.left >= map.left && card.right <= map.right;
        }"""
    )
    page.locator("select[name=category]").select_option("pothole")
    expect(card).to_be_hidden()
    assert desk.complaints == []


def schedule(page: Page, number: str) -> None:
    page.locator(f'li[data-number="{number}"] a').click()
    expect(page.locator("#place canvas")).to_be_visible()
    page.locator("a[data-enlarge]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("対象外", exact=True).click()
    expect(page.get_by_label("通報した人が読む説明")).to_have_attribute("required", "")
    page.get_by_text("対応予定", exact=True).click()
    expect(page.locator("#told")).to_contain_text("LINE でお知らせします")
    page.get_by_label("通報した人が読む説明").fill("来週の月曜に直します")
    page.get_by_role("button", name="この内容で変える").click()
    expect(page.get_by_role("status")).to_contain_text("「対応予定」に変えました")
    expect(page.locator(".history li").first).to_contain_text("職員・佐藤 恵")


def finish(page: Page, number: str, folder: Path) -> None:
    expect(page.locator(".distance").first).to_have_text("100 m")
    page.locator(f'li[data-number="{number}"] a').click()
    page.wait_for_url(f"**/crew/tickets/{number}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    photo = folder / "repaired.jpg"
    photo.write_bytes(web_scene.picture(3))
    with page.expect_file_chooser() as camera:
        page.get_by_text("写真を撮って完了").click()
    camera.value.set_files(photo)
    page.get_by_role("button", name="この写真で完了").click()
    expect(page.get_by_text(f"{number} を「対応済」にしました")).to_be_visible()


@pytest.mark.long
def test_a_photo_that_cannot_be_opened_is_told_on_the_page_and_taken_anew(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed("pothole")
    page = visit(chromium, site, "roads", PHONE).page
    page.locator(f'li[data-number="{one.number}"] a').click()
    film, photo = tmp_path / "repaired.mp4", tmp_path / "repaired.jpg"
    film.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2_000))
    photo.write_bytes(web_scene.picture())
    page.locator("#fixed-album").set_input_files(film)
    expect(page.locator("#finish .taken li")).to_have_count(1)  # the page is there as a whole
    page.get_by_role("button", name="この写真で完了").click()
    expect(page.get_by_text("これは動画です")).to_be_visible()
    assert ticket_of(one).ticket.status is Status.RECEIVED
    page.get_by_role("button", name="1枚目をやめる").click()
    page.locator("#fixed-album").set_input_files(photo)
    page.get_by_role("button", name="この写真で完了").click()
    expect(page.get_by_text("「対応済」にしました")).to_be_visible()


@pytest.mark.long
def test_a_keyboard_alone_reaches_a_ticket(chromium: Browser, site: str) -> None:
    one = filed("pothole")
    page = visit(chromium, site, "sato", PC).page
    expect(page.locator("#tickets li")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ進む")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="一覧へ進む")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(one.number)

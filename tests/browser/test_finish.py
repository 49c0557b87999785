"""A crew finishes with a photo of its album, made small on the phone, and tells another outcome."""

import pytest
from axe_core import AXE
from exif_blocks import block, gps_at, rationals, saved, text
from in_the_sun import hard_to_use
from phone_in_hand import until_drafted
from PIL import Image
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_scene import ON_CITY_ROAD, filed
from web_visit import PHONE, Visit, visit

from store.database import transaction
from workers import photos


def shot(wide: int = 2600, north: float = 0.0) -> bytes:
    """As a phone's camera keeps it: large, noisy, with its place and time; so many seconds of
    latitude from the ticket."""
    lat = rationals((35, 1), (42, 1), (540 + round(north * 100), 100)), "N"
    lon = rationals((139, 1), (31, 1), (2856, 100)), "E"
    camera = {0x9003: text("2026:11:30 15:20:00"), 0x9011: text("+09:00")}
    image = Image.effect_noise((wide, wide * 3 // 4), 60).convert("RGB")
    return saved(image, "JPEG", exif=block(camera=camera, gps=gps_at(lat, lon)))


def taken_in(photo_id: int) -> None:
    """As a worker does it."""
    keep = photos.take_in(photo_id)
    assert keep
    with transaction() as db:
        keep(db)


def faults(made: Visit) -> list[str]:
    """What axe finds, and what is too small for a thumb or too faint for the sun."""
    made.page.evaluate(AXE)
    found = made.page.evaluate(
        "async () => (await axe.run()).violations.map(({id, nodes}) => `${id}: ${nodes[0].target}`)"
    )
    return [*map(str, found), *hard_to_use(made)]


@pytest.mark.long
def test_a_photo_from_the_album_is_made_small_and_finishes_with_what_was_used(
    chromium: Browser, site: str
) -> None:
    one = filed(pictures=2, words="大きな穴です")
    crew = visit(chromium, site, "roads", PHONE, at=f"/crew/tickets/{one.number}")
    page = crew.page
    assert faults(crew) == []
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": shot()}
    elsewhere = photo | {"buffer": shot(640, north=10)}
    page.locator("#fixed-album").set_input_files([photo])
    expect(page.locator("#finish .taken img")).to_have_count(1)
    why = page.locator("#fixed-far")
    expect(why).to_be_hidden()
    page.locator("#fixed-camera").set_input_files([elsewhere])
    expect(why).to_be_visible()
    page.get_by_role("button", name="2枚目をやめる").click()
    expect(page.locator("#finish .taken img")).to_have_count(1)
    expect(why).to_be_hidden()
    page.get_by_text("材料・時間・ひとこと").click()
    page.get_by_role("button", name="常温合材を増やす").click(click_count=2)
    page.get_by_role("button", name="作業時間を増やす").first.click()
    until_drafted(page, "amount_cold_mix", "minutes")
    page.reload()  # as phones do that had no memory left for the page beside the camera
    expect(page.locator("#finish .preparing")).to_have_text("送る前の写真を戻しました。")
    page.get_by_role("button", name="サインアウト").click()
    page.get_by_role("button", name="やめる(書きかけを残す)").click()
    assert faults(crew) == []
    page.get_by_role("button", name="この写真で完了").click()
    page.wait_for_url("**/crew/?done=*")
    assert rows("SELECT material, amount::int, minutes FROM works, used_materials") == [
        ("cold_mix", 2, 10)
    ]
    taken_in(value("SELECT id FROM photos WHERE ticket_id IS NOT NULL"))
    (kept,) = rows("""SELECT ST_X(exif_place), ST_Y(exif_place), taken_at::text, width, done_at
        FROM photos p JOIN works w USING (ticket_id)""")
    assert kept[0] == pytest.approx(ON_CITY_ROAD.lon, abs=2e-4)
    assert kept[1] == pytest.approx(ON_CITY_ROAD.lat, abs=2e-4)
    assert tuple(kept[2:4]) == ("2026-11-30 06:20:00+00", 2048)
    assert kept.done_at is not None
    assert crew.complaints == []


@pytest.mark.long
def test_another_outcome_is_told_with_what_the_resident_reads(chromium: Browser, site: str) -> None:
    one = filed()
    crew = visit(
        chromium, site, "roads", {"width": 360, "height": 640}, at=f"/crew/tickets/{one.number}"
    )
    page = crew.page
    page.get_by_role("link", name="ほか").click()
    page.get_by_text("別の班・大きな工事が必要", exact=True).click()
    expect(page.get_by_text("別の班か大きな工事が必要なため").first).to_be_visible()
    assert faults(crew) == []
    page.get_by_role("button", name="「別の班・大きな工事が必要」と伝える").click()
    page.wait_for_url("**/crew/?passed=*")
    assert rows("SELECT status, department_id FROM tickets") == [("scheduled", None)]
    assert crew.complaints == []

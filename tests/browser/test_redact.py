"""Rectangles on a photo by keys, mouse and finger, and what becomes of them."""

import io
import os
import subprocess
import sys
from typing import Any

import pytest
from drawn_face import portrait
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from townsfolk import rows, value
from web_scene import Filed, filed
from web_visit import PC, PHONE, visit

from reports.photos.photo_store import photo_store


def here(one: Filed) -> str:
    return f"/staff/tickets/{one.number}/photos/{one.photo_id}"


def kept(one: Filed) -> Any:
    return value("SELECT patches FROM photos WHERE id = :id", id=one.photo_id)


def corner(stage: Locator) -> tuple[float, float, float, float]:
    box = stage.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


A_WORKER = """
import sys
from store.database import transaction
from workers import photos
write = photos.make_public(int(sys.argv[1]), 1)
with transaction() as db:
    write(db)
"""


def made_by_a_worker(one: Filed) -> None:
    """In a process of its own, as ever: it forks, and the site's connections are in ours."""
    subprocess.run([sys.executable, "-c", A_WORKER, str(one.photo_id)], check=True)


def pixel(picture: bytes, at: tuple[float, float]) -> Any:
    """The colour there, in eighths of each channel; the place as parts of the sides."""
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
        found = image.convert("RGB").getpixel((round(at[0] * width), round(at[1] * height)))
    return tuple(round(one / 32) for one in found)  # type: ignore[union-attr]


def public(one: Filed) -> Any:
    """What is decided, and whether the copy is there."""
    asked = "SELECT decision, public_at IS NOT NULL FROM photos WHERE id = :id"
    ((decision, is_made),) = rows(asked, id=one.photo_id)
    return decision, is_made


def shot(page: Page, name: str) -> None:
    """For whoever wants to look at it."""
    if folder := os.environ.get("MICHI_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.long
def test_with_keys_alone_a_photo_is_covered_and_released(chromium: Browser, site: str) -> None:
    one = filed(pictures=1)
    desk = visit(chromium, site, "sato", PC, at=here(one))
    page = desk.page
    page.get_by_role("button", name="範囲を加える").press("Enter")
    box = page.get_by_role("group", name="範囲1")
    expect(box).to_be_focused()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#told")).to_have_text("左36%、上34%、幅31%、高さ31%")
    expect(page.get_by_role("listitem")).to_contain_text("左36%")
    page.get_by_role("button", name="範囲を加える").press("Enter")
    page.keyboard.press("Delete")
    expect(box).to_be_focused()
    page.get_by_role("button", name="保存して、公開してよいと決める").press("Enter")
    expect(page.get_by_role("status").first).to_have_text("公開してよいと決めました。")
    assert kept(one) == [[3_600, 3_400, 3_100, 3_100]]
    assert desk.complaints == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_a_mouse_boxes_are_drawn_moved_sized_and_taken_away(
    chromium: Browser, site: str, scheme: str
) -> None:
    one = filed(pictures=2)
    desk = visit(chromium, site, "sato", PC, at=here(one), color_scheme=scheme)
    page, mouse = desk.page, desk.page.mouse
    x, y, wide, high = corner(page.locator("#layer"))

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse.move(x + wide * start[0], y + high * start[1])
        mouse.down()
        mouse.move(x + wide * (start[0] + end[0]) / 2, y + high * (start[1] + end[1]) / 2)
        mouse.move(x + wide * end[0], y + high * end[1])
        mouse.up()

    drag((0.4, 0.6), (0.1, 0.2))
    expect(page.locator("#list .where")).to_have_text("左10%、上20%、幅30%、高さ40%")
    drag((0.2, 0.3), (0.3, 0.4))
    expect(page.locator("#list .where")).to_have_text("左20%、上30%、幅30%、高さ40%")
    drag((0.5, 0.7), (0.6, 0.9))
    expect(page.locator("#list .where")).to_have_text("左20%、上30%、幅40%、高さ60%")
    drag((0.9, 0.05), (1.4, 0.2))
    expect(page.locator("#list .where").last).to_have_text("左90%、上5%、幅10%、高さ15%")
    shot(page, f"redact-pc-{scheme}-drawn")
    mouse.click(x + wide * 0.05, y + high * 0.05)
    expect(page.locator(".patch.chosen")).to_have_count(0)
    page.get_by_text("数で直す").first.click()
    page.get_by_role("spinbutton", name="左から").first.fill("25")
    page.get_by_role("spinbutton", name="上から").first.focus()
    expect(page.locator("#list .where").first).to_have_text("左25%、上30%、幅40%、高さ60%")
    page.get_by_label("できあがりを見る").check()
    shot(page, f"redact-pc-{scheme}-solid")
    page.get_by_role("button", name="範囲2を消す").click()
    page.get_by_role("button", name="隠す範囲だけ保存する").click()
    expect(page.get_by_text("まだ決まっていません", exact=True)).to_be_visible()
    (box,) = kept(one)
    assert [round(side / 100) for side in box] == [25, 30, 40, 60]
    rows("UPDATE photos SET public_large = large, public_small = small, public_at = now()")
    page.reload()
    expect(page.get_by_role("link", name="できあがった写真を見る")).to_be_visible()
    shot(page, f"redact-pc-{scheme}-saved")
    page.get_by_label("理由").fill("家の中が写っている")
    page.get_by_role("button", name="写真を隠す").click()
    expect(page.get_by_role("button", name="また見られるようにする")).to_be_visible()
    shot(page, f"redact-pc-{scheme}-hidden")
    page.goto(f"/staff/tickets/{one.number}")
    expect(page.get_by_text("市が隠した写真です")).to_be_visible()
    shot(page, f"redact-pc-{scheme}-ticket")
    page.goto("/staff/city")
    shot(page, f"redact-pc-{scheme}-city")
    assert desk.complaints == []


@pytest.mark.long
def test_with_a_finger_a_box_is_drawn_and_moved_on_a_phone(chromium: Browser, site: str) -> None:
    one = filed(pictures=1)
    phone = visit(chromium, site, "sato", PHONE, at=here(one), has_touch=True, is_mobile=True)
    page = phone.page
    x, y, wide, high = corner(page.locator("#layer"))
    touch = page.context.new_cdp_session(page)

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        for kind, ends in (
            ("touchStart", [start]),
            ("touchMove", [((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)]),
            ("touchMove", [end]),
            ("touchEnd", []),
        ):
            points = [{"x": x + wide * at[0], "y": y + high * at[1]} for at in ends]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def tap(name: str) -> None:
        """Not so soon after the finger went up that it is a second tap of the same."""
        page.wait_for_timeout(800)
        page.get_by_role("button", name=name).tap()

    drag((0.2, 0.2), (0.5, 0.6))
    expect(page.locator("#list .where")).to_have_text("左20%、上20%、幅30%、高さ40%")
    drag((0.3, 0.4), (0.5, 0.5))
    expect(page.locator("#list .where")).to_have_text("左40%、上30%、幅30%、高さ40%")
    shot(page, "redact-phone")
    assert page.evaluate("scrollX + scrollY") == 0
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wider
    tap("範囲1を消す")
    expect(page.get_by_text("隠す範囲はありません。")).to_be_visible()
    drag((0.1, 0.1), (0.9, 0.9))
    expect(page.locator("#list .where")).to_have_text("左10%、上10%、幅80%、高さ80%")
    tap("保存して、公開してよいと決める")
    expect(page.get_by_role("status").first).to_have_text("公開してよいと決めました。")
    expect(page.get_by_text("隠した写真を作っています。")).to_be_visible()
    made_by_a_worker(one)
    page.reload()
    shot(page, "redact-phone-released")
    copy = page.get_by_role("link", name="できあがった写真を見る")
    answer = page.request.get(str(copy.get_attribute("href")))
    before = page.request.get(f"/staff/photos/{one.photo_id}/large")
    for at, is_same in (((0.05, 0.05), True), ((0.5, 0.3), False), ((0.3, 0.7), False)):
        assert (pixel(answer.body(), at) == pixel(before.body(), at)) == is_same, at
    assert public(one) == ("released", True)
    page.get_by_label("理由").fill("家の中が写っている")
    page.get_by_role("button", name="写真を隠す").tap()
    expect(page.get_by_role("button", name="また見られるようにする")).to_be_visible()
    page.get_by_role("button", name="また見られるようにする").tap()
    expect(page.get_by_role("button", name="写真を隠す")).to_be_visible()
    shot(page, "redact-phone-shown-again")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert phone.complaints == []


@pytest.mark.long
def test_a_face_is_suggested_and_covered_by_nobody_but_who_takes_it(
    chromium: Browser, site: str
) -> None:
    one = filed(pictures=1)
    large = photo_store().put(portrait(), "large")
    rows("UPDATE photos SET large = :large WHERE id = :id", large=large, id=one.photo_id)
    desk = visit(chromium, site, "sato", PC, at=here(one))
    page = desk.page
    expect(page.locator("#faces-told")).to_contain_text("顔かもしれない所が1か所あります(破線)")
    expect(page.locator(".patch.maybe")).to_have_count(1)
    shot(page, "redact-faces")
    assert page.locator("#typed").input_value() == "[]"
    page.get_by_role("button", name="顔かもしれない範囲を使う").click()
    page.get_by_role("button", name="保存して、公開してよいと決める").click()
    expect(page.get_by_role("status").first).to_have_text("公開してよいと決めました。")
    assert len(kept(one)) == 1
    expect(page.locator("#faces-told")).to_contain_text("ほかに顔は見つかりませんでした")
    assert desk.complaints == []

"""A crew's day on a phone: its order, what knocks, and what is packed, taken and mapped."""

import pytest
from playwright.sync_api import Browser, Page, expect
from townsfolk import value
from web_crew import PERSON, in_charge
from web_scene import Filed, filed
from web_visit import PHONE, visit

from geo.points import Point
from reports.city.clock import today
from store.database import transaction
from store.sql import run

IN_THE_SOUTH = Point(139.5019, 35.68775)
NEAR = {"longitude": 139.5246, "latitude": 35.7015}


def numbers(page: Page) -> list[str]:
    """Of the rows that are shown, in their order."""
    found = page.locator("#list li:not([hidden])")
    return [one.get_attribute("data-number") or "" for one in found.all()]


def along_a_road(metres: float) -> Filed:
    return filed(place=Point(139.5246 + metres / 90_400, 35.7015))


@pytest.mark.long
def test_a_day_is_packed_gone_along_and_interrupted(chromium: Browser, site: str) -> None:
    far, near, middle = (along_a_road(metres) for metres in (450, 80, 250))
    phone = visit(
        chromium, site, "roads", PHONE, geolocation=NEAR, permissions=["geolocation"]
    )  # fmt: skip
    page = phone.page
    expect(page.locator("#way")).to_contain_text("現在地から全部で 約 0.6 km(直線距離 × 1.3)")
    assert numbers(page) == [one.number for one in (near, middle, far)]
    page.get_by_role("button", name="選ぶ").click()
    for one in (near, far):
        page.locator(f'li[data-number="{one.number}"]').click()
    expect(page.locator("#chosen")).to_have_text("2件を選んでいます")
    page.get_by_role("button", name="引き受ける").click()
    expect(page.get_by_text("2件を引き受けました")).to_be_visible()
    me = value(PERSON, name="roads")
    assert [in_charge(one.id) for one in (near, middle, far)] == [me, None, me]
    page.get_by_role("button", name="自分の分").click()
    assert numbers(page) == [near.number, far.number]

    page.get_by_role("link", name="割り振り").click()
    for one in (near, middle, far):
        page.locator(f'[name="t.{one.number}"]').check()
    page.get_by_role("button", name="選んだ 3件を").click()
    expect(page.locator("#stops li")).to_have_count(3)
    last = page.locator("#stops li").nth(2)
    moved = last.get_attribute("data-number") or ""
    with page.expect_response("**/crew/plan"):
        last.get_by_role("button", name="上へ").press("Enter")
    expect(page.locator("#stops li").nth(1)).to_have_attribute("data-number", moved)
    expect(page.locator(f'[data-number="{moved}"] [value^="up"]')).to_be_focused()
    packed = [one.get_attribute("data-number") for one in page.locator("#stops li").all()]

    page.get_by_role("link", name="一覧").click()
    expect(page.locator("#order")).to_have_value("packed")
    assert numbers(page) == packed
    urgent = filed("debris", IN_THE_SOUTH)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("alert")).to_contain_text("緊急の受付票が届きました: 落下物")
    page.get_by_role("button", name="自分の分").click()
    assert numbers(page)[0] == urgent.number
    assert phone.complaints == []
    with transaction() as db:
        stops = run(db, "SELECT count(*) FROM plan_stops WHERE day = %(day)s", day=today())
    assert stops.fetchone() == (3,)


@pytest.mark.long
def test_the_same_tickets_stand_on_a_map(chromium: Browser, site: str) -> None:
    one = filed()
    phone = visit(chromium, site, "roads", PHONE, draws=True)
    page = phone.page
    page.get_by_role("button", name="地図").click()
    expect(page.locator("#map canvas")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("button", name="一覧").click()
    expect(page.locator(f'li[data-number="{one.number}"]')).to_be_visible()
    assert phone.complaints == []

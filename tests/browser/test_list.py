"""The desk's list where it is long, in a real browser: read on, and kept right meanwhile."""

import re

import pytest
from PIL.ImageColor import getrgb
from playwright.sync_api import APIResponse, Browser, Route, expect
from sqlalchemy import text
from townsfolk import rows
from web_scene import filed, sends_more
from web_visit import PHONE, visit

from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

DESK = {"width": 1280, "height": 800}
LISTEN = """
    window.heard = [0, []];
    window.isHidden = false;
    Object.defineProperty(document, "hidden", { get: () => isHidden });
    const begins = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        heard[0] += 0.5;
        return begins.call(this);
    };
    window.Notification = class extends EventTarget {
        static permission = "granted";
        constructor(_, { body }) { super(); heard[1].push(body); }
    };
"""
"""How often it rang (two notes each) and what was shown beside the page, which may lie behind."""
SHOWN = "[...document.querySelectorAll('#tickets li')].map((line) => line.dataset.number)"


def many(count: int) -> list[str]:
    """So many open tickets of one department, in the order of work."""
    numbers = [f"{turn:09}" for turn in range(count)]
    with transaction() as db:
        db.execute(
            text(
                "INSERT INTO tickets (number, category, place, deadline, department_id)"
                " SELECT :number, 'pothole', ST_SetSRID(ST_MakePoint(139.5246, 35.7015), 4326),"
                " '2026-12-24', (SELECT id FROM departments WHERE key = 'road')"
            ),
            [{"number": number} for number in numbers],
        )
    return numbers


def bare(numbers: list[str]) -> list[str]:
    return [number.replace("-", "") for number in numbers]


@pytest.mark.long
def test_a_long_list_is_read_on_once_and_in_its_order(chromium: Browser, site: str) -> None:
    numbers = many(150)
    desk = visit(chromium, site, "sato", DESK)
    page, more = desk.page, desk.page.locator("#more")
    expect(page.locator("#count")).to_have_text("150件")
    expect(more).to_have_text("続きを表示(あと100件)")
    assert bare(page.evaluate(SHOWN)) == numbers[:50]
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'li[data-number="{numbers[50]}"] a')).to_be_focused()
    page.locator("#tickets").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(page.locator("#tickets li")).to_have_count(150)
    expect(more).to_be_hidden()
    assert bare(page.evaluate(SHOWN)) == numbers
    assert desk.complaints == []


@pytest.mark.long
def test_what_comes_and_goes_meanwhile_is_seen_at_its_place(chromium: Browser, site: str) -> None:
    numbers = many(125)
    desk = visit(chromium, site, "sato", DESK)
    page, count, fresh = desk.page, desk.page.locator("#count"), desk.page.locator(".fresh")
    expect(count).to_have_text("125件")
    urgent = filed("tree", urgent=True)
    expect(page.locator(f'li[data-number="{urgent.number}"]')).to_contain_text("新着")
    expect(count).to_have_text("126件")
    assert bare(page.evaluate(SHOWN))[:2] == [urgent.number.replace("-", ""), numbers[0]]
    with transaction() as db:
        (closed,) = rows("SELECT id FROM tickets WHERE number = :number", number=numbers[1])
        move(db, closed[0], Status.FIXED, Actor(Role.STAFF))
    expect(count).to_have_text("125件")
    expect(page.locator(f'li[data-number="{numbers[1]}"]')).to_have_count(0)
    rows("UPDATE tickets SET urgent = true WHERE number = :number", number=numbers[100])
    expect(page.locator(f'li[data-number="{numbers[100]}"]')).to_contain_text("緊急")
    expect(fresh).to_have_count(1)  # it was there before, only farther down

    far = filed()
    rows("UPDATE tickets SET deadline = '2030-12-24' WHERE id = :id", id=far.id)
    expect(page.locator("#news")).to_contain_text("新しい受付票")
    expect(count).to_have_text("126件")
    for many_shown in (101, 126):
        page.locator("#more").dispatch_event("click")
        expect(page.locator("#tickets li")).to_have_count(many_shown, timeout=15_000)
    expect(page.locator("#tickets li").last).to_have_attribute("data-number", far.number)
    expect(page.locator("#tickets li").last).to_contain_text("新着")
    assert len({*page.evaluate(SHOWN)}) == 126

    page.get_by_label("種類").select_option("tree")
    expect(count).to_have_text("1件")
    expect(page.locator("#more")).to_be_hidden()
    expect(fresh).to_have_count(0)
    assert page.evaluate(SHOWN) == [urgent.number]
    assert desk.complaints == []


@pytest.mark.long
def test_a_page_that_is_late_brings_nothing_old_back(chromium: Browser, site: str) -> None:
    numbers = many(100)
    desk = visit(chromium, site, "sato", DESK)
    page = desk.page
    held: list[APIResponse] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        if not held:
            held.append(answer)
            with transaction() as db:
                (one,) = rows("SELECT id FROM tickets WHERE number = :number", number=numbers[70])
                move(db, one[0], Status.FIXED, Actor(Role.STAFF))
            page.wait_for_timeout(5_000)
        route.fulfill(response=answer)

    expect(page.locator("#tickets li")).to_have_count(50)
    page.route(re.compile("after="), hold)
    page.locator("#more").dispatch_event("click")
    expect(page.locator("#tickets li")).to_have_count(99, timeout=20_000)
    expect(page.locator("#count")).to_have_text("99件")
    assert numbers[70] not in bare(page.evaluate(SHOWN))


@pytest.mark.long
def test_when_all_that_is_shown_is_closed_the_rest_follows(chromium: Browser, site: str) -> None:
    numbers = many(100)
    page = visit(chromium, site, "sato", DESK).page
    expect(page.locator("#tickets li")).to_have_count(50)
    rows("UPDATE tickets SET status = 'fixed' WHERE number < :number", number=numbers[50])
    expect(page.locator("#count")).to_have_text("50件")
    expect(page.locator("#tickets li")).to_have_count(50)
    assert bare(page.evaluate(SHOWN)) == numbers[50:]


@pytest.mark.long
@pytest.mark.parametrize(
    "screen", [DESK, pytest.param(PHONE, marks=pytest.mark.long)], ids=["desk", "phone"]
)
def test_the_button_can_be_read_and_hit(
    chromium: Browser, site: str, screen: dict[str, int]
) -> None:
    many(250)
    page = visit(chromium, site, "sato", screen).page
    more = page.locator("#more")
    expect(page.locator("#tickets li")).to_have_count(50)
    page.route(re.compile("after="), lambda route: route.abort())  # so that it stays where it is
    more.scroll_into_view_if_needed()
    box = more.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= screen["width"]
    assert box["y"] + box["height"] <= screen["height"]
    hit = more.evaluate(
        "button => { const { x, y, width, height } = button.getBoundingClientRect();"
        " return [[2, height / 2], [width / 2, 2], [width - 2, height / 2]]"
        ".every(([right, down]) => document.elementFromPoint(x + right, y + down) === button); }"
    )
    assert hit
    ink, ground, edge = more.evaluate(
        "button => ['color', 'background-color', 'border-top-color']"
        ".map((name) => getComputedStyle(button).getPropertyValue(name))"
    )
    assert contrast(ink, ground) >= 4.5
    assert contrast(edge, ground) >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def contrast(one: str, other: str) -> float:
    """As of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [part / 255 for part in getrgb(colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(each * part for each, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.long
def test_a_page_of_many_marks_is_light_and_its_menu_folds_to_one_row(
    chromium: Browser, site: str
) -> None:
    many(60)
    rows(
        "UPDATE tickets SET urgent = true, unread_since = now(), deadline = '2026-01-05',"
        " long_overdue_on = '2026-01-06', department_id = NULL, follower_count = 2"
    )
    rows(
        "INSERT INTO saved_views (name, query, user_id)"
        " SELECT '緊急だけ', 'urgent=yes', id FROM users WHERE name = 'sato'"
    )
    desk = visit(chromium, site, "sato", PHONE)
    page = desk.page
    expect(page.locator("#tickets li")).to_have_count(50)
    expect(page.locator("#tickets .mark").first).to_have_text("返信あり")
    expect(page.locator("#lines h3")).to_have_text("要対応")
    assert page.evaluate("document.querySelectorAll('*').length") <= 1350
    page.goto("/staff/due")
    menu = page.get_by_role("button", name="メニュー")
    expect(page.get_by_role("link", name="折り返し")).to_be_hidden()
    assert page.locator("header.top").evaluate("header => header.clientHeight") < 60
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="折り返し")).to_be_visible()
    page.locator("#kept-menu summary").press("Enter")
    kept = page.get_by_role("link", name="緊急だけ")
    expect(kept).to_have_attribute("href", "/staff/?urgent=yes")
    expect(kept.locator(".badge")).to_have_text("受付票60")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="折り返し")).to_be_hidden()
    expect(menu).to_be_focused()
    assert desk.complaints == []


@pytest.mark.long
def test_who_works_in_another_window_hears_reads_and_sees_what_comes(
    chromium: Browser, site: str
) -> None:
    desk = visit(chromium, site, "sato", DESK)
    page = desk.page
    page.clock.install()
    page.add_init_script(LISTEN)
    page.goto("/staff/")
    expect(page.locator("#count")).to_have_text("0件")
    first = filed()
    page.clock.run_for(5_000)
    expect(page.locator("#tickets li")).to_have_count(1)
    assert page.evaluate("heard") == [0, []]
    page.get_by_role("button", name="音で知らせる").click()
    assert page.evaluate("heard[0]") == 1
    with page.expect_response(lambda told: "/changes" in told.url):
        page.evaluate("isHidden = true; document.dispatchEvent(new Event('visibilitychange'))")
    sends_more(first, "add", words="水もたまっています")
    filed("tree", urgent=True)
    page.clock.run_for(61_000)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    rung, read = page.evaluate("heard")
    assert rung >= 2
    assert any(words.startswith("新しい受付票: 緊急、") for words in read)
    assert desk.complaints == []

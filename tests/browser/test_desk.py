"""A clerk's forms in a real browser: asking, putting together, writing what residents read."""

import pytest
from playwright.sync_api import Browser, expect
from web_scene import STATION, filed
from web_visit import PC, PHONE, click_map, visit, wait_for_colour

from geo.points import Point
from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

CLOSE_BY = Point(139.5246, 35.70165)
CLUSTERED = Point((7270 + 4.5 / 8) / 8192 * 360 - 180, 35.699686)
"""Near the station, in the middle of a tile's cell, where its cluster is drawn."""


@pytest.mark.long
def test_a_clerk_asks_and_sees_that_an_answer_is_waited_for(chromium: Browser, site: str) -> None:
    one = filed("pothole")
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}")
    page = desk.page
    page.get_by_role("button", name="LINE で質問を送る").click()
    expect(page.get_by_label("質問の文")).to_be_focused()
    page.get_by_label("質問の文").fill("どちら側ですか")
    page.get_by_role("button", name="LINE で質問を送る").click()
    expect(page.get_by_role("status").first).to_contain_text("質問を LINE で送りました")
    expect(page.locator("#asking")).to_contain_text("返事を待っています")
    assert desk.complaints == []


@pytest.mark.long
def test_a_template_is_read_before_it_is_put_into_the_answer(chromium: Browser, site: str) -> None:
    one = filed("pothole")
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}")
    form, field = desk.page.locator("#move"), desk.page.get_by_label("通報した人が読む説明")
    form.get_by_text("定型文", exact=True).press("Enter")
    form.get_by_role("button", name="補修しました").click()
    expect(field).to_be_focused()
    expect(field).to_have_value("補修が終わりました。ご協力ありがとうございました。")
    form.get_by_text("定型文", exact=True).click()
    form.get_by_role("button", name="様子を見ます").click()
    assert field.input_value().count("\n") == 1
    asking = desk.page.locator(".asking")
    asking.get_by_text("定型文", exact=True).click()
    asking.get_by_role("button", name="いつから").click()
    expect(desk.page.get_by_label("質問の文")).to_have_value("いつごろからですか。")
    assert desk.complaints == []


@pytest.mark.long
def test_one_click_chooses_the_neighbour_to_put_together_with(chromium: Browser, site: str) -> None:
    double, kept = filed("pothole"), filed("pothole", CLOSE_BY, pictures=1)
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{double.number}")
    page = desk.page
    page.get_by_role("radio", name=kept.number).check()
    page.get_by_role("button", name="まとめる", exact=True).click()
    page.get_by_role("link", name=kept.number).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(kept.number)
    expect(page.get_by_role("link", name=double.number)).to_be_visible()
    assert desk.complaints == []


@pytest.mark.long
def test_typing_a_number_chooses_the_other_ticket_by_itself(chromium: Browser, site: str) -> None:
    double, _, far = filed("pothole"), filed("pothole", CLOSE_BY), filed("pothole", STATION)
    page = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{double.number}").page
    page.get_by_label("ほかの受付番号").fill(far.number.replace("-", ""))
    expect(page.get_by_role("radio", name="ほかの受付票")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".notice.end")).to_contain_text(far.number)


@pytest.mark.long
def test_a_text_is_shown_as_it_will_look_while_it_is_written(chromium: Browser, site: str) -> None:
    desk = visit(chromium, site, "sato", PC, at="/staff/terms?lang=en")
    page = desk.page
    page.get_by_label("文章(English)").fill("# Your data\n\n- <b>safe</b>\n- yours")
    drawn = page.locator("#preview")
    expect(drawn.get_by_role("heading", name="Your data")).to_be_visible()
    expect(drawn.get_by_role("listitem").first).to_have_text("<b>safe</b>")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("status").first).to_contain_text("保存しました")
    page.goto("/terms?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data")
    assert desk.complaints == []


@pytest.mark.long
def test_the_terms_are_read_on_a_phone_and_the_language_changed(
    chromium: Browser, site: str
) -> None:
    context = chromium.new_context(viewport=PHONE, locale="en-US", base_url=site)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/terms")
    expect(page.get_by_role("heading", level=1)).to_have_text("What happens to what you send")
    page.get_by_role("link", name="やさしい日本語").click()
    expect(page.get_by_role("link", name="やさしい日本語")).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.get_by_role("heading", level=1)).to_contain_text("あなたが おくった")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.long
def test_a_cluster_opens_by_a_click_and_its_pins_one_upon_another_by_the_next(
    chromium: Browser, site: str
) -> None:
    made = [filed(category, CLUSTERED) for category in ("pothole", "pothole", "sign")]
    desk = visit(chromium, site, "sato", PC, draws=True)
    page = desk.page
    popup = page.locator(".maplibregl-popup")
    wait_for_colour(page, CLUSTERED, "#24483d", east=-9)
    click_map(page, CLUSTERED, lambda: True)
    click_map(page, None, popup.is_visible)
    card = page.locator(".popup")
    expect(card).to_contain_text("ここに 3件")
    for one in made:
        expect(card.locator(f'a[href="/staff/tickets/{one.number}"]')).to_be_visible()
    page.get_by_role("button", name="閉じる").click()
    page.get_by_label("種類").select_option("sign")
    click_map(page, None, popup.filter(has_not_text="ここに").is_visible)
    assert desk.complaints == []


@pytest.mark.long
def test_of_pins_upon_another_the_open_one_lies_above_and_its_card_first(
    chromium: Browser, site: str
) -> None:
    still_open, closed = filed("sign", CLUSTERED), filed("pothole", CLUSTERED, urgent=True)
    with transaction() as db:
        move(db, closed.id, Status.FIXED, Actor(Role.STAFF))
    desk = visit(chromium, site, "sato", PC, at="/staff/?status=all", draws=True)
    cards = desk.page.locator(".popup .ticket-card a")
    click_map(desk.page, CLUSTERED, lambda: cards.count() == 2)
    expect(cards.first).to_have_attribute("href", f"/staff/tickets/{still_open.number}")
    assert desk.complaints == []


@pytest.mark.long
def test_the_desk_fits_a_phone(chromium: Browser, site: str) -> None:
    one, _ = filed("pothole", pictures=2, place_hint="郵便局の前"), filed("pothole", CLOSE_BY)
    page = visit(chromium, site, "sato", PHONE).page
    for path in (f"/staff/tickets/{one.number}", "/staff/terms", "/terms?lang=easy_ja"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


@pytest.mark.long
def test_back_leaves_nothing_chosen_and_a_refusal_keeps_what_was_typed(
    chromium: Browser, site: str
) -> None:
    one = filed("pothole")
    page = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}").page
    chosen, note = page.locator("#move input[name=to]:checked"), page.locator("#note")
    page.get_by_text("対応予定", exact=True).click()
    note.fill("来週の月曜に直します")
    page.get_by_role("button", name="この内容で変える").click()
    expect(page.get_by_role("status")).to_contain_text("「対応予定」に変えました")
    page.get_by_label("質問の文").fill("どちら側ですか")
    page.get_by_role("button", name="LINE で質問を送る").click()
    expect(page.get_by_role("status").first).to_contain_text("質問を LINE で送りました")
    page.go_back()
    expect(page.get_by_label("質問の文")).to_have_value("")
    page.go_back()
    expect(note).to_have_value("")
    expect(chosen).to_have_count(0)

    page.get_by_text("対応中", exact=True).click()
    note.fill("いま直しています")
    with transaction() as db:
        move(db, one.id, Status.INSPECTING, Actor(Role.STAFF))
    page.get_by_role("button", name="この内容で変える").click()
    for again in (lambda: None, page.reload):
        again()
        expect(page.get_by_role("alert")).to_contain_text("ほかの人が")
        expect(note).to_have_value("いま直しています")
        expect(chosen).to_have_value("in_progress")

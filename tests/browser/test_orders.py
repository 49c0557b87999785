"""An order from the ticked ones of the list to the photo of a contractor without an account."""

from pathlib import Path

import pytest
from neighbours import repaired
from order_scene import firm, link_of, ordered, people_of
from phone_in_hand import phone, sign_in, until
from playwright.sync_api import Browser, Page, expect
from townsfolk import rows, value
from web_scene import filed, ticket_of
from web_visit import PATIENCE_MS, PC, PHONE, visit

from store.database import transaction
from web.kit.assets import address


@pytest.mark.long
def test_the_ticked_ones_become_an_order_and_a_phone_with_the_link_does_it(
    chromium: Browser, site: str
) -> None:
    one = filed("pothole", pictures=1)
    with transaction() as db:
        firm(db)
    desk = visit(chromium, site, "sato", PC)
    page = desk.page
    page.get_by_label(f"{one.number} を選ぶ").check()
    page.get_by_text("まとめて変える 1件").click()
    page.get_by_role("button", name="作業指示書を作る").click()
    page.get_by_label("請負業者").select_option("小金井土木株式会社")
    page.get_by_label("期限").fill("2099-03-31")
    page.get_by_label("作業内容").fill("穴を埋める")
    page.get_by_label("1行目の作業・材料").fill("舗装補修")
    page.get_by_label("1行目の数量").fill("3.5")
    page.get_by_label("見せる: 通報の写真 1枚目").uncheck()
    page.get_by_role("button", name="保存して発行する").click()
    expect(page.get_by_text("発行しました。")).to_be_visible()
    assert value("SELECT left_out FROM work_order_items") == [one.photo_id]
    page.get_by_role("button", name="作り直す").click()
    link = page.get_by_label("リンク", exact=True).input_value()

    hand = visit(chromium, site, "roads", PHONE)
    hand.page.context.clear_cookies()
    hand.page.goto(link)
    hand.page.get_by_role("button", name="着手する").click()
    expect(hand.page.get_by_text("着手を記録しました。")).to_be_visible()
    hand.page.get_by_text("完了を報告する").click()
    shot = {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": repaired()}
    expect(hand.page.locator(".strip img")).to_have_count(0)
    hand.page.locator("input[multiple]").set_input_files([shot])
    expect(hand.page.get_by_alt_text("作業後の写真 1枚目")).to_be_visible()
    hand.page.get_by_label("舗装補修 予定 3.5").fill("3.2")
    hand.page.context.set_offline(True)
    hand.page.get_by_role("button", name="完了として送る").click()
    waiting = hand.page.get_by_label("送信待ち")
    expect(waiting).to_contain_text("電波がありません。送信待ち 1件")
    expect(hand.page.get_by_text("完了を報告する")).to_be_hidden()
    waiting.get_by_role("button", name="取り消す").click()
    expect(hand.page.get_by_text("送る前の写真と内容を戻しました。")).to_be_visible()
    expect(hand.page.get_by_label("舗装補修 予定 3.5")).to_have_value("3.2")
    hand.page.get_by_role("button", name="完了として送る").click()
    expect(waiting).to_contain_text("送信待ち 1件")
    hand.page.context.set_offline(False)
    expect(hand.page.get_by_text("すべての作業の報告がそろいました")).to_be_visible()
    assert ticket_of(one).ticket.status == "fixed"
    assert value("SELECT floor(actual * yen)::int FROM work_order_quantities") == 15_360
    assert desk.complaints == []
    expected = ("404 (Not Found)", "net::ERR_INTERNET_DISCONNECTED")  # a photo being made ready
    assert [one for one in hand.complaints if not any(each in one for each in expected)] == []


@pytest.mark.long
def test_what_a_contractor_did_without_signal_outlives_the_browser_and_is_sent_once(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed("pothole", pictures=1)
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db))
    here = link_of(order_id)
    with phone(chromium, site, tmp_path) as context:
        page = context.pages[0]
        page.goto(here)
        kept = "async () => (await (await caches.open('michi-orders-link')).keys()).length"
        until(page, lambda: page.evaluate(kept) == 2)
        context.set_offline(True)
        page.get_by_role("button", name="着手する").click()
        expect(page.get_by_text("送信待ち: 着手する")).to_be_visible()
        page.get_by_text("完了を報告する").click()
        shot = {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": repaired()}
        page.locator("input[multiple]").set_input_files([shot])
        expect(page.get_by_alt_text("作業後の写真 1枚目")).to_be_visible()
        page.get_by_role("button", name="完了として送る").click()
        expect(page.get_by_label("送信待ち", exact=True)).to_contain_text("送信待ち 2件")
    with phone(chromium, site, tmp_path) as context:
        page = context.pages[0]
        context.set_offline(True)
        page.goto(here)
        expect(page.get_by_label("送信待ち", exact=True)).to_contain_text("送信待ち 2件")
        expect(page.get_by_text("送信待ち: 完了として送る")).to_be_visible()
        before = page.locator(".strip img").first
        assert before.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1024
        assert rows("SELECT FROM work_order_photos") == []
        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")  # Chromium tells no kept page of it
        done = page.get_by_text("すべての作業の報告がそろいました")
        expect(done).to_be_visible(timeout=2 * PATIENCE_MS)
    assert ticket_of(one).ticket.status == "fixed"
    assert value("SELECT count(*) FROM work_order_photos") == 1
    assert rows("SELECT FROM history WHERE what = 'order_started'") != []


SAID = "市への言葉(任意)"


def typed(page: Page, words: str) -> None:
    """For the city, in the first place's form, not sent yet."""
    page.get_by_text("完了を報告する").first.click()
    page.get_by_label(SAID).first.fill(words)
    page.wait_for_timeout(600)


@pytest.mark.long
def test_two_orders_and_two_people_on_one_phone_see_nothing_of_each_other(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one, other = filed("pothole"), filed("drain")
    with transaction() as db:
        firm_id = firm(db)
        orders = [ordered(db, [each.id], firm_id) for each in (one, other)]
    first, second = (link_of(order) for order in orders)
    people_of()
    people_of(name="suzuki")
    with phone(chromium, site, tmp_path) as context:
        page = context.pages[0]
        page.goto(first)
        typed(page, "砂を掃きました")
        context.set_offline(True)
        page.get_by_role("button", name="着手する").click()
        waiting = page.get_by_label("送信待ち", exact=True)
        expect(waiting).to_contain_text("送信待ち 1件")
        context.route("**/start", lambda route: route.abort())
        context.set_offline(False)

        page.goto(second)
        expect(page.get_by_label(SAID).first).to_have_value("")
        expect(waiting).not_to_contain_text("1件")
        assert page.get_by_role("button", name="着手する").is_visible()
        page.get_by_role("link", name="送信待ちのある、ほかの指示書を開く").click()
        expect(waiting).to_contain_text("送信待ち 1件")
        expect(page.get_by_label(SAID).first).to_have_value("砂を掃きました")

        page = sign_in(context, "yamada", "/contractor/")
        here = f"/contractor/orders/{orders[1]}"
        page.goto(here)
        typed(page, "山田の書きかけ")
        page.get_by_role("button", name="着手する").click()
        expect(waiting).to_contain_text("送信待ち 1件")
        rows("DELETE FROM sign_ins")
        page = sign_in(context, "suzuki", "/contractor/")
        page.goto(here)
        expect(page.get_by_label(SAID).first).to_have_value("")
        expect(waiting).to_be_hidden()
        page.get_by_role("button", name="サインアウト").click()
        page.wait_for_url("**/sign-in")
        context.unroute("**/start")
        page = sign_in(context, "yamada", "/contractor/")
        page.goto(here)
        expect(page.locator(".state.started")).to_be_visible()
        expect(page.get_by_label(SAID).first).to_have_value("山田の書きかけ")
        started = "SELECT actor_name FROM history WHERE what = 'order_started'"
        assert rows(started) == [("山田 太郎",)]
        page.goto(first)
        expect(page.locator(".state.started")).to_be_visible()
    assert len(rows(started)) == 2


OLD = """
    const store = await import(given);
    const [act] = await store.acts(location.pathname);
    await store.change(act.id, { at: Date.now() - 15 * 86_400_000 });
"""


@pytest.mark.long
def test_what_was_not_sent_in_two_weeks_goes_and_is_told(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed("pothole")
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db))
    with phone(chromium, site, tmp_path) as context:
        page = context.pages[0]
        page.goto(link_of(order_id))
        context.set_offline(True)
        page.get_by_role("button", name="着手する").click()
        expect(page.get_by_label("送信待ち", exact=True)).to_contain_text("送信待ち 1件")
        context.route("**/start", lambda route: route.abort())
        context.set_offline(False)
        page.evaluate(f"async (given) => {{ {OLD} }}", address("contractor/offline/store.js"))
        page.reload()
        expect(page.get_by_text("14日以上送れなかったため")).to_be_visible()
        expect(page.get_by_role("button", name="着手する")).to_be_visible()
        page.get_by_role("button", name="分かりました").click()
        expect(page.get_by_label("送信待ち", exact=True)).to_be_hidden()
    assert rows("SELECT FROM history WHERE what = 'order_started'") == []

"""The chat page in a real browser: what is clicked there arrives as LINE would send it."""

from line_platform_client import MAPLIBRE, Bot, Json, Platform
from playwright.sync_api import Page, expect

MIDDLE_OF_THE_MAP = 139.5067
SAME = {"type": "postback", "label": "同じです", "data": "same:1", "displayText": "同じです"}
OTHER = {"type": "postback", "label": "同じです", "data": "same:2", "displayText": "同じです"}


def bubble(title: str, action: Json) -> Json:
    words = {"type": "text", "text": title, "weight": "bold", "wrap": True}
    button = {"type": "button", "style": "primary", "action": action}
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [words]},
        "footer": {"type": "box", "layout": "vertical", "contents": [button]},
    }


def test_two_pictures_chosen_together_arrive_as_one_set(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_role("button", name="写真・場所などを送る").click()
    talk.get_by_role("button", name="写真", exact=True).click()
    talk.get_by_role("button", name="車道の穴(近くから)").click()
    talk.get_by_role("button", name="割れたカーブミラー").click()
    talk.get_by_role("button", name="2枚を送信").click()
    expect(talk.get_by_role("button", name="写真を大きく表示")).to_have_count(2)
    shown.settle()
    sets = [event["message"]["imageSet"] for event in running_bot.events]
    assert len({one["id"] for one in sets}) == 1
    assert shown.content(running_bot.events[0]["message"]["id"]).content[:2] == b"\xff\xd8"


def test_the_place_under_the_pin_is_the_place_that_is_sent(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_role("button", name="写真・場所などを送る").click()
    talk.get_by_role("button", name="位置情報").click()
    sheet = talk.get_by_role("dialog", name="位置情報")
    expect(sheet.locator(".maplibregl-marker, .no-map")).to_be_visible()
    sheet.locator(".place-canvas").click(position={"x": 120, "y": 90})
    sheet.locator(".place-canvas").press("ArrowRight")
    latitude = float(sheet.get_by_label("緯度").input_value())
    longitude = float(sheet.get_by_label("経度").input_value())
    sheet.get_by_role("button", name="この場所を送る").click()
    expect(talk.locator(".place-card")).to_be_visible()
    shown.settle()
    message = running_bot.events[0]["message"]
    assert (message["latitude"], message["longitude"]) == (latitude, longitude)
    assert (round(latitude, 1), round(longitude, 1)) == (35.7, 139.5)
    assert (longitude < MIDDLE_OF_THE_MAP) == MAPLIBRE.exists()


def test_the_quick_replies_go_away_with_the_answer(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    action = {"type": "message", "label": "その他", "text": "その他です"}
    choices = {"items": [{"type": "action", "action": action}]}
    shown.push(
        shown.people()[0], {"type": "text", "text": "何がありましたか", "quickReply": choices}
    )
    talk.get_by_role("group", name="クイックリプライ").get_by_role("button", name="その他").click()
    expect(talk.get_by_role("log").get_by_text("その他です")).to_be_visible()
    expect(talk.get_by_role("group", name="クイックリプライ")).to_be_hidden()
    shown.settle()
    assert running_bot.events[0]["message"]["text"] == "その他です"


def test_each_card_of_a_carousel_has_its_own_button(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    cards = [bubble("車道の穴", SAME), bubble("割れた縁石", OTHER)]
    carousel = {"type": "carousel", "contents": cards}
    message = {"type": "flex", "altText": "近くの通報 2件", "contents": carousel}
    assert shown.push(shown.people()[0], message).status_code == 200
    card = talk.get_by_role("group", name="近くの通報 2件").get_by_role("listitem").nth(1)
    expect(card.get_by_text("割れた縁石")).to_be_visible()
    card.get_by_role("button", name="同じです").click()
    expect(talk.locator(".own .bubble")).to_have_text("同じです")
    shown.settle()
    assert running_bot.events[0]["postback"]["data"] == "same:2"


def test_a_message_is_taken_back_from_its_menu(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_label("メッセージ", exact=True).fill("まちがえました")
    talk.get_by_label("メッセージ", exact=True).press("Enter")
    talk.get_by_role("log").get_by_text("まちがえました").hover()
    talk.get_by_role("button", name="このメッセージの操作").click()
    talk.get_by_role("menuitem", name="送信取消").click()
    expect(talk.get_by_role("log").get_by_text("まちがえました")).to_have_count(0)
    shown.settle()
    assert [event["type"] for event in running_bot.events] == ["message", "unsend"]


def test_a_ticket_number_is_not_underlined_as_a_telephone_number(
    talk: Page, shown: Platform
) -> None:
    said = "受付番号 047-755-036 は 042-000-0101、急ぐときは #9910 へ"
    shown.push(shown.people()[0], {"type": "text", "text": said})
    expect(talk.get_by_role("log").get_by_role("link")).to_have_text(["042-000-0101", "#9910"])


def test_letters_that_may_shrink_are_not_cut_off(talk: Page, shown: Platform) -> None:
    long = {"type": "text", "text": "Responsável pela via pública", "adjustMode": "shrink-to-fit"}
    row = {"type": "box", "layout": "baseline", "contents": [long | {"flex": 1}, long]}
    body = {"type": "box", "layout": "vertical", "contents": [row]}
    contents = {"type": "bubble", "body": body}
    shown.push(shown.people()[0], {"type": "flex", "altText": "a", "contents": contents})
    fits = "text => text.scrollWidth <= text.clientWidth"
    name = talk.locator(".flex-text").first
    expect(name).not_to_have_css("font-size", "16px")
    assert name.evaluate(fits)


def test_who_is_new_is_greeted_as_a_new_friend(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_role("button", name="友だちに追加して、あいさつを受け取る").click()
    talk.get_by_role("button", name="住民を追加").click()
    talk.get_by_label("名前").fill("田中 みどり")
    talk.get_by_role("button", name="追加", exact=True).click()
    expect(talk.get_by_text("田中 みどり(ja)として話しています")).to_be_visible()
    expect(talk.get_by_role("dialog")).to_have_count(0)
    talk.wait_for_load_state("networkidle")
    shown.settle()
    heard = [(event["type"], event["source"]["userId"]) for event in running_bot.events]
    first, *_, last = shown.people()
    assert heard == [("follow", first), ("follow", last)]


def test_words_that_did_not_arrive_are_told_to_whoever_tries_it_out(
    talk: Page, running_bot: Bot
) -> None:
    running_bot.respond = lambda number: (503, 0.0)
    talk.get_by_label("メッセージ", exact=True).fill("穴があります")
    talk.get_by_label("メッセージ", exact=True).press("Enter")
    expect(talk.get_by_role("alert")).to_contain_text("届きませんでした(503)")


def test_a_reload_makes_nothing_unread_again(talk: Page, shown: Platform) -> None:
    shown.push(shown.people()[1], {"type": "text", "text": "Thank you"})
    expect(talk.get_by_role("button", name="Alex Smith、未読1件")).to_be_visible()
    talk.get_by_role("button", name="Alex Smith、未読1件").click()
    expect(talk.get_by_role("log").get_by_text("Thank you")).to_be_visible()
    talk.get_by_role("button", name="佐藤 はるか").click()
    talk.reload()
    expect(talk.get_by_role("navigation").get_by_text("Thank you")).to_be_visible()
    expect(talk.get_by_role("button", name="Alex Smith", exact=True)).to_be_visible()


def test_the_newest_message_stays_in_sight_when_another_grows_while_the_talk_moves(
    talk: Page, shown: Platform
) -> None:
    shown.push(shown.people()[0], *({"type": "text", "text": "長い\n" * 40},) * 2)
    expect(talk.get_by_role("log").get_by_text("長い").last).to_be_visible()
    grow = """frame => {
        const photo = document.createElement("div");
        photo.style.height = "600px";
        frame.querySelector("#log").append(photo);
        frame.dispatchEvent(new Event("scroll"));
    }"""
    frame = talk.locator("#log-frame")
    frame.evaluate(grow)
    at_end = "frame => frame.scrollHeight - frame.scrollTop - frame.clientHeight < 60"
    talk.wait_for_function(f"({at_end})(document.querySelector('#log-frame'))")


def test_the_keyboard_comes_back_to_where_a_sheet_was_opened(talk: Page) -> None:
    plus = talk.get_by_role("button", name="写真・場所などを送る")
    plus.press("Enter")
    expect(talk.get_by_role("button", name="写真", exact=True)).to_be_focused()
    talk.keyboard.press("Enter")
    expect(talk.get_by_role("dialog", name="写真を選ぶ")).to_be_visible()
    talk.keyboard.press("Escape")
    expect(plus).to_be_focused()


def test_a_pictograph_that_no_font_here_has_leaves_no_box(talk: Page, shown: Platform) -> None:
    action = {"type": "message", "label": "\U0001fafe 穴", "text": "穴"}
    choices = {"items": [{"type": "action", "action": action}]}
    shown.push(shown.people()[0], {"type": "text", "text": "どれ", "quickReply": choices})
    chip = talk.get_by_role("group", name="クイックリプライ").get_by_role("button")
    expect(chip).to_have_text("穴")

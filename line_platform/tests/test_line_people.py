"""What people do: profiles, friends, taps, unsending, postbacks, strange events, open pages."""

import json
from collections.abc import Iterator

import pytest
from line_platform_client import Bot, Json, Platform, words


def test_three_people_are_there_from_the_start(platform: Platform) -> None:
    people = platform.look("people")
    assert [(p["name"], p["language"]) for p in people] == [
        ("佐藤 はるか", "ja"),
        ("Alex Smith", "en"),
        ("鈴木 一郎", None),
    ]


def test_a_profile_may_have_no_language(platform: Platform) -> None:
    haruka, _, ichiro = platform.people()
    assert platform.line("GET", f"/v2/bot/profile/{haruka}").json() == {
        "userId": haruka,
        "displayName": "佐藤 はるか",
        "language": "ja",
    }
    assert "language" not in platform.line("GET", f"/v2/bot/profile/{ichiro}").json()


def test_a_profile_is_404_for_who_blocked_us_or_gave_no_consent(platform: Platform) -> None:
    haruka, alex, _ = platform.people()
    platform.act(haruka, "unfollow")
    platform.control("PATCH", f"people/{alex}", {"profile": "404"})
    for person in (haruka, alex, "U" + "0" * 32):
        assert platform.line("GET", f"/v2/bot/profile/{person}").status_code == 404


def test_new_people_can_come(platform: Platform, bot: Bot) -> None:
    person = platform.order("people", name="Nguyen Van An", language="vi")
    platform.act(person["userId"], "follow")
    platform.settle()
    assert bot.events[0]["source"] == {"type": "user", "userId": person["userId"]}
    assert platform.look("people")[-1] == person


def test_who_blocked_us_cannot_write_until_they_come_back(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.act(haruka, "unfollow")
    url = f"{platform.api}/_platform/people/{haruka}/text"
    assert platform.http.post(url, json={"text": "もしもし"}).status_code == 409
    platform.act(haruka, "follow")
    platform.act(haruka, "text", text="もしもし")
    platform.settle()
    by_type = {event["type"]: event for event in bot.events}
    assert "replyToken" not in by_type["unfollow"]
    assert by_type["follow"]["follow"] == {"isUnblocked": True}
    assert by_type["message"]["message"]["text"] == "もしもし"


def test_a_location_may_lack_title_and_address(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.act(haruka, "location", latitude=35.7, longitude=139.5)
    platform.settle()
    message = bot.events[0]["message"]
    assert (message["latitude"], message["longitude"]) == (35.7, 139.5)
    assert not {"title", "address"} & message.keys()


@pytest.mark.parametrize("kind", ["sticker", "video", "audio"])
def test_other_kinds_of_messages_come_too(
    platform: Platform, bot: Bot, haruka: str, kind: str
) -> None:
    platform.act(haruka, kind)
    platform.settle()
    assert bot.events[0]["message"]["type"] == kind


def test_a_postback_shows_its_words_and_is_no_message(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.act(haruka, "postback", data="d=1", displayText="はい")
    platform.settle()
    assert bot.events[0]["postback"] == {"data": "d=1"}
    assert "message" not in bot.events[0]
    assert platform.timeline(haruka)[0]["message"]["text"] == "はい"


QUICK: Json = {
    **words("写真を"),
    "quickReply": {
        "items": [
            {"type": "action", "action": {"type": "camera", "label": "撮る"}},
            {"type": "action", "action": {"type": "cameraRoll", "label": "選ぶ"}},
            {"type": "action", "action": {"type": "location", "label": "場所"}},
            {"type": "action", "action": {"type": "message", "label": "やめる", "text": "中止"}},
            {
                "type": "action",
                "action": {
                    "type": "postback",
                    "label": "穴",
                    "data": "c=1",
                    "displayText": "穴です",
                },
            },
        ]
    },
}
CARD: Json = {
    "type": "flex",
    "altText": "札",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {
                    "type": "button",
                    "action": {"type": "uri", "label": "地図", "uri": "https://example.com/"},
                }
            ],
        },
    },
}


def tap(platform: Platform, person: str, label: str) -> Json:
    message_id = platform.timeline(person)[-1]["messageId"]
    answer: Json = platform.order(f"people/{person}/tap", messageId=message_id, label=label)
    return answer


@pytest.mark.parametrize(
    ("label", "needs"), [("撮る", "camera"), ("選ぶ", "cameraRoll"), ("場所", "location")]
)
def test_some_taps_need_the_phone_first(
    platform: Platform, haruka: str, label: str, needs: str
) -> None:
    platform.push(haruka, QUICK)
    assert tap(platform, haruka, label) == {"events": [], "needs": needs}


def test_a_tap_says_the_words_of_its_button(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.push(haruka, QUICK)
    tap(platform, haruka, "やめる")
    platform.settle()
    assert bot.events[0]["message"]["text"] == "中止"


def test_a_tap_on_a_postback_sends_its_data(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.push(haruka, QUICK)
    tap(platform, haruka, "穴")
    platform.settle()
    assert bot.events[0]["postback"] == {"data": "c=1"}
    assert platform.timeline(haruka)[-1]["message"]["text"] == "穴です"


def test_a_tap_on_a_card_opens_its_address(platform: Platform, haruka: str) -> None:
    platform.push(haruka, CARD)
    assert tap(platform, haruka, "地図") == {"events": [], "open": "https://example.com/"}


def test_a_quick_reply_is_shown_under_the_last_message_only(
    platform: Platform, haruka: str
) -> None:
    platform.push(haruka, QUICK, words("続き"))
    first = platform.timeline(haruka)[0]["messageId"]
    url = f"{platform.api}/_platform/people/{haruka}/tap"
    answer = platform.http.post(url, json={"messageId": first, "label": "やめる"})
    assert answer.status_code == 409


def test_nobody_taps_on_another_persons_message(platform: Platform) -> None:
    haruka, alex, _ = platform.people()
    platform.push(haruka, QUICK)
    message_id = platform.timeline(haruka)[0]["messageId"]
    url = f"{platform.api}/_platform/people/{alex}/tap"
    answer = platform.http.post(url, json={"messageId": message_id, "label": "やめる"})
    assert answer.status_code == 409


def test_a_message_is_unsent_within_24_hours(platform: Platform, bot: Bot, haruka: str) -> None:
    message_id = platform.act(haruka, "text", text="消す")[0]["messageId"]
    platform.act(haruka, "unsend", messageId=message_id)
    platform.settle()
    event = next(event for event in bot.events if event["type"] == "unsend")
    assert event["unsend"] == {"messageId": message_id}
    assert "replyToken" not in event


def test_a_message_cannot_be_unsent_later_or_twice(platform: Platform, haruka: str) -> None:
    url = f"{platform.api}/_platform/people/{haruka}/unsend"
    once = {"messageId": platform.act(haruka, "text", text="一")[0]["messageId"]}
    late = {"messageId": platform.act(haruka, "text", text="二")[0]["messageId"]}
    assert platform.http.post(url, json=once).status_code == 200
    assert platform.http.post(url, json=once).status_code == 409
    platform.order("clock", advance=25 * 3600)
    assert platform.http.post(url, json=late).status_code == 409


def test_any_event_can_be_sent(platform: Platform, bot: Bot, haruka: str) -> None:
    strange = {
        "type": "telepathy",
        "source": {"type": "group", "groupId": "C" + "1" * 32, "userId": None},
        "mode": None,
        "thought": {"depth": 3},
    }
    platform.act(haruka, "raw", **strange)
    platform.settle()
    event = bot.events[0]
    assert event["source"] == {"type": "group", "groupId": "C" + "1" * 32}
    assert event["thought"] == {"depth": 3}
    assert "mode" not in event
    assert {"webhookEventId", "timestamp", "replyToken", "deliveryContext"} <= event.keys()


def test_an_answer_to_a_strange_event_is_seen_by_the_person(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.act(haruka, "raw", type="message", message={"type": "hologram", "id": "1"})
    platform.settle()
    platform.reply(bot.events[0]["replyToken"], words("読めません"))
    (entry,) = platform.timeline(haruka)
    assert entry["answers"] == bot.events[0]["webhookEventId"]


def test_the_timeline_goes_on_from_a_number(platform: Platform, haruka: str) -> None:
    for text in ("一", "二", "三"):
        platform.act(haruka, "text", text=text)
    first = platform.timeline(haruka)[0]["seq"]
    later = platform.timeline(haruka, after=first)
    assert [entry["message"]["text"] for entry in later] == ["二", "三"]


def data_lines(lines: Iterator[str], number: int) -> list[Json]:
    found: list[Json] = []
    for line in lines:
        if line.startswith("data: "):
            found.append(json.loads(line.removeprefix("data: ")))
        if len(found) == number:
            break
    return found


def test_open_pages_hear_new_lines_of_their_person_only(platform: Platform) -> None:
    haruka, alex, _ = platform.people()
    url = f"{platform.api}/_platform/events?userId={haruka}"
    with platform.http.stream("GET", url) as stream:
        lines = stream.iter_lines()
        next(lines)
        platform.act(alex, "text", text="not hers")
        platform.act(haruka, "text", text="彼女の")
        platform.push(haruka, words("返事"))
        heard = data_lines(lines, 2)
    assert heard == platform.timeline(haruka)


def test_a_page_that_comes_back_hears_what_it_missed(platform: Platform, haruka: str) -> None:
    for text in ("一", "二"):
        platform.act(haruka, "text", text=text)
    seen = platform.timeline(haruka)[0]["seq"]
    url = f"{platform.api}/_platform/events?userId={haruka}"
    with platform.http.stream("GET", url, headers={"last-event-id": str(seen)}) as stream:
        (missed,) = data_lines(stream.iter_lines(), 1)
    assert missed["message"]["text"] == "二"


def test_a_reset_brings_everything_back(platform: Platform, haruka: str) -> None:
    platform.order("people", name="一時の人")
    platform.act(haruka, "text", text="前")
    platform.order("quota", limit=0)
    platform.order("clock", advance=1000)
    before = platform.order("clock", advance=0)["now"]
    platform.order("reset")
    assert len(platform.people()) == 3
    assert platform.timeline(haruka) == []
    assert platform.look("deliveries") == []
    assert platform.push(haruka, words()).status_code == 200
    assert platform.order("clock", advance=0)["now"] < before


def test_an_unknown_person_or_act_is_told(platform: Platform, haruka: str) -> None:
    for path in (f"people/{haruka}/dance", "people/nobody/text"):
        answer = platform.http.post(f"{platform.api}/_platform/{path}", json={"text": "x"})
        assert answer.status_code == 404
    missing = platform.http.post(f"{platform.api}/_platform/people/{haruka}/text", json={})
    assert missing.status_code == 400

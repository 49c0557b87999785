"""How webhooks arrive: signed, gathered, doubled, lost, sent again, in any order."""

import base64
import hashlib
import hmac
import socket
import threading

import pytest
from line_platform_client import SECRET, Bot, Platform


@pytest.mark.short
def test_the_signature_is_over_the_exact_bytes(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.act(haruka, "text", text='穴が "開いて" います 😀')
    platform.settle()
    digest = hmac.new(SECRET.encode(), bot.heard[0].body, hashlib.sha256).digest()
    assert bot.heard[0].headers["x-line-signature"] == base64.b64encode(digest).decode()
    assert "穴が".encode() in bot.heard[0].body


def test_the_connection_check_has_no_events(platform: Platform, bot: Bot) -> None:
    answer = platform.line("POST", "/v2/bot/channel/webhook/test", {})
    assert answer.json()["success"] is True
    assert answer.json()["statusCode"] == 200
    assert bot.heard[0].events == []
    assert bot.heard[0].body.startswith(b'{"destination":"U')


def test_the_connection_check_tells_that_nobody_answered(platform: Platform) -> None:
    nobody = {"endpoint": "http://127.0.0.1:1/"}
    answer = platform.line("POST", "/v2/bot/channel/webhook/test", nobody)
    assert answer.json()["success"] is False
    assert answer.json()["statusCode"] == 0


def test_events_of_several_people_travel_in_one_request(platform: Platform, bot: Bot) -> None:
    platform.order("delivery", hold=True, batch_ms=1)
    for person in platform.people():
        platform.act(person, "text", text="一つ")
    assert bot.heard == []
    assert platform.settle() == 3
    assert [len(heard.events) for heard in bot.heard] == [3]


def test_at_most_100_events_travel_in_one_request(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("delivery", hold=True, batch_ms=1)
    for _ in range(101):
        platform.act(haruka, "sticker")
    platform.settle()
    assert sorted(len(heard.events) for heard in bot.heard) == [1, 100]


def test_batching_gathers_for_a_while(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.order("delivery", batch_ms=300)
    for _ in range(5):
        platform.act(haruka, "sticker")
    platform.settle()
    assert len(bot.events) == 5
    assert len(bot.heard) < 5


def test_shuffled_events_keep_their_own_time(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.order("delivery", hold=True, batch_ms=1, shuffle=True, seed=7)
    sent = [platform.act(haruka, "text", text=str(n))[0]["webhookEventId"] for n in range(20)]
    platform.settle()
    arrived = [event["webhookEventId"] for event in bot.events]
    assert arrived != sent
    assert sorted(arrived) == sorted(sent)
    in_order = sorted(bot.events, key=lambda event: event["message"]["id"])
    times = [event["timestamp"] for event in in_order]
    assert times == sorted(times)


def test_a_duplicate_is_the_same_event_without_redelivery(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("delivery", duplicates=1.0)
    platform.act(haruka, "text", text="一度だけ")
    platform.settle()
    first, second = bot.events
    assert first == second
    assert first["deliveryContext"] == {"isRedelivery": False}


def test_a_failed_webhook_is_not_sent_again_by_default(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    bot.respond = lambda number: (500, 0.0)
    platform.act(haruka, "text", text="届く?")
    assert platform.settle() == 0
    assert len(bot.heard) == 1


def test_a_redelivered_event_differs_only_in_its_context(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    bot.respond = lambda number: (503 if number < 3 else 200, 0.0)
    platform.order("delivery", redeliver=True, redeliver_after_ms=10)
    platform.act(haruka, "text", text="届く")
    assert platform.settle() == 1
    first, *again = bot.events
    assert len(again) == 2
    for event in again:
        assert event == first | {"deliveryContext": {"isRedelivery": True}}
    record = platform.look("deliveries")
    assert [(d["status"], d["redelivery"]) for d in record] == [
        (503, False),
        (503, True),
        (200, True),
    ]


def test_redelivery_gives_up_after_the_ordered_number(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    bot.respond = lambda number: (500, 0.0)
    platform.order("delivery", redeliver=True, redeliver_after_ms=1, redeliver_times=2)
    platform.act(haruka, "text", text="届かない")
    platform.settle()
    assert len(bot.heard) == 3


def test_a_lost_webhook_arrives_first_as_a_redelivery(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("delivery", drop=1.0, redeliver=True, redeliver_after_ms=1)
    platform.act(haruka, "text", text="遅れて届く")
    assert platform.settle() == 1
    assert [event["deliveryContext"]["isRedelivery"] for event in bot.events] == [True]


def test_above_two_seconds_is_a_failure(platform: Platform, bot: Bot, haruka: str) -> None:
    bot.respond = lambda number: (200, 2.3)
    platform.act(haruka, "text", text="遅い")
    assert platform.settle() == 0
    (delivery,) = platform.look("deliveries")
    assert delivery["status"] is None
    assert "2 seconds" in delivery["error"]
    assert delivery["ms"] >= 2000


def test_an_unreachable_bot_is_a_failure(platform: Platform, haruka: str) -> None:
    platform.order("webhook", url="http://127.0.0.1:1/")
    platform.act(haruka, "text", text="誰もいない")
    assert platform.settle() == 0
    assert platform.look("deliveries")[0]["status"] is None


def test_standby_events_have_no_reply_token(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.order("delivery", mode="standby")
    platform.act(haruka, "text", text="待機")
    platform.settle()
    assert bot.events[0]["mode"] == "standby"
    assert "replyToken" not in bot.events[0]


def test_letting_go_sends_what_was_held(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.order("delivery", hold=True)
    platform.act(haruka, "sticker")
    platform.order("delivery", hold=False)
    platform.settle()
    assert len(bot.events) == 1


@pytest.mark.parametrize("wrong", [{"mode": "asleep"}, {"speed": 3}])
def test_unknown_delivery_settings_are_refused(
    platform: Platform, wrong: dict[str, object]
) -> None:
    answer = platform.http.post(f"{platform.api}/_platform/delivery", json=wrong)
    assert answer.status_code == 400


def test_the_webhook_address_can_be_set_as_line_does(platform: Platform, bot: Bot) -> None:
    path = "/v2/bot/channel/webhook/endpoint"
    assert platform.line("PUT", path, {"endpoint": "http://127.0.0.1:9/x"}).status_code == 200
    assert platform.line("GET", path).json() == {"endpoint": "http://127.0.0.1:9/x", "active": True}
    too_long = {"endpoint": "http://127.0.0.1/" + "x" * 500}
    assert platform.line("PUT", path, too_long).status_code == 400


def test_many_people_are_on_the_way_at_once(platform: Platform, bot: Bot) -> None:
    together = threading.Barrier(12)

    def only_together(number: int) -> tuple[int, float]:
        together.wait(timeout=1.5)
        return 200, 0.0

    bot.respond = only_together
    platform.order("delivery", hold=True)
    for person in platform.people() * 4:
        platform.act(person, "sticker")
    assert platform.settle() == 12


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nfine", 200),
        (b"HTTP/1.0 200 OK\r\n\r\n", 200),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n", 302),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200),
        (b"Good morning\r\n\r\n", None),
        (b"", None),
    ],
)
def test_the_status_is_read_from_any_honest_answer(
    platform: Platform, haruka: str, answer: bytes, status: int | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=answer_once, args=(door, answer), daemon=True).start()
        platform.order("webhook", url=f"http://127.0.0.1:{door.getsockname()[1]}/hook?a=1")
        platform.act(haruka, "sticker")
        platform.settle()
    assert platform.look("deliveries")[0]["status"] == status


def answer_once(door: socket.socket, answer: bytes) -> None:
    caller, _ = door.accept()
    with caller:
        heard = b""
        while not heard.endswith(b"}]}"):
            heard += caller.recv(65536)
        caller.sendall(answer)


def test_connections_are_kept_between_webhooks(platform: Platform, bot: Bot, haruka: str) -> None:
    for _ in range(3):
        platform.act(haruka, "sticker")
        platform.settle()
    assert len({heard.caller for heard in bot.heard}) == 1


def test_what_the_console_issues_anew_holds_from_then_on(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("channel", channelSecret="anew", accessTokens=["anew"])
    assert platform.line("GET", "/v2/bot/info").status_code == 401
    known = {"authorization": "Bearer anew"}
    assert platform.http.get(f"{platform.api}/v2/bot/info", headers=known).status_code == 200
    platform.act(haruka, "text", text="はい")
    platform.settle()
    digest = hmac.new(b"anew", bot.heard[0].body, hashlib.sha256).digest()
    assert bot.heard[0].headers["x-line-signature"] == base64.b64encode(digest).decode()

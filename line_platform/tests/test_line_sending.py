"""Reply and push: tokens, retry keys, quota, blocked people, and what is written in the talk."""

import uuid

import httpx
import pytest
from line_platform_client import Bot, Json, Platform, words

REFUSED = "Invalid reply token"


def test_a_reply_is_said_once_and_answers_its_event(
    platform: Platform, bot: Bot, haruka: str, token: str
) -> None:
    sent = platform.reply(token, words("受け付けました"), words("番号は1です")).json()[
        "sentMessages"
    ]
    assert len(sent) == 2
    assert all(message["id"] and message["quoteToken"] for message in sent)
    said = [entry for entry in platform.timeline(haruka) if entry["from"] == "bot"]
    assert [entry["messageId"] for entry in said] == [message["id"] for message in sent]
    assert {entry["answers"] for entry in said} == {bot.events[0]["webhookEventId"]}
    assert {entry["via"] for entry in said} == {"reply"}


@pytest.mark.short
def test_a_reply_token_works_once(platform: Platform, token: str) -> None:
    assert platform.reply(token, words()).status_code == 200
    second = platform.reply(token, words())
    assert second.status_code == 400
    assert second.json() == {"message": REFUSED}


@pytest.mark.short
def test_a_reply_token_lives_for_60_seconds(platform: Platform, token: str) -> None:
    platform.order("clock", advance=61)
    assert platform.reply(token, words()).json() == {"message": REFUSED}


def test_a_reply_token_still_lives_after_50_seconds(platform: Platform, token: str) -> None:
    platform.order("clock", advance=50)
    assert platform.reply(token, words()).status_code == 200


def test_the_seconds_of_a_held_webhook_begin_when_it_leaves(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("delivery", hold=True)
    platform.act(haruka, "text", text="待って")
    platform.order("clock", advance=300)
    platform.settle()
    assert platform.reply(bot.events[0]["replyToken"], words()).status_code == 200


def test_an_invented_reply_token_is_refused(platform: Platform) -> None:
    assert platform.reply("0" * 32, words()).json() == {"message": REFUSED}


def test_a_refused_body_does_not_burn_the_reply_token(platform: Platform, token: str) -> None:
    assert platform.reply(token, words("")).status_code == 400
    assert platform.reply(token, words()).status_code == 200


def test_a_retry_key_on_a_reply_is_refused(platform: Platform, token: str) -> None:
    answer = platform.reply(token, words(), **{"x-line-retry-key": str(uuid.uuid4())})
    assert answer.status_code == 400
    assert platform.reply(token, words()).status_code == 200


@pytest.mark.short
def test_a_wrong_bearer_token_is_refused_everywhere(platform: Platform, haruka: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic é"}):
        for url in (
            f"{platform.api}/v2/bot/info",
            f"{platform.api}/v2/bot/profile/{haruka}",
            f"{platform.addresses['data']}/v2/bot/message/1/content",
        ):
            answer = platform.http.get(url, headers=httpx.Headers(headers, encoding="latin-1"))
            assert answer.status_code == 401
            assert "x-line-request-id" in answer.headers


def test_every_answer_carries_its_own_request_id(platform: Platform, haruka: str) -> None:
    answers = [
        platform.line("GET", "/v2/bot/info"),
        platform.line("GET", "/v2/bot/nothing-here"),
        platform.push(haruka, words()),
        platform.push(haruka, words("")),
        platform.content("1"),
    ]
    assert len({answer.headers["x-line-request-id"] for answer in answers}) == len(answers)


@pytest.mark.short
def test_the_same_retry_key_sends_once(platform: Platform, haruka: str) -> None:
    key = str(uuid.uuid4())
    first = platform.push(haruka, words("一度"), key=key)
    second = platform.push(haruka, words("一度"), key=key)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert second.json()["message"] == "The retry key is already accepted"
    assert second.json()["sentMessages"] == first.json()["sentMessages"]
    assert len(platform.timeline(haruka)) == 1


def test_a_retry_key_is_forgotten_after_24_hours(platform: Platform, haruka: str) -> None:
    key = str(uuid.uuid4())
    platform.push(haruka, words(), key=key)
    platform.order("clock", advance=24 * 3600 - 60)
    assert platform.push(haruka, words(), key=key).status_code == 409
    platform.order("clock", advance=120)
    assert platform.push(haruka, words(), key=key).status_code == 200


def test_a_refused_push_does_not_use_up_its_key(platform: Platform, haruka: str) -> None:
    key = str(uuid.uuid4())
    assert platform.push(haruka, words(""), key=key).status_code == 400
    assert platform.push(haruka, words("はい"), key=key).status_code == 200


@pytest.mark.parametrize("key", ["1", "not-a-uuid", "123e4567e89b12d3a456426614174000"])
def test_a_malformed_retry_key_is_refused(platform: Platform, haruka: str, key: str) -> None:
    assert platform.push(haruka, words(), key=key).status_code == 400


def test_a_push_to_somebody_who_blocked_us_is_200_and_unseen(
    platform: Platform, haruka: str
) -> None:
    platform.control("PATCH", f"people/{haruka}", {"friend": False})
    answer = platform.push(haruka, words())
    assert answer.status_code == 200
    assert answer.json()["sentMessages"]
    assert platform.timeline(haruka) == []
    assert platform.line("GET", "/v2/bot/message/quota/consumption").json() == {"totalUsage": 0}


@pytest.mark.parametrize("to", ["U" + "0" * 32, "haruka", "U123"])
def test_a_push_to_an_unknown_user_is_refused(platform: Platform, to: str) -> None:
    assert platform.push(to, words()).status_code == 400


def test_the_monthly_limit_counts_pushes_and_not_replies(
    platform: Platform, haruka: str, token: str
) -> None:
    platform.order("quota", limit=1)
    quota = platform.line("GET", "/v2/bot/message/quota").json()
    assert quota == {"type": "limited", "value": 1}
    assert platform.push(haruka, words(), words(), words()).status_code == 200
    assert platform.line("GET", "/v2/bot/message/quota/consumption").json() == {"totalUsage": 1}
    refused = platform.push(haruka, words())
    assert refused.status_code == 429
    assert refused.json() == {"message": "You have reached your monthly limit."}
    assert platform.reply(token, words()).status_code == 200


def test_without_a_limit_the_quota_is_none(platform: Platform) -> None:
    assert platform.line("GET", "/v2/bot/message/quota").json() == {"type": "none"}


def test_every_call_to_send_is_recorded(platform: Platform, haruka: str, token: str) -> None:
    key = str(uuid.uuid4())
    platform.reply(token, words("返事"))
    platform.push(haruka, words("知らせ"), key=key)
    reply, push = platform.look("sent")
    assert reply["path"].endswith("/reply")
    assert (reply["status"], reply["retryKey"]) == (200, None)
    assert (push["status"], push["retryKey"]) == (200, key)
    assert push["body"]["messages"] == [words("知らせ")]
    assert push["ms"] >= 0
    assert "authorization" not in push["headers"]
    assert [entry["retryKey"] for entry in platform.timeline(haruka)[-2:]] == [None, key]
    assert platform.look(f"sent?after={reply['n']}") == [push]


def test_the_dry_run_sends_nothing(platform: Platform, haruka: str) -> None:
    for kind in ("reply", "push"):
        path = f"/v2/bot/message/validate/{kind}"
        assert platform.line("POST", path, {"messages": [words()]}).status_code == 200
        assert platform.line("POST", path, {"messages": [words("")]}).status_code == 400
    assert platform.timeline(haruka) == []
    assert platform.look("sent") == []


@pytest.mark.parametrize("seconds", [5, 20, 60])
def test_the_loading_animation_is_accepted(platform: Platform, haruka: str, seconds: int) -> None:
    body = {"chatId": haruka, "loadingSeconds": seconds}
    assert platform.line("POST", "/v2/bot/chat/loading/start", body).status_code == 202


@pytest.mark.parametrize("seconds", [0, 4, 7, 61, 65, "5", 5.0, True])
def test_the_loading_animation_goes_in_steps_of_five(
    platform: Platform, haruka: str, seconds: object
) -> None:
    body = {"chatId": haruka, "loadingSeconds": seconds}
    answer = platform.line("POST", "/v2/bot/chat/loading/start", body)
    assert answer.status_code == 400
    assert answer.json()["details"][0]["property"] == "loadingSeconds"


def test_the_loading_animation_needs_a_private_chat(platform: Platform) -> None:
    body = {"chatId": "C" + "0" * 32, "loadingSeconds": 5}
    assert platform.line("POST", "/v2/bot/chat/loading/start", body).status_code == 400


def test_the_loading_animation_does_not_prolong_the_reply_token(
    platform: Platform, haruka: str, token: str
) -> None:
    platform.order("clock", advance=55)
    body = {"chatId": haruka, "loadingSeconds": 60}
    platform.line("POST", "/v2/bot/chat/loading/start", body)
    platform.order("clock", advance=10)
    assert platform.reply(token, words()).status_code == 400


def test_messages_are_marked_as_read_with_their_token(
    platform: Platform, bot: Bot, haruka: str, token: str
) -> None:
    read: Json = {"markAsReadToken": bot.events[0]["message"]["markAsReadToken"]}
    assert platform.line("POST", "/v2/bot/chat/markAsRead", read).status_code == 200
    invented = {"markAsReadToken": "x"}
    assert platform.line("POST", "/v2/bot/chat/markAsRead", invented).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b'"text"'])
def test_a_body_that_is_no_json_object_is_refused(platform: Platform, body: bytes) -> None:
    url = f"{platform.api}/v2/bot/message/push"
    headers = {"authorization": "Bearer an access token", "content-type": "application/json"}
    answer = platform.http.post(url, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("The request body")


def test_a_body_above_two_megabytes_is_refused(platform: Platform, haruka: str) -> None:
    answer = platform.push(haruka, words("x" * 2 * 1024 * 1024))
    assert answer.status_code == 413
    assert platform.line("GET", "/v2/bot/info").status_code == 200

"""Faults to order: before or after LINE has accepted, on any path, for so many calls."""

import uuid

import httpx
import pytest
from line_platform_client import Platform, words

PUSH = "/v2/bot/message/push"
REPLY = "/v2/bot/message/reply"
TOO_MANY = {
    "429_rate": "The API rate limit has been exceeded. Try again later.",
    "429_quota": "You have reached your monthly limit.",
}


def test_a_500_before_accepting_says_nothing(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="500_before", times=1)
    key = str(uuid.uuid4())
    assert platform.push(haruka, words(), key=key).status_code == 500
    assert platform.timeline(haruka) == []
    assert platform.push(haruka, words(), key=key).status_code == 200


def test_a_500_after_accepting_has_said_it(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="500_after", times=1)
    key = str(uuid.uuid4())
    failed = platform.push(haruka, words(), key=key)
    assert failed.status_code == 500
    assert len(platform.timeline(haruka)) == 1
    again = platform.push(haruka, words(), key=key)
    assert again.status_code == 409
    assert again.headers["x-line-accepted-request-id"] == failed.headers["x-line-request-id"]
    assert len(platform.timeline(haruka)) == 1


def test_a_torn_connection_after_accepting_has_said_it(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="reset_after", times=1)
    key = str(uuid.uuid4())
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        platform.push(haruka, words(), key=key)
    assert len(platform.timeline(haruka)) == 1
    assert platform.push(haruka, words(), key=key).status_code == 409
    assert [call["status"] for call in platform.look("sent")] == [None, 409]


def test_a_torn_connection_before_accepting_says_nothing(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="reset_before", times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        platform.push(haruka, words())
    assert platform.timeline(haruka) == []


def test_silence_says_nothing_and_answers_nothing(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="silence", times=1)
    headers = {"authorization": "Bearer an access token"}
    body = {"to": haruka, "messages": [words()]}
    with pytest.raises(httpx.ReadTimeout):
        platform.http.post(platform.api + PUSH, json=body, headers=headers, timeout=0.1)
    assert platform.timeline(haruka) == []
    (call,) = platform.look("sent")
    assert (call["status"], call["ms"], call["fault"]) == (None, None, "silence")


def test_a_reply_whose_answer_was_lost_has_used_its_token(
    platform: Platform, haruka: str, token: str
) -> None:
    platform.order("faults", path=REPLY, kind="500_after", times=1)
    assert platform.reply(token, words()).status_code == 500
    assert platform.reply(token, words()).json() == {"message": "Invalid reply token"}
    assert platform.timeline(haruka)[-1]["via"] == "reply"


def test_what_is_refused_anyway_stays_refused(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="500_after", times=1)
    assert platform.push(haruka, words("")).status_code == 400


@pytest.mark.parametrize("kind", TOO_MANY)
def test_too_many_requests_come_in_lines_words(platform: Platform, haruka: str, kind: str) -> None:
    platform.order("faults", path=PUSH, kind=kind, times=2)
    for _ in range(2):
        refused = platform.push(haruka, words())
        assert refused.status_code == 429
        assert refused.json() == {"message": TOO_MANY[kind]}
    assert platform.push(haruka, words()).status_code == 200


def test_too_many_to_one_person_is_a_429(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="429_one_user", times=1)
    assert platform.push(haruka, words()).status_code == 429


def test_a_late_answer_has_still_taken_effect(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="latency", times=1, ms=400)
    url = platform.api + PUSH
    headers = {"authorization": "Bearer an access token"}
    body = {"to": haruka, "messages": [words()]}
    with pytest.raises(httpx.ReadTimeout):
        platform.http.post(url, json=body, headers=headers, timeout=0.1)
    with platform.http.stream(
        "GET", f"{platform.api}/_platform/events?userId={haruka}&after=0"
    ) as stream:
        assert any(line.startswith("data: ") for line in stream.iter_lines())


def test_a_fault_meets_its_path_only(platform: Platform, haruka: str) -> None:
    platform.order("faults", path="/v2/bot/profile", kind="500_before", times=1)
    assert platform.push(haruka, words()).status_code == 200
    assert platform.line("GET", f"/v2/bot/profile/{haruka}").status_code == 500
    assert platform.line("GET", f"/v2/bot/profile/{haruka}").status_code == 200


def test_a_fault_can_meet_the_data_port(platform: Platform, haruka: str) -> None:
    photo = platform.photos(haruka, b"x")[0]["messageId"]
    platform.order("faults", path="/v2/bot/message/*/content", kind="500_before", times=1)
    assert [platform.content(photo).status_code for _ in range(2)] == [500, 200]


def test_faults_queue_up(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="429_rate", times=1)
    platform.order("faults", path=PUSH, kind="500_before", times=1)
    statuses = [platform.push(haruka, words()).status_code for _ in range(3)]
    assert statuses == [429, 500, 200]


def test_faults_end_when_they_are_ended(platform: Platform, haruka: str) -> None:
    platform.order("faults", path=PUSH, kind="500_before", times=1000)
    assert platform.push(haruka, words()).status_code == 500
    platform.control("DELETE", "faults")
    assert platform.push(haruka, words()).status_code == 200
    assert [call["fault"] for call in platform.look("sent")] == ["500_before", None]


def test_an_unknown_fault_is_refused(platform: Platform) -> None:
    url = f"{platform.api}/_platform/faults"
    answer = platform.http.post(url, json={"path": PUSH, "kind": "gremlins"})
    assert answer.status_code == 400

"""Photos and files on the data port: ready, not yet, gone, slow, cut off, not what they say."""

import json

import httpx
import pytest
from line_platform_client import Bot, Json, Platform

PHOTO = bytes(range(256)) * 200


@pytest.fixture
def photo(platform: Platform, haruka: str) -> str:
    message_id: str = platform.photos(haruka, PHOTO)[0]["messageId"]
    return message_id


def order(platform: Platform, photo: str, behaviour: str, **more: object) -> None:
    platform.order("content", messageId=photo, behaviour=behaviour, **more)


def test_a_photo_is_fetched_as_it_was_sent(platform: Platform, photo: str) -> None:
    answer = platform.content(photo)
    assert (answer.status_code, answer.content) == (200, PHOTO)
    assert answer.headers["content-type"] == "image/jpeg"


def test_content_is_on_the_data_port_only(platform: Platform, photo: str) -> None:
    assert platform.line("GET", f"/v2/bot/message/{photo}/content").status_code == 404


def test_unknown_content_is_404(platform: Platform) -> None:
    assert platform.content("12345").status_code == 404


def test_a_text_has_no_content(platform: Platform, haruka: str) -> None:
    message_id = platform.act(haruka, "text", text="文")[0]["messageId"]
    assert platform.content(message_id).status_code == 404


def test_content_may_not_be_ready_yet(platform: Platform, photo: str) -> None:
    order(platform, photo, "202", times=2)
    assert [platform.content(photo).status_code for _ in range(3)] == [202, 202, 200]


def test_transcoding_tells_whether_content_is_ready(platform: Platform, photo: str) -> None:
    url = f"{platform.addresses['data']}/v2/bot/message/{photo}/content/transcoding"
    headers = {"authorization": "Bearer an access token"}
    assert platform.http.get(url, headers=headers).json() == {"status": "succeeded"}
    order(platform, photo, "202")
    assert platform.http.get(url, headers=headers).json() == {"status": "processing"}


@pytest.mark.parametrize("status", [404, 410])
def test_content_can_be_away(platform: Platform, photo: str, status: int) -> None:
    order(platform, photo, str(status))
    assert [platform.content(photo).status_code for _ in range(2)] == [status] * 2


def test_content_is_gone_once_it_was_unsent(platform: Platform, haruka: str, photo: str) -> None:
    platform.act(haruka, "unsend", messageId=photo)
    assert platform.content(photo).status_code == 410
    (entry,) = platform.timeline(haruka)
    assert (entry["unsent"], entry["picture"]) == (True, None)
    seen = platform.http.get(f"{platform.api}/_platform/content/{photo}")
    assert seen.status_code == 410


def test_the_person_sees_their_own_photo(platform: Platform, haruka: str, photo: str) -> None:
    (entry,) = platform.timeline(haruka)
    assert platform.http.get(platform.api + entry["picture"]).content == PHOTO


def test_content_can_be_cut_off(platform: Platform, photo: str) -> None:
    order(platform, photo, "cut")
    with pytest.raises(httpx.RemoteProtocolError):
        platform.content(photo)


def test_content_can_be_slow_and_whole(platform: Platform, photo: str) -> None:
    order(platform, photo, "slow", ms=200)
    assert platform.content(photo).content == PHOTO


def test_content_can_be_something_else(platform: Platform, photo: str) -> None:
    order(platform, photo, "wrong_type")
    answer = platform.content(photo)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content.startswith(b"<!doctype html>")


def test_the_next_photo_can_be_given_a_behaviour(platform: Platform, haruka: str) -> None:
    platform.order("content", next=True, behaviour="404")
    first = platform.photos(haruka, PHOTO)[0]["messageId"]
    second = platform.photos(haruka, PHOTO)[0]["messageId"]
    assert platform.content(first).status_code == 404
    assert platform.content(second).status_code == 200


def test_a_photo_can_be_sent_with_its_behaviour(platform: Platform, haruka: str) -> None:
    orders = json.dumps([{"behaviour": "202", "times": 1}, {"behaviour": "410"}])
    photo = platform.photos(haruka, PHOTO, content=orders)[0]["messageId"]
    assert [platform.content(photo).status_code for _ in range(3)] == [202, 410, 410]


def test_photos_sent_together_are_one_set_in_any_order(
    platform: Platform, bot: Bot, haruka: str
) -> None:
    platform.order("delivery", hold=True, batch_ms=1, shuffle=True, seed=3)
    sent = platform.photos(haruka, *(bytes([n]) for n in range(8)))
    platform.settle()
    sets = [event["message"]["imageSet"] for event in bot.events]
    assert len({image_set["id"] for image_set in sets}) == 1
    assert {image_set["total"] for image_set in sets} == {8}
    indexes = [image_set["index"] for image_set in sets]
    assert sorted(indexes) == list(range(1, 9))
    assert indexes != sorted(indexes)
    assert len({event["replyToken"] for event in bot.events}) == 8
    assert [platform.content(s["messageId"]).content for s in sent] == [
        bytes([n]) for n in range(8)
    ]


def test_a_set_may_tell_nothing_but_its_id(platform: Platform, bot: Bot, haruka: str) -> None:
    platform.photos(haruka, b"1", b"2", bare="1")
    platform.settle()
    assert all(event["message"]["imageSet"].keys() == {"id"} for event in bot.events)


def test_one_photo_alone_is_no_set(platform: Platform, bot: Bot, photo: str) -> None:
    platform.settle()
    assert "imageSet" not in bot.events[0]["message"]
    assert bot.events[0]["message"]["contentProvider"] == {"type": "line"}


def test_a_file_tells_its_name_and_size_only(platform: Platform, bot: Bot, haruka: str) -> None:
    url = f"{platform.api}/_platform/people/{haruka}/file"
    files = {"file": ("穴.heic", PHOTO, "image/heic")}
    sent: Json = platform.http.post(url, files=files).json()["events"][0]
    platform.settle()
    message = bot.events[0]["message"]
    assert (message["fileName"], message["fileSize"]) == ("穴.heic", len(PHOTO))
    assert "contentProvider" not in message
    assert platform.content(sent["messageId"]).content == PHOTO

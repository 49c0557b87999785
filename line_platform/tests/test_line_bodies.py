"""Webhook bodies look exactly as LINE describes them in webhook.yml."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml
from line_platform_client import Bot, Json, Platform
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DESCRIPTION = Path(__file__).parents[3] / "shared" / "line-openapi" / "webhook.yml"
EVENTS = {
    "message": "MessageEvent",
    "unsend": "UnsendEvent",
    "follow": "FollowEvent",
    "unfollow": "UnfollowEvent",
    "postback": "PostbackEvent",
}
Check = Callable[[str, Json], None]


@pytest.fixture(scope="module")
def check() -> Check:
    if not DESCRIPTION.exists():
        pytest.skip("LINE's own description lies beside the checkout, not in it")
    described = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
    registry = Registry().with_resource(
        "webhook.yml", Resource.from_contents(described, DRAFT202012)
    )

    def validate(name: str, body: Json) -> None:
        schema = {"$ref": f"webhook.yml#/components/schemas/{name}"}
        jsonschema.Draft202012Validator(schema, registry=registry).validate(body)

    return validate


def test_every_kind_of_event_is_as_described(
    platform: Platform, bot: Bot, haruka: str, check: Check
) -> None:
    text = platform.act(haruka, "text", text="文")[0]["messageId"]
    platform.photos(haruka, b"1", b"2")
    platform.http.post(
        f"{platform.api}/_platform/people/{haruka}/file", files={"file": ("a.pdf", b"x")}
    )
    platform.act(haruka, "location", latitude=35.7, longitude=139.5, title="駅", address="本町")
    for act in ("sticker", "video", "audio"):
        platform.act(haruka, act)
    platform.act(haruka, "postback", data="x", params={"date": "2026-11-21"})
    platform.act(haruka, "unsend", messageId=text)
    platform.act(haruka, "unfollow")
    platform.act(haruka, "follow")
    platform.settle()
    kinds = set()
    for event in bot.events:
        check("Event", event)
        check(EVENTS[event["type"]], event)
        if event["type"] == "message":
            kind = event["message"]["type"]
            check(f"{kind.capitalize()}MessageContent", event["message"])
            kinds.add(kind)
    assert kinds == {"text", "image", "file", "location", "sticker", "video", "audio"}
    assert {event["type"] for event in bot.events} == set(EVENTS)


def test_the_request_is_as_described(
    platform: Platform, bot: Bot, haruka: str, check: Check
) -> None:
    platform.act(haruka, "text", text="文")
    platform.settle()
    body = json.loads(bot.heard[0].body)
    check("CallbackRequest", body)
    assert len(body["events"][0]["webhookEventId"]) == 26

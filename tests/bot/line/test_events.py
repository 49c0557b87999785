"""Every kind of LINE event is understood, and no shape of one is ever an error."""

from datetime import UTC, datetime
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.line import events
from bot.line.events import (
    ButtonPressed,
    Followed,
    Incoming,
    Nothing,
    PhotoSent,
    PlaceSent,
    SpokenInGroup,
    Unfollowed,
    Unsent,
    UnusableSent,
    WordsSent,
)
from geo.points import Point

Json = dict[str, Any]
HARUKA = "U" + "0123456789abcdef" * 2
GROUP = {"type": "group", "groupId": "C" + "0" * 32, "userId": HARUKA}


def event(**parts: Any) -> Json:
    """A well-formed event of one person, with these parts instead."""
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1_790_000_000_123,
        "source": {"type": "user", "userId": HARUKA},
        "webhookEventId": "01HYYYYYYYYYYYYYYYYYYYYYYY",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
    } | parts


def message(kind: str, **parts: Any) -> Json:
    return event(message={"id": "468789577898262530", "type": kind, "quoteToken": "q"} | parts)


PHOTO = "468789577898262530"
LINE = {"contentProvider": {"type": "line"}}
KINDS: list[tuple[str, Json, Incoming]] = [
    ("photo", message("image", **LINE), PhotoSent(PHOTO)),
    ("photo without a provider", message("image"), PhotoSent(PHOTO)),
    ("photo of a set", message("image", imageSet={"id": "S", "index": 1, "total": 2}, **LINE),
     PhotoSent(PHOTO, "S", 1)),
    ("photo of a set without numbers", message("image", imageSet={"id": "S"}),
     PhotoSent(PHOTO, "S")),
    ("photo elsewhere", message("image", contentProvider={"type": "external",
     "originalContentUrl": "https://example.com/a.jpg"}), UnusableSent("external")),
    ("file", message("file", fileName="a.jpg", fileSize=1), PhotoSent(PHOTO)),
    ("place", message("location", latitude=35.7011, longitude=139.5067, title="t", address="a"),
     PlaceSent(Point(139.5067, 35.7011), PHOTO)),
    ("place without words", message("location", latitude=35.7011, longitude=139.5067),
     PlaceSent(Point(139.5067, 35.7011), PHOTO)),
    ("place in whole numbers", message("location", latitude=35, longitude=139),
     PlaceSent(Point(139, 35), PHOTO)),
    ("place in the sea of nothing", message("location", latitude=0, longitude=0),
     UnusableSent("location")),
    ("place off the earth", message("location", latitude=139.5, longitude=35.7),
     UnusableSent("location")),
    ("place half missing", message("location", latitude=35.7), UnusableSent("location")),
    ("place of not a number", message("location", latitude=float("nan"), longitude=139.5),
     UnusableSent("location")),
    ("place of a number without end", message("location", latitude=35.7, longitude=10**400),
     UnusableSent("location")),
    ("words", message("text", text="穴です", emojis=[{"index": 0}]), WordsSent("穴です", PHOTO)),
    ("words without text", message("text"), UnusableSent("text")),
    ("sticker", message("sticker", packageId="1", stickerId="2"), UnusableSent("sticker")),
    ("video", message("video", duration=1, **LINE), UnusableSent("video")),
    ("audio", message("audio", duration=1, **LINE), UnusableSent("audio")),
    ("a kind to come", message("hologram"), UnusableSent("hologram")),
    ("no message at all", event(), UnusableSent("None")),
    ("postback", event(type="postback", postback={"data": "do=category&draft=k&category=tree"}),
     ButtonPressed("category", {"draft": "k", "category": "tree"})),
    ("postback of another's", event(type="postback", postback={"data": "hello"}),
     ButtonPressed("", {})),
    ("postback of no letter", event(type="postback", postback={"data": "do=%00status&number=%00"}),
     ButtonPressed("status", {})),
    ("postback of a date", event(type="postback", postback={"data": "do=x", "params": {"date": 1}}),
     ButtonPressed("x", {})),
    ("follow", event(type="follow", follow={"isUnblocked": True}), Followed()),
    ("unfollow", event(type="unfollow"), Unfollowed()),
    ("unsend", event(type="unsend", unsend={"messageId": "325708"}), Unsent("325708")),
    ("join", event(type="join", source=GROUP), SpokenInGroup()),
    ("words in a group", event(source=GROUP, message={"id": "1", "type": "text", "text": "t"}),
     SpokenInGroup()),
    ("words in a room", event(source={"type": "room", "roomId": "R"}), SpokenInGroup()),
    ("taken back in a group", event(type="unsend", source=GROUP, unsend={"messageId": "325708"}),
     Unsent("325708")),
    ("a button in a group", event(type="postback", source=GROUP, postback={"data": "do=status"}),
     Nothing()),
    ("members joined", event(type="memberJoined", source=GROUP), Nothing()),
    ("an account linked", event(type="accountLink"), Nothing()),
    ("a beacon", event(type="beacon", beacon={"hwid": "d41d8cd98f"}), Nothing()),
    ("an event to come", event(type="brainwave"), Nothing()),
    ("without a kind", event(type=None), Nothing()),
    ("standby", message("image", **LINE) | {"mode": "standby"}, Nothing()),
    ("a mode to come", message("image", **LINE) | {"mode": "drowsy"}, PhotoSent(PHOTO)),
    ("no source", event(source=None), Nothing()),
    ("a source without a person", event(source={"type": "user"}), Nothing()),
    ("another provider's person", event(source={"type": "user", "userId": "Uxyz"}), Nothing()),
    ("the connection check", event(
        source={"type": "user", "userId": "U" + "deadbeef" * 4}, replyToken="0" * 32,
        message={"id": "100001", "type": "text", "text": "Hello, world"}), Nothing()),
    ("nothing at all", {}, Nothing()),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "meant"), [row[1:] for row in KINDS], ids=[r[0] for r in KINDS])
def test_every_kind_of_event_is_read_for_what_it_asks(raw: Json, meant: Incoming) -> None:
    assert events.read(raw) == meant


@pytest.mark.parametrize(("raw", "meant"), [row[1:] for row in KINDS], ids=[r[0] for r in KINDS])
def test_fields_that_nobody_announced_change_nothing(raw: Json, meant: Incoming) -> None:
    strange = {"aiSummary": {"text": None}, "x": [1]}
    inner = {name: part | strange for name, part in raw.items() if isinstance(part, dict)}
    assert events.read(raw | inner | strange) == meant


@pytest.mark.parametrize(
    ("raw", "token"),
    [
        (event(), "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA"),
        (event(mode="standby"), None),
        (event(replyToken="0" * 32), None),
        (event(replyToken="f" * 32), None),
        (event(replyToken=""), None),
        (event(replyToken=None), None),
        (event(replyToken=7), None),
        ({}, None),
    ],
)
def test_only_a_token_that_may_be_used_is_a_token(raw: Json, token: str | None) -> None:
    assert events.reply_token_of(raw) == token


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        (1_790_000_000_123, datetime(2026, 9, 21, 14, 13, 20, 123_000, UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (True, None),
        ("1790000000123", None),
        (None, None),
        (10**30, None),
        (10**400, None),
        (float("nan"), None),
        (float("-inf"), None),
    ],
)
def test_lines_own_time_is_taken_where_it_is_sane(stamp: Any, moment: datetime | None) -> None:
    assert events.occurred_at(event(timestamp=stamp)) == moment


def test_the_same_event_has_the_same_key_and_another_one_another() -> None:
    first, again = event(), event(deliveryContext={"isRedelivery": True})
    assert events.key_of(first) == events.key_of(again) == first["webhookEventId"]
    old = {name: part for name, part in first.items() if name != "webhookEventId"}
    assert events.key_of(old) == events.key_of(dict(reversed(old.items())))
    assert events.key_of(old) != events.key_of(old | {"timestamp": 1})


@pytest.mark.parametrize(
    ("source", "person", "private"),
    [
        ({"type": "user", "userId": HARUKA}, HARUKA, True),
        ({"userId": HARUKA}, HARUKA, True),
        (GROUP, GROUP["groupId"], False),
        ({"type": "room", "roomId": "R1", "userId": HARUKA}, "R1", False),
        ({"type": "user", "userId": HARUKA + "0"}, HARUKA + "0", False),
        ({"type": "user", "userId": ["a"]}, "['a']", False),
        ({}, "", False),
        ("U1", "", False),
    ],
)
def test_whom_it_came_from_is_a_person_a_group_or_a_room(
    source: Any, person: str, private: bool
) -> None:
    raw = event(source=source)
    assert (events.person_of(raw), events.is_private(raw)) == (person, private)


NAMES = st.sampled_from(
    ["type", "mode", "source", "userId", "groupId", "message", "id", "text", "imageSet", "latitude",
     "longitude", "contentProvider", "postback", "data", "unsend", "messageId", "replyToken",
     "timestamp", "webhookEventId"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["message", "image", "file", "location", "text", "postback", "unsend", "user",
     HARUKA, "do=%ff&draft=%00", "&&==%%%", "\ud800", "\x00", 10**400, -1, 0.0]
)  # fmt: skip
VALUES |= st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8))
TREES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)
HALF_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "postback", "unsend", "follow"]) | TREES,
        "source": st.just({"type": "user", "userId": HARUKA}) | TREES,
        "message": st.dictionaries(NAMES, TREES, max_size=6) | TREES,
        "postback": st.dictionaries(st.just("data"), TREES) | TREES,
        "unsend": TREES,
        "mode": TREES,
        "timestamp": TREES,
        "replyToken": TREES,
        "webhookEventId": TREES,
    },
)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HALF_RIGHT | st.dictionaries(NAMES, TREES, max_size=6))
@example(message("location", latitude=10**400, longitude=1))
@example(message("location", latitude=[], longitude={}))
@example(message("image", imageSet=["S"], contentProvider="line"))
@example(event(source=[HARUKA], type=["message"]))
@example(event(type="postback", postback={"data": {"do": 1}}))
def test_no_shape_of_an_event_is_an_error(raw: Json) -> None:
    assert isinstance(events.read(raw), Incoming)
    assert isinstance(events.key_of(raw), str)
    assert isinstance(events.person_of(raw), str)
    assert isinstance(events.is_private(raw), bool)
    events.occurred_at(raw)
    events.reply_token_of(raw)


def spoken(text: str, *emojis: tuple[int, int], **more: Any) -> Json:
    told = [
        {"index": at, "length": long, "productId": "5ac", "emojiId": "001"} for at, long in emojis
    ]
    return event(message={"type": "text", "id": "7", "text": text, "emojis": told, **more})


@pytest.mark.parametrize(
    ("text", "emojis", "words"),
    [
        ("(shock)穴", [(0, 7)], "穴"),
        ("穴(shock)が(moon)ある", [(1, 7), (9, 6)], "穴がある"),
        ("😱(shock)穴", [(2, 7)], "😱穴"),
        ("(水たまり)穴", [], "(水たまり)穴"),
        ("穴があります", [(0, 3), (90, 7), (-1, 2)], "穴があります"),
    ],
)
def test_lines_own_emojis_leave_no_names_behind(
    text: str, emojis: list[tuple[int, int]], words: str
) -> None:
    assert events.read(spoken(text, *emojis)) == WordsSent(words, "7")


def test_an_emoji_alone_is_a_sticker() -> None:
    assert events.read(spoken("(shock)", (0, 7))) == UnusableSent("sticker")


def test_what_words_are_said_about_is_known() -> None:
    assert events.read(spoken("まだですか", quotedMessageId="41")) == WordsSent(
        "まだですか", "7", quotes="41"
    )


@pytest.mark.parametrize("index", [None, True, 0, -1, "2", 10**9])
def test_a_place_in_a_set_is_one_from_the_first_on(index: object) -> None:
    def sent(index: object) -> Incoming:
        of_set = {"id": "S", "index": index}
        return events.read(event(message={"type": "image", "id": "7", "imageSet": of_set}))

    assert sent(index) == PhotoSent("7", "S", None)
    assert sent(3) == PhotoSent("7", "S", 3)

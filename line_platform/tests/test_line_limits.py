"""Every limit of a message: the longest that is taken, the shortest that is refused, and where."""

import copy
from typing import Any

import pytest
from line_messages import (
    PICTURE,
    TAP,
    box,
    bubble,
    button,
    carousel,
    flex,
    heavy,
    place,
    quick,
    say,
    template,
)
from line_platform_client import Json, Platform, words

EMOJI = "😀"
TAKEN: dict[str, list[Json]] = {
    "five messages": [words()] * 5,
    "5,000 units of text": [words("あ" * 5000)],
    "2,500 emoji are 5,000 units": [words(EMOJI * 2500)],
    "13 quick replies": [quick(*[TAP] * 13)],
    "a label of 20": [quick({**TAP, "label": "あ" * 20})],
    "camera, camera roll and location": [
        quick(*({"type": kind, "label": "写真"} for kind in ("camera", "cameraRoll", "location")))
    ],
    "alt text of 1,500": [flex(bubble(say()), "あ" * 1500)],
    "a bubble of 30 KB": [flex(heavy(30 * 1024))],
    "12 bubbles": [carousel(*[bubble(say())] * 12)],
    "a flex button with a label of 40": [flex(bubble(button({**TAP, "label": "あ" * 40})))],
    "postback data of 300": [quick({"type": "postback", "label": "x", "data": "d" * 300})],
    "a message action of 300": [quick({**TAP, "text": "あ" * 300})],
    "a uri of 1,000": [
        quick({"type": "uri", "label": "x", "uri": "https://example.com/" + "x" * 980})
    ],
    "a telephone number": [quick({"type": "uri", "label": "電話", "uri": "tel:0423831111"})],
    "a location of 100 and 100": [place(title="あ" * 100, address="あ" * 100)],
    "an image over https": [
        {"type": "image", "originalContentUrl": PICTURE, "previewImageUrl": PICTURE}
    ],
    "a picker": [
        quick(
            {
                "type": "datetimepicker",
                "label": "日時",
                "data": "when",
                "mode": "datetime",
                "initial": "2026-11-21t10:00",
            }
        )
    ],
    "a sticker": [{"type": "sticker", "packageId": "446", "stickerId": "1988"}],
    "buttons": [template("buttons", text="選ぶ", actions=[TAP] * 4)],
    "confirm": [template("confirm", text="良い?", actions=[TAP] * 2)],
    "columns": [template("carousel", columns=[{"text": "a", "actions": [TAP]}] * 10)],
    "a rich card": [
        flex(
            {
                **bubble(
                    say(wrap=True, size="sm", color="#1b7f5a", weight="bold", flex=0),
                    {"type": "separator", "margin": "md"},
                    box(
                        {"type": "icon", "url": PICTURE, "size": "md"},
                        say("状況"),
                        {"type": "filler"},
                        layout="baseline",
                        spacing="sm",
                        paddingAll="8px",
                        offsetTop="-4px",
                    ),
                    button({"type": "uri", "label": "地図", "uri": "https://example.com/"}),
                ),
                "hero": {"type": "image", "url": PICTURE, "size": "full", "aspectRatio": "20:13"},
                "styles": {"body": {"separator": True}},
            }
        )
    ],
}
REFUSED: dict[str, tuple[list[Any], str]] = {
    # what: (messages, the property that is named)
    "no message": ([], "messages"),
    "six messages": ([words()] * 6, "messages"),
    "empty text": ([words("")], "messages[0].text"),
    "no text": ([{"type": "text"}], "messages[0].text"),
    "null text": ([{"type": "text", "text": None}], "messages[0].text"),
    "text that is a number": ([{"type": "text", "text": 5}], "messages[0].text"),
    "5,001 units": ([words("あ" * 5001)], "messages[0].text"),
    "2,501 emoji": ([words(EMOJI * 2501)], "messages[0].text"),
    "half an emoji": ([words("\ud83d")], "messages[0].text"),
    "the second message": ([words(), words("")], "messages[1].text"),
    "an unknown type": ([{"type": "telegram"}], "messages[0].type"),
    "no type": ([{"text": "x"}], "messages[0].type"),
    "a message that is a text": (["hello"], "messages[0]"),
    "14 quick replies": ([quick(*[TAP] * 14)], "messages[0].quickReply.items"),
    "no quick reply in the list": ([quick()], "messages[0].quickReply.items"),
    "a label of 21": (
        [quick({**TAP, "label": "あ" * 21})],
        "messages[0].quickReply.items[0].action.label",
    ),
    "a quick reply without label": (
        [quick({"type": "camera"})],
        "messages[0].quickReply.items[0].action.label",
    ),
    "camera on a card": (
        [flex(bubble(button({"type": "camera", "label": "写真"})))],
        "messages[0].contents.body.contents[0].action.type",
    ),
    "location in a template": (
        [template("buttons", text="x", actions=[{"type": "location", "label": "x"}])],
        "messages[0].template.actions[0].type",
    ),
    "alt text of 1,501": ([flex(bubble(say()), "あ" * 1501)], "messages[0].altText"),
    "no alt text": ([{"type": "flex", "contents": bubble(say())}], "messages[0].altText"),
    "a bubble above 30 KB": ([flex(heavy(30 * 1024 + 1))], "messages[0].contents"),
    "a carousel above 50 KB": ([carousel(*[heavy(26_000)] * 2)], "messages[0].contents"),
    "13 bubbles": ([carousel(*[bubble(say())] * 13)], "messages[0].contents.contents"),
    "bubbles of two widths": (
        [carousel(bubble(say()), bubble(say(), size="kilo"))],
        "messages[0].contents.contents",
    ),
    "an empty bubble": ([flex({"type": "bubble"})], "messages[0].contents"),
    "a button label of 41": (
        [flex(bubble(button({**TAP, "label": "あ" * 41})))],
        "messages[0].contents.body.contents[0].action.label",
    ),
    "a button without label": (
        [flex(bubble(button({"type": "message", "text": "x"})))],
        "messages[0].contents.body.contents[0].action.label",
    ),
    "an unknown size": (
        [flex(bubble(say(size="huge")))],
        "messages[0].contents.body.contents[0].size",
    ),
    "a colour by name": (
        [flex(bubble(say(color="red")))],
        "messages[0].contents.body.contents[0].color",
    ),
    "an unknown property": (
        [flex(bubble(say(colour="#ffffff")))],
        "messages[0].contents.body.contents[0].colour",
    ),
    "an empty text on a card": (
        [flex(bubble(say("")))],
        "messages[0].contents.body.contents[0].text",
    ),
    "an icon outside a baseline box": (
        [flex(bubble({"type": "icon", "url": PICTURE}))],
        "messages[0].contents.body.contents[0].type",
    ),
    "a button in a baseline box": (
        [flex(bubble(box(button(TAP), layout="baseline")))],
        "messages[0].contents.body.contents[0].contents[0].type",
    ),
    "a body that is no box": (
        [flex({"type": "bubble", "body": say()})],
        "messages[0].contents.body.type",
    ),
    "a picture over http on a card": (
        [flex(bubble({"type": "image", "url": "http://example.com/a.jpg"}))],
        "messages[0].contents.body.contents[0].url",
    ),
    "a picture too tall": (
        [flex(bubble({"type": "image", "url": PICTURE, "aspectRatio": "1:4"}))],
        "messages[0].contents.body.contents[0].aspectRatio",
    ),
    "postback data of 301": (
        [quick({"type": "postback", "label": "x", "data": "d" * 301})],
        "messages[0].quickReply.items[0].action.data",
    ),
    "a message action of 301": (
        [quick({**TAP, "text": "あ" * 301})],
        "messages[0].quickReply.items[0].action.text",
    ),
    "a uri of 1,001": (
        [quick({"type": "uri", "label": "x", "uri": "https://example.com/" + "x" * 981})],
        "messages[0].quickReply.items[0].action.uri",
    ),
    "a uri of an unknown kind": (
        [quick({"type": "uri", "label": "x", "uri": "javascript:alert(1)"})],
        "messages[0].quickReply.items[0].action.uri",
    ),
    "a picker with a time zone": (
        [
            quick(
                {
                    "type": "datetimepicker",
                    "label": "x",
                    "data": "x",
                    "mode": "datetime",
                    "max": "2026-11-21T10:00+09:00",
                }
            )
        ],
        "messages[0].quickReply.items[0].action.max",
    ),
    "a location without address": ([place(address=None)], "messages[0].address"),
    "a location without title": ([place(title="")], "messages[0].title"),
    "a title of 101": ([place(title="あ" * 101)], "messages[0].title"),
    "an address of 101": ([place(address="あ" * 101)], "messages[0].address"),
    "lon and lat swapped": ([place(latitude=139.5, longitude=35.7)], "messages[0].latitude"),
    "an image over http": (
        [{"type": "image", "originalContentUrl": "http://a/b.jpg", "previewImageUrl": PICTURE}],
        "messages[0].originalContentUrl",
    ),
    "an image without preview": (
        [{"type": "image", "originalContentUrl": PICTURE}],
        "messages[0].previewImageUrl",
    ),
    "five buttons": (
        [template("buttons", text="x", actions=[TAP] * 5)],
        "messages[0].template.actions",
    ),
    "one button to confirm": (
        [template("confirm", text="x", actions=[TAP])],
        "messages[0].template.actions",
    ),
    "long words under a title": (
        [template("buttons", title="題", text="x" * 61, actions=[TAP])],
        "messages[0].template.text",
    ),
    "columns with unequal buttons": (
        [
            template(
                "carousel",
                columns=[{"text": "a", "actions": [TAP]}, {"text": "b", "actions": [TAP] * 2}],
            )
        ],
        "messages[0].template.columns",
    ),
    "a sender's name of 21": (
        [{**words(), "sender": {"name": "x" * 21}}],
        "messages[0].sender.name",
    ),
}


@pytest.mark.short
@pytest.mark.parametrize("what", TAKEN)
def test_what_line_takes_is_sent(platform: Platform, haruka: str, what: str) -> None:
    answer = platform.push(haruka, *TAKEN[what])
    assert answer.status_code == 200, answer.text
    said = [entry["message"] for entry in platform.timeline(haruka)]
    assert said == TAKEN[what]


@pytest.mark.short
@pytest.mark.parametrize("what", REFUSED)
def test_what_line_refuses_is_named_and_not_sent(
    platform: Platform, haruka: str, what: str
) -> None:
    messages, where = copy.deepcopy(REFUSED[what])
    answer = platform.push(haruka, *messages)
    assert answer.status_code == 400
    details = answer.json()["details"]
    assert where in [detail["property"] for detail in details], details
    assert answer.json()["message"] == f"The request body has {len(details)} error(s)"
    assert platform.timeline(haruka) == []


def test_several_errors_are_told_together(platform: Platform, haruka: str) -> None:
    answer = platform.push(haruka, words(""), {"type": "video"}, words("よい"))
    assert [detail["property"] for detail in answer.json()["details"]] == [
        "messages[0].text",
        "messages[1].originalContentUrl",
        "messages[1].previewImageUrl",
    ]


def test_messages_and_recipient_are_required(platform: Platform) -> None:
    answer = platform.line("POST", "/v2/bot/message/push", {})
    assert {detail["property"] for detail in answer.json()["details"]} == {"to", "messages"}

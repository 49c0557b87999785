"""The table of what LINE accepts in a message, and the refusal it answers otherwise."""

from collections.abc import Iterator
from typing import Any

from line_platform.actions import action
from line_platform.flex import CONTAINER
from line_platform.rules import (
    ANY_TEXT,
    COLOUR,
    HTTPS,
    Rule,
    Wrong,
    by_type,
    every,
    flag,
    listed,
    number,
    one_of,
    shape,
    text,
    whole,
)
from line_platform.shapes import Json

BODY_BYTES = 2 * 1024 * 1024
MESSAGES = (1, 5)
ALT_TEXT = text(1500)
EMOJI = shape({"index": whole(0, 5000), "productId": ANY_TEXT, "emojiId": ANY_TEXT})
BUTTON = action("template")
WITHOUT_LABEL = action("flex")


def _template_text(plain: int, with_picture: int) -> Rule:
    """Shorter where a picture or a title stands above it."""

    def check(value: Any, at: str) -> Iterator[Wrong]:
        above = value.get("thumbnailImageUrl") or value.get("title")
        if isinstance(value.get("text"), str):
            yield from text(with_picture if above else plain)(value["text"], f"{at}.text")

    return check


def _same_number_of_buttons(value: Any, at: str) -> Iterator[Wrong]:
    columns = [c for c in value.get("columns") or [] if isinstance(c, dict)]
    if len({len(c.get("actions") or []) for c in columns}) > 1:
        yield Wrong("The number of actions must be the same in all columns", f"{at}.columns")


CARD = {
    "thumbnailImageUrl": HTTPS,
    "imageBackgroundColor": COLOUR,
    "title": text(40),
    "defaultAction": WITHOUT_LABEL,
}
CARD_PICTURE = {
    "imageAspectRatio": one_of("rectangle", "square"),
    "imageSize": one_of("cover", "contain"),
}
COLUMN = every(
    shape({"text": text(120), "actions": listed(BUTTON, 1, 3)}, CARD), _template_text(120, 60)
)
TEMPLATES: dict[str, Rule] = {
    "buttons": every(
        shape({"text": text(160), "actions": listed(BUTTON, 1, 4)}, {**CARD, **CARD_PICTURE}),
        _template_text(160, 60),
    ),
    "confirm": shape({"text": text(240), "actions": listed(BUTTON, 2, 2)}),
    "carousel": every(
        shape({"columns": listed(COLUMN, 1, 10)}, CARD_PICTURE), _same_number_of_buttons
    ),
    "image_carousel": shape(
        {"columns": listed(shape({"imageUrl": HTTPS, "action": action("template image")}), 1, 10)}
    ),
}
KINDS: dict[str, Rule] = {
    "text": shape({"text": text(5000)}, {"emojis": listed(EMOJI, 0, 20), "quoteToken": ANY_TEXT}),
    "textV2": shape({"text": text(5000)}, {"quoteToken": ANY_TEXT}),
    "sticker": shape({"packageId": text(20), "stickerId": text(20)}, {"quoteToken": ANY_TEXT}),
    "image": shape({"originalContentUrl": HTTPS, "previewImageUrl": HTTPS}),
    "video": shape(
        {"originalContentUrl": HTTPS, "previewImageUrl": HTTPS}, {"trackingId": text(100)}
    ),
    "audio": shape({"originalContentUrl": HTTPS, "duration": whole(1, 2**53)}),
    "location": shape(
        {
            "title": text(100),
            "address": text(100),
            "latitude": number(-90, 90),
            "longitude": number(-180, 180),
        }
    ),
    "imagemap": shape(
        {
            "baseUrl": HTTPS,
            "altText": ALT_TEXT,
            "baseSize": shape({"width": whole(1040, 1040), "height": whole(1, 2**31)}),
            "actions": listed(shape({"type": one_of("uri", "message", "clipboard")}), 1, 50),
        }
    ),
    "template": shape({"altText": ALT_TEXT, "template": by_type(TEMPLATES)}),
    "flex": shape({"altText": ALT_TEXT, "contents": CONTAINER}),
    "coupon": shape({"couponId": text(100)}, {"deliveryTag": text(30)}),
}
COMMON = shape(
    {},
    {
        "quickReply": shape(
            {
                "items": listed(
                    shape(
                        {"type": one_of("action"), "action": action("quick reply")},
                        {"imageUrl": HTTPS},
                    ),
                    1,
                    13,
                )
            }
        ),
        "sender": shape({}, {"name": text(20), "iconUrl": HTTPS}),
    },
)
MESSAGE_LIST = listed(every(by_type(KINDS), COMMON), *MESSAGES)
BODIES: dict[str, Rule] = {
    "reply": shape(
        {"replyToken": text(200), "messages": MESSAGE_LIST}, {"notificationDisabled": flag}
    ),
    "push": shape(
        {"to": text(200), "messages": MESSAGE_LIST},
        {
            "notificationDisabled": flag,
            "customAggregationUnits": listed(text(30), 0, 1),
        },
    ),
    "validate": shape({"messages": MESSAGE_LIST}),
    "loading": shape({"chatId": text(200)}, {"loadingSeconds": whole(5, 60)}),
    "mark as read": shape({"markAsReadToken": text(1000)}),
    "webhook": shape({"endpoint": text(500)}),
}


def wrongs(kind: str, body: Json) -> list[Wrong]:
    """Everything LINE would refuse in this body; `kind` is a key of `BODIES`."""
    found = dict.fromkeys(BODIES[kind](body, ""))
    if kind == "loading" and isinstance(body.get("loadingSeconds"), int):
        found |= dict.fromkeys(_steps_of_five(body["loadingSeconds"]))
    return list(found)


def _steps_of_five(seconds: int) -> Iterator[Wrong]:
    if seconds % 5:
        yield Wrong("Must be a multiple of 5", "loadingSeconds")

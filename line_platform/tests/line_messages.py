"""Messages to be sent, put together from a few words."""

from typing import Any

from line_platform_client import Json, words

PICTURE = "https://example.com/a.jpg"
TAP: Json = {"type": "message", "label": "はい", "text": "はい"}


def quick(*actions: Json) -> Json:
    items = [{"type": "action", "action": action} for action in actions]
    return {**words(), "quickReply": {"items": items}}


def flex(contents: Json, alt: str = "カード") -> Json:
    return {"type": "flex", "altText": alt, "contents": contents}


def box(*contents: Json, layout: str = "vertical", **more: Any) -> Json:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def bubble(*contents: Json, **more: Any) -> Json:
    return {"type": "bubble", "body": box(*contents), **more}


def carousel(*bubbles: Json) -> Json:
    return flex({"type": "carousel", "contents": list(bubbles)})


def say(text: str = "文", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def button(action: Json) -> Json:
    return {"type": "button", "action": action}


def place(**more: Any) -> Json:
    here = {"title": "駅", "address": "本町", "latitude": 35.7, "longitude": 139.5}
    return {"type": "location", **here, **more}


def template(kind: str, **more: Any) -> Json:
    return {"type": "template", "altText": "選択", "template": {"type": kind, **more}}


def heavy(size: int) -> Json:
    """A bubble of exactly `size` bytes of compact JSON."""
    empty = len(b'{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[]}}')
    filler = len(b'{"type":"text","text":""},')
    full, rest = divmod(size - empty + 1, 9000 + filler)
    texts = [say("x" * 9000) for _ in range(full)] + [say("x" * (rest - filler))]
    return bubble(*texts)

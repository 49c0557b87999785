"""Menus as a city would make them, for the tests of the platform."""

import io
from typing import Any

from line_platform_client import TOKEN, Json, Platform
from PIL import Image

EVERYBODY = "/v2/bot/user/all/richmenu"
AREA: Json = {
    "bounds": {"x": 0, "y": 0, "width": 1250, "height": 843},
    "action": {"type": "message", "label": "状況", "text": "状況"},
}


def menu(**more: Any) -> Json:
    usual = {
        "size": {"width": 2500, "height": 843},
        "selected": True,
        "name": "道",
        "chatBarText": "メニュー",
        "areas": [AREA],
    }
    return {**usual, **more}


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return file.getvalue()


def made(platform: Platform) -> str:
    menu_id: str = platform.line("POST", "/v2/bot/richmenu", menu()).json()["richMenuId"]
    return menu_id


def put_image(platform: Platform, menu_id: str, data: bytes, media_type: str = "image/png") -> int:
    url = f"{platform.addresses['data']}/v2/bot/richmenu/{menu_id}/content"
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": media_type}
    return platform.http.post(url, content=data, headers=headers).status_code


def ready(platform: Platform, **more: Any) -> str:
    """A menu with its picture."""
    menu_id: str = platform.line("POST", "/v2/bot/richmenu", menu(**more)).json()["richMenuId"]
    assert put_image(platform, menu_id, png(2500, 843)) == 200
    return menu_id


def areas(*labels: str) -> list[Json]:
    """These words side by side; each asks for its place in the row."""
    width = 2500 // len(labels)
    return [
        {
            "bounds": {"x": at * width, "y": 0, "width": width, "height": 843},
            "action": {
                "type": "postback",
                "label": label,
                "data": f"do={at}",
                "displayText": label,
            },
        }
        for at, label in enumerate(labels)
    ]

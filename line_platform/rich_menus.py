"""The menu under the talk: made, checked, given its picture, set as everybody's, taken away."""

import io
from collections.abc import Iterator
from typing import Any

from PIL import Image, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from line_platform import ids
from line_platform.actions import action
from line_platform.answers import json_object, refusal, wrong_body
from line_platform.rules import Wrong, every, flag, listed, shape, text, whole
from line_platform.shapes import Json, RichMenu
from line_platform.world import World

IMAGE_BYTES = 1024 * 1024
IMAGE_TYPES = {"image/jpeg": "JPEG", "image/png": "PNG"}
LEAST_RATIO = 1.45
ANY_PIXEL = whole(0, 2500)


def _wide_enough(value: Any, at: str) -> Iterator[Wrong]:
    size = value.get("size") or {}
    width, height = size.get("width"), size.get("height")
    if isinstance(width, int) and isinstance(height, int) and width < LEAST_RATIO * height:
        yield Wrong(f"The ratio of width to height must be at least {LEAST_RATIO}", "size")


MENU = every(
    shape(
        {
            "size": shape({"width": whole(800, 2500), "height": whole(250, 2500)}),
            "selected": flag,
            "name": text(300),
            "chatBarText": text(14),
            "areas": listed(
                shape(
                    {
                        "bounds": shape(
                            dict.fromkeys(("x", "y"), ANY_PIXEL)
                            | dict.fromkeys(("width", "height"), whole(1, 2500))
                        ),
                        "action": action("rich menu"),
                    }
                ),
                0,
                20,
            ),
        }
    ),
    _wide_enough,
)


async def create(request: Request) -> Response:
    body = await json_object(request)
    if wrong := list(MENU(body, "")):
        return wrong_body(wrong)
    menu_id = ids.rich_menu_id()
    _world(request).rich_menus[menu_id] = RichMenu(body)
    return JSONResponse({"richMenuId": menu_id})


async def validate(request: Request) -> Response:
    wrong = list(MENU(await json_object(request), ""))
    return wrong_body(wrong) if wrong else JSONResponse({})


async def list_all(request: Request) -> Response:
    menus = _world(request).rich_menus.items()
    return JSONResponse({"richmenus": [_as_json(key, menu) for key, menu in menus]})


async def show(request: Request) -> Response:
    menu = _found(request)
    return JSONResponse(_as_json(_id(request), menu)) if menu else refusal("404")


async def delete(request: Request) -> Response:
    """Who was linked to it sees everybody's menu again; an alias of it points nowhere."""
    world = _world(request)
    if world.rich_menus.pop(_id(request), None) is None:
        return refusal("404")
    if world.default_rich_menu == _id(request):
        world.default_rich_menu = None
    links = world.rich_menu_links.items()
    world.rich_menu_links = {who: menu_id for who, menu_id in links if menu_id != _id(request)}
    world.tell_all("menu", {})
    return JSONResponse({})


async def set_default(request: Request) -> Response:
    """Only a menu that has its picture can be shown."""
    menu = _found(request)
    if menu is None:
        return refusal("404")
    if menu.image is None:
        return refusal("no picture")
    _world(request).default_rich_menu = _id(request)
    _world(request).tell_all("menu", {})
    return JSONResponse({})


async def default(request: Request) -> Response:
    menu_id = _world(request).default_rich_menu
    return JSONResponse({"richMenuId": menu_id}) if menu_id else refusal("404")


async def no_default(request: Request) -> Response:
    _world(request).default_rich_menu = None
    _world(request).tell_all("menu", {})
    return JSONResponse({})


async def put_image(request: Request) -> Response:
    """POST …/content: JPEG or PNG of the menu's own size, at most 1 MB, and once only."""
    menu = _found(request)
    media_type = request.headers.get("content-type", "")
    data = await request.body()
    if menu is None:
        return refusal("404")
    if media_type not in IMAGE_TYPES:
        return refusal("415")
    if menu.image is not None:
        return refusal("picture there")
    if len(data) > IMAGE_BYTES or not _fits(menu, data, IMAGE_TYPES[media_type]):
        return refusal("picture does not fit")
    menu.image, menu.media_type = data, media_type
    return JSONResponse({})


async def image(request: Request) -> Response:
    menu = _found(request)
    if menu is None or menu.image is None:
        return refusal("404")
    return Response(menu.image, media_type=menu.media_type)


def _fits(menu: RichMenu, data: bytes, kind: str) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            return picture.size == (menu.body["size"]["width"], menu.body["size"]["height"])
    except (UnidentifiedImageError, OSError):
        return False


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _id(request: Request) -> str:
    return str(request.path_params["menu_id"])


def _found(request: Request) -> RichMenu | None:
    return _world(request).rich_menus.get(_id(request))


def _as_json(menu_id: str, menu: RichMenu) -> Json:
    return {"richMenuId": menu_id, **menu.body}


ROUTES = [
    Route("/v2/bot/richmenu", create, methods=["POST"]),
    Route("/v2/bot/richmenu/validate", validate, methods=["POST"]),
    Route("/v2/bot/richmenu/list", list_all),
    Route("/v2/bot/richmenu/{menu_id}", show),
    Route("/v2/bot/richmenu/{menu_id}", delete, methods=["DELETE"]),
    Route("/v2/bot/user/all/richmenu", default),
    Route("/v2/bot/user/all/richmenu", no_default, methods=["DELETE"]),
    Route("/v2/bot/user/all/richmenu/{menu_id}", set_default, methods=["POST"]),
]
DATA_ROUTES = [
    Route("/v2/bot/richmenu/{menu_id}/content", image),
    Route("/v2/bot/richmenu/{menu_id}/content", put_image, methods=["POST"]),
]

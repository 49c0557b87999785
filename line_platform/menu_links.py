"""Whose menu is which: aliases, the menu of one person, moving everybody from one to another."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from line_platform.answers import json_object, refusal, wrong_body
from line_platform.rules import Wrong, by_type, every, listed, pattern, shape, text
from line_platform.shapes import Json
from line_platform.world import World

ALIAS_ID = every(text(32), pattern(r"[a-z0-9_-]{1,32}", "richmenu-alias-a"))
MENU_ID = text(100)
USER_ID = re.compile(r"U[0-9a-f]{32}")
NEW_ALIAS = shape({"richMenuAliasId": ALIAS_ID, "richMenuId": MENU_ID})
TURNED_ALIAS = shape({"richMenuId": MENU_ID})
OPERATIONS = by_type(
    {
        "link": shape({"from": MENU_ID, "to": MENU_ID}),
        "unlink": shape({"from": MENU_ID}),
        "unlinkAll": shape({}),
    }
)
BATCH = shape({"operations": listed(OPERATIONS, 1, 1000)}, {"resumeRequestKey": text(100)})


async def make_alias(request: Request) -> Response:
    """POST /v2/bot/richmenu/alias: for a menu with its picture; an alias is made once."""
    world, body = _world(request), await json_object(request)
    if wrong := list(NEW_ALIAS(body, "")):
        return wrong_body(wrong)
    if body["richMenuAliasId"] in world.rich_menu_aliases:
        return refusal("alias taken")
    return _stand_for(world, body["richMenuAliasId"], body["richMenuId"])


async def turn_alias(request: Request) -> Response:
    world, body = _world(request), await json_object(request)
    if wrong := list(TURNED_ALIAS(body, "")):
        return wrong_body(wrong)
    if _alias(request) not in world.rich_menu_aliases:
        return refusal("no such alias")
    return _stand_for(world, _alias(request), body["richMenuId"])


async def show_alias(request: Request) -> Response:
    menu_id = _world(request).rich_menu_aliases.get(_alias(request))
    if menu_id is None:
        return refusal("no such alias")
    return JSONResponse(_as_json(_alias(request), menu_id))


async def delete_alias(request: Request) -> Response:
    gone = _world(request).rich_menu_aliases.pop(_alias(request), None)
    return JSONResponse({}) if gone else refusal("no such alias")


async def list_aliases(request: Request) -> Response:
    aliases = _world(request).rich_menu_aliases.items()
    return JSONResponse({"aliases": [_as_json(alias, menu_id) for alias, menu_id in aliases]})


async def link(request: Request) -> Response:
    """POST /v2/bot/user/{userId}/richmenu/{richMenuId}: this person sees that menu now.

    For who is no friend of ours LINE answers the same and links nothing.
    """
    world, user_id = _world(request), request.path_params["user_id"]
    menu = world.rich_menus.get(request.path_params["menu_id"])
    if not USER_ID.fullmatch(user_id):
        return refusal("user id")
    if menu is None or menu.image is None:
        return refusal("404" if menu is None else "no picture")
    if _is_friend(world, user_id):
        world.rich_menu_links[user_id] = request.path_params["menu_id"]
        world.tell(user_id, "menu", {})
    return JSONResponse({})


async def unlink(request: Request) -> Response:
    world, user_id = _world(request), request.path_params["user_id"]
    if not USER_ID.fullmatch(user_id):
        return refusal("user id")
    if world.rich_menu_links.pop(user_id, None):
        world.tell(user_id, "menu", {})
    return JSONResponse({})


async def linked(request: Request) -> Response:
    """GET …: the menu linked to this person alone; everybody's is not told here."""
    menu_id = _world(request).rich_menu_links.get(request.path_params["user_id"])
    return JSONResponse({"richMenuId": menu_id}) if menu_id else refusal("404")


async def batch(request: Request) -> Response:
    """POST /v2/bot/richmenu/batch: done at once here; its progress is asked by the request id."""
    world, body = _world(request), await json_object(request)
    if wrong := [*BATCH(body, "")] or [*_at_odds(body["operations"])]:
        return wrong_body(wrong)
    if refused := _refused(world, body["operations"]):
        return refused
    for operation in body["operations"]:
        for user_id in list(_meant(world, operation)):
            _move(world, user_id, operation.get("to"))
    world.rich_menu_batches[request.scope["line.request_id"]] = world.now()
    return JSONResponse({}, 202)


async def batch_progress(request: Request) -> Response:
    at = _world(request).rich_menu_batches.get(request.query_params.get("requestId", ""))
    if at is None:
        return refusal("404")
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    told = {"phase": "succeeded", "acceptedTime": moment, "completedTime": moment}
    return JSONResponse(told)


async def seen(request: Request) -> Response:
    """GET /_platform/people/{userId}/richmenu: what this person sees, or null."""
    world = _world(request)
    user_id = world.people[request.path_params["user_id"]].user_id
    menu_id = world.rich_menu_of(user_id)
    if menu_id is None:
        return JSONResponse(None)
    by = "link" if world.rich_menu_links.get(user_id) == menu_id else "default"
    picture = f"/_platform/richmenus/{menu_id}/picture"
    menu = {"richMenuId": menu_id, **world.rich_menus[menu_id].body}
    return JSONResponse({**menu, "by": by, "picture": picture})


async def picture(request: Request) -> Response:
    """As the phone shows it; the chat page has no token for the data port."""
    menu = _world(request).rich_menus.get(request.path_params["menu_id"])
    if menu is None or menu.image is None:
        return refusal("404")
    return Response(menu.image, media_type=menu.media_type)


def _stand_for(world: World, alias: str, menu_id: str) -> Response:
    menu = world.rich_menus.get(menu_id)
    if menu is None or menu.image is None:
        return refusal("no such menu")
    world.rich_menu_aliases[alias] = menu_id
    return JSONResponse({})


def _is_friend(world: World, user_id: str) -> bool:
    person = world.people.get(user_id)
    return person is not None and person.friend


def _at_odds(operations: list[Json]) -> Iterator[Wrong]:
    """Operations that LINE does not take in one request."""
    froms = [operation.get("from") for operation in operations if operation["type"] != "unlinkAll"]
    if len(froms) < len(operations) and len(operations) > 1:
        told = "'unlinkAll' type can't be combined with other type"
        yield Wrong(told, "operations[].type")
    for again in {menu_id for menu_id in froms if froms.count(menu_id) > 1}:
        yield Wrong(f"from richmenu ({again}) is duplicated", "operations[].from")


def _refused(world: World, operations: list[Json]) -> Response | None:
    """For a menu that is not there, or one to be linked that has no picture."""
    for at, operation in enumerate(operations):
        for end in ("from", "to"):
            menu_id = operation.get(end)
            menu = world.rich_menus.get(menu_id or "")
            if menu_id and menu is None:
                told = Wrong(f"Richmenu ({menu_id}) is not found", f"operations[{at}].{end}")
                return wrong_body([told], 404)
            if menu and end == "to" and menu.image is None:
                told = Wrong(f"'to' richmenu ({menu_id}) must have image but it doesn't",
                             f"operations[{at}].to")  # fmt: skip
                return wrong_body([told])
    return None


def _meant(world: World, operation: Json) -> Iterator[str]:
    """The people whom an operation of a batch is about."""
    everybody = operation["type"] == "unlinkAll"
    for user_id, menu_id in world.rich_menu_links.items():
        if everybody or menu_id == operation["from"]:
            yield user_id


def _move(world: World, user_id: str, menu_id: str | None) -> None:
    if menu_id in world.rich_menus:
        world.rich_menu_links[user_id] = menu_id
    elif menu_id is None:
        del world.rich_menu_links[user_id]
    world.tell(user_id, "menu", {})


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _alias(request: Request) -> str:
    return str(request.path_params["alias"])


def _as_json(alias: str, menu_id: str) -> Json:
    return {"richMenuAliasId": alias, "richMenuId": menu_id}


ROUTES = [
    Route("/v2/bot/richmenu/alias", make_alias, methods=["POST"]),
    Route("/v2/bot/richmenu/alias/list", list_aliases),
    Route("/v2/bot/richmenu/alias/{alias}", show_alias),
    Route("/v2/bot/richmenu/alias/{alias}", turn_alias, methods=["POST"]),
    Route("/v2/bot/richmenu/alias/{alias}", delete_alias, methods=["DELETE"]),
    Route("/v2/bot/richmenu/batch", batch, methods=["POST"]),
    Route("/v2/bot/richmenu/progress/batch", batch_progress),
    Route("/v2/bot/user/{user_id}/richmenu", linked),
    Route("/v2/bot/user/{user_id}/richmenu", unlink, methods=["DELETE"]),
    Route("/v2/bot/user/{user_id}/richmenu/{menu_id}", link, methods=["POST"]),
]
SEEN_ROUTES = [
    Route("/_platform/people/{user_id}/richmenu", seen),
    Route("/_platform/richmenus/{menu_id}/picture", picture),
]

"""LINE's data API on the second port: the photos, and everything that can go wrong with them."""

import asyncio
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from line_platform import rich_menus
from line_platform.answers import refusal
from line_platform.api import no_such_path
from line_platform.shapes import Behaviour, Content
from line_platform.world import World

KINDS = ("ok", "202", "404", "410", "slow", "cut", "wrong_type")
NOT_A_PICTURE = b"<!doctype html><title>Error</title><p>This is not the picture you wanted.</p>"
DRIPS = 20


def data_api(world: World) -> Starlette:
    app = Starlette(
        routes=[*ROUTES, *rich_menus.DATA_ROUTES], exception_handlers={HTTPException: no_such_path}
    )
    app.state.world = world
    return app


async def content(request: Request) -> Response:
    """GET /v2/bot/message/{id}/content: as ordered; 410 for ever once it was unsent."""
    kept = _kept(request)
    if kept is None:
        return refusal("404")
    behaviour = Behaviour("410") if kept.gone else take(kept)
    match behaviour.kind:
        case "202":
            return JSONResponse({}, 202)
        case "404" | "410":
            return refusal(behaviour.kind)
        case "wrong_type":
            return Response(NOT_A_PICTURE, media_type=kept.media_type)
        case "slow":
            return _whole(kept, _slowly(kept.data, behaviour.ms / 1000))
        case "cut":
            return _whole(kept, _half(kept.data))
    return Response(kept.data, media_type=kept.media_type)


async def transcoding(request: Request) -> Response:
    """GET …/content/transcoding: `processing` as long as the content would answer 202."""
    kept = _kept(request)
    if kept is None or kept.gone:
        return refusal("404" if kept is None else "410")
    waits = bool(kept.behaviours) and kept.behaviours[0].kind == "202"
    return JSONResponse({"status": "processing" if waits else "succeeded"})


def take(kept: Content) -> Behaviour:
    """The behaviour of this call, used up by one when it was ordered for so many times."""
    if not kept.behaviours:
        return Behaviour("ok")
    first = kept.behaviours[0]
    if first.times is not None:
        first.times -= 1
        kept.behaviours = kept.behaviours[0 if first.times > 0 else 1 :]
    return first


def _kept(request: Request) -> Content | None:
    world: World = request.app.state.world
    return world.contents.get(request.path_params["message_id"])


def _whole(kept: Content, body: AsyncIterator[bytes]) -> Response:
    headers = {"content-length": str(len(kept.data))}
    return StreamingResponse(body, media_type=kept.media_type, headers=headers)


async def _slowly(data: bytes, seconds: float) -> AsyncIterator[bytes]:
    step = max(1, -(-len(data) // DRIPS))
    for start in range(0, len(data), step):
        await asyncio.sleep(seconds / DRIPS)
        yield data[start : start + step]


async def _half(data: bytes) -> AsyncIterator[bytes]:
    """Fewer bytes than announced: the connection ends in the middle."""
    yield data[: len(data) // 2]


ROUTES = [
    Route("/v2/bot/message/{message_id}/content", content),
    Route("/v2/bot/message/{message_id}/content/transcoding", transcoding),
]

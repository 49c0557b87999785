"""What the chat page is made of: its files, the map under it, the pictures of the camera roll."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from line_platform import pictures
from line_platform.answers import refusal
from line_platform.shapes import Json, Setup
from line_platform.world import World

CHAT = Path(__file__).with_name("chat")


def routes(setup: Setup) -> list[BaseRoute]:
    maplibre: list[BaseRoute] = []
    if setup.maplibre:
        maplibre = [Mount("/chat/maplibre", StaticFiles(directory=setup.maplibre))]
    return [
        Route("/", to_chat),
        Route("/_platform/pictures", list_pictures),
        Route("/_platform/pictures/{file}", picture),
        Route("/_platform/content/{message_id}", sent_picture),
        Route("/chat/map.geojson", map_data),
        *maplibre,
        Mount("/chat", StaticFiles(directory=CHAT, html=True, check_dir=False)),
    ]


async def to_chat(request: Request) -> Response:
    return RedirectResponse("/chat/")


async def list_pictures(request: Request) -> Response:
    folder = await _drawn(request)
    return JSONResponse(json.loads((folder / "pictures.json").read_text("utf-8")))


async def picture(request: Request) -> Response:
    path = await _drawn(request) / Path(request.path_params["file"]).name
    return FileResponse(path) if path.suffix == ".jpg" and path.is_file() else refusal("404")


async def sent_picture(request: Request) -> Response:
    """What the person sees of a photo they sent; gone once it was unsent."""
    world: World = request.app.state.world
    kept = world.contents.get(request.path_params["message_id"])
    if kept is None or kept.gone:
        return refusal("404" if kept is None else "410")
    return Response(kept.data, media_type=kept.media_type)


async def map_data(request: Request) -> Response:
    """All map files as one FeatureCollection; each feature tells its file's name as `layer`."""
    setup: Setup = request.app.state.world.setup
    features = [feature for path in setup.maps for feature in _features(path)]
    return JSONResponse({"type": "FeatureCollection", "features": features})


def _features(path: Path) -> list[Json]:
    found = json.loads(path.read_text("utf-8")).get("features", [])
    return [f | {"properties": {**(f.get("properties") or {}), "layer": path.stem}} for f in found]


async def _drawn(request: Request) -> Path:
    """The folder of the pictures, drawn when somebody first asks and only once."""
    state = request.app.state
    async with state.drawing:
        if state.pictures is None:
            state.own_folder = TemporaryDirectory(prefix="line-pictures-")
            folder = state.world.setup.pictures or Path(state.own_folder.name)
            if not (folder / "pictures.json").exists():
                folder.mkdir(parents=True, exist_ok=True)
                await asyncio.to_thread(pictures.draw_all, folder)
            state.pictures = folder
    found: Path = state.pictures
    return found

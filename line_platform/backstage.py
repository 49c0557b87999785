"""The part that LINE does not have: the control calls, the chat page and its pictures."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from line_platform import control, menu_links, pages, playing
from line_platform.acts import NotNow
from line_platform.answers import BodyRefused, body_refused
from line_platform.deliver import Courier
from line_platform.world import World


def backstage(world: World, courier: Courier) -> Starlette:
    app = Starlette(
        routes=[
            *control.ROUTES,
            *menu_links.SEEN_ROUTES,
            *playing.ROUTES,
            *pages.routes(world.setup),
        ],
        exception_handlers={
            BodyRefused: body_refused,
            KeyError: nobody_there,
            NotNow: not_now,
            ValueError: body_refused,
        },
    )
    app.state.world, app.state.courier = world, courier
    app.state.drawing, app.state.pictures = asyncio.Lock(), None
    return app


async def nobody_there(request: Request, problem: Exception) -> Response:
    return JSONResponse({"message": f"there is no {problem}"}, 404)


async def not_now(request: Request, problem: Exception) -> Response:
    return JSONResponse({"message": str(problem)}, 409)

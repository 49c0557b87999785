"""LINE's Messaging API on the first port: one table of paths."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from line_platform import menu_links, rich_menus, sending
from line_platform.answers import BodyRefused, body_refused, json_object, refusal, wrong_body
from line_platform.deliver import TOO_LATE, Courier, Outcome, knock
from line_platform.limits import wrongs
from line_platform.world import World

DISPLAY_NAME = "みち(道路のふぐあい)"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def line_api(world: World, courier: Courier) -> Starlette:
    handlers = {BodyRefused: body_refused, HTTPException: no_such_path}
    app = Starlette(
        routes=[*ROUTES, *rich_menus.ROUTES, *menu_links.ROUTES], exception_handlers=handlers
    )
    app.state.world, app.state.courier = world, courier
    return app


async def no_such_path(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 404
    return JSONResponse({"message": "Not found" if status == 404 else "Not allowed"}, status)


async def validate(request: Request) -> Response:
    """POST /v2/bot/message/validate/…: the limits alone, nothing is sent."""
    wrong = wrongs("validate", await json_object(request))
    return wrong_body(wrong) if wrong else JSONResponse({})


async def quota(request: Request) -> Response:
    limit = request.app.state.world.quota
    return JSONResponse({"type": "none"} if limit is None else {"type": "limited", "value": limit})


async def consumption(request: Request) -> Response:
    return JSONResponse({"totalUsage": request.app.state.world.pushed})


async def profile(request: Request) -> Response:
    """GET /v2/bot/profile/{userId}: 404 for strangers, for who blocked us or gave no consent."""
    world: World = request.app.state.world
    person = world.people.get(request.path_params["user_id"])
    if person is None or not person.friend or person.profile == "404":
        return refusal("404")
    body = {"userId": person.user_id, "displayName": person.name}
    return JSONResponse(body | ({"language": person.language} if person.language else {}))


async def info(request: Request) -> Response:
    world: World = request.app.state.world
    body = {
        "userId": world.bot_id,
        "basicId": "@000loopb",
        "displayName": DISPLAY_NAME,
        "chatMode": world.chat_mode,
        "markAsReadMode": "auto" if world.chat_mode == "bot" else "manual",
    }
    return JSONResponse(body)


async def loading(request: Request) -> Response:
    """POST /v2/bot/chat/loading/start: 202; shown to open chat pages, kept nowhere."""
    world: World = request.app.state.world
    body = await json_object(request)
    if wrong := wrongs("loading", body):
        return wrong_body(wrong)
    if body["chatId"] not in world.people:
        return refusal("chat id")
    world.tell(body["chatId"], "loading", {"seconds": body.get("loadingSeconds", 20)})
    return JSONResponse({}, 202)


async def mark_as_read(request: Request) -> Response:
    world: World = request.app.state.world
    body = await json_object(request)
    if wrong := wrongs("mark as read", body):
        return wrong_body(wrong)
    known = world.read_tokens.get(body["markAsReadToken"])
    if known is None:
        return refusal("read token")
    world.tell(known[0], "read", {"messageId": known[1]})
    return JSONResponse({})


async def endpoint(request: Request) -> Response:
    """GET /v2/bot/channel/webhook/endpoint: 404 while none has been set."""
    world: World = request.app.state.world
    if not world.webhook:
        return refusal("no webhook")
    return JSONResponse({"endpoint": world.webhook, "active": world.webhook_is_on})


async def set_endpoint(request: Request) -> Response:
    body = await json_object(request)
    if wrong := wrongs("webhook", body):
        return wrong_body(wrong)
    if not _may_be_called(body["endpoint"]):
        return refusal("webhook url")
    request.app.state.world.webhook = body["endpoint"]
    return JSONResponse({})


async def test_endpoint(request: Request) -> Response:
    """POST /v2/bot/channel/webhook/test: a signed request with no events; how it was answered.

    An address that is none, or whose name is not known, is refused without a try.
    """
    courier: Courier = request.app.state.courier
    body = await json_object(request) if await request.body() else {}
    url = body.get("endpoint") or courier.world.webhook
    if not url:
        return refusal("no webhook")
    if not (_may_be_called(url) and await _is_known(url)):
        return refusal("webhook url")
    outcome = await knock(courier, url, [])
    answer = {
        "success": not outcome.failed,
        "timestamp": datetime.fromtimestamp(courier.world.now() / 1000, UTC).isoformat(),
        "statusCode": outcome.status or 0,
        "reason": _reason(outcome),
        "detail": outcome.error or str(outcome.status),
    }
    return JSONResponse(answer)


def _may_be_called(url: str) -> bool:
    """LINE takes https alone; here a bot on this machine may be spoken to plainly."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return False


async def _is_known(url: str) -> bool:
    """Whether the name in it stands for any address."""
    try:
        await asyncio.get_running_loop().getaddrinfo(urlsplit(url).hostname, None)
    except OSError:
        return False
    return True


def _reason(outcome: Outcome) -> str:
    """One of the words with which LINE's webhook statistics tell what went wrong."""
    if not outcome.failed:
        return "OK"
    if outcome.status is not None:
        return "ERROR_STATUS_CODE"
    return "REQUEST_TIMEOUT" if outcome.error == TOO_LATE else "COULD_NOT_CONNECT"


ROUTES = [
    Route("/v2/bot/message/reply", sending.reply, methods=["POST"]),
    Route("/v2/bot/message/push", sending.push, methods=["POST"]),
    Route("/v2/bot/message/validate/reply", validate, methods=["POST"]),
    Route("/v2/bot/message/validate/push", validate, methods=["POST"]),
    Route("/v2/bot/message/quota", quota),
    Route("/v2/bot/message/quota/consumption", consumption),
    Route("/v2/bot/profile/{user_id}", profile),
    Route("/v2/bot/info", info),
    Route("/v2/bot/chat/loading/start", loading, methods=["POST"]),
    Route("/v2/bot/chat/markAsRead", mark_as_read, methods=["POST"]),
    Route("/v2/bot/channel/webhook/endpoint", endpoint),
    Route("/v2/bot/channel/webhook/endpoint", set_endpoint, methods=["PUT"]),
    Route("/v2/bot/channel/webhook/test", test_endpoint, methods=["POST"]),
]

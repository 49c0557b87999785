"""Our own strings behind the scenes (`/_platform/`): play a person, order faults, look and wait."""

import json
from dataclasses import fields
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from line_platform import data, deliver, faults, ids
from line_platform.answers import BodyRefused, json_object
from line_platform.deliver import Courier
from line_platform.shapes import Behaviour, Delivery, Fault, Json, Person
from line_platform.world import World

T = TypeVar("T", Person, Delivery, Fault)
PROFILES = ("ok", "404")
MODES = ("active", "standby")


def world_of(request: Request) -> World:
    world: World = request.app.state.world
    return world


def courier_of(request: Request) -> Courier:
    courier: Courier = request.app.state.courier
    return courier


async def people(request: Request) -> Response:
    return JSONResponse([person.as_json() for person in world_of(request).people.values()])


async def add_person(request: Request) -> Response:
    body = await json_object(request)
    person = _painted(Person(ids.user_id(), str(_needed(body, "name"))), body)
    return JSONResponse(world_of(request).welcome(person).as_json(), 201)


async def change_person(request: Request) -> Response:
    return JSONResponse(_painted(person_of(request), await json_object(request)).as_json())


def person_of(request: Request) -> Person:
    """The person in the path; KeyError when there is none."""
    return world_of(request).people[request.path_params["user_id"]]


async def sent(request: Request) -> Response:
    """Every call to reply and push; in ASCII, for a refused body may hold half an emoji."""
    after = int(request.query_params.get("after", 0))
    calls = [call for call in world_of(request).sent if call["n"] > after]
    return Response(json.dumps(calls), media_type="application/json")


async def deliveries(request: Request) -> Response:
    return JSONResponse(courier_of(request).record)


async def delivery(request: Request) -> Response:
    return JSONResponse(world_of(request).delivery.as_json())


async def set_delivery(request: Request) -> Response:
    """Partial; turning `hold` off lets what waits go."""
    courier, body = courier_of(request), await json_object(request)
    settings = courier.world.delivery
    _fill(settings, body)
    if settings.mode not in MODES:
        raise BodyRefused(f"mode is one of {MODES}")
    if "seed" in body:
        courier.chance.seed(settings.seed)
    if courier.waiting and not settings.hold:
        deliver.leave(courier)
    return JSONResponse(settings.as_json())


async def flush(request: Request) -> Response:
    return JSONResponse({"delivered": await deliver.flush(courier_of(request))})


async def clock(request: Request) -> Response:
    world, body = world_of(request), await json_object(request)
    world.clock_ms += round(float(_needed(body, "advance")) * 1000)
    return JSONResponse({"now": world.now()})


async def order_fault(request: Request) -> Response:
    world, body = world_of(request), await json_object(request)
    fault = _fill(Fault(str(_needed(body, "path")), str(_needed(body, "kind"))), body)
    if fault.kind not in faults.KINDS:
        raise BodyRefused(f"kind is one of {faults.KINDS}")
    world.faults.append(fault)
    return JSONResponse([vars(each) for each in world.faults])


async def end_faults(request: Request) -> Response:
    """None is ordered any more; what is being played ends as it began."""
    world_of(request).faults.clear()
    return JSONResponse([])


async def order_content(request: Request) -> Response:
    world, body = world_of(request), await json_object(request)
    order = behaviour(body)
    if body.get("next"):
        world.next_behaviours.append(order)
    else:
        world.contents[str(_needed(body, "messageId"))].behaviours = [order]
    return JSONResponse({"behaviour": order.kind, "times": order.times})


async def quota(request: Request) -> Response:
    world, body = world_of(request), await json_object(request)
    world.quota, world.pushed = body.get("limit"), 0
    return JSONResponse({"limit": world.quota, "used": world.pushed})


async def channel(request: Request) -> Response:
    """What the console issues anew: `channelSecret`, at once the only one, and `accessTokens`, all
    that hold now."""
    world, body = world_of(request), await json_object(request)
    tokens = body.get("accessTokens", world.access_tokens)
    if not (isinstance(tokens, list) and all(isinstance(one, str) for one in tokens)):
        raise BodyRefused("accessTokens is a list of strings")
    world.channel_secret = str(body.get("channelSecret", world.channel_secret))
    world.access_tokens = tokens
    return JSONResponse({"accessTokens": len(tokens)})


async def webhook(request: Request) -> Response:
    world, body = world_of(request), await json_object(request)
    world.webhook = str(_needed(body, "url"))
    return JSONResponse({"url": world.webhook})


async def account(request: Request) -> Response:
    """What is set by hand at LINE: `chatMode`, `webhook` (whether it is used at all)."""
    world, body = world_of(request), await json_object(request)
    world.chat_mode = str(body.get("chatMode", world.chat_mode))
    world.webhook_is_on = bool(body.get("webhook", world.webhook_is_on))
    return JSONResponse({"chatMode": world.chat_mode, "webhook": world.webhook_is_on})


async def reset(request: Request) -> Response:
    """All as at the start; with `keepMenus` the account keeps its rich menus."""
    body = await json_object(request) if await request.body() else {}
    await deliver.forget(courier_of(request))
    world_of(request).reset(keep_menus=bool(body.get("keepMenus")))
    world_of(request).tell_all("reset", {})
    return await people(request)


def behaviour(order: Json) -> Behaviour:
    """`{"behaviour", "times"?, "ms"?}`; without `times` it holds from now on."""
    kind = str(_needed(order, "behaviour"))
    if kind not in data.KINDS:
        raise BodyRefused(f"behaviour is one of {data.KINDS}")
    return Behaviour(kind, order.get("times"), order.get("ms", Behaviour("ok").ms))


def _painted(person: Person, body: Json) -> Person:
    _fill(person, body)
    if person.profile not in PROFILES:
        raise BodyRefused(f"profile is one of {PROFILES}")
    return person


def _fill(target: T, body: Json) -> T:
    """Lay the known keys of `body` over the fields of `target`; an unknown key is refused."""
    known = {field.name for field in fields(target)} - {"user_id"}
    if strange := body.keys() - known:
        raise BodyRefused(f"unknown: {', '.join(sorted(strange))}")
    for key, value in body.items():
        setattr(target, key, value)
    return target


def _needed(body: Json, key: str) -> Any:
    if body.get(key) is None:
        raise BodyRefused(f"{key} is missing")
    return body[key]


ROUTES = [
    Route("/_platform/people", people),
    Route("/_platform/people", add_person, methods=["POST"]),
    Route("/_platform/people/{user_id}", change_person, methods=["PATCH"]),
    Route("/_platform/sent", sent),
    Route("/_platform/deliveries", deliveries),
    Route("/_platform/delivery", delivery),
    Route("/_platform/delivery", set_delivery, methods=["POST"]),
    Route("/_platform/delivery/flush", flush, methods=["POST"]),
    Route("/_platform/clock", clock, methods=["POST"]),
    Route("/_platform/faults", order_fault, methods=["POST"]),
    Route("/_platform/faults", end_faults, methods=["DELETE"]),
    Route("/_platform/content", order_content, methods=["POST"]),
    Route("/_platform/quota", quota, methods=["POST"]),
    Route("/_platform/webhook", webhook, methods=["POST"]),
    Route("/_platform/channel", channel, methods=["POST"]),
    Route("/_platform/account", account, methods=["POST"]),
    Route("/_platform/reset", reset, methods=["POST"]),
]

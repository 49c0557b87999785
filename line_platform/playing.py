"""The calls that play a person: text, photos, taps and the rest; their talk to read and follow."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from line_platform import acts, deliver, taps
from line_platform.answers import BodyRefused, json_object
from line_platform.control import behaviour, courier_of, person_of, world_of
from line_platform.shapes import Behaviour, Entry, Json, Person
from line_platform.world import World

Act = Callable[[World, Person, Json], list[Json]]
ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {
    # name: (what it does, the keys its body must have)
    "text": (lambda w, p, b: acts.send_text(w, p, b["text"], b.get("quotes")), ("text",)),
    "location": (acts.send_location, ("latitude", "longitude")),
    "sticker": (lambda w, p, b: acts.send_sticker(w, p), ()),
    "video": (lambda w, p, b: acts.send_video(w, p), ()),
    "audio": (lambda w, p, b: acts.send_audio(w, p), ()),
    "postback": (acts.send_postback, ("data",)),
    "unsend": (lambda w, p, b: acts.unsend(w, p, b["messageId"]), ("messageId",)),
    "follow": (lambda w, p, b: acts.follow(w, p), ()),
    "unfollow": (lambda w, p, b: acts.unfollow(w, p), ()),
    "raw": (acts.send_raw, ()),
}
KEEP_ALIVE_S = 15


async def play(request: Request) -> Response:
    """POST /_platform/people/{userId}/{act}, for every act of `ACTS`."""
    person = person_of(request)
    act, needed = ACTS[request.path_params["act"]]
    body = await json_object(request) if await request.body() else {}
    if missing := [key for key in needed if body.get(key) is None]:
        raise BodyRefused(f"{', '.join(missing)} is missing")
    return _posted(request, act(world_of(request), person, body))


async def photos(request: Request) -> Response:
    """Several files are one set, and their events leave in any order."""
    person = person_of(request)
    async with request.form() as form:
        files = [await _upload(each) for each in form.getlist("files")]
        orders = _orders(str(form.get("content") or "[]"))
        bare = form.get("bare") is not None
    if not files:
        raise BodyRefused("files is missing")
    events = acts.send_photos(world_of(request), person, files, orders, bare=bare)
    return _posted(request, events)


async def file(request: Request) -> Response:
    person = person_of(request)
    async with request.form() as form:
        upload = await _upload(form.get("file"))
    return _posted(request, acts.send_file(world_of(request), person, upload))


async def tap(request: Request) -> Response:
    person, body = person_of(request), await json_object(request)
    events, first = taps.tap(world_of(request), person, body)
    return _posted(request, events, first)


async def timeline(request: Request) -> Response:
    after = int(request.query_params.get("after", 0))
    entries = world_of(request).entries(person_of(request).user_id, after)
    return JSONResponse([entry.as_json() for entry in entries])


async def events(request: Request) -> Response:
    """Server-sent: each new line of the talk; also `unsent`, `read`, `loading` and `reset`."""
    wanted = request.query_params.get("userId", "")
    seen = request.headers.get("last-event-id") or request.query_params.get("after")
    stream = _stream(world_of(request), wanted, int(seen) if seen else None)
    headers = {"cache-control": "no-store"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(world: World, wanted: str, seen: int | None) -> AsyncIterator[str]:
    queue: asyncio.Queue[tuple[str, Entry | Json]] = asyncio.Queue()
    world.listeners[queue] = wanted
    try:
        yield ": open\n\n"
        for entry in world.entries(wanted, seen) if seen is not None else []:
            yield _event("message", entry)
        while True:
            yield await _next(queue)
    finally:
        del world.listeners[queue]


async def _next(queue: asyncio.Queue[tuple[str, Entry | Json]]) -> str:
    try:
        return _event(*await asyncio.wait_for(queue.get(), KEEP_ALIVE_S))
    except TimeoutError:
        return ": still here\n\n"


def _event(kind: str, what: Entry | Json) -> str:
    """A new line is the unnamed event with its sequence number as id."""
    head = f"id: {what.seq}\n" if isinstance(what, Entry) and kind == "message" else ""
    name = "" if kind == "message" else f"event: {kind}\n"
    body = what.as_json() if isinstance(what, Entry) else what
    return f"{head}{name}data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _posted(request: Request, events: list[Json], first: Json | None = None) -> Response:
    """Hand the events to the courier, in any order when there are several."""
    courier = courier_of(request)
    deliver.post(courier, courier.chance.sample(events, len(events)))
    told = [
        {"webhookEventId": event.get("webhookEventId"), "messageId": _message_id(event)}
        for event in events
    ]
    return JSONResponse({"events": told, **(first or {})})


def _message_id(event: Json) -> str | None:
    body = event.get("message") or event.get("unsend") or {}
    found = body.get("id") or body.get("messageId") if isinstance(body, dict) else None
    return str(found) if found else None


async def _upload(part: object) -> acts.Upload:
    if not isinstance(part, UploadFile):
        raise BodyRefused("a file is missing")
    media_type = part.content_type or "application/octet-stream"
    return acts.Upload(part.filename or "file", media_type, await part.read())


def _orders(text: str) -> list[Behaviour]:
    """One behaviour, or several that follow one another."""
    try:
        given = json.loads(text)
    except ValueError:
        raise BodyRefused("content is not JSON") from None
    return [behaviour(order) for order in (given if isinstance(given, list) else [given])]


ROUTES = [
    Route("/_platform/people/{user_id}/photos", photos, methods=["POST"]),
    Route("/_platform/people/{user_id}/file", file, methods=["POST"]),
    Route("/_platform/people/{user_id}/tap", tap, methods=["POST"]),
    Route("/_platform/people/{user_id}/timeline", timeline),
    Route("/_platform/people/{user_id}/{act}", play, methods=["POST"]),
    Route("/_platform/events", events),
]

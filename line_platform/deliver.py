"""Webhooks on their way: signed, gathered, shuffled, doubled, lost, sent again; 2 seconds each."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field

from line_platform import doorstep
from line_platform.doorstep import Doorsteps
from line_platform.events import again
from line_platform.shapes import Json
from line_platform.world import World

DEADLINE_S = 2.0
EVENTS_IN_ONE_REQUEST = 100
REQUESTS_AT_ONCE = 64
SHUFFLE_SPREAD_S = 0.03
TOO_LATE = "no answer within 2 seconds"


@dataclass
class Courier:
    """The webhooks waiting, the ones on the way, and the record of the ones that arrived."""

    world: World
    doorsteps: Doorsteps = field(default_factory=Doorsteps)
    waiting: list[Json] = field(default_factory=list)
    on_the_way: set[asyncio.Task[None]] = field(default_factory=set)
    record: list[Json] = field(default_factory=list)
    gathering: asyncio.Task[None] | None = None
    delivered: int = 0
    chance: random.Random = field(default_factory=random.Random)
    doors: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(REQUESTS_AT_ONCE))


@dataclass(frozen=True)
class Outcome:
    status: int | None
    error: str | None
    ms: int

    @property
    def failed(self) -> bool:
        return self.status is None or not 200 <= self.status < 300


LOST = Outcome(None, "lost on the way", 0)


def post(courier: Courier, events: list[Json]) -> None:
    """Take events for delivery; returns at once."""
    settings = courier.world.delivery
    courier.waiting += events
    courier.waiting += [e for e in events if courier.chance.random() < settings.duplicates]
    if settings.hold:
        return
    if not settings.batch_ms:
        leave(courier)
    elif courier.gathering is None or courier.gathering.done():
        courier.gathering = _start(courier, _leave_later(courier, settings.batch_ms / 1000))


def leave(courier: Courier) -> None:
    """Send what waits: in batches when batches are on, else one event to a request."""
    settings = courier.world.delivery
    events, courier.waiting = courier.waiting, []
    if settings.shuffle:
        courier.chance.shuffle(events)
    for chunk in _chunks(events, EVENTS_IN_ONE_REQUEST if settings.batch_ms else 1):
        pause = courier.chance.uniform(0, SHUFFLE_SPREAD_S) if settings.shuffle else 0.0
        _start(courier, _carry(courier, chunk, pause))


async def flush(courier: Courier) -> int:
    """Send what is held and wait for the last answer, redeliveries included; events delivered."""
    before = courier.delivered
    leave(courier)
    while courier.on_the_way:
        await asyncio.wait(courier.on_the_way)
    return courier.delivered - before


async def forget(courier: Courier) -> None:
    """Drop everything waiting or on the way, and the record."""
    tasks = list(courier.on_the_way)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    courier.waiting, courier.record, courier.chance = [], [], random.Random()


async def knock(courier: Courier, url: str, events: list[Json]) -> Outcome:
    """One signed POST, measured; above 2,000 ms it has failed."""
    body = webhook_body(courier.world.bot_id, events)
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "LineBotWebhook/2.0",
        "x-line-signature": signature(courier.world.channel_secret, body),
    }
    start = time.perf_counter()
    status, error = None, None
    try:
        async with asyncio.timeout(DEADLINE_S):
            status = await doorstep.post(courier.doorsteps, url, headers, body)
    except TimeoutError:
        error = TOO_LATE
    except (OSError, ValueError) as problem:
        error = f"{type(problem).__name__}: {problem}"
    return Outcome(status, error, round((time.perf_counter() - start) * 1000))


def webhook_body(destination: str, events: list[Json]) -> bytes:
    body = {"destination": destination, "events": events}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signature(channel_secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256(channel secret, exact bytes of the body))."""
    digest = hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


async def _carry(courier: Courier, events: list[Json], pause: float) -> None:
    await asyncio.sleep(pause)
    settings = courier.world.delivery
    lost = courier.chance.random() < settings.drop
    outcome = await _try(courier, events, lost=lost, redelivery=False)
    if outcome.failed:
        outcome = await _carry_again(courier, events, outcome)
    if outcome.failed:
        _tell_whose(courier.world, events, outcome)


async def _carry_again(courier: Courier, events: list[Json], outcome: Outcome) -> Outcome:
    for _ in range(courier.world.delivery.redeliver_times):
        if not courier.world.delivery.redeliver or not outcome.failed:
            return outcome
        await asyncio.sleep(courier.world.delivery.redeliver_after_ms / 1000)
        once_more = [again(event) for event in events]
        outcome = await _try(courier, once_more, lost=False, redelivery=True)
    return outcome


def _tell_whose(world: World, events: list[Json], outcome: Outcome) -> None:
    """The open pages of whose words were lost for good; LINE itself would be silent."""
    sources = (event.get("source") for event in events)
    whose = {str(one.get("userId")) for one in sources if isinstance(one, dict)}
    for user_id in whose & world.people.keys():
        world.tell(user_id, "undelivered", {"status": outcome.status, "error": outcome.error})


async def _try(courier: Courier, events: list[Json], *, lost: bool, redelivery: bool) -> Outcome:
    async with courier.doors:
        _issue_reply_tokens(courier.world, events)
        outcome = LOST if lost else await knock(courier, courier.world.webhook, events)
    courier.record.append(_line(events, outcome, redelivery))
    courier.delivered += 0 if outcome.failed else len(events)
    return outcome


def _line(events: list[Json], outcome: Outcome, redelivery: bool) -> Json:
    return {
        "events": [event.get("webhookEventId") for event in events],
        "status": outcome.status,
        "ms": outcome.ms,
        "error": outcome.error,
        "redelivery": redelivery,
    }


def _issue_reply_tokens(world: World, events: list[Json]) -> None:
    """The 60 seconds of a token begin when its webhook first leaves."""
    for event in events:
        token = world.reply_tokens.get(str(event.get("replyToken")))
        if token and token.issued_at is None:
            token.issued_at = world.now()


async def _leave_later(courier: Courier, seconds: float) -> None:
    await asyncio.sleep(seconds)
    if not courier.world.delivery.hold:
        leave(courier)


def _start(courier: Courier, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    task = asyncio.get_running_loop().create_task(work)
    courier.on_the_way.add(task)
    task.add_done_callback(courier.on_the_way.discard)
    return task


def _chunks(events: list[Json], size: int) -> Iterator[list[Json]]:
    return (events[i : i + size] for i in range(0, len(events), size))

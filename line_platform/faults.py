"""Faults to order: what goes wrong at which path, how often, before or after LINE has accepted."""

import asyncio
from fnmatch import fnmatchcase

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from line_platform import wire
from line_platform.answers import refusal
from line_platform.shapes import Fault
from line_platform.world import World

REFUSING = {
    "500_before": "500",
    "429_rate": "429_rate",
    "429_quota": "429_quota",
    "429_one_user": "429_one_user",
}
KINDS = (*REFUSING, "500_after", "reset_before", "reset_after", "silence", "latency")


def take(world: World, path: str) -> Fault | None:
    """The first ordered fault for this path (a prefix, or a pattern with `*`), used up by one."""
    fault = next((f for f in world.faults if _meets(f.path, path)), None)
    if fault:
        fault.times -= 1
        world.faults = [f for f in world.faults if f.times > 0]
    return fault


async def play(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer this request with that fault."""
    if fault.kind in REFUSING:
        await refusal(REFUSING[fault.kind])(scope, receive, send)
    elif fault.kind == "reset_before":
        await wire.reset(scope, receive)
    elif fault.kind == "silence":
        await wire.until_gone(receive)
    elif fault.kind == "latency":
        await asyncio.sleep(fault.ms / 1000)
        await app(scope, receive, send)
    else:
        await _after(fault, app, scope, receive, send)


async def _after(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let it take effect, then spoil the answer; what LINE refuses anyway stays refused."""
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, keep)
    if answer[0]["status"] >= 400:
        for message in answer:
            await send(message)
    elif fault.kind == "500_after":
        await refusal("500")(scope, receive, send)
    else:
        await wire.reset(scope, receive)


def _meets(wanted: str, path: str) -> bool:
    return fnmatchcase(path, wanted) if "*" in wanted else path.startswith(wanted)

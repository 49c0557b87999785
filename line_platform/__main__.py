"""`python -m line_platform`: one process, two ports on loopback, one line of JSON saying where."""

import argparse
import asyncio
import ipaddress
import json
import signal
import socket
import sys
from pathlib import Path

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from line_platform.api import line_api
from line_platform.backstage import backstage
from line_platform.data import data_api
from line_platform.deliver import Courier
from line_platform.guard import for_this_machine, guarded
from line_platform.shapes import Setup
from line_platform.wire import Wire
from line_platform.world import World


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("line_platform", description=__doc__)
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--api-port", type=int, default=0)
    parser.add_argument("--data-port", type=int, default=0)
    parser.add_argument("--webhook", required=True)
    parser.add_argument("--channel-secret", required=True)
    parser.add_argument("--access-token", required=True)
    parser.add_argument("--maplibre", type=Path)
    parser.add_argument("--map", type=Path, action="append", default=[])
    parser.add_argument("--pictures", type=Path)
    return parser.parse_args(argv)


def loopback(host: str) -> str:
    """Only an address of this machine alone; anything else ends with status 2."""
    try:
        if ipaddress.IPv4Address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{host} is not a loopback address")


def listening(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((host, port))
    door.listen(1024)
    return door


def by_port(data_port: int, data: ASGIApp, api: ASGIApp, behind: ASGIApp) -> ASGIApp:
    """One app for both ports: LINE's data API, LINE's API, and what LINE does not have."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["server"][1] == data_port:
            await data(scope, receive, send)
        elif scope["path"].startswith("/v2/"):
            await api(scope, receive, send)
        else:
            await behind(scope, receive, send)

    return app


async def serve(setup: Setup, api_door: socket.socket, data_door: socket.socket) -> None:
    world = World(setup)
    courier = Courier(world)
    app = by_port(
        data_door.getsockname()[1],
        guarded(world, data_api(world)),
        guarded(world, line_api(world, courier)),
        backstage(world, courier),
    )
    config = uvicorn.Config(
        for_this_machine(app),
        http=Wire,
        lifespan="off",
        ws="none",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=0,
        backlog=1024,
    )
    print(addresses(api_door, data_door), flush=True)
    await uvicorn.Server(config).serve(sockets=[api_door, data_door])


def addresses(api_door: socket.socket, data_door: socket.socket) -> str:
    api, data = (f"http://{h}:{p}" for h, p in (api_door.getsockname(), data_door.getsockname()))
    return json.dumps({"api": api, "data": data, "chat": f"{api}/chat/"})


def main(argv: list[str]) -> int:
    given = arguments(argv)
    setup = Setup(
        given.webhook,
        given.channel_secret,
        given.access_token,
        given.maplibre,
        tuple(given.map),
        given.pictures,
    )
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda number, frame: sys.exit(0))
    try:
        doors = listening(given.host, given.api_port), listening(given.host, given.data_port)
    except OSError as problem:
        print(f"cannot listen: {problem}", file=sys.stderr)
        return 1
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(setup, *doors))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

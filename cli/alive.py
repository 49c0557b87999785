"""`michi alive`: whether the process in this container works, for who looks after containers."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

SILENT: Final = timedelta(seconds=60)
"""A worker gives a sign every fifteen seconds, also while it works."""


def alive(
    process: Annotated[str, typer.Argument(help="プロセス / process: web, worker, clock")],
) -> None:
    """動いていれば 0、そうでなければ 1 / 0 where web, worker or clock works on this machine."""
    if process not in _SIGNS:
        raise typer.BadParameter(", ".join(_SIGNS))
    try:
        _SIGNS[process]()
    except Exception as silence:  # whatever it is, there is no sign
        typer.echo(f"✗ {process}: {type(silence).__name__}", err=True)
        raise typer.Exit(1) from silence


def _web() -> None:
    import urllib.request

    from settings import settings

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(f"http://127.0.0.1:{settings().port}/healthz", timeout=10).close()


def _worker() -> None:
    """What a worker of this machine told Redis last."""
    import socket

    from rq import Worker

    from store import redis_clients

    asked = redis_clients.client(socket_connect_timeout=5, socket_timeout=10)
    here = [each for each in Worker.all(asked) if each.hostname == socket.gethostname()]
    signs = [each.last_heartbeat.replace(tzinfo=UTC) for each in here if each.last_heartbeat]
    if not signs or datetime.now(UTC) - max(signs) > SILENT:
        raise TimeoutError


def _clock() -> None:
    """It keeps nothing: what it needs is there."""
    from store import schema

    schema.check()


_SIGNS: Final = {"web": _web, "worker": _worker, "clock": _clock}

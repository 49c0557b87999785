"""The keeper starts one machine's Michi, starts again what dies, and stops it all in order.

It is a process of its own that nobody sees. When whoever started it is gone, however that
came about, its standard input ends, and it stops everything. It is the parent of all orphans
below it, so that not even a grandchild stays behind.
"""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from local.machine import parts
from local.machine.lock import throw_away
from local.machine.processes import (
    Program,
    Trouble,
    adopt_orphans,
    end,
    end_all_strays,
    is_listening,
    last_lines,
    launch,
)
from local.machine.servers import postgres, redis
from local.machine.servers.server import Server
from local.machine.supervision import (
    Kept,
    begin,
    end_what_strayed,
    look_after,
    running,
    stop_in_turn,
    stop_together,
)
from local.machine.watch import Closed, Watch
from local.machine.wish import Wish, write_private, write_settings

LIFELINE = 0
BETWEEN_LOOKS = 0.1
READY_WITHIN = 120.0
LONGEST_LOG = 10_000_000


@dataclass
class House:
    """What runs: the ground that all stand on, the programs upon it, and what runs only once."""

    data: Path
    watch: Watch
    ground: list[Kept] = field(default_factory=list)
    upon_it: list[Kept] = field(default_factory=list)
    once: list[Kept] = field(default_factory=list)
    put_away: list[Callable[[], None]] = field(default_factory=list)

    @property
    def all(self) -> list[Kept]:
        """Everything that is kept, in the order of its start."""
        return [*self.ground, *self.upon_it]


def main() -> int:
    """Read the wish from the lifeline and fulfil it until the lifeline ends."""
    adopt_orphans()
    watch = Watch(LIFELINE)
    wish = Wish.from_line(watch.first_line())
    house = House(Path(wish.data), watch)
    code = 0
    try:
        _begin_all(house, wish)
        while True:
            _look_after_all(house)
    except Closed:
        pass
    except Trouble as trouble:
        tell(failed=str(trouble), lines=trouble.lines)
        code = 1
    finally:
        tell(step="stop")
        _stop_all(house, wish)
    tell(stopped=True)
    return code


def tell(**fact: object) -> None:
    """One fact to the starter, as a line of JSON; it may be gone."""
    with suppress(OSError):
        os.write(sys.stdout.fileno(), json.dumps(fact).encode() + b"\n")


def _begin_all(house: House, wish: Wish) -> None:
    _set_aside_long_logs(house.data / "logs")
    env = parts.settings(wish)
    env |= _begin_ground(house, wish, env)
    write_settings(house.data / "env", env)
    _prepare(house, wish, env)
    tell(step="programs")
    _begin_programs(house, wish, env)
    _write_numbers(house)
    tell(ready=env)
    house.once += [begin(program) for program in parts.afterwards(wish, env)]


def _begin_programs(house: House, wish: Wish, env: Mapping[str, str]) -> None:
    """In the Procfile's order; people wait for web, so it has the machine to itself at first.

    None of them has the address of the role that owns the tables.
    """
    env = {name: value for name, value in env.items() if name != "DATABASE_OWNER_URL"}
    if "line" in wish.ours:
        port = int(env["LINE_API_URL"].rpartition(":")[2])
        _wait_for(house, lambda: is_listening(port), house.ground[-1].program)
    for program in parts.of_procfile(wish, env):
        house.upon_it.append(begin(program))
        if program.name == "web":
            readiness = f"http://127.0.0.1:{env['PORT']}/readyz"
            _wait_for(house, partial(_is_ready, readiness), program)


def _set_aside_long_logs(logs: Path) -> None:
    for log in logs.glob("*.log"):
        if log.stat().st_size > LONGEST_LOG:
            log.rename(log.with_suffix(".old"))


def _begin_ground(house: House, wish: Wish, env: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if "postgres" in wish.ours:
        tell(step="postgres")
        owner = _begin_postgres(house, durable=wish.durable)
        found["DATABASE_OWNER_URL"] = owner
        found["DATABASE_URL"] = postgres.for_application(owner)
    if "redis" in wish.ours:
        tell(step="redis")
        found["REDIS_URL"] = _begin_redis(house)
    if "mail" in wish.ours:
        tell(step="mail")
        house.ground.append(begin(parts.mail_server(house.data, env)))
    if "line" in wish.ours:
        tell(step="line")
        house.ground.append(begin(parts.line_platform(house.data, env)))
    return found


def _begin_postgres(house: House, *, durable: bool) -> str:
    log = house.data / "logs" / "postgres.log"
    server = postgres.prepare(house.data / "postgres", durable=durable, log=log)
    return _begin_server(house, server, postgres.wait_until_ready)


def _begin_redis(house: House) -> str:
    server = redis.prepare(house.data / "redis", log=house.data / "logs" / "redis.log")
    return _begin_server(house, server, redis.wait_until_ready)


def _begin_server(house: House, server: Server, until_ready: Callable[..., None]) -> str:
    """Its address, once it answers there."""
    house.put_away.append(server.put_away)
    house.ground.append(begin(server.program))
    until_ready(server, house.ground[-1].process, house.watch.pause)
    return server.url


def _prepare(house: House, wish: Wish, env: Mapping[str, str]) -> None:
    tell(step="prepare")
    for program in parts.preparing(wish, env):
        process = launch(program)
        try:
            while process.poll() is None:
                house.watch.pause(0.05)
        finally:
            end(process, program)
        if process.returncode != 0:
            said = " ".join(program.argv)
            raise Trouble(f"this failed: {said}", last_lines(program.log))


def _wait_for(house: House, is_so: Callable[[], bool], program: Program) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not is_so():
        if time.monotonic() > deadline:
            raise Trouble(f"{program.name} did not become ready", last_lines(program.log))
        _look_after_all(house)


def _is_ready(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError), opener.open(url, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def _look_after_all(house: House) -> None:
    house.watch.pause(BETWEEN_LOOKS)
    changed = [look_after(kept, tell) for kept in house.all]
    if any(changed):
        end_what_strayed([*house.all, *house.once])
        _write_numbers(house)
    _let_go_what_is_done(house)


def _let_go_what_is_done(house: House) -> None:
    for done in [kept for kept in house.once if kept.process.poll() is not None]:
        house.once.remove(done)
        if done.process.returncode:
            tell(undone=" ".join(done.program.argv), log=str(done.program.log))


def _write_numbers(house: House) -> None:
    write_private(house.data / "processes.json", running(house.all))


def _stop_all(house: House, wish: Wish) -> None:
    stop_together([*house.upon_it, *house.once])
    end_what_strayed(house.ground)
    stop_in_turn(house.ground)
    end_all_strays()
    for give_back in house.put_away:
        give_back()
    (house.data / "processes.json").unlink(missing_ok=True)
    if wish.throw_away:
        throw_away(house.data)


if __name__ == "__main__":
    sys.exit(main())

"""A PostGIS of our own: the system's postgres on a private folder and a private unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from local.machine.processes import Account, Program, Trouble, last_lines, launch
from local.machine.servers.postgis import find_binaries
from local.machine.servers.server import Pause, Running, Server, started, wait_until
from local.machine.servers.sockets import socket_folder

DATABASE = "michi"
APPLICATION = "michi_app"
"""The role of Michi's processes; `michi` owns the tables."""
READY_WITHIN = 60.0
FAST_SHUTDOWN = signal.SIGINT

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": DATABASE,
}
QUICK_BUT_LOST_WITH_THE_POWER = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}

INITDB = (
    f"--username={DATABASE}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-instructions",
)


def start(data: Path, *, durable: bool = True) -> Running:
    """Make the cluster in `data` if there is none, start it, and wait until it answers.

    Its database `michi` has PostGIS and is owned by the user `michi`; its log is `<data>.log`. Not
    `durable`: quick, and lost with the machine's power; for tests. Raises Trouble when PostGIS is
    missing or the server does not come up.
    """
    return started(prepare(data, durable=durable), wait_until_ready)


def prepare(data: Path, *, durable: bool = True, log: Path | None = None) -> Server:
    """The server for the cluster in `data`, which is made if need be (two seconds).

    The server gets its folder as an open file: postgres refuses to be root, and the user it
    runs as instead need not be able to enter the folders above.
    """
    data = data.absolute()
    log = log or data.with_name(f"{data.name}.log")
    account = _account(data)
    if not data.exists():
        _make_cluster(data, account, log, durable=durable)
    binaries = find_binaries((data / "PG_VERSION").read_text().strip())
    _forget_a_dead_server(data)
    sockets = socket_folder("pg", data, account)
    settings = SETTINGS | ({} if durable else QUICK_BUT_LOST_WITH_THE_POWER)
    options = _as_options(settings | {"unix_socket_directories": str(sockets)})
    program = _program(binaries / "postgres", data, account, log, options)
    url = f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(sockets))}"
    return Server(program, sockets, url)


def for_application(url: str) -> str:
    """The same database for the role that owns nothing in it."""
    return url.replace(f"//{DATABASE}@", f"//{APPLICATION}@", 1)


def wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], pause: Pause = time.sleep
) -> None:
    """Return once the server answers and has its database with PostGIS; else Trouble."""
    wait_until(_answers, server, process, pause, name="PostgreSQL", seconds=READY_WITHIN)
    _make_database(server.url)


def _account(data: Path) -> Account | None:
    """Whoever owns the cluster; the system's user postgres where that would be root."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    with suppress(KeyError):
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam("postgres")
        return Account(user.pw_uid, user.pw_gid)
    raise Trouble("root cannot run PostgreSQL itself, and there is no user named postgres")


def _make_cluster(data: Path, account: Account | None, log: Path, *, durable: bool) -> None:
    unfinished = data.with_name(f"{data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    if account:
        os.chown(unfinished, account.uid, account.gid)
    options = INITDB + (() if durable else ("--no-sync",))
    program = _program(find_binaries() / "initdb", unfinished, account, log, options)
    if launch(program).wait() != 0:
        raise Trouble("initdb failed", last_lines(log))
    for opened in program.open_files:
        os.close(opened)
    unfinished.rename(data)


def _program(
    binary: Path, data: Path, account: Account | None, log: Path, options: tuple[str, ...]
) -> Program:
    opened = (os.open(data, os.O_RDONLY | os.O_DIRECTORY),) if account else ()
    seen_as = f"/proc/self/fd/{opened[0]}" if opened else str(data)
    return Program(
        name="postgres",
        argv=(str(binary), "-D", seen_as, *options),
        log=log,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        stop_signal=FAST_SHUTDOWN,
        account=account,
        open_files=opened,
    )


def _as_options(settings: dict[str, str]) -> tuple[str, ...]:
    return tuple(word for key, value in settings.items() for word in ("-c", f"{key}={value}"))


def _forget_a_dead_server(data: Path) -> None:
    """Wait for what is left of an older server on this folder to end, then forget its number.

    That number may by now be another program's, which would keep postgres from starting; and
    the children of a killed server hold its memory for a moment longer.
    """
    note = data / "postmaster.pid"
    deadline = time.monotonic() + READY_WITHIN
    while note.exists() and _is_served(data):
        if time.monotonic() > deadline:
            raise Trouble(f"another PostgreSQL is using {data}")
        time.sleep(0.1)
    note.unlink(missing_ok=True)


def _is_served(data: Path) -> bool:
    return any(_works_in(data, process) for process in Path("/proc").glob("[0-9]*"))


def _works_in(data: Path, process: Path) -> bool:
    with suppress(OSError):
        return (process / "cwd").samefile(data)
    return False


def _answers(url: str) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(make_conninfo(url, dbname="postgres"), connect_timeout=2).close()
        return True
    return False


def _make_database(url: str) -> None:
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as db:
        known = db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            db.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(url) as db:
        db.execute("SET client_min_messages = error")
        db.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        role = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone()
        if role is None:
            db.execute(f"CREATE ROLE {APPLICATION} LOGIN")

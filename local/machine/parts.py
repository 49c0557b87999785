"""What one machine's Michi is made of, as programs with their settings."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.machine.processes import Program, Trouble, free_ports
from local.machine.wish import ROOT, Wish, kept_secrets

OTHER_PORTS = (8100, 8101, 8125)
"""Of LINE's API, of its data API, and of the mail server."""
MAIL_FOLDER = "mail"
MAPLIBRE = ROOT / "web" / "node_modules" / "maplibre-gl" / "dist"
SAMPLE_CITY = ROOT / "local" / "sample_city"
SHORT_GATHERING = "3"
SHORT_UNDO = "10"
"""So that whoever plays a resident sees a push come; a real LINE's cost money, and wait longer."""
NEEDED_WITH_A_REAL_LINE = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")


def settings(wish: Wish) -> dict[str, str]:
    """The environment of every program, but for the servers' addresses; picks the ports.

    Raises Trouble when a port that had to be free is not, or a real LINE lacks its keys.
    """
    data = Path(wish.data)
    env = dict(wish.env)
    if "line" not in wish.ours:
        _demand(env, NEEDED_WITH_A_REAL_LINE)
    port, api, line_data, mail = _ports(wish)
    defaults = kept_secrets(data) | {
        "HOST": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PHOTO_STORE_URL": (data / "photos").as_uri(),
        "TZ": "Asia/Tokyo",
        "PYTHONUNBUFFERED": "1",
    }
    if "line" in wish.ours:
        defaults["PUSH_GATHER_SECONDS"] = SHORT_GATHERING
        defaults["CREW_UNDO_SECONDS"] = SHORT_UNDO
        env["LINE_API_URL"] = f"http://127.0.0.1:{api}"
        env["LINE_DATA_API_URL"] = f"http://127.0.0.1:{line_data}"
    if "mail" in wish.ours:
        defaults["MAIL_FROM"] = "michi@example.jp"
        env["SMTP_URL"] = f"smtp://127.0.0.1:{mail}"
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    return defaults | {k: v for k, v in env.items() if v} | {"PORT": str(port), "PATH": path}


def line_platform(data: Path, env: Mapping[str, str]) -> Program:
    """The LINE platform on loopback, at the addresses that the settings name."""
    options = {
        "--api-port": _port_of(env["LINE_API_URL"]),
        "--data-port": _port_of(env["LINE_DATA_API_URL"]),
        "--webhook": f"http://127.0.0.1:{env['PORT']}/line/webhook",
        "--channel-secret": env["LINE_CHANNEL_SECRET"],
        "--access-token": env["LINE_CHANNEL_ACCESS_TOKEN"],
        "--pictures": str(data / "pictures"),
    }
    if MAPLIBRE.is_dir():
        options["--maplibre"] = str(MAPLIBRE)
    words = [word for option in options.items() for word in option]
    for layer in sorted(SAMPLE_CITY.glob("*.geojson")):
        words += ["--map", str(layer)]
    return _program(
        "line", (sys.executable, "-m", "line_platform", *words), data, env, patience=2.0
    )


def mail_server(data: Path, env: Mapping[str, str]) -> Program:
    """The mail server on loopback, at the address that the settings name."""
    words = ("--port", _port_of(env["SMTP_URL"]), "--folder", str(data / MAIL_FOLDER))
    return _program("mail", (sys.executable, "-m", "local.mail", *words), data, env, patience=2.0)


def preparing(wish: Wish, env: Mapping[str, str]) -> Iterator[Program]:
    """The commands to run once before the others, each in its turn."""
    data = Path(wish.data)
    for words in wish.preparing:
        argv = tuple(word.replace("{data}", wish.data) for word in words)
        yield _program("prepare", argv, data, env)


def afterwards(wish: Wish, env: Mapping[str, str]) -> Iterator[Program]:
    """The commands to run once beside the others, all at the same time."""
    for words in wish.afterwards:
        yield _program("-".join(words), words, Path(wish.data), env)


def of_procfile(wish: Wish, env: Mapping[str, str]) -> Iterator[Program]:
    """The programs of the Procfile, in its order."""
    for line in Path(wish.procfile).read_text(encoding="utf-8").splitlines():
        name, colon, command = line.partition(":")
        if colon and not name.startswith("#"):
            argv = ("sh", "-c", command.strip())
            yield _program(name.strip(), argv, Path(wish.data), env)


def _program(
    name: str, argv: tuple[str, ...], data: Path, env: Mapping[str, str], patience: float = 4.0
) -> Program:
    log = data / "logs" / f"{name}.log"
    return Program(name, argv, log, env, cwd=ROOT, patience=patience)


def _ports(wish: Wish) -> list[int]:
    wanted = (wish.port, *((0, 0, 0) if wish.throw_away else OTHER_PORTS))
    ports = free_ports(wanted)
    if wish.port_is_firm and ports[0] != wish.port:
        raise Trouble(f"port {wish.port} is taken: choose another with --port")
    return ports


def _port_of(url: str) -> str:
    return url.rpartition(":")[2]


def _demand(env: Mapping[str, str], names: tuple[str, ...]) -> None:
    if missing := [name for name in names if not env.get(name)]:
        raise Trouble(f"with LINE_API_URL these must be set too: {', '.join(missing)}")

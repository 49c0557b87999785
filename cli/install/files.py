"""The files of a machine, out of the templates in `cli/server_files/`: `@name@` is filled in."""

import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from cli.install import refusals
from cli.install.given import Settings, password_in
from cli.install.layout import UNITS, City
from cli.install.machine import Machine
from cli.install.steps import File

_GAP: Final = re.compile(r"@([a-z_0-9]+)@")
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]{1,10}")
WEBHOOK_BYTES: Final = "1048576"
"""What WEBHOOK_MAX_BYTES is where nobody sets it."""
PROCESSES: Final[Mapping[str, tuple[str, str, int]]] = {
    "web": ("web", "3G", 30),
    "photos": ("worker photos", "3G", 90),
    "routing": ("worker routing", "2G", 90),
    "messages": ("worker messages", "1G", 60),
    "letters": ("worker letters", "2G", 120),
    "files": ("worker files", "3G", 120),
    "clock": ("clock", "1G", 60),
}
"""Of the Procfile: what `michi` is told, the most memory, and how many seconds its work may take to
end. Photos are read by children that may have 1.5 GB each: two in a `web`, one beside `photos`."""
TIMED: Final = ("backup", "wal", "base")
"""What timers call; the last two are for those who archive WAL, and enabled by hand."""
SHARED_NAMES: Final = (
    "michi.target", "michi@.target",
    *(f"michi-{what}@.{kind}" for what in TIMED for kind in ("service", "timer")),
)  # fmt: skip
WAL_FOLDER: Final = "/var/lib/postgresql/wal-out"
JOURNAL: Final = "/etc/systemd/journald.conf.d/michi.conf"
NGINX_SHARED: Final = "/etc/nginx/conf.d/michi.conf"


def filled(template: str, **values: str) -> str:
    """Raises KeyError for a gap that nobody fills."""
    words = files("cli").joinpath("server_files", template).read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: values[gap[1]], words)


def units(machine: Machine) -> list[File]:
    """Of all cities: a template unit for each process, the backup and what holds them together."""
    wanted = [f"michi-{what}@%i.service" for what in PROCESSES] + ["michi-backup@%i.timer"]
    values = {
        "wanted": " ".join(wanted),
        "hardening": filled("hardening.conf", more_paths=f" -/var/backups/michi/%i -{WAL_FOLDER}"),
    }
    made = [File(UNITS / name, filled(name, **values)) for name in SHARED_NAMES]
    return made + [File(UNITS / unit_name(what), _unit(what, machine)) for what in PROCESSES]


def unit_name(what: str) -> str:
    return f"michi-{what}@.service"


def site(city: City, settings: Settings, machine: Machine) -> File:
    """nginx's, for the address in PUBLIC_URL. Raises ValueError for settings that would say more to
    nginx than an address or a number."""
    by_ipv6 = "\n    listen [::]:{};" if machine.has_ipv6 else ""
    return File(
        city.site,
        filled(
            "nginx_site.conf",
            city=city.name,
            host=host_of(settings),
            port=_number(settings, "PORT"),
            webhook_bytes=_number(settings, "WEBHOOK_MAX_BYTES", WEBHOOK_BYTES),
            refusals=refusals.for_nginx(),
            listen_80_too=by_ipv6.format("80"),
            listen_443_too=by_ipv6.format("443 ssl http2"),
        ),
    )


def redis(city: City, settings: Settings, machine: Machine) -> File:
    """The password stands in it as its hash alone."""
    password = password_in(settings["REDIS_URL"])
    content = filled(
        "redis.conf",
        city=city.name,
        socket=str(city.redis_socket),
        instance=city.redis,
        hash=hashlib.sha256(password.encode()).hexdigest(),
        channels=" &rq:pubsub:*" if machine.redis_knows_channels else "",
    )
    shown = re.sub(r"#[0-9a-f]{64}", "#***", content)
    return File(city.redis_settings, content, "redis", "redis", 0o640, shown)


def command(city: City) -> File:
    return File(city.command, filled("city_command", city=city.name), mode=0o755)


def host_of(settings: Settings) -> str:
    """Raises ValueError: only an https address without a port or path gets a site of its own. It
    goes into nginx's file and openssl's command as it is, so it has nothing but a name's letters.
    """
    parts = urlsplit(settings["PUBLIC_URL"])
    is_plain = parts.path in ("", "/") and not parts.query and parts.netloc == parts.hostname
    is_name = bool(_HOST.fullmatch(parts.hostname or ""))
    if parts.scheme != "https" or not parts.hostname or not is_plain or not is_name:
        raise ValueError(
            "--address は https://michi.example.jp の形です(ポートもパスもなし)"
            " / --address is like https://michi.example.jp, without a port or a path"
        )
    return parts.hostname


def _number(settings: Settings, name: str, usual: str = "") -> str:
    """As it goes into nginx's file. Raises ValueError for what is none."""
    value = settings.get(name) or usual
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{name} は数字で書きます / {name} is a number")
    return value


def _unit(what: str, machine: Machine) -> str:
    words, memory, stop_seconds = PROCESSES[what]
    own = ""
    if what == "photos":
        servers = "".join(f" {server}" for server in machine.nameservers)
        own = filled("photos_network.conf", nameservers=servers)
    if what == "files":
        own = filled("files_engine.conf")
    return filled(
        "process.service",
        what=what,
        words=words,
        memory=memory,
        stop_seconds=str(stop_seconds),
        hardening=filled("hardening.conf", more_paths=""),
        own=own,
    )

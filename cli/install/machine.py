"""What this machine is: its Debian or Ubuntu, whether systemd runs, whom it asks for names."""

import ipaddress
import os
import platform
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PYTHONS: Final = {"bookworm": "3.11", "trixie": "3.13", "jammy": "3.11", "noble": "3.12"}
_POSTGRES: Final = {"bookworm": "15", "trixie": "17", "jammy": "14", "noble": "16"}
_NAMES: Final = "Debian 12, 13, Ubuntu 22.04, 24.04"
FIRST_PORT: Final = 8001


class UnknownMachine(Exception):
    """What it is, and what we know."""


@dataclass(frozen=True)
class Machine:
    """`python` and `postgres` are versions of the system's own packages."""

    codename: str
    python: str
    postgres: str
    has_systemd: bool
    had_redis: bool
    """Whether somebody has a Redis here whose own server must stay as it is."""
    nameservers: tuple[str, ...]
    has_ipv6: bool = True

    @property
    def python_program(self) -> str:
        return f"/usr/bin/python{self.python}"

    @property
    def redis_knows_channels(self) -> bool:
        """Its user may have patterns of them since 6.2; 6.0 ends at one."""
        return self.codename != "jammy"

    @property
    def packages(self) -> list[str]:
        server = f"postgresql-{self.postgres}"
        return [
            f"python{self.python}", f"python{self.python}-venv", server, f"{server}-postgis-3",
            "redis-server", "nginx", "certbot", "openssl", "ca-certificates", "fonts-noto-cjk",
            "age",
        ]  # fmt: skip


def this_machine(root: Path = Path("/")) -> Machine:
    """Raises UnknownMachine on what is neither of the four."""
    release = _os_release(root / "etc/os-release")
    codename = release.get("VERSION_CODENAME", "")
    if codename not in _POSTGRES:
        what = release.get("PRETTY_NAME", platform.system())
        raise UnknownMachine(
            f"このマシンは {what} です。使えるのは {_NAMES} です"
            f" / this machine is {what}; known are {_NAMES}"
        )
    return Machine(
        codename=codename,
        python=_PYTHONS[codename],
        postgres=_POSTGRES[codename],
        has_systemd=(root / "run/systemd/system").is_dir(),
        had_redis=bool(shutil.which("redis-server")),
        nameservers=tuple(_nameservers(root / "etc/resolv.conf")),
        has_ipv6=Path("/proc/net/if_inet6").exists(),
    )


def free_port(taken: set[int]) -> int:
    """The first that no city has and nobody listens on."""
    for port in range(FIRST_PORT, 65_000):
        if port not in taken and not _somebody_listens(port):
            return port
    raise UnknownMachine("空いているポートがありません / no port is free")


def is_root() -> bool:
    return os.geteuid() == 0


def need_root() -> None:
    """Raises ValueError."""
    if not is_root():
        raise ValueError("sudo で実行してください / run it with sudo")


def wheel() -> Path | None:
    """The wheel that this very code runs out of, or None where it is installed."""
    for part in Path(__file__).parents:
        if part.suffix == ".whl":
            return part.resolve()
    return None


def own_release() -> Path:
    """The folder with wheel, lock and sums that belongs to this code."""
    found = wheel()
    return found.parent if found else Path(sys.prefix) / "release"


def _os_release(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def _nameservers(file: Path) -> list[str]:
    """Those that are not this machine itself."""
    found = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver":
            try:
                address = ipaddress.ip_address(words[1].partition("%")[0])
            except ValueError:
                continue
            if not address.is_loopback:
                found.append(str(address))
    return found


def _somebody_listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0

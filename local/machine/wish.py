"""What somebody wants to have running: it travels to the keeper as one line of JSON."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[2]
ALL_OURS = ("postgres", "redis", "mail", "line")
PREPARING = (("michi", "prepare", "local/sample_city", "--write", "{data}/users.json"),)
LINE_SET_UP = (("michi", "line", "setup"),)
GIVEN_BY = {
    "postgres": "DATABASE_URL",
    "redis": "REDIS_URL",
    "mail": "SMTP_URL",
    "line": "LINE_API_URL",
}
"""The setting that names a real one, so that ours is not started."""

NO_FILE: Final = {"MICHI_ENV_FILE": ""}
"""What runs here has its settings from us alone."""


@dataclass(frozen=True)
class Wish:
    """One machine's Michi.

    `port` 0 means any; with `port_is_firm` no other will do. `ours` are the servers to start,
    `preparing` the commands to run once they stand ({data} is the data folder), and the
    Procfile's programs are kept running after that. `afterwards` are commands that run once
    beside them; nothing waits for these. `throw_away` data are removed at the end.
    """

    data: str
    env: Mapping[str, str]
    port: int = 0
    port_is_firm: bool = False
    durable: bool = True
    throw_away: bool = False
    procfile: str = str(ROOT / "Procfile")
    ours: tuple[str, ...] = ALL_OURS
    preparing: tuple[tuple[str, ...], ...] = PREPARING
    afterwards: tuple[tuple[str, ...], ...] = ()

    def as_line(self) -> bytes:
        """The wish as the keeper reads it."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def from_line(line: bytes) -> "Wish":
        """The wish as it was written."""
        return Wish(**json.loads(line))


def usual_environment(dotenv: Path = ROOT / ".env") -> dict[str, str]:
    """The settings of `.env`, if there is one; those of the environment win."""
    written = {key: value for key, value in dotenv_values(dotenv).items() if value}
    return written | dict(os.environ) | NO_FILE


def bare_environment(example: Path = ROOT / ".env.example") -> dict[str, str]:
    """The environment without any setting of ours, for stacks that must touch nothing real."""
    ours = dotenv_values(example).keys()
    return {key: value for key, value in os.environ.items() if key not in ours} | NO_FILE


def not_given(env: Mapping[str, str]) -> tuple[str, ...]:
    """Those servers that no setting names, so that ours must stand in."""
    return tuple(name for name in ALL_OURS if not env.get(GIVEN_BY[name]))


def kept_secrets(data: Path) -> dict[str, str]:
    """The secrets of this data folder, made at random the first time (`secrets.json`, 0600)."""
    file = data / "secrets.json"
    if not file.exists():
        names = ("SECRET_KEY", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")
        write_private(file, {name: secrets.token_hex(32) for name in names})
    found: dict[str, str] = json.loads(file.read_text())
    return found


def write_settings(
    file: Path, env: Mapping[str, str], example: Path = ROOT / ".env.example"
) -> None:
    """Those of them that are settings of ours, or S3's, for `michi` in this checkout: a file as of
    systemd's EnvironmentFile, which only its owner may read."""
    ours = dotenv_values(example).keys()
    lines = [
        f'{name}="{_ESCAPED.sub(_BEHIND_BACKSLASH, env[name])}"\n'
        for name in sorted(env)
        if name in ours or name.startswith("AWS_")
    ]
    _write(file, "# ./run が書きました / Written by ./run\n" + "".join(lines))


_ESCAPED: Final = re.compile(r'["\\`$]')
_BEHIND_BACKSLASH: Final = r"\\\g<0>"


def write_private(file: Path, content: Mapping[str, object]) -> None:
    """Write JSON that only its owner may read, all at once."""
    _write(file, json.dumps(content, ensure_ascii=False, indent=2))


def _write(file: Path, text: str) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    unfinished.rename(file)

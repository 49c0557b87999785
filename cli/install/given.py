"""A city's settings file: what it says already, what somebody gives, and what is made."""

import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cli.env_lines import NoSetting, line_of
from cli.env_lines import parsed as lines_parsed
from cli.install.layout import City, cities_here

NEEDED: Final = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")
SECRET: Final = frozenset(
    {
        "SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SMTP_URL",
        "OIDC_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "BACKUP_AWS_SECRET_ACCESS_KEY",
        "METRICS_TOKEN", "DATABASE_DIRECT_URL", "BACKUP_CLUSTER_URL", "AWS_SESSION_TOKEN",
        "BACKUP_AWS_SESSION_TOKEN",
        "OTEL_EXPORTER_OTLP_HEADERS", "SECRET_KEYS_ALSO", "LINE_CHANNEL_SECRET_ALSO",
        "LINE_CHANNEL_ACCESS_TOKEN_ALSO", *NEEDED,
    }
)  # fmt: skip
MADE: Final = "(導入のときに作ります / made when it is installed)"
ASKED: Final = "(導入のときに聞きます / asked for when it is installed)"
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]*")
Settings = dict[str, str]


def read(file: Path) -> Settings:
    """As systemd reads an EnvironmentFile; empty where there is none. Raises ValueError for a line
    that is none."""
    try:
        words = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return parsed(words, str(file))


def handed_over(file: str) -> Settings:
    """Those in the file that was named, "-" for standard input; none where none was. Raises as
    `parsed`, OSError."""
    if not file:
        return {}
    words = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return parsed(words, file)


def parsed(words: str, where: str) -> Settings:
    """Raises ValueError naming the line, never what stands in it."""
    try:
        found = lines_parsed(words)
        for name in found:
            if not _NAME.fullmatch(name):  # the end of a key in base64 would be one
                raise NoSetting(words.count("\n", 0, words.index(name)) + 1)
    except NoSetting as wrong:
        raise ValueError(
            f"{where} の {wrong.line} 行目が 名前=値 の形ではありません"
            f" / line {wrong.line} of {where} is not NAME=value"
        ) from wrong
    return found


def settings_of(
    city: City, known: Mapping[str, str], given: Mapping[str, str], port: int
) -> Settings:
    """What the city's processes are told. What is known stays, but for what is given anew; secrets
    that nobody has yet are made."""
    made = {
        "DATABASE_URL": _database_url(city, city.role),
        "REDIS_URL": f"unix://michi:{_password()}@{city.redis_socket}?db=0",
        "PHOTO_STORE_URL": f"file://{city.photos}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "TRUSTED_PROXIES": "127.0.0.1,::1",
        "SECRET_KEY": secrets.token_hex(32),
        "TZ": "Asia/Tokyo",
    }
    return {**made, **known, **given}


def owner_settings_of(city: City, known: Mapping[str, str]) -> Settings:
    return {"DATABASE_OWNER_URL": _database_url(city, city.database), **known}


def written(settings: Mapping[str, str]) -> str:
    return _HEAD + "".join(f"{line_of(name, value)}\n" for name, value in settings.items())


def shown(settings: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The same for people's eyes, without secrets."""
    return written(
        {
            name: ("***" if name in known else MADE) if name in SECRET and value != ASKED else value
            for name, value in settings.items()
        }
    )


def ports_taken() -> set[int]:
    """By cities of this machine."""
    found = [read(city.settings).get("PORT", "") for city in cities_here()]
    return {int(port) for port in found if port.isdigit()}


def password_in(url: str) -> str:
    """Of an address that was made here: its password needs no decoding."""
    match = re.match(r"\w+://[^:/@]+:([^@]+)@", url)
    return match[1] if match else ""


def _database_url(city: City, role: str) -> str:
    return f"postgresql://{role}:{_password()}@127.0.0.1:5432/{city.database}"


def _password() -> str:
    return secrets.token_hex(24)


_HEAD: Final = """\
# Michi の設定。systemd とこの市の michi が読みます。名前と意味は .env.example に
# Settings of Michi, read by systemd and this city's own michi; .env.example says what each is.
"""

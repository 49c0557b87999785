"""A city's settings file: what it says already, what somebody gives, and what is made."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cli.install.layout import City, cities_here

NEEDED: Final = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")
SECRET: Final = frozenset(
    {
        "SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SMTP_URL",
        "OIDC_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "BACKUP_AWS_SECRET_ACCESS_KEY",
        "SECRET_KEYS_ALSO", "LINE_CHANNEL_SECRET_ALSO", "LINE_CHANNEL_ACCESS_TOKEN_ALSO",
        "DATABASE_DIRECT_URL", "METRICS_TOKEN", "BACKUP_CLUSTER_URL", "AWS_SESSION_TOKEN",
        "BACKUP_AWS_SESSION_TOKEN",
        *NEEDED,
    }
)  # fmt: skip
MADE: Final = "(導入のときに作ります / made when it is installed)"
ASKED: Final = "(導入のときに聞きます / asked for when it is installed)"
_LINE: Final = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
Settings = dict[str, str]


def read(file: Path) -> Settings:
    """As systemd reads an EnvironmentFile; empty where there is none. Raises ValueError for a line
    that is none."""
    try:
        words = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return parsed(words, str(file))


def parsed(words: str, where: str) -> Settings:
    """Raises ValueError naming the line, never what stands in it."""
    found: Settings = {}
    for number, line in enumerate(words.lstrip("\ufeff").split("\n"), 1):
        line = line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        match = _LINE.fullmatch(line)
        if not match or line.endswith("\\"):  # there systemd takes the next line as well
            raise ValueError(
                f"{where} の {number} 行目が 名前=値 の形ではありません"
                f" / line {number} of {where} is not NAME=value"
            )
        found[match[1]] = _without_quotes(match[2].strip())
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
    """As systemd, `michi` and the city's own command read it again, whatever a value holds."""
    return _HEAD + "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items())


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


def _quoted(value: str) -> str:
    """Only where it must be: systemd takes a bare \\ for the next letter's mark."""
    if "\\" not in value and value[:1] not in ("'", '"') and value == value.strip():
        return value
    return '"' + _MARKED.sub(r"\\\g<0>", value) + '"'


def _without_quotes(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1] if value[0] == "'" else _MARK.sub(r"\1", value[1:-1])
    return re.sub(r"\\(.)", r"\1", value)


_MARKED: Final = re.compile(r'["\\`$]')
_MARK: Final = re.compile(r'\\(["\\`$])')


_HEAD: Final = """\
# Michi の設定。systemd とこの市の michi が読みます。名前と意味は .env.example に
# Settings of Michi, read by systemd and this city's own michi; .env.example says what each is.
"""

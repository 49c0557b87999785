"""What one installation may set, read from the environment once (see .env.example)."""

import ipaddress
import re
from collections.abc import Iterator
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import SplitResult, parse_qs, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent
SHORTEST_KEY: Final = 32


class WrongSettings(SystemExit):
    """A process whose settings are wrong ends where it reads them, with status 1. `code` holds a
    sentence for each of them, in Japanese and in English; never what was set."""


def _one_line(words: str) -> str:
    """Nothing that a file's line ends or blanks around it have left there."""
    if words != words.strip() or not words.isprintable():
        raise ValueError
    return words


def _parts(url: str, *schemes: str) -> SplitResult:
    parts = urlsplit(_one_line(url))
    if parts.scheme not in schemes or parts.port == 0:  # .port raises for what is no port
        raise ValueError
    return parts


def _database(url: str) -> str:
    """As both read it who connect there: SQLAlchemy and, where one listens, libpq by itself."""
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if not _DATABASE.fullmatch(_one_line(url)):
        raise ValueError
    try:
        ours = make_url(url)
        theirs = conninfo_to_dict(url.replace("postgresql+psycopg:", "postgresql:"))
    except (ArgumentError, Error) as unreadable:
        raise ValueError from unreadable
    read = ours.translate_connect_args(username="user", database="dbname") | ours.query
    is_same = all(str(read.get(one, "")) == str(theirs.get(one, "")).strip(",") for one in _NAMED)
    leads_somewhere = any(theirs.get(one) for one in ("host", "hostaddr", "dbname", "service"))
    if not (is_same and leads_somewhere and 0 < (ours.port or 5432) < 65_536):
        raise ValueError
    return url


# with a second @ both would take for a host what is of the password, and name it in a complaint
_DATABASE: Final = re.compile(
    r"postgresql(\+psycopg)?://([^@]*@)?(\[[\da-fA-F:.]+\]|[^\s@:/?\[\]]*)(:\d{0,5})?(/[^@?]*)?(\?.*)?"
)
_NAMED: Final = ("user", "password", "host", "port", "dbname")


def _redis(url: str) -> str:
    """The client must be able to make a connection of it, and have left out nothing."""
    from redis import ConnectionPool

    parts = _whole(url, "redis", "rediss", "unix")
    is_socket = parts.scheme == "unix"
    if bool(parts.hostname) is is_socket or not url.startswith(f"{parts.scheme}://"):
        raise ValueError
    if not re.fullmatch(r"/.+" if is_socket else r"/?\d*/?", parts.path):
        raise ValueError
    try:
        ConnectionPool.from_url(url).make_connection()
    except TypeError as unknown:  # something behind the question mark
        raise ValueError from unknown
    return url


def _whole(url: str, *schemes: str) -> SplitResult:
    """Its parts, of which a bare / ? or # in the password would have cut off the rest."""
    parts = _parts(url, *schemes)
    if "#" in url or "@" in parts.path + parts.query:
        raise ValueError
    return parts


def _photo_store(url: str) -> str:
    parts = _parts(url, "file", "s3")
    of_file = not parts.netloc and url.partition(":")[2].startswith("///")
    if not (of_file and parts.path.strip("/") if parts.scheme == "file" else parts.netloc):
        raise ValueError
    return url


def _site(url: str) -> str:
    """As a browser names it: what people typed is compared with what it sends."""
    parts = _parts(url, "http", "https")
    host = (parts.hostname or "").encode("idna").decode()
    is_plain = not (parts.username or parts.query or parts.fragment or parts.path[:2] == "//")
    if not is_plain or not _HOST.fullmatch(host) or " " in url or "?" in url or "#" in url:
        raise ValueError
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}{parts.path}"


_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z\d_]([a-z\d_.-]*[a-z\d.])?|[\da-f:.]*:[\da-f:.]*")


def _not_overheard(url: str) -> str:
    """A token goes there: https, or http to this machine."""
    parts = urlsplit(url := _site(url))
    host = parts.hostname or ""
    if (
        parts.scheme == "http"
        and host != "localhost"
        and not ipaddress.ip_address(host).is_loopback
    ):
        raise ValueError
    return url


def _proxies(words: str) -> str:
    """Addresses and networks, none of which is everybody's."""
    networks = [ipaddress.ip_network(each.strip()) for each in _one_line(words).split(",")]
    if not all(network.prefixlen for network in networks):
        raise ValueError
    return ",".join(map(str, networks))


def _mail_server(url: SecretStr) -> SecretStr:
    if not url.get_secret_value():
        return url
    parts = _whole(url.get_secret_value(), "smtp", "smtps")
    if not parts.hostname or parts.path.strip("/") or (parts.password and not parts.username):
        raise ValueError
    if parts.query and set(parse_qs(parts.query)) != {"starttls"}:
        raise ValueError
    return url


def _sender(words: str) -> str:
    """One address, with or without a name before it."""
    found = getaddresses([_one_line(words)]) if words else [("", "")]
    if words and (len(found) > 1 or _is_wrapped(words) or not _ADDRESS.fullmatch(found[0][1])):
        raise ValueError
    return words


_ADDRESS: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d]([a-z\d.-]*[a-z\d])?",
    re.ASCII | re.IGNORECASE,
)


def _secret(given: SecretStr) -> SecretStr:
    """It goes into headers and signatures just as it is."""
    words = _one_line(given.get_secret_value())
    if not words.isascii() or _is_wrapped(words):
        raise ValueError
    return given


def _hard_to_guess(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_KEY:
        raise ValueError
    return key


def _is_wrapped(given: str) -> bool:
    """Whether quotes or blanks stand around it, as some readers of .env files leave them."""
    return given != given.strip() or (given[:1] in "'\"" and given[:1] == given[-1:])


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError) as unknown:
        raise ValueError from unknown


class Settings(BaseSettings):
    """Secrets have no defaults: a process without them does not start. Empty means not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: Annotated[str, AfterValidator(_database)]
    redis_url: Annotated[str, AfterValidator(_redis)]
    photo_store_url: Annotated[str, AfterValidator(_photo_store)]
    public_url: Annotated[str, AfterValidator(_site)]
    host: str = "0.0.0.0"
    port: int = Field(default=8000, ge=0, le=65_535)
    trusted_proxies: Annotated[str, AfterValidator(_proxies)] = "127.0.0.1,::1"
    secret_key: Annotated[SecretStr, AfterValidator(_secret), AfterValidator(_hard_to_guess)]
    line_channel_secret: Annotated[SecretStr, AfterValidator(_secret)]
    line_channel_access_token: Annotated[SecretStr, AfterValidator(_secret)]
    line_api_url: Annotated[str, AfterValidator(_not_overheard)] = "https://api.line.me"
    line_data_api_url: Annotated[str, AfterValidator(_not_overheard)] = "https://api-data.line.me"
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] = SecretStr("")
    mail_from: Annotated[str, AfterValidator(_sender)] = ""
    tz: Annotated[str, AfterValidator(_zone)] = "Asia/Tokyo"
    map_tiles_url: str = ""
    map_tiles_attribution: str = ""
    push_gather_seconds: int = Field(default=120, ge=0)
    webhook_max_bytes: int = Field(default=1_048_576, gt=0)
    resident_photos_per_hour: int = Field(default=60, ge=0)
    resident_drafts_per_hour: int = Field(default=30, ge=0)
    resident_tickets_per_hour: int = Field(default=20, ge=0)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Raises WrongSettings naming every setting that is missing or wrong, and what is wanted."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as wrong:
        raise WrongSettings("\n".join(_sentences(wrong))) from None


def _sentences(wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors(include_context=False):
        name = str(error["loc"][0])
        ja, en = ("がありません", "is not set") if error["type"] == "missing" else _CANNOT_BE
        japanese, english = _WANTED[name]
        if error["type"] != "missing" and _is_wrapped(str(error["input"])):
            japanese, english = japanese + _WRAPPED[0], english + _WRAPPED[1]
        yield f"✗ {name.upper()} {ja}。必要なもの: {japanese} / {en}. Wanted: {english}"


_CANNOT_BE: Final = ("は使えません", "cannot be used")
_WRAPPED: Final = (
    "。引用符や空白が付いていませんか",
    "; are there quotes or blanks around it?",
)
_ENCODED: Final = (
    "(パスワードの @ : / ? # % は %40 のような形にします)",
    " (percent-encode @ : / ? # % of the password)",
)
_SO_MANY: Final = ("0 以上の整数(0 なら制限なし)", "a whole number, 0 for no limit")
_LINE_ADDRESS: Final = (
    "https:// で始まるアドレス(この機械の中なら http:// でも可)",
    "an https:// address, or http:// on this machine",
)
_WANTED: Final = {
    "database_url": (
        "postgresql://利用者:パスワード@ホスト:5432/michi の形" + _ENCODED[0],
        "postgresql://user:password@host:5432/michi or the like" + _ENCODED[1],
    ),
    "redis_url": (
        "redis://ホスト:6379/0 か rediss://利用者:パスワード@ホスト:6380/0 か unix:///ソケット の形"
        + _ENCODED[0],
        "redis://host:6379/0, rediss://user:password@host:6380/0 or unix:///socket" + _ENCODED[1],
    ),
    "photo_store_url": (
        "file:///フォルダー(/ から始まる絶対パス)か s3://バケット/接頭辞 の形",
        "file:///folder (an absolute path) or s3://bucket/prefix",
    ),
    "public_url": (
        "https://michi.example.jp のような、このサイトのアドレス",
        "this site's address, such as https://michi.example.jp",
    ),
    "trusted_proxies": (
        "プロキシのアドレスか範囲をコンマで区切ったもの"
        "(例: 10.0.0.5,172.18.0.0/16。すべてを表す /0 は使えません)",
        "addresses or networks of proxies with commas between, such as 10.0.0.5,172.18.0.0/16"
        " (a network of /0 is everybody)",
    ),
    "port": ("0 から 65535 までの整数", "a whole number from 0 to 65535"),
    "secret_key": (
        f"{SHORTEST_KEY}文字以上の、推測できない半角の文字列(例: openssl rand -hex 32)",
        f"{SHORTEST_KEY} ASCII characters or more that nobody can guess (openssl rand -hex 32)",
    ),
    "line_channel_secret": (
        "LINE のチャネルシークレット(半角の英数字)",
        "the LINE channel's secret, in plain ASCII",
    ),
    "line_channel_access_token": (
        "LINE のチャネルアクセストークン(半角の英数字)",
        "the LINE channel's access token, in plain ASCII",
    ),
    "line_api_url": _LINE_ADDRESS,
    "line_data_api_url": _LINE_ADDRESS,
    "smtp_url": (
        "smtp://利用者:パスワード@ホスト:25 か smtps://… の形(空欄なら送りません)" + _ENCODED[0],
        "smtp://user:password@host:25 or smtps://… (empty sends no mail)" + _ENCODED[1],
    ),
    "mail_from": (
        "ひとつのアドレス(例: 道路管理課 <road@city.example.jp>)",
        "one address, such as Road division <road@city.example.jp>",
    ),
    "tz": ("Asia/Tokyo のような時間帯の名前", "the name of a time zone such as Asia/Tokyo"),
    "push_gather_seconds": ("0 以上の整数(秒)", "a whole number of seconds, 0 or more"),
    "webhook_max_bytes": ("1 以上の整数(バイト)", "a whole number of bytes, 1 or more"),
    "resident_photos_per_hour": _SO_MANY,
    "resident_drafts_per_hour": _SO_MANY,
    "resident_tickets_per_hour": _SO_MANY,
}
"""What is wanted of each setting that can be missing or wrong."""

"""Where the database and Redis are, which may be several machines: checks as in setting_checks."""

import re
from typing import Any, Final, NamedTuple

from setting_checks import one_line, whole


def database(url: str) -> str:
    """As both read it who connect there: SQLAlchemy and, where one listens, libpq by itself."""
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    url = _ports_apart(one_line(url))
    if not _DATABASE.fullmatch(url):
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


def other_database(url: str) -> str:
    """The same, or none."""
    return database(url) if url else ""


def _ports_apart(url: str) -> str:
    """Several servers as both read them: libpq's a:5432,b:5433 is no port for SQLAlchemy."""
    if (found := _SEVERAL.fullmatch(url)) is None:
        return url
    before, servers, path, more = found.groups(default="")
    hosts = ",".join(one[1].strip("[]") for one in _each(servers))
    named = f"host={hosts}&port={','.join(one[2] or '5432' for one in _each(servers))}"
    return f"{before}{path or '/'}?{named}" + (f"&{more[1:]}" if more else "")


_SEVERAL: Final = re.compile(
    r"(postgresql(?:\+psycopg)?://(?:[^@]*@)?)([^/?@]*:\d+(?:,[^/?@,]+)+|[^/?@,]+(?:,[^/?@]*:\d+)+)"
    r"(/[^@?]*)?(\?.*)?"
)
_SERVER: Final = re.compile(r"(\[[\da-fA-F:.]+\]|[^\s:\[\]]+)(?::(\d{1,5}))?")
# with a second @ both would take for a host what is of the password, and name it in a complaint
_DATABASE: Final = re.compile(
    r"postgresql(\+psycopg)?://([^@]*@)?(\[[\da-fA-F:.]+\]|[^\s@:/?\[\]]*)(:\d{0,5})?(/[^@?]*)?(\?.*)?"
)
_NAMED: Final = ("user", "password", "host", "port", "dbname")


class Sentinels(NamedTuple):
    """Who says where a Redis is, what they call it; with what they are asked, with what it is."""

    addresses: list[tuple[str, int]]
    name: str
    their_options: dict[str, Any]
    options: dict[str, Any]


def sentinels(url: str) -> Sentinels | None:
    """redis+sentinel://user:password@one:26379,two/NAME/0?sentinel_password=…; or none."""
    from redis.connection import parse_url

    scheme, _, rest = url.partition("+sentinel://")
    if scheme not in ("redis", "rediss") or not rest:
        return None
    if (found := _SENTINELS.fullmatch(rest)) is None:
        raise ValueError
    who, servers, name, number, more = found.groups(default="")
    options: Any = parse_url(f"redis://{who}nowhere/{number}{more}")  # type: ignore[no-untyped-call]
    theirs = {part: options.pop(f"sentinel_{part}", None) for part in ("username", "password")}
    del options["host"]
    options["ssl"] = scheme == "rediss"
    of_tls = {key: value for key, value in options.items() if key.startswith("ssl")}
    addresses = [(one[1].strip("[]"), int(one[2] or 26379)) for one in _each(servers)]
    return Sentinels(addresses, name, theirs | of_tls, options)


def _each(servers: str) -> list[re.Match[str]]:
    found = [one for server in servers.split(",") if (one := _SERVER.fullmatch(server))]
    if len(found) <= servers.count(",") or not all(0 < int(one[2] or 1) < 65_536 for one in found):
        raise ValueError
    return found


_SENTINELS: Final = re.compile(r"((?:[^@/?#]*@)?)([^@/?#]+)/([\w.-]+)(?:/(\d*))?(\?[^@#]*)?")


def redis(url: str) -> str:
    """The client must be able to make a connection of it, and have left out nothing."""
    from redis import Connection, ConnectionPool, RedisError, SSLConnection

    try:
        if watched := sentinels(one_line(url)):
            of_one = {**watched.options, "host": "nowhere"}
            (SSLConnection if of_one.pop("ssl", False) else Connection)(**of_one)
            return url
    except (TypeError, RedisError) as unknown:
        raise ValueError from unknown
    parts = whole(url, "redis", "rediss", "unix")
    is_socket = parts.scheme == "unix"
    if bool(parts.hostname) is is_socket or not url.startswith(f"{parts.scheme}://"):
        raise ValueError
    if not re.fullmatch(r"/.+" if is_socket else r"/?\d*/?", parts.path):
        raise ValueError
    try:
        ConnectionPool.from_url(url).make_connection()
    except (TypeError, RedisError) as unknown:  # something behind the question mark
        raise ValueError from unknown
    return url

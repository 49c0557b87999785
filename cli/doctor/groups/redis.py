"""Redis: whether it answers, who may write to it, and whether it keeps what it is given."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import redis

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, Words, right, warning, wrong
from cli.doctor.looks import Check
from workers.worker import is_open_to_strangers

PATIENCE_SECONDS: Final = 3.0
_NEARLY_FULL: Final = 0.9
_OF_MICHI: Final = "~rq:* ~michi:* &rq:pubsub:* +@all -@dangerous -@scripting +info"
"""What docs/running.md gives a user of its own."""


@contextmanager
def client(asked: Asked) -> Iterator[redis.Redis]:
    """A connection of its own, short of patience."""
    made = redis.Redis.from_url(
        asked.settings.redis_url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
    )
    try:
        yield made
    finally:
        made.close()


def _connection(asked: Asked) -> Iterator[Finding]:
    try:
        with client(asked) as connection:
            connection.ping()
    except redis.RedisError as away:
        yield _away(asked, away)
        return
    yield right("redis.connection", "答えます", "it answers")


def _away(asked: Asked, away: redis.RedisError) -> Finding:
    parts = urlsplit(asked.settings.redis_url)
    where = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
    said = f"{type(away).__name__} {away}"
    words, to_type = next(
        (known for part, known in _SAID.items() if part in said),
        ((f"{where} につながりません", f"{where} cannot be reached"), ""),
    )
    shown = to_type or f"systemctl status redis-server\n{_cli(asked)} ping"
    return wrong("redis.connection", *words, shown, where=where, error=type(away).__name__)


_SAID: Final[Mapping[str, tuple[Words, str]]] = {
    "NOAUTH": (
        (
            "パスワードを求めます。REDIS_URL にありません",
            "it wants a password, and REDIS_URL has none",
        ),
        "REDIS_URL=redis://michi:…@host:6379/0",
    ),
    "Authentication required": (
        (
            "パスワードを求めます。REDIS_URL にありません",
            "it wants a password, and REDIS_URL has none",
        ),
        "REDIS_URL=redis://michi:…@host:6379/0",
    ),
    "WRONGPASS": (
        ("REDIS_URL の利用者かパスワードが違います", "user or password of REDIS_URL is wrong"),
        f"ACL SETUSER michi on >… {_OF_MICHI}",
    ),
    "invalid username-password": (
        ("REDIS_URL の利用者かパスワードが違います", "user or password of REDIS_URL is wrong"),
        f"ACL SETUSER michi on >… {_OF_MICHI}",
    ),
    "invalid password": (
        ("REDIS_URL の利用者かパスワードが違います", "user or password of REDIS_URL is wrong"),
        f"ACL SETUSER michi on >… {_OF_MICHI}",
    ),
    "CERTIFICATE_VERIFY_FAILED": (
        ("Redis の証明書を確かめられません", "its certificate cannot be verified"),
        "REDIS_URL=rediss://…?ssl_ca_certs=/etc/ssl/certs/redis-ca.crt",
    ),
    "LOADING": (("起動の途中です", "it is still starting"), ""),
}
"""By what it says."""


def _cli(asked: Asked) -> str:
    parts = urlsplit(asked.settings.redis_url)
    if parts.scheme == "unix":
        return f"redis-cli -s {parts.path}"
    tls = " --tls" if parts.scheme == "rediss" else ""
    user = f" --user {parts.username} --askpass" if parts.username else ""
    return f"redis-cli -h {parts.hostname} -p {parts.port or 6379}{user}{tls}"


def _strangers(asked: Asked) -> Iterator[Finding]:
    parts = urlsplit(asked.settings.redis_url)
    host = parts.hostname or ""
    if is_open_to_strangers():
        level = warning if _is_loopback(host) else wrong
        yield level(
            "redis.strangers",
            "パスワードなしで誰の命令も聞きます",
            "it obeys who gives no password",
            f"user default off\nuser michi on >… {_OF_MICHI}    # redis.conf\n"
            + asked.to_set("REDIS_URL=redis://michi:…@host:6379/0"),
        )
    elif parts.scheme == "redis" and not _is_loopback(host):
        yield warning(
            "redis.strangers",
            "パスワードが網の上を平文で流れます",
            "the password goes over the network unencrypted",
            asked.to_set("REDIS_URL=rediss://…:6380/0"),
        )
    else:
        yield right("redis.strangers", "知らない人の命令は聞きません", "it does not obey strangers")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _keeps(asked: Asked) -> Iterator[Finding]:
    """Whether what is handed over stays until a worker takes it."""
    try:
        with client(asked) as connection:
            told: dict[str, Any] = dict(connection.info())
    except redis.ResponseError:
        yield warning(
            "redis.policy",
            "INFO が許されていないので、消し方(maxmemory-policy)を見られません",
            "INFO is not allowed, so that its policy cannot be seen",
            "ACL SETUSER michi +info",
        )
        return
    yield _policy(asked, str(told.get("maxmemory_policy", "noeviction")))
    yield _memory(asked, int(told.get("used_memory", 0)), int(told.get("maxmemory", 0)))
    persistent = bool(told.get("aof_enabled"))
    if told.get("rdb_last_bgsave_status") == "err":
        yield wrong(
            "redis.persistence",
            "ディスクへの保存に失敗していて、書き込みを断ります",
            "it fails to save to its disk, and refuses writes",
            f"df -h /var/lib/redis\n{_cli(asked)} CONFIG SET save ''",
        )
    else:
        yield right(
            "redis.persistence",
            f"保存{'しています(' if persistent else 'は要りません('}空になってもかまいません)",
            "needs no persistence: it may be emptied",
            aof=persistent,
        )


def _policy(asked: Asked, policy: str) -> Finding:
    if policy == "noeviction":
        return right("redis.policy", "消されません(noeviction)", "it evicts nothing", policy=policy)
    return wrong(
        "redis.policy",
        f"いっぱいになると、渡した仕事を消します({policy})",
        f"it evicts work that was handed over ({policy})",
        f"{_cli(asked)} CONFIG SET maxmemory-policy noeviction\n"
        "maxmemory-policy noeviction    # redis.conf",
        policy=policy,
    )


def _memory(asked: Asked, used: int, most: int) -> Finding:
    shown = f"{used / 1e6:,.0f} MB" + (f" / {most / 1e6:,.0f} MB" if most else "")
    if most and used > most * _NEARLY_FULL:
        return wrong(
            "redis.memory",
            f"メモリーがほぼいっぱいです({shown})",
            f"its memory is nearly full ({shown})",
            f"{_cli(asked)} CONFIG SET maxmemory {max(2 * most, 100_000_000)}",
            used=used,
            most=most,
        )
    return right("redis.memory", f"メモリー {shown}", f"memory {shown}", used=used, most=most)


def _writes(asked: Asked) -> Iterator[Finding]:
    """Whether its user may do what Michi does, under the names that Michi uses."""
    name = secrets.token_hex(8)
    key, queue, channel = f"michi:doctor:{name}", f"rq:doctor:{name}", f"rq:pubsub:doctor-{name}"
    try:
        with client(asked) as connection:
            connection.set(key, "1", px=_LIVES_MS)
            connection.delete(key)
            connection.rpush(queue, "1")
            connection.delete(queue)
            connection.publish(channel, "1")
    except redis.RedisError as refused:
        is_replica = isinstance(refused, redis.ReadOnlyError)
        yield wrong(
            "redis.writes",
            "このサーバーは写しで、書けません"
            if is_replica
            else f"書けません({str(refused).partition(' ')[0]})",
            "this server is a replica and takes no writes"
            if is_replica
            else f"it takes no writes of ours ({str(refused)[:120]})",
            f"{_cli(asked)} REPLICAOF NO ONE" if is_replica else f"ACL SETUSER michi {_OF_MICHI}",
            error=type(refused).__name__,
        )
        return
    yield right("redis.writes", "書いて消せます", "it can be written to")


_LIVES_MS: Final = 10_000

CHECKS: Final = (
    Check("redis.connection", _connection, ("REDIS_URL",), opens="redis"),
    Check("redis.writes", _writes, ("REDIS_URL", "redis")),
    Check("redis.policy", _keeps, ("REDIS_URL", "redis")),
    Check("redis.strangers", _strangers, ("REDIS_URL", "redis")),
)

"""This machine's clock against those of the database, of Redis, of LINE and of the photo store."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import redis

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, Words, not_seen, right, warning, wrong
from cli.doctor.groups.connections import one, reading
from cli.doctor.groups.redis import client
from cli.doctor.looks import Check

A_LITTLE_SECONDS: Final = 2.0
TOO_MUCH_SECONDS: Final = 30.0
"""Codes of a code app change every 30 s; S3 refuses what is a quarter of an hour off."""
_WHOLE_SECOND: Final = 1.0
"""HTTP tells no parts of a second."""


def _compared(name: str, whose: Words, tell: Callable[[], float], roughly: float = 0.0) -> Finding:
    """`tell`: their time in seconds since 1970. `roughly`: so much it may be off by itself."""
    before = time.time()
    theirs = tell()
    after = time.time()
    middle = (before + after) / 2
    off = middle - theirs - roughly / 2
    unsure = (after - before) / 2 + roughly / 2
    least = max(0.0, abs(off) - unsure)
    ja = f"{whose[0]}と {off:+.1f} 秒の差"
    en = f"{off:+.1f} s from {whose[1]}"
    details = {"off_seconds": round(off, 3), "unsure_seconds": round(unsure, 3)}
    if least > TOO_MUCH_SECONDS:
        return wrong(name, ja, en, "timedatectl set-ntp true; timedatectl", **details)
    if least > A_LITTLE_SECONDS:
        return warning(name, ja, en, "timedatectl set-ntp true; timedatectl", **details)
    return right(name, ja, en, **details)


def _database(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        yield _compared(
            "clock.database",
            ("データベースの時計", "the database's clock"),
            lambda: float(one(db, "SELECT extract(epoch FROM clock_timestamp())")),
        )


def _redis(asked: Asked) -> Iterator[Finding]:
    def told() -> float:
        seconds, millionths = connection.time()
        return float(seconds) + float(millionths) / 1e6

    with client(asked) as connection:
        try:
            yield _compared("clock.redis", ("Redis の時計", "Redis's clock"), told)
        except redis.ResponseError:
            yield not_seen("clock.redis", "Redis は時刻を言いません", "Redis may not tell its time")


def _line(asked: Asked) -> Iterator[Finding]:
    yield _of_http("clock.line", ("LINE の時計", "LINE's clock"), asked.settings.line_api_url)


def _store(asked: Asked) -> Iterator[Finding]:
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    own = next((os.environ[name] for name in names if os.environ.get(name)), "")
    if asked.settings.photo_store_url.startswith("s3:"):
        url = own or "https://s3.amazonaws.com"
        yield _of_http("clock.store", ("写真の置き場の時計", "the photo store's clock"), url)


def _of_http(name: str, whose: Words, url: str) -> Finding:
    """By the Date of any answer."""
    dates: list[datetime] = []

    def told() -> float:
        answer = httpx.head(url, timeout=5, follow_redirects=False)
        dates.append(parsedate_to_datetime(answer.headers["date"]))
        return dates[0].timestamp()

    try:
        return _compared(name, whose, told, _WHOLE_SECOND)
    except (httpx.HTTPError, KeyError, ValueError):
        return not_seen(name, f"{whose[0]}は分かりません", f"{whose[1]} is not known")


CHECKS: Final = (
    Check("clock.database", _database, ("DATABASE_URL", "database")),
    Check("clock.redis", _redis, ("REDIS_URL", "redis")),
    Check("clock.line", _line, ("LINE_API_URL",)),
    Check("clock.store", _store, ("PHOTO_STORE_URL",)),
)

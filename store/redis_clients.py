"""Clients of the one Redis that REDIS_URL names, wherever it is just now."""

from typing import Any

import redis
from redis.sentinel import Sentinel

from settings import settings


def client(**options: Any) -> redis.Redis:
    """`options` as redis-py names them: `socket_timeout` and so on, in seconds.

    Where Sentinels watch it, each new connection asks them which server is written to.
    """
    if (watched := settings().redis_sentinels) is None:
        return redis.Redis.from_url(settings().redis_url, **options)
    asked = {key: value for key, value in options.items() if key.startswith("socket_")}
    theirs = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0} | watched.their_options | asked
    by: Any = Sentinel(watched.addresses, sentinel_kwargs=theirs)  # type: ignore[no-untyped-call]
    made: redis.Redis = by.master_for(watched.name, **(watched.options | options))
    return made

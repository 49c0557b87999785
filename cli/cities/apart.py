"""What no two cities may have in common, and what a new one may take over from another."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from cli.install.given import Settings
from cli.install.layout import City

OWN: Final = (
    "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "PHOTO_STORE_URL", "PORT", "SECRET_KEY",
    "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "BACKUP_URL", "BACKUP_ERASED_URL",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
)  # fmt: skip
_OF_ITS_PEOPLE: Final = (
    "BACKUP_", "DATABASE_", "LINE_CHANNEL_", "MAIL_FROM", "METRICS_TOKEN", "OIDC_",
    "PASSWORDS_ONLY_FOR", "SECOND_FACTOR_ROLES", "SECRET_KEY",
)  # fmt: skip
"""What settings of one city's people, keys or name begin with: never taken over either."""


def taken_over(settings: Mapping[str, str], city: City) -> Settings:
    """What the city's new neighbour may have as well: mail server, map, limits. Of an S3 store it
    has the same bucket, and there a folder of its own, but not the keys, which open both."""
    found = {
        name: value
        for name, value in settings.items()
        if name not in OWN and not name.startswith(_OF_ITS_PEOPLE)
    }
    store = urlsplit(settings.get("PHOTO_STORE_URL", ""))
    if store.scheme == "s3":
        found["PHOTO_STORE_URL"] = f"s3://{store.netloc}/{city.name}"
    return found


def lacking(mine: Mapping[str, str], like: Mapping[str, str]) -> list[str]:
    """Keys of the S3 store that a new city needs for itself, where the one that it is to be `like`
    has some; none where its photos lie elsewhere."""
    if urlsplit(mine.get("PHOTO_STORE_URL", "")).scheme != "s3":
        return []
    return [name for name in _KEYS if like.get(name) and not mine.get(name)]


def shared(mine: Mapping[str, str], others: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Which settings another city has as well, as “NAME = city”; never what they say.

    `others`: settings by the name of the city.
    """
    for city, theirs in sorted(others.items()):
        for name in OWN:
            here, there = _place(name, mine.get(name, "")), _place(name, theirs.get(name, ""))
            if here and (here == there or (name in _STORES and _is_within(here, there))):
                yield f"{name} = {city}"


def _place(name: str, value: str) -> str:
    """What makes two settings one place: of an address neither its password nor its user."""
    if not value or name not in _PLACES:
        return value
    parts = urlsplit(value)
    host = (parts.hostname or "").lower()
    place = f"{host}:{parts.port or ''}{parts.path.rstrip('/')}"
    if name == "REDIS_URL":  # db=N behind the question mark, or the path
        return f"{place}?{parts.query}"
    if name == "DATABASE_URL":
        return f"{place}?{parts.query}"
    return place


_KEYS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_STORES: Final = frozenset({"PHOTO_STORE_URL", "BACKUP_URL", "BACKUP_ERASED_URL"})
_PLACES: Final = frozenset({"PUBLIC_URL", "DATABASE_URL", "REDIS_URL", *_STORES})


def _is_within(one: str, other: str) -> bool:
    """Whether one store lies in the other: who removes a city would take both."""
    return bool(other) and (one.startswith(f"{other}/") or other.startswith(f"{one}/"))

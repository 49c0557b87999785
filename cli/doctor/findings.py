"""What was looked at and how it stands: names and levels that programs may rely on. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Words = tuple[str, str]
"""In Japanese and in English."""


class Level(StrEnum):
    """How something stands; NOT_SEEN: what it stands on is away, which is a finding of its own."""

    RIGHT = "right"
    NOT_SEEN = "not_seen"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `name`: "redis.policy", the same in every version. `to_type`: commands or lines of settings, one
    a line. `details`: figures for programs; never a secret.
    """

    name: str
    level: Level
    ja: str
    en: str
    to_type: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The first half of its name."""
        return self.name.partition(".")[0]


def right(name: str, ja: str, en: str, **details: Any) -> Finding:
    """As it should be."""
    return Finding(name, Level.RIGHT, ja, en, "", details)


def warning(name: str, ja: str, en: str, to_type: str = "", **details: Any) -> Finding:
    """It works, and should be otherwise."""
    return Finding(name, Level.WARNING, ja, en, to_type, details)


def wrong(name: str, ja: str, en: str, to_type: str = "", **details: Any) -> Finding:
    """It does not work, or is not safe."""
    return Finding(name, Level.WRONG, ja, en, to_type, details)


def not_seen(name: str, ja: str, en: str, **details: Any) -> Finding:
    """It cannot be looked at, or is not in use."""
    return Finding(name, Level.NOT_SEEN, ja, en, "", details)


def worst(findings: Iterable[Finding]) -> Level:
    """Of all of them; RIGHT for none."""
    return max((each.level for each in findings), key=_ORDER.index, default=Level.RIGHT)


_ORDER: Final = (Level.NOT_SEEN, Level.RIGHT, Level.WARNING, Level.WRONG)
GROUPS: Final[Mapping[str, Words]] = {
    "settings": ("設定", "settings"),
    "versions": ("版", "versions"),
    "database": ("データベース", "database"),
    "redis": ("Redis", "Redis"),
    "photos": ("写真の置き場", "photo store"),
    "fonts": ("フォント", "fonts"),
    "packages": ("画面の部品", "packages of the front end"),
    "disk": ("ディスク", "disk"),
    "backup": ("バックアップ", "backup"),
    "clock": ("時計", "clocks"),
    "proxy": ("プロキシ", "proxy"),
    "line": ("LINE", "LINE"),
    "mail": ("メール", "mail"),
    "provider": ("認証サーバー", "sign-in provider"),
    "papers": ("数字と書類", "numbers and papers"),
    "processes": ("プロセス", "processes"),
}
"""In the order in which they are shown."""

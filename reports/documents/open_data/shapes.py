"""Versions of a month, their files, and makings, as whoever asks for them gets them. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple


class File(NamedTuple):
    """Of a version, by its form; `sha256` in hex."""

    form: str
    bytes: int
    sha256: str


class Version(NamedTuple):
    """As of OpenDataVersion, with its files in the order of their forms' names."""

    id: int
    month: date
    version: int
    made_at: datetime
    figures: Mapping[str, Any]
    rule: Mapping[str, Any]
    note: Mapping[str, Any]
    digest: str
    files: Mapping[str, File]


class Run(NamedTuple):
    """A making as whoever waits for it sees it; `version`: which one it made, if any."""

    id: int
    month: date
    state: str
    version: int | None
    done: int
    total: int
    asked_at: datetime
    by: str | None


class Made(NamedTuple):
    """What a worker has made: `paths` of its files by form, with their SHA-256 in `sha256`."""

    paths: Mapping[str, Path]
    sha256: Mapping[str, str]
    figures: Mapping[str, Any]
    rule: Mapping[str, Any]
    note: Mapping[str, Any]

"""What is said of it all: a manifest for programs, and a first page in two languages."""

import dataclasses
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.leave.place import SUMS, Written

if TYPE_CHECKING:
    from cli.leave.steps import Asked, Told

_PAGES: Final = Path(__file__).with_name("readme.toml")


def manifest(told: "Told", asked: "Asked", version: str, listed: Sequence[Written]) -> bytes:
    """manifest.json: files with their bytes, SHA-256 and rows. Photos and papers are counted here
    and stand in SHA256SUMS, and photos in data/photo_files.csv."""
    said: dict[str, Any] = {
        "format": "michi leave 1",
        "at": told.at.isoformat(),
        "city": told.city,
        "michi": version,
        "schema": told.schema,
        "time_zone": str(told.at.tzinfo),
        "photos": dataclasses.asdict(told.photos) if asked.photos else None,
        "originals": asked.originals,
        "papers": told.papers,
        "rows": told.rows,
        "map": told.features,
        "not_known_to_this_version": told.unknown,
        "files": [
            {name: value for name, value in dataclasses.asdict(one).items() if value is not None}
            for one in listed
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def texts(told: "Told", asked: "Asked") -> Mapping[str, str]:
    """The first page by language."""
    facts = {
        "city": told.city,
        "at": f"{told.at:%Y-%m-%d %H:%M %z}",
        "tickets": f"{told.rows['tickets']:,}",
        "photos": f"{told.photos.whole:,}",
        "missing": f"{told.photos.missing + told.photos.damaged:,}",
        "sums": SUMS,
    }
    pages = tomllib.loads(_PAGES.read_text(encoding="utf-8"))
    photos = "originals" if asked.originals else "copies"
    return {
        language: (page["page"] + page[photos]).format(**facts) for language, page in pages.items()
    }

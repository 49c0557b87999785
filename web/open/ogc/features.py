"""What a collection is, and its features as GeoJSON (RFC 7946)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy.orm import Session

from reports.people.keys import Key
from reports.people.permissions import Do
from web.kit.pages import local_moment
from web.open.ogc.asked import Asked

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


KINDS: Final = {
    "string": "文字",
    "boolean": "はい / いいえ",
    "integer": "整数",
    "moment": "時刻",
    "day": "日",
    "address": "アドレス",
}
"""What the values of a property are, for people."""


class Field(NamedTuple):
    """A property: `kind` as of JSON Schema, "moment", "day" or "address"; `title`: for people.
    `asked`: whether it may be asked for by name; `words`: the values that it takes, each in
    Japanese; `listed`: whether a list for people has a column for it."""

    name: str
    kind: Literal["string", "boolean", "integer", "moment", "day", "address"]
    title: str
    asked: bool = False
    words: Mapping[str, str] | None = None
    listed: bool = False

    def shown(self, value: Any) -> str:
        """For people; "" for what is not there."""
        if value is None or value == "":
            return ""
        if self.kind == "moment":
            return local_moment(datetime.fromisoformat(value))
        if self.kind == "boolean":
            return "はい" if value else "いいえ"
        return (self.words or {}).get(value, str(value)) if isinstance(value, str) else str(value)


class Feature(NamedTuple):
    """`geometry`: GeoJSON text; `properties` by the names of its collection's fields."""

    id: str | int
    geometry: str
    properties: Mapping[str, Any]


class Found(NamedTuple):
    """One page; `matched`: how many there are on all pages; `after`: where the next one begins, ""
    on the last."""

    features: Sequence[Feature]
    matched: int
    after: str = ""


Choices = Mapping[str, Mapping[str, str]]
"""Values with what they are called, by property."""


@dataclass(frozen=True, slots=True)
class Features:
    """A collection. `do`: what the key must open of whoever asks, None for everybody; `page` and
    `one` get that key. `one` gives None where there is no such thing. `version`: another word
    whenever any feature of it is another; "" where nothing tells. `keep_seconds`: how long others
    may keep an answer without asking. `moment`: the property that `datetime` means.
    `choices`: what people choose from, by property, where the city says what there is."""

    id: str
    title: str
    description: str
    geometry: str
    fields: tuple[Field, ...]
    page: Callable[[Session, Asked, Key | None], Found]
    one: Callable[[Session, str, Key | None], Feature | None]
    version: Callable[[Session], str]
    keep_seconds: int = 0
    do: Do | None = None
    moment: str = ""
    choices: Callable[[Session], Choices] = lambda db: {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The properties that may be asked for by name."""
        return tuple(field.name for field in self.fields if field.asked)

    @property
    def listed(self) -> tuple[Field, ...]:
        """The columns of a list for people."""
        return tuple(field for field in self.fields if field.listed)


def as_text(feature: Feature, links: Sequence[Mapping[str, str]] = ()) -> str:
    """One feature as GeoJSON, its geometry as the database wrote it."""
    parts = [
        '"type":"Feature"',
        f'"id":{_json(feature.id)}',
        f'"geometry":{feature.geometry}',
        f'"properties":{_json(feature.properties)}',
    ]
    if links:
        parts.append(f'"links":{_json(list(links))}')
    return "{" + ",".join(parts) + "}"


def page_as_text(found: Found, links: Sequence[Mapping[str, str]], stamp: str) -> str:
    """One page as a FeatureCollection; `stamp`: the moment of the answer (RFC 3339)."""
    head = _json(
        {
            "type": "FeatureCollection",
            "numberMatched": found.matched,
            "numberReturned": len(found.features),
            "timeStamp": stamp,
            "links": list(links),
        }
    )
    return f'{head[:-1]},"features":[{",".join(map(as_text, found.features))}]}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""The city's map data as collections: its areas, towns and roads."""

from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from geo import city_tiles
from geo import features as shapes
from geo.kinds import OWNER_NAMES
from reports.people.keys import Key
from web.open.ogc.asked import Asked, bad_token
from web.open.ogc.features import Feature, Features, Field, Found

HOUR: Final = 3600
_KINDS: Final = {"city": "市", "district": "地区", "neighbour": "隣の市区町村"}
_NAME: Final = Field("name", "string", "名前", asked=True, listed=True)
_NAME_EN: Final = Field("name_en", "string", "名前(英語)", listed=True)


def _page(of: str, db: Session, asked: Asked, key: Key | None) -> Found:
    if asked.after and not (asked.after.isascii() and asked.after.isdecimal()):
        raise bad_token()
    after = int(asked.after or 0)
    if after >= 2**31:
        raise bad_token()
    lines = shapes.find(db, of, asked.equal, asked.boxes, after=after, limit=asked.limit + 1)
    more, lines = len(lines) > asked.limit, lines[: asked.limit]
    matched = shapes.count(db, of, asked.equal, asked.boxes)
    return Found([*map(_feature, lines)], matched, str(lines[-1].id) if more else "")


def _one(of: str, db: Session, id: str, key: Key | None) -> Feature | None:
    if not (id.isascii() and id.isdecimal() and int(id) < 2**31):
        return None
    found = shapes.one(db, of, int(id))
    return found and _feature(found)


def _feature(shape: shapes.Shape) -> Feature:
    return Feature(shape.id, shape.geometry, shape.facts)


def _of(id: str, title: str, description: str, geometry: str, *fields: Field) -> Features:
    assert tuple(field.name for field in fields) == shapes.FACTS[id]
    return Features(
        id, title, description, geometry, fields, partial(_page, id), partial(_one, id),
        city_tiles.version, keep_seconds=HOUR,
    )  # fmt: skip


AREAS: Final = _of(
    "areas",
    "市の区域",
    "市の外形、市の中の地区、隣の市区町村。",
    "polygon",
    Field("kind", "string", "種類", asked=True, words=_KINDS, listed=True),
    Field("key", "string", "コード", asked=True),
    _NAME,
    _NAME_EN,
)
TOWNS: Final = _of(
    "towns",
    "町丁目",
    "市の町丁目。外形のない市では、その中心の点。",
    "any",
    Field("key", "string", "コード", asked=True),
    _NAME,
    _NAME_EN,
)
ROADS: Final = _of(
    "roads",
    "道路",
    "道路の中心線と、その道路をだれが管理するか。",
    "line",
    Field("ref", "string", "路線番号", asked=True, listed=True),
    _NAME,
    _NAME_EN,
    Field("owner", "string", "管理者", asked=True, words=OWNER_NAMES, listed=True),
    Field("road_class", "string", "種別", asked=True, listed=True),
)

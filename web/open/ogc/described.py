"""The API in its own words: OpenAPI 3.0, as the standard's conformance class has it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from web.open.ogc.asked import MOST, USUAL
from web.open.ogc.features import Features, Field

Json = Mapping[str, Any]
TITLE: Final = "{city} 道路の通報: 地図のデータ (OGC API - Features)"
DESCRIPTION: Final = (
    "市が公開している道路の通報と、市の区域・町丁目・道路。座標は CRS84 (経度、緯度の順)。"
    " / Road reports that the city shows to everybody, and its areas, towns and roads."
)
TYPE: Final = "application/vnd.oai.openapi+json;version=3.0"


def described(city: str, server: str, version: str, collections: Sequence[Features]) -> Json:
    """The whole document. `server`: the address that all paths stand below; `city`: its name."""
    paths: dict[str, Json] = {
        "/": _get("landing", "入口 / Landing page", _told("landingPage"), [_P("f")]),
        "/conformance": _get(
            "conformance", "規格への適合 / Conformance", _told("confClasses"), [_P("f")]
        ),
        "/collections": _get(
            "collections", "データの種類 / Collections", _told("collections"), [_P("f")]
        ),
    }
    for one in collections:
        paths |= _paths_of(one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.format(city=city),
            "description": DESCRIPTION,
            "version": version,
        },
        "servers": [{"url": server}],
        "tags": [{"name": one.id, "description": one.title} for one in collections],
        "paths": paths,
        "components": {
            "parameters": _PARAMETERS,
            "schemas": {**_SCHEMAS, **{one.id: _feature_schema(one) for one in collections}},
            "responses": {"Exception": _answer("そのとおりに答えられない", "exception")},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths_of(one: Features) -> dict[str, Json]:
    path = f"/collections/{one.id}"
    common: Json = {"tags": [one.id], **({"security": [{"key": []}]} if one.do else {})}
    by_name = [_property(field) for field in one.fields if field.asked]
    params = [_P("f"), _P("bbox"), _P("datetime"), _P("limit"), _P("token"), *by_name]
    items = _told("featureCollection", "application/geo+json")
    feature = _told(one.id, "application/geo+json")
    id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        path: _get(f"describe.{one.id}", one.title, _told("collection"), [_P("f")], common),
        f"{path}/items": _get(f"items.{one.id}", f"{one.title}: 一覧", items, params, common),
        f"{path}/items/{{featureId}}": _get(
            f"item.{one.id}", f"{one.title}: 1件", feature, [id, _P("f")], common
        ),
    }


def _get(
    operation: str, summary: str, told: Json, params: Sequence[Json], more: Json | None = None
) -> Json:
    refusals = {str(status): {"$ref": "#/components/responses/Exception"} for status in (400, 404)}
    if more and "security" in more:
        refusals |= {s: {"$ref": "#/components/responses/Exception"} for s in ("401", "403")}
    refusals["429"] = {"$ref": "#/components/responses/Exception"}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": list(params),
            "responses": {"200": told, **refusals},
            **(more or {}),
        }
    }


def _P(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _told(schema: str, type: str = "application/json") -> Json:
    return _answer("答え", schema, type, html=True)


def _answer(
    description: str, schema: str, type: str = "application/json", html: bool = False
) -> Json:
    content: dict[str, Json] = {type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if html:
        content["text/html"] = {"schema": {"type": "string"}}
    return {"description": description, "content": content}


def _property(field: Field) -> Json:
    schema: dict[str, Any] = {"type": "string"}
    if field.words:
        schema["enum"] = list(field.words)
    return {
        "name": field.name,
        "in": "query",
        "description": f"{field.title}がこれに等しいもの",
        "required": False,
        "schema": schema,
    }


_KINDS: Final[Mapping[str, Json]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "address": {"type": "string", "format": "uri"},
}


def _feature_schema(one: Features) -> Json:
    properties = {
        field.name: {**_KINDS[field.kind], "nullable": True, "description": field.title}
        for field in one.fields
    }
    id = {"type": "string"} if one.geometry == "point" else {"type": "integer"}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": id,
            "geometry": {"$ref": "#/components/schemas/geometry"},
            "properties": {
                "type": "object",
                "required": list(properties),
                "properties": properties,
                "additionalProperties": False,
            },
            "links": _LINKS,
        },
    }


def _object(required: Sequence[str], **properties: Json) -> Json:
    needs = {"required": list(required)} if required else {}
    return {"type": "object", **needs, "properties": properties}


_TEXT: Final[Json] = {"type": "string"}
_LINKS: Final[Json] = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_NUMBERS: Final[Json] = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
_PARAMETERS: Final[Json] = {
    "f": {
        "name": "f",
        "in": "query",
        "description": "答えの形。ないときは Accept による",
        "schema": {"type": "string", "enum": ["json", "html"]},
    },
    "bbox": {
        "name": "bbox",
        "in": "query",
        "description": "この四角に触れるもの: 西,南,東,北(度)",
        "style": "form",
        "explode": False,
        "schema": _NUMBERS,
    },
    "datetime": {
        "name": "datetime",
        "in": "query",
        "description": "この時に受け付けたもの: 時刻、日、または 始まり/終わり(片方は .. でよい)。"
        "時のないデータは、いつでも当てはまる",
        "schema": _TEXT,
    },
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "1ページの件数",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
    "token": {
        "name": "token",
        "in": "query",
        "description": "次のページ。next のリンクにある",
        "schema": _TEXT,
    },
}
_SCHEMAS: Final[Mapping[str, Json]] = {
    "link": _object(
        ["href", "rel"], href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT, hreflang=_TEXT
    ),
    "landingPage": _object(["links"], title=_TEXT, description=_TEXT, links=_LINKS),
    "confClasses": _object(["conformsTo"], conformsTo={"type": "array", "items": _TEXT}),
    "extent": _object(
        [],
        spatial=_object([], bbox={"type": "array", "items": _NUMBERS}, crs=_TEXT),
        temporal=_object(
            [],
            interval={
                "type": "array",
                "items": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "items": {"type": "string", "format": "date-time", "nullable": True},
                },
            },
        ),
    ),
    "collection": _object(
        ["id", "links"],
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        links=_LINKS,
        extent={"$ref": "#/components/schemas/extent"},
        itemType=_TEXT,
        crs={"type": "array", "items": _TEXT},
    ),
    "collections": _object(
        ["links", "collections"],
        links=_LINKS,
        collections={"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
    ),
    "geometry": _object(
        ["type", "coordinates"],
        type={
            "type": "string",
            "enum": ["Point", "MultiLineString", "MultiPolygon"],
        },
        coordinates={"type": "array", "items": {}},
    ),
    "feature": _object(
        ["type", "id", "geometry", "properties"],
        type={"type": "string", "enum": ["Feature"]},
        id={"oneOf": [{"type": "string"}, {"type": "integer"}]},
        geometry={"$ref": "#/components/schemas/geometry"},
        properties={"type": "object"},
        links=_LINKS,
    ),
    "featureCollection": _object(
        ["type", "features"],
        type={"type": "string", "enum": ["FeatureCollection"]},
        features={"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
        links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
    ),
    "exception": _object(["code"], code=_TEXT, description=_TEXT),
}

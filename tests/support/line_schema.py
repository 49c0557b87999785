"""LINE's own description of messages, made strict: every kind by its own schema, nothing unknown.

OpenAPI's `discriminator` means nothing to a JSON Schema validator, and a schema under `allOf`
cannot refuse unknown properties. So each schema becomes one object with all the properties of the
schemas it extends, and a schema with kinds becomes a choice by the value of its `type`.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, validators  # type: ignore[import-untyped]

from settings import ROOT

FILE: Path = ROOT.parent / "shared" / "line-openapi" / "messaging-api.yml"
Json = dict[str, Any]

_BEFORE, _HERE = "#/components/schemas/", "#/$defs/"


def _by_kind(validator: Any, schema_of: Json, value: Any, _: Json) -> Iterator[Any]:
    """Our own keyword: one look says which schema is meant; to try each of them takes seconds."""
    name, schemas = schema_of["name"], schema_of["schemas"]
    if isinstance(value, dict) and (schema := schemas.get(value.get(name))):
        looked_at = schema["$ref"], json.dumps(value)
        if looked_at not in _RIGHT:
            wrong = list(validator.descend(value, schema))
            yield from wrong
            if not wrong:
                _RIGHT.add(looked_at)


_RIGHT: set[tuple[str, str]] = set()
"""What was found right before: most parts of a card are those of the card before it."""
_Validator = validators.extend(Draft202012Validator, {"byKind": _by_kind})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def validator_of(name: str) -> Any:
    """Checks against one schema of the file, strictly, such as PushMessageRequest."""
    schemas: Json = yaml.load(FILE.read_text("utf-8"), _LOADER)["components"]["schemas"]
    kinds = {f"{kind}": _choice(schema) for kind, schema in schemas.items() if _kinds(schema)}
    plain = {f"={kind}": _whole(schemas, kind) for kind in schemas}
    alone = {kind: {"$ref": f"{_HERE}={kind}"} for kind in schemas if kind not in kinds}
    made = {"$ref": _HERE + name, "$defs": plain | alone | kinds}
    return _Validator(made)


def is_one(name: str) -> None:
    """Raises SchemaError where the file describes nothing that can be checked."""
    Draft202012Validator.check_schema(validator_of(name).schema)


def wrongs(name: str, value: Any) -> list[str]:
    """What LINE's description has against this value: where, and what."""
    found = validator_of(name).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def _kinds(schema: Json) -> Json:
    mapping: Json = schema.get("discriminator", {}).get("mapping", {})
    return mapping


def _choice(schema: Json) -> Json:
    """One of the kinds, by the property that tells them apart."""
    name = schema["discriminator"]["propertyName"]
    return {
        "type": "object",
        "required": [name],
        "properties": {name: {"enum": list(_kinds(schema))}},
        "byKind": {
            "name": name,
            "schemas": {
                kind: {"$ref": f"{_HERE}={target.removeprefix(_BEFORE)}"}
                for kind, target in _kinds(schema).items()
            },
        },
    }


def _whole(schemas: Json, name: str) -> Json:
    """A schema with everything that it extends, and closed."""
    merged = _merged(schemas, schemas[name])
    if merged.get("type") == "object" and "additionalProperties" not in merged:
        merged["additionalProperties"] = False
    return merged


def _merged(schemas: Json, schema: Json) -> Json:
    if "$ref" in schema:
        return _merged(schemas, schemas[schema["$ref"].removeprefix(_BEFORE)])
    dropped = ("allOf", "discriminator", "example", "externalDocs", "properties", "required")
    merged: Json = {key: value for key, value in schema.items() if key not in dropped}
    parts = [_merged(schemas, part) for part in schema.get("allOf", [])]
    properties = {name: here for part in parts for name, here in part.get("properties", {}).items()}
    properties |= schema.get("properties", {})
    required = {name for part in (*parts, schema) for name in part.get("required", [])}
    if properties:
        merged |= {"type": "object", "properties": _relinked(properties)}
    return merged | ({"required": sorted(required)} if required else {})


def _relinked(value: Any) -> Any:
    """The same with its references pointing to the schemas made here."""
    if isinstance(value, list):
        return [_relinked(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item.replace(_BEFORE, _HERE) if key == "$ref" else _relinked(item)
        for key, item in value.items()
    }

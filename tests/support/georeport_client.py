"""A client of Open311 GeoReport v2 that knows the standard and nothing of Michi; and the standard's
own rules for what servers answer, as JSON schemas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import jsonschema

LISTS = {
    "services", "service_requests", "errors", "endpoints", "formats", "attributes", "values",
    "service_request_updates", "photos", "notes",
}  # fmt: skip
WORDS = {"type": "string"}
PERHAPS = {"type": ["string", "null"]}
MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$",
}
PERHAPS_MOMENT = {"anyOf": [MOMENT, {"type": "null"}]}


def record(needed: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """All of `needed` must be there, and nothing but that and `more`."""
    return {
        "type": "object",
        "properties": {**needed, **more},
        "required": [*needed],
        "additionalProperties": False,
    }


REQUEST = {
    "service_request_id": WORDS,
    "status": {"enum": ["open", "closed"]},
    "status_notes": PERHAPS,
    "service_name": WORDS,
    "service_code": WORDS,
    "description": {"type": ["string", "null"], "maxLength": 4000},
    "agency_responsible": PERHAPS,
    "service_notice": PERHAPS,
    "requested_datetime": MOMENT,
    "updated_datetime": MOMENT,
    "expected_datetime": PERHAPS_MOMENT,
    "address": PERHAPS,
    "address_id": PERHAPS,
    "zipcode": PERHAPS,
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "long": {"type": "number", "minimum": -180, "maximum": 180},
    "media_url": {"type": ["string", "null"], "pattern": "^https?://"},
}
SCHEMAS: Mapping[str, Any] = {
    "discovery": record(
        {
            "changeset": WORDS,
            "contact": {"type": "string", "minLength": 1},
            "key_service": {"type": "string", "minLength": 1},
            "endpoints": {
                "type": "array",
                "minItems": 1,
                "items": record(
                    {
                        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                        "url": {"type": "string", "pattern": "^https?://.*[^/]$"},
                        "changeset": WORDS,
                        "type": {"enum": ["production", "test"]},
                        "formats": {"type": "array", "contains": {"const": "text/xml"}},
                    }
                ),
            },
        }
    ),
    "services": {
        "type": "array",
        "minItems": 1,
        "items": record(
            {
                "service_code": WORDS,
                "service_name": WORDS,
                "description": PERHAPS,
                "metadata": {"type": "boolean"},
                "type": {"enum": ["realtime", "batch", "blackbox"]},
                "keywords": PERHAPS,
                "group": PERHAPS,
            }
        ),
    },
    "definition": record(
        {
            "service_code": WORDS,
            "attributes": {
                "type": "array",
                "items": record(
                    {
                        "variable": {"type": "boolean"},
                        "code": WORDS,
                        "datatype": {
                            "enum": [
                                "string", "number", "datetime", "text", "singlevaluelist",
                                "multivaluelist",
                            ]
                        },
                        "required": {"type": "boolean"},
                        "datatype_description": PERHAPS,
                        "order": {"type": "integer", "minimum": 1},
                        "description": PERHAPS,
                    },
                    values={"type": "array", "items": record({"key": WORDS, "name": WORDS})},
                ),
            },
        }
    ),
    "requests": {"type": "array", "maxItems": 1000, "items": record(REQUEST)},
    "extended": {
        "type": "array",
        "items": record(
            {
                **REQUEST,
                "extended_attributes": {"type": "object"},
                "notes": {
                    "type": "array",
                    "items": record({"datetime": MOMENT, "description": WORDS, "type": WORDS}),
                },
            }
        ),
    },
    "posted": {
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": record({"service_request_id": WORDS}, service_notice=PERHAPS, account_id=PERHAPS),
    },
    "token": {
        "type": "array",
        "minItems": 1,
        "items": record({"service_request_id": WORDS, "token": WORDS}),
    },
    "updates": {
        "type": "array",
        "minItems": 1,
        "items": record({"update_id": WORDS}, account_id=PERHAPS),
    },
    "all updates": {
        "type": "array",
        "items": record(
            {
                "update_id": WORDS,
                "service_request_id": WORDS,
                "status": {"enum": ["open", "in_progress", "internal_referral", "fixed",
                                    "no_further_action"]},
                "updated_datetime": MOMENT,
                "description": WORDS,
                "media_url": PERHAPS,
            }
        ),
    },
    "errors": {
        "type": "array",
        "minItems": 1,
        "items": record({"code": {"type": "integer"}, "description": WORDS}),
    },
}  # fmt: skip


class Refused(Exception):
    """As the server has it: the status of HTTP, and what its errors say."""

    def __init__(self, status: int, errors: Any) -> None:
        super().__init__(status, errors)
        self.status, self.errors = status, errors


@dataclass
class GeoReport:
    """Talks to one endpoint through `http` (of httpx or a test client), in both forms at once: what
    is read must be the same in JSON and in XML."""

    http: Any
    base: str = "/open311/v2"
    key: str = ""

    def get(self, what: str, path: str, **query: Any) -> Any:
        """`what`: of SCHEMAS. Raises Refused."""
        told = self._read("json", what, self.http.get(f"{self.base}/{path}.json", params=query))
        as_xml = self._read("xml", what, self.http.get(f"{self.base}/{path}.xml", params=query))
        assert as_xml == in_words(told)
        return told

    def post(self, what: str, path: str, form: str = "json", **sent: Any) -> Any:
        """Once, in this form. A list is sent value by value. Raises Refused."""
        data = {"api_key": self.key, "jurisdiction_id": "", **sent}
        answer = self.http.post(f"{self.base}/{path}.{form}", data=data)
        return self._read(form, what, answer)

    def _read(self, form: str, what: str, answer: Any) -> Any:
        fine = answer.status_code == 200
        if form == "json":
            assert answer.headers["content-type"] == "application/json; charset=utf-8"
            told = answer.json()
            jsonschema.validate(told, SCHEMAS[what if fine else "errors"])
        else:
            assert answer.headers["content-type"] == "text/xml; charset=utf-8"
            assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
            told = from_xml(ElementTree.fromstring(answer.content))
        if not fine:
            raise Refused(answer.status_code, told)
        return told


def from_xml(element: ElementTree.Element) -> Any:
    """By the Spark convention: lists by their names, an empty element is nothing."""
    if element.tag in LISTS:
        return [from_xml(each) for each in element]
    if len(element):
        return {each.tag: from_xml(each) for each in element}
    return element.text or None


def in_words(told: Any) -> Any:
    """JSON as XML has it, where everything is words."""
    if isinstance(told, dict):
        return {name: in_words(value) for name, value in told.items()}
    if isinstance(told, list):
        return [in_words(each) for each in told]
    if isinstance(told, bool):
        return str(told).lower()
    return None if told is None or told == "" else str(told)

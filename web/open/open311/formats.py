"""One answer in the standard's two forms: JSON, and the XML that it is the mapping of. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

Row = Mapping[str, Any]
Told = Row | Sequence[Any]
TYPES: Final[Mapping[str, str]] = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}


class Shape(NamedTuple):
    """`root`: the outermost element; `item`: each of a list within it, "" where it is no list."""

    root: str
    item: str = ""


DISCOVERY: Final = Shape("discovery")
SERVICES: Final = Shape("services", "service")
DEFINITION: Final = Shape("service_definition")
REQUESTS: Final = Shape("service_requests", "request")
UPDATES: Final = Shape("service_request_updates", "request_update")
ERRORS: Final = Shape("errors", "error")
_ITEMS: Final[Mapping[str, str]] = {
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
    "notes": "note",
    "photos": "photo",
}
"""What one of a list is called in XML, by the list's own name."""
_DECLARATION: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def body(form: str, shape: Shape, told: Told) -> bytes:
    """`form`: "json" or "xml". JSON has no name for the outermost; null is an empty element."""
    if form == "json":
        return json.dumps(told, ensure_ascii=False).encode()
    root = Element(shape.root)
    _fill(root, told, shape.item)
    written: bytes = tostring(root, encoding="utf-8")
    return _DECLARATION + written


def _fill(element: Element, told: Any, item: str) -> None:
    if isinstance(told, Mapping):
        for name, value in told.items():
            _fill(SubElement(element, name), value, _ITEMS.get(name, "value"))
    elif isinstance(told, str):
        element.text = _NOT_IN_XML.sub("", told)
    elif isinstance(told, Sequence):
        for each in told:
            _fill(SubElement(element, item), each, "value")
    elif isinstance(told, bool):
        element.text = "true" if told else "false"
    elif told is not None:
        element.text = str(told)

"""What coordinate system GeoJSON says it has: GDAL would fetch one that is an address. Pure."""

import re
from typing import Any, Final, NamedTuple

from geo.gis_import.json_text import parsed
from geo.kinds import BadFile

_NAMES: Final = ("name", "epsg", "ogc")
_OTHER: Final = object()


class _Only(NamedTuple):
    """The only member of an object."""

    value: object


class _Name(NamedTuple):
    """A coordinate system by its name."""

    words: str


class _Has(NamedTuple):
    """What has a “crs”, and which."""

    words: str


def named_system(text: str, name: str) -> str:
    """The name of the whole's coordinate system, "" for none.

    Raises BadFile for a link in any part of it, and for what is no JSON. Nothing is kept of what
    was read but what it says of coordinate systems, so that a large file takes no more memory than
    its text.
    """
    try:
        whole = parsed(text, name, of_object=_looked_at)
    except _Link as link:
        raise BadFile(
            f"{name}: 座標系(crs)が外へのリンクです。crs を消し、--crs で指定してください"
            " / the coordinate system is a link: take “crs” out, and give --crs"
        ) from link
    return whole.words if isinstance(whole, _Has) else ""


class _Link(Exception):
    """A “crs” that is no name, or one that leads to a file."""


def _looked_at(members: list[tuple[str, Any]]) -> object:
    """What an object with these members says of coordinate systems. GDAL takes capitals too, and
    reads a name no further than to a NUL."""
    plain = [(key.partition("\0")[0].casefold(), value) for key, value in members]
    systems = [_name_of(value) for key, value in plain if key == "crs" and value is not None]
    if systems:
        return _Has(systems[-1])
    facts = dict(plain)
    says, properties = facts.get("type"), facts.get("properties")
    is_name = len(members) == len(facts) == 2 and "properties" in facts
    if is_name and isinstance(says, str) and says.casefold() in _NAMES:
        return _Name(str(properties.value) if isinstance(properties, _Only) else "")
    one = members[0][1] if len(members) == 1 else None
    return _Only(one) if isinstance(one, _PLAIN) else _OTHER


def _name_of(system: object) -> str:
    """Raises _Link for what is no name, and for one that PROJ would look up in a file."""
    if not isinstance(system, _Name | _PLAIN):
        raise _Link
    words = system.words if isinstance(system, _Name) else str(system)
    if _IN_A_FILE.search(words):
        raise _Link
    return words


_PLAIN: Final = str | int | float
_IN_A_FILE: Final = re.compile(r"init\s*=|grids", re.IGNORECASE)

"""GeoJSON whose coordinate system is an address: GDAL would go and fetch it. Pure."""

from typing import Any, Final

from geo.gis_import.json_text import parsed
from geo.kinds import BadFile

_NAMES: Final = ("name", "epsg", "ogc")
_OTHER: Final = object()
_BY_NAME: Final = object()


def refuse_links(text: str, name: str) -> None:
    """Raises BadFile for such a link in any part of it, and for what is no JSON.

    Nothing is kept of what was read but whether it says a coordinate system, so that a large file
    takes no more memory than its text.
    """
    try:
        parsed(text, name, of_object=_looked_at)
    except _Link as link:
        raise BadFile(
            f"{name}: 座標系(crs)が外へのリンクです。crs を消し、--crs で指定してください"
            " / the coordinate system is a link: take “crs” out, and give --crs"
        ) from link


class _Link(Exception):
    """A “crs” that is no name."""


def _looked_at(members: list[tuple[str, Any]]) -> object:
    """Whether these are the members of a coordinate system's name. GDAL takes capitals too."""
    for key, value in members:
        if key.casefold() == "crs" and value not in (None, _BY_NAME) and not _is_plain(value):
            raise _Link
    facts = {key.casefold(): value for key, value in members}
    says = facts.get("type")
    is_name = len(members) == len(facts) == 2 and "properties" in facts
    return _BY_NAME if is_name and isinstance(says, str) and says.casefold() in _NAMES else _OTHER


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float))

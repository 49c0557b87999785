"""Tickets as points of GeoJSON, and the boxes that they are asked for in. Pure."""

from collections.abc import Sequence
from typing import Final

from web.open.ogc.asked import BadParameter, Box

_JAPAN: Final = (122.0, 155.0)
"""Longitudes between which every city's tickets lie."""
NOWHERE: Final[Box] = (0.0, 0.0, 0.0, 0.0)


def point(lon: float, lat: float) -> str:
    """To some 10 cm."""
    return f'{{"type":"Point","coordinates":[{round(lon, 6)},{round(lat, 6)}]}}'


def in_one_box(boxes: Sequence[Box]) -> Box | None:
    """Of a box over the 180th meridian the half that a ticket can lie in. Raises BadParameter where
    that is both."""
    if not boxes:
        return None
    theirs = [box for box in boxes if box[0] <= _JAPAN[1] and box[2] >= _JAPAN[0]]
    if len(theirs) > 1:
        raise BadParameter("bbox は、西が東より小さくなるように書いてください。")
    return theirs[0] if theirs else NOWHERE

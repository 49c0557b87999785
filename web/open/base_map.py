"""How the city under public maps begins."""

from typing import Any, Final

from sqlalchemy.orm import Session

from web.maps.base_map import first_look
from web.open.words import Words

TILES: Final = "/open/city/{z}/{x}/{y}.mvt"


def beginning(db: Session, words: Words) -> dict[str, Any]:
    """As of `first_look`, with where the tiles are and what the map's script says."""
    return first_look(db) | {"city": TILES, "words": {name: words(name) for name in _SAID}}


_SAID: Final = (
    "map", "zoom_in", "zoom_out", "close", "no_map", "open_one", "two_fingers", "with_ctrl",
    "with_cmd", "no_points",
)  # fmt: skip

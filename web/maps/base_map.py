"""Where the city's maps begin, and what they are drawn from."""

from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import profile
from settings import settings

_NO_CITY: Final = {"lon": 138.0, "lat": 37.5, "zoom": 4}


def first_look(db: Session) -> dict[str, Any]:
    """Where a map starts (lon, lat, zoom), and the tiles that stand for our own drawing."""
    facts = profile.profile(db)
    centre = facts.get("centre", _NO_CITY)
    return {
        "lon": centre["lon"],
        "lat": centre["lat"],
        "zoom": facts.get("zoom", _NO_CITY["zoom"]),
        "tiles": settings().map_tiles_url,
        "attribution": settings().map_tiles_attribution,
    }

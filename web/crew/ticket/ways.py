"""The links of a ticket that open the phone's own map; our page asks nobody. Pure."""

from typing import Final, NamedTuple
from urllib.parse import quote

from geo.points import Point


class Way(NamedTuple):
    """A link and its name."""

    address: str
    name: str


def ways(place: Point, user_agent: str) -> tuple[Way, Way]:
    """The one that this phone's own map opens, and another one."""
    at = f"{place.lat:.6f},{place.lon:.6f}"
    google = Way(_GOOGLE.format(quote(at)), "Google マップ")
    apple = Way(_APPLE.format(quote(at)), "マップ")
    phone = Way(f"geo:{at}?q={at}", "地図アプリ")
    if any(name in user_agent for name in ("iPhone", "iPad")):
        return apple, google
    return (phone, google) if "Android" in user_agent else (google, phone)


_GOOGLE: Final = "https://www.google.com/maps/dir/?api=1&destination={}"
_APPLE: Final = "https://maps.apple.com/?daddr={}"

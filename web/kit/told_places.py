"""Places that residents sent for a ticket after it was filed, beside the one it has. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from geo.points import WINDS, Point, metres_between, way
from reports.tickets.events import Added
from reports.tickets.read_models import HistoryLine
from web.kit.labels import distance

SAME_PLACE_M: Final = 1.0
MOST: Final = 3
_WAYS: Final = dict(
    zip(WINDS, ("北", "北東", "東", "南東", "南", "南西", "西", "北西"), strict=True)
)


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """Where, when it was sent, and how far that is from the ticket's place, in words."""

    point: Point
    at: datetime
    away: str


def told_places(history: Iterable[HistoryLine], here: Point) -> list[ToldPlace]:
    """The newest MOST, the newest first, without those where the ticket is by now."""
    told = [
        (Point(*line.event.place), line.at)
        for line in history
        if isinstance(line.event, Added) and line.event.place
    ]
    return [
        ToldPlace(point, at, f"{_WAYS[way(here, point)]}へ{distance(metres)}")
        for point, at in reversed(told)
        if (metres := metres_between(here, point)) >= SAME_PLACE_M
    ][:MOST]

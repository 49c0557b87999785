"""What stands in a patrol's log, gathered from the database alone."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import METRES_OF_A_DEGREE, Point
from reports.city import profile
from reports.city.clock import now
from reports.documents.maps import surroundings
from reports.documents.maps.labels import Run
from reports.documents.maps.svg import Piece
from reports.patrols import queries, way
from reports.patrols.queries import Find, PatrolSummary
from reports.patrols.spots import Spot, spots_of
from reports.tickets.models import OUTSIDE_SMALL

WIDE: Final = 180.0
HIGH: Final = 92.0
"""Of the map on paper, in millimetres."""
_ROOM: Final = 1.25
_LEAST, _MOST = 4.0, 250.0
"""Metres a millimetre of it."""


@dataclass(frozen=True, slots=True)
class LogMap:
    """The surroundings of a patrol; runs and spots (with the letters of their pins) are metres east
    and north of the middle."""

    around: Sequence[Piece]
    way: Sequence[Run]
    spots: Sequence[tuple[float, float, str]]
    metres_a_mm: float


@dataclass(frozen=True, slots=True)
class LogFacts:
    """Everything in the log. `photos`: keys in the photo store by photo; `names`: of categories.

    `map` is None where neither a way nor a find has a place.
    """

    patrol: PatrolSummary
    finds: Sequence[Find]
    names: Mapping[str, str]
    photos: Mapping[int, str]
    city: str
    map: LogMap | None
    drawn_at: datetime


def facts_of(db: Session, patrol: PatrolSummary) -> LogFacts:
    """From the database alone."""
    finds = queries.finds(db, patrol.id)
    runs = way.runs(queries.samples(db, patrol.id))
    shown = [id for one in finds for id in (one.photo_id, one.after_id) if id]
    return LogFacts(
        patrol=patrol,
        finds=finds,
        names={key: one.name("ja") for key, one in profile.categories(db).items()},
        photos=_keys(db, shown),
        city=str(profile.profile(db).get("name", "")),
        map=_map(db, runs, spots_of(finds)),
        drawn_at=now(),
    )


def _keys(db: Session, photo_ids: Collection[int]) -> dict[int, str]:
    rows = db.execute(_KEYS, {"ids": list(photo_ids)})
    return {row.id: row.small for row in rows if row.small}


_KEYS: Final = text(f"""
    SELECT p.id, {OUTSIDE_SMALL} AS small FROM photos p
    WHERE p.id = ANY(CAST(:ids AS bigint[])) AND p.state = 'stored'
""")


def _map(db: Session, runs: Sequence[Sequence[Point]], spots: Sequence[Spot]) -> LogMap | None:
    points = [*(one.place for one in spots), *(one for run in runs for one in run)]
    if not points:
        return None
    lons, lats = [one.lon for one in points], [one.lat for one in points]
    middle = Point((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
    away = [_metres(one, middle) for one in points]
    east, north = (max(abs(one[way]) for one in away) for way in (0, 1))
    scale = _ROOM * max(2 * east / WIDE, 2 * north / HIGH)
    scale = min(max(scale, _LEAST), _MOST)
    return LogMap(
        around=surroundings.around(db, middle, scale * WIDE / 2),
        way=tuple(tuple(_metres(one, middle) for one in run) for run in runs),
        spots=tuple((*_metres(one.place, middle), one.label) for one in spots),
        metres_a_mm=scale,
    )


def _metres(point: Point, middle: Point) -> tuple[float, float]:
    east = (point.lon - middle.lon) * math.cos(math.radians(middle.lat))
    return east * METRES_OF_A_DEGREE, (point.lat - middle.lat) * METRES_OF_A_DEGREE

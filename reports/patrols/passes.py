"""Which patrols passed a place, and when: out of the ways that their phones kept."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.points import Point
from store import sql

WITHIN_M: Final = 30.0
"""So near the way of a patrol counts as past the place: a road's width and what a phone's position
may be out."""


class Pass(NamedTuple):
    """A patrol that went out then. `passed_at`, `metres`: when it came nearest, and how near; None
    where it did not come within WITHIN_M. `has_way`: whether there is a way of it at all; without
    one nobody can say where it was. `finds`: all of it, `finds_here` of these tickets."""

    id: int
    kind: str
    who: str
    weather: str
    car: str
    routes: str
    began_at: datetime
    ended_at: datetime | None
    has_way: bool
    passed_at: datetime | None
    metres: float | None
    finds: int
    finds_here: int


def passes(
    db: Session, place: Point, since: datetime, until: datetime, ticket_ids: list[int]
) -> list[Pass]:
    """All patrols that began from `since` until before `until`, in the order of their time."""
    asked = {
        "lon": place.lon,
        "lat": place.lat,
        "since": since,
        "until": until,
        "within": WITHIN_M,
        "tickets": ticket_ids,
    }
    return [Pass(*row) for row in sql.run(db, _PASSES, **asked)]


# a step over a gap of more than five minutes is no line (as `way.runs`); the box is 100 m and more
# everywhere in Japan
_PASSES: Final = """
    WITH here AS (
        SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS place,
               ST_Expand(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 0.0015) AS box
    ), out AS (
        SELECT * FROM patrols WHERE began_at >= %(since)s AND began_at < %(until)s
    ), steps AS (
        SELECT patrol_id, at, place, lead(place) OVER way AS next, lead(at) OVER way AS next_at
        FROM patrol_points WHERE patrol_id IN (SELECT id FROM out)
        WINDOW way AS (PARTITION BY patrol_id ORDER BY at)
    ), lines AS (
        SELECT patrol_id, at, next_at,
               next IS NOT NULL AND next_at - at <= interval '5 min' AS goes,
               CASE WHEN next_at - at <= interval '5 min' THEN ST_MakeLine(place, next)
                    ELSE place END AS line
        FROM steps
    ), near AS (
        SELECT DISTINCT ON (patrol_id) patrol_id,
               ST_Distance(line::geography, here.place::geography) AS metres,
               at + CASE WHEN goes AND ST_Length(line) > 0
                         THEN (next_at - at) * ST_LineLocatePoint(line, here.place)
                         ELSE interval '0' END AS passed_at
        FROM lines, here WHERE line && here.box
        ORDER BY patrol_id, ST_Distance(line::geography, here.place::geography), at
    )
    SELECT p.id, p.kind, concat_ws('、', nullif(p.by_name, ''), nullif(p.members, '')), p.weather,
           p.car, p.routes, p.began_at, p.ended_at,
           EXISTS (SELECT FROM patrol_points WHERE patrol_id = p.id),
           CASE WHEN n.metres <= %(within)s THEN n.passed_at END,
           CASE WHEN n.metres <= %(within)s THEN round(n.metres::numeric, 1)::float END,
           (SELECT count(*) FROM patrol_finds WHERE patrol_id = p.id),
           (SELECT count(*) FROM patrol_finds f JOIN reports r ON r.id = f.report_id
            WHERE f.patrol_id = p.id AND r.ticket_id = ANY(%(tickets)s::bigint[]))
    FROM out p LEFT JOIN near n ON n.patrol_id = p.id ORDER BY p.began_at, p.id
"""

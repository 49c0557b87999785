"""What lies around a ticket's place, from the city's own areas and roads, in metres."""

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point
from reports.documents.maps.labels import Run
from reports.documents.maps.svg import Piece

if TYPE_CHECKING:
    from geo.wkb import Coordinates

HALF_M: Final = 300.0
"""How far the surroundings reach from the place to each side."""
MOST_ROADS_M: Final = 1_500.0


def around(db: Session, place: Point, half_m: float = HALF_M) -> tuple[Piece, ...]:
    """Areas and roads within so many metres of the place, cut off there; the city's first, roads
    last. Beyond MOST_ROADS_M only the state's and the prefecture's roads."""
    plane = f"+proj=aeqd +lat_0={place.lat!r} +lon_0={place.lon!r} +datum=WGS84 +units=m +type=crs"
    values = {"lon": place.lon, "lat": place.lat, "half": half_m, "plane": plane}
    values["all_roads"] = half_m <= MOST_ROADS_M
    return tuple(piece for row in db.execute(_AROUND, values) if (piece := _piece(row)).runs)


def _piece(row: Any) -> Piece:
    from geo.wkb import read  # with numpy, for those who draw

    shape = read(bytes(row.shape))
    runs = tuple(_run(run) for run in shape.runs) if shape else ()
    return Piece(row.kind, row.id, row.name, row.ref, row.owner, runs)


def _run(run: "Coordinates") -> Run:
    return tuple((float(east), float(north)) for east, north in run.tolist())


# cut in degrees first: a whole city's outline is never turned into metres; 1e-8 square degrees are
# some 100 m², and of less no points can be made
_AROUND: Final = text("""
    WITH circle AS (
        SELECT ST_Buffer(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :half)::geometry
            AS shape
    ), here AS MATERIALIZED (
        SELECT ST_Envelope(shape) AS square, Box2D(shape) AS box,
               ST_Envelope(ST_Buffer(ST_Centroid(shape)::geography, :half / 3)::geometry) AS middle
        FROM circle
    ), cut AS (
        SELECT 1 AS rank, kind, id, '' AS name, '' AS ref, '' AS owner,
               ST_ClipByBox2D(shape, box) AS shape
        FROM areas, here WHERE kind = 'city' AND shape && square
        UNION ALL
        SELECT 2, 'border', id, kind, '', '', ST_ClipByBox2D(ST_Boundary(shape), box)
        FROM areas, here WHERE kind IN ('city', 'town', 'neighbour') AND shape && square
        UNION ALL
        SELECT 3, 'label', id, name, '', '', ST_GeneratePoints(part, 60, 1)
        FROM areas, here, LATERAL (SELECT ST_ClipByBox2D(shape, Box2D(middle)) AS part) AS near
        WHERE kind IN ('town', 'neighbour') AND shape && middle AND ST_Area(part) > 1e-8
        UNION ALL
        SELECT 4, 'road', id, name, ref, owner, ST_ClipByBox2D(line, box)
        FROM roads, here WHERE line && square
          AND (CAST(:all_roads AS boolean) OR owner IN ('national', 'prefecture'))
    )
    SELECT kind, id, name, ref, owner,
           ST_AsBinary(ST_Simplify(ST_Transform(shape, CAST(:plane AS text)), 0.5, true)) AS shape
    FROM cut WHERE NOT ST_IsEmpty(shape) ORDER BY rank, id
""")

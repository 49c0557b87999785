"""The roads that are loaded become sections: the net in SQL, its joints in `chains`, names, keys.

All in one transaction, by temporary tables. Lengths within it are metres of a plane around the
middle of the roads; what is kept of a section is measured on the ellipsoid.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.models import Layer
from geo.sections import names
from geo.sections.chains import Chain, Cut, Line, chains
from geo.sections.models import SectionCut
from store import sql

MEETS_M: Final = 3.0
"""An end so near to another road meets it; what lies so near to each other is one crossing."""
Told = Callable[[int, int], None]
"""Is told which step is done, of how many."""
_STEPS: Final = 6
_KINDS: Final = ("road", "crossing", "town")
LATE: Final = f"""
    SELECT coalesce(max(loaded_at) < now() - interval '1 day' AND jsonb_agg(id ORDER BY id)
        IS DISTINCT FROM (SELECT layers FROM section_cuts WHERE id = 1), false)
    FROM layers WHERE state = 'live' AND kind IN ({", ".join(f"'{kind}'" for kind in _KINDS)})
"""
"""SQL: as `is_late`."""


def layers_in_use(db: Session) -> list[int]:
    """The ids of all that sections are made of."""
    used = select(Layer.id).where(Layer.state == "live", Layer.kind.in_(_KINDS))
    return sorted(db.scalars(used))


def is_cut(db: Session) -> bool:
    """Whether the sections are those of the map that is loaded."""
    state = db.get(SectionCut, 1)
    return (state.layers if state else []) == layers_in_use(db)


def is_late(db: Session) -> bool:
    """Whether a map has been in use for a day, and sections are still not of it."""
    return bool(sql.run(db, LATE)[0][0])


def cut(db: Session, told: Told = lambda step, steps: None) -> int:
    """Sections of all roads in use, instead of those that were; how many there are.

    One at a time: who comes second waits for the first one's commit.
    """
    sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended('cutting', 0))")
    layers = layers_in_use(db)
    for step, statement in enumerate((_LINES, _MEETS, _NODES), 1):
        for each in statement:
            sql.run(db, each, meets=MEETS_M)
        told(step, _STEPS)
    made = chains(_lines(db), (Cut(*row) for row in sql.run(db, _CUTS)))
    _put_chains(db, made)
    told(4, _STEPS)
    for each in _SHAPES:
        sql.run(db, each)
    told(5, _STEPS)
    many = _keep(db)
    state = db.get(SectionCut, 1) or SectionCut(id=1)
    state.layers, state.cut_at = layers, datetime.now(UTC)
    db.add(state)
    db.flush()
    told(6, _STEPS)
    return many


def _lines(db: Session) -> list[Line]:
    return [Line(metres, road, named, row) for metres, road, named, row in sql.run(db, _OF_LINES)]


def _put_chains(db: Session, made: list[Chain]) -> None:
    runs = [
        (number, turn, *run)
        for number, chain in enumerate(made)
        for turn, run in enumerate(chain.runs)
    ]
    sql.run(
        db, _PUT_ENDS, numbers=[*range(len(made))], a=[c.a for c in made], b=[c.b for c in made]
    )
    columns = zip(*runs, strict=True) if runs else [()] * 5
    number, turn, line, begin, end = (list(each) for each in columns)
    sql.run(db, _PUT_RUNS, number=number, turn=turn, line=line, begin=begin, end=end)


def _keep(db: Session) -> int:
    """Named; those of the same key stay the rows that they are."""
    found = [names.found(*row) for row in sql.run(db, _FOUND, near=names.CROSSING_WITHIN_M)]
    sql.run(db, _AWAY)
    sql.run(
        db,
        _KEEP,
        numbers=[each.number for each in found],
        names=names.said(found),
        towns=[each.town for each in found],
    )
    for table in ("cut_lines", "cut_points", "cut_nodes", "cut_ends", "cut_runs", "cut_shapes"):
        sql.run(db, f"DROP TABLE pg_temp.{table}")
    sql.run(db, "ANALYZE road_sections")
    return len(found)


# A line that crosses itself is taken apart there; one that is drawn twice is one.
_LINES: Final = (
    """
    CREATE TEMP TABLE cut_lines AS
    WITH middle AS (
        SELECT 110950.0 AS tall, 111320.0 * cos(radians(
            (ST_YMin(box) + ST_YMax(box)) / 2)) AS wide
        FROM (SELECT ST_Extent(line) AS box FROM roads) AS all_roads
    ), single AS (
        SELECT r.id AS row, r.owner, r.name, r.ref, r.road_class, r.level,
               p.geom AS line
        FROM roads r CROSS JOIN LATERAL ST_Dump(r.line) AS d
        CROSS JOIN LATERAL ST_Dump(CASE WHEN ST_IsSimple(d.geom) THEN d.geom
                                        ELSE ST_UnaryUnion(d.geom) END) AS p
    ), flat AS (
        SELECT s.*, ST_Scale(s.line, m.wide, m.tall) AS flat, m.wide, m.tall
        FROM single s, middle m WHERE ST_Length(s.line) > 0
    ), once AS (
        SELECT DISTINCT ON (owner, name, ref, level, ST_Normalize(ST_SnapToGrid(flat, 0.1))) *
        FROM flat
        ORDER BY owner, name, ref, level, ST_Normalize(ST_SnapToGrid(flat, 0.1)), row
    )
    SELECT (row_number() OVER (ORDER BY row, ST_XMin(flat), ST_YMin(flat), ST_Length(flat)))::int
               - 1 AS line_number,
           row, owner, name, ref, road_class, level, wide, tall, flat, ST_Length(flat) AS metres,
           ST_StartPoint(flat) AS first, ST_EndPoint(flat) AS last
    FROM once
    """,
    "CREATE INDEX ON cut_lines USING gist (flat)",
    "CREATE INDEX ON cut_lines (line_number)",
    "ANALYZE cut_lines",
)
# Where two of one level share a point; and where an end of one lies at the other, whatever level.
_MEETS: Final = (
    """
    CREATE TEMP TABLE cut_points AS
    SELECT line_number AS line, first AS point, 0.0::float8 AS at FROM cut_lines
    UNION ALL SELECT line_number, last, 1.0 FROM cut_lines
    """,
    """
    INSERT INTO cut_points
    SELECT side.line, met.point, ST_LineLocatePoint(side.flat, met.point)
    FROM cut_lines a
    JOIN cut_lines b ON a.line_number < b.line_number AND a.level = b.level AND a.flat && b.flat
        AND ST_Intersects(a.flat, b.flat)
    CROSS JOIN LATERAL ST_Dump(ST_Intersection(a.flat, b.flat)) AS part
    CROSS JOIN LATERAL (
        SELECT part.geom AS point WHERE GeometryType(part.geom) = 'POINT'
        UNION ALL SELECT ST_StartPoint(part.geom) WHERE GeometryType(part.geom) = 'LINESTRING'
        UNION ALL SELECT ST_EndPoint(part.geom) WHERE GeometryType(part.geom) = 'LINESTRING'
    ) AS met
    CROSS JOIN LATERAL (VALUES (a.line_number, a.flat), (b.line_number, b.flat))
        AS side (line, flat)
    """,
    """
    INSERT INTO cut_points
    SELECT b.line_number, ST_ClosestPoint(b.flat, tip.point),
           ST_LineLocatePoint(b.flat, tip.point)
    FROM cut_lines a
    CROSS JOIN LATERAL (VALUES (a.first), (a.last)) AS tip (point)
    JOIN cut_lines b ON a.line_number <> b.line_number
        AND ST_DWithin(b.flat, tip.point, %(meets)s)
    """,
)
_NODES: Final = (
    """
    CREATE TEMP TABLE cut_nodes AS
    SELECT line, at, point, ST_ClusterDBSCAN(point, eps := %(meets)s, minpoints := 1) OVER ()
               AS node
    FROM cut_points
    """,
    "CREATE INDEX ON cut_nodes (node)",
    "ANALYZE cut_nodes",
)
_CUTS: Final = "SELECT DISTINCT line, at, node FROM cut_nodes ORDER BY line, at, node"
_OF_LINES: Final = """
    SELECT metres, concat_ws(E'\\t', owner, name, ref), name <> '' OR ref <> '', row
    FROM cut_lines ORDER BY line_number
"""
_PUT_ENDS: Final = """
    CREATE TEMP TABLE cut_ends AS
    SELECT * FROM unnest(%(numbers)s::int[], %(a)s::int[], %(b)s::int[]) AS given (number, a, b)
"""
_PUT_RUNS: Final = """
    CREATE TEMP TABLE cut_runs AS
    SELECT * FROM unnest(%(number)s::int[], %(turn)s::int[], %(line)s::int[], %(begin)s::float8[],
                         %(end)s::float8[]) AS given (number, turn, line, begins, ends)
"""
_SHAPES: Final = (
    """
    CREATE TEMP TABLE cut_shapes AS
    WITH parts AS (
        SELECT r.number, r.turn, l.name, l.ref, l.owner, l.road_class, l.row, r.begins > r.ends
                   AS is_turned,
               ST_Scale(ST_LineSubstring(l.flat, least(begins, ends), greatest(begins, ends)),
                        1 / l.wide, 1 / l.tall) AS line
        FROM cut_runs r JOIN cut_lines l ON l.line_number = r.line
    ), whole AS (
        SELECT number, min(row) AS row, ST_SetSRID(ST_Multi(ST_LineMerge(
                   ST_Collect(line ORDER BY turn))), 4326) AS line,
               (array_agg(CASE WHEN is_turned THEN ST_EndPoint(line) ELSE ST_StartPoint(line) END
                          ORDER BY turn))[1] AS first,
               (array_agg(CASE WHEN is_turned THEN ST_StartPoint(line) ELSE ST_EndPoint(line) END
                          ORDER BY turn DESC))[1] AS last
        FROM parts WHERE GeometryType(line) = 'LINESTRING' GROUP BY number
    ), measured AS (
        SELECT w.*, ST_Length(w.line::geography) AS metres, ST_Centroid(w.line) AS middle,
               r.name, r.ref, r.owner, r.road_class
        FROM whole w JOIN roads r ON r.id = w.row
        WHERE GeometryType(w.line) = 'MULTILINESTRING'
    ), ends AS (
        SELECT *, round(ST_X(first)::numeric, 5) || ' ' || round(ST_Y(first)::numeric, 5) AS a,
               round(ST_X(last)::numeric, 5) || ' ' || round(ST_Y(last)::numeric, 5) AS b,
               round(ST_X(middle)::numeric, 4) || ' ' || round(ST_Y(middle)::numeric, 4) AS c
        FROM measured
    ), keyed AS (
        SELECT *, substr(md5(concat_ws(E'\\t', name, ref, least(a, b), greatest(a, b), c)), 1, 12)
                   AS key
        FROM ends
    )
    SELECT number, name, ref, owner, road_class, metres, middle, line,
           key || CASE WHEN twin > 1 THEN '-' || twin ELSE '' END AS key
    FROM (SELECT *, row_number() OVER (PARTITION BY key ORDER BY number) AS twin FROM keyed) AS all_
    """,
    "ANALYZE cut_shapes",
)
# A road that goes on past the node has two ways there, one that ends has one.
_FOUND: Final = """
    WITH ways AS MATERIALIZED (
        SELECT node, sum(many) AS ways, array_agg(DISTINCT name ORDER BY name) AS roads,
               ST_Centroid(ST_Collect(point)) AS point
        FROM (SELECT n.node, n.line, coalesce(nullif(l.name, ''), l.ref) AS name,
                     CASE WHEN max(n.at) IN (0, 1) AND min(n.at) = max(n.at) THEN 1 ELSE 2 END
                         AS many,
                     ST_Centroid(ST_Collect(ST_Scale(n.point, 1 / l.wide, 1 / l.tall))) AS point
              FROM cut_nodes n JOIN cut_lines l ON l.line_number = n.line
              GROUP BY n.node, n.line, l.name, l.ref) AS of_line
        GROUP BY node
    ), called AS MATERIALIZED (
        SELECT w.node, w.ways, w.roads, near.name
        FROM ways w LEFT JOIN LATERAL (
            SELECT name FROM assets
            WHERE kind = 'crossing' AND name <> '' AND w.ways > 2
              AND ST_DWithin(place::geography, ST_SetSRID(w.point, 4326)::geography, %(near)s)
            ORDER BY place::geography <-> ST_SetSRID(w.point, 4326)::geography, id LIMIT 1
        ) AS near ON true
    )
    SELECT s.number, s.name, s.ref, coalesce(town.name, point.name, ''),
           a.ways::int, a.name, a.roads, b.ways::int, b.name, b.roads
    FROM cut_shapes s
    JOIN cut_ends e USING (number)
    LEFT JOIN called a ON a.node = e.a
    LEFT JOIN called b ON b.node = e.b
    LEFT JOIN LATERAL (SELECT name FROM areas WHERE kind = 'town' AND ST_Covers(shape, s.middle)
                       ORDER BY id LIMIT 1) AS town ON true
    LEFT JOIN LATERAL (SELECT name FROM assets WHERE kind = 'town' AND town.name IS NULL
                       ORDER BY place <-> s.middle LIMIT 1) AS point ON true
    ORDER BY s.number
"""
_AWAY: Final = """
    UPDATE road_sections SET in_use = false
    WHERE in_use AND NOT EXISTS (SELECT FROM cut_shapes s WHERE s.key = road_sections.key)
"""
_KEEP: Final = """
    INSERT INTO road_sections AS kept
        (key, name, road_name, ref, owner, road_class, town, length_m, line, in_use)
    SELECT s.key, said.name, s.name, s.ref, s.owner, s.road_class, said.town, s.metres, s.line, true
    FROM unnest(%(numbers)s::int[], %(names)s::text[], %(towns)s::text[])
        AS said (number, name, town) JOIN cut_shapes s USING (number)
    ON CONFLICT (key) DO UPDATE SET
        name = excluded.name, owner = excluded.owner, road_class = excluded.road_class,
        town = excluded.town, length_m = excluded.length_m, line = excluded.line, in_use = true
"""

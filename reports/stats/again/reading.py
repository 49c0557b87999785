"""What came back, and the sections of roads in the order of how much is reported of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.orders.numbers import number_words
from reports.tickets.mended import last_move
from store import sql

SHORTEST_M: Final = 50.0
"""A shorter section counts as one of that length, or one report would put it on top."""
MOST_YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class Only:
    """Which of them: kinds and towns, () for all; the last `years` years, up to `until`."""

    until: date
    years: int = 2
    categories: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        return self.until - timedelta(days=365 * self.years - 1)


@dataclass(frozen=True, slots=True)
class Again:
    """A repair (`first`, mended at `fixed_at` by `who`, in `order` of `contractor`) and what came
    back (`again`, `metres` away); the same number where it was reopened. `after`: the photo of the
    repair, `before`: the first of what came back; ids."""

    id: int
    first: str
    fixed_at: datetime
    who: str
    order: str
    contractor: str
    after: int | None
    again: str
    again_at: datetime
    before: int | None
    how: str
    metres: float
    category: str
    place: str
    section: str | None
    section_name: str

    @property
    def days(self) -> int:
        """Between both, in days of the calendar."""
        return (clock.local(self.again_at).date() - clock.local(self.fixed_at).date()).days


@dataclass(frozen=True, slots=True)
class Ranked:
    """A section: `tickets` received, `weighted` by kind, `rate`: of these per 100 m and year;
    `again`: repairs that came back; `yen`: what orders in it cost as far as known, None where
    nothing is; `by_year`: tickets by year, as of `years_of`."""

    key: str
    name: str
    road: str
    ref: str
    owner: str
    town: str
    length_m: float
    tickets: int
    weighted: float
    rate: float
    again: int
    yen: int | None
    by_year: Mapping[str, int]
    line: str


def came_back(
    db: Session, only: Only, *, section: str = "", after: int | None = None, limit: int | None = 50
) -> list[Again]:
    """The newest first; those behind the one of the id `after`."""
    given = _given(only) | {"section": section, "after": after, "limit": limit}
    return [_again(*row) for row in sql.run(db, _AGAIN, **given)]


def count(db: Session, only: Only, section: str = "") -> int:
    """How many `came_back` lists in all."""
    return int(sql.run(db, _COUNT, **_given(only), section=section)[0][0])


def sections(db: Session, only: Only, *, limit: int | None = 50) -> list[Ranked]:
    """Those with anything reported, the highest rate first; `line` as GeoJSON."""
    return [Ranked(*row) for row in sql.run(db, _RANKED, **_weighed(db, only), limit=limit)]


def rates(db: Session, only: Only) -> list[tuple[str, float]]:
    """Key and rate of all that `sections` has, in its order."""
    return [(key, rate) for key, rate in sql.run(db, _RATES, **_weighed(db, only))]


def years_of(only: Only) -> dict[str, str]:
    """The years that the period has, by the keys of `by_year`, in their order, in words."""
    begins = {ago: only.until - timedelta(days=365 * (ago + 1) - 1) for ago in range(only.years)}
    named = {str(ago): f"{day.year}年{day.month}月から1年" for ago, day in begins.items()}
    return dict(reversed(named.items()))


def towns(db: Session) -> list[str]:
    """Those that sections lie in."""
    found = sql.run(db, "SELECT DISTINCT town FROM road_sections WHERE in_use AND town <> ''")
    return sorted(town for (town,) in found)


def tickets_of(db: Session, section: str, only: Only) -> Iterator[tuple[Any, ...]]:
    """Number, day, kind, state and place of each ticket on the section, the newest first."""
    yield from sql.run(db, _TICKETS, **_given(only), section=section)


def section_name(db: Session, key: str) -> str | None:
    """None for a key that no section has."""
    found = sql.run(db, "SELECT name FROM road_sections WHERE key = %(key)s", key=key).fetchone()
    return found[0] if found else None


def section_names(db: Session, keys: Collection[str]) -> dict[str, str]:
    """Of each of these keys that a section has."""
    asked = "SELECT key, name FROM road_sections WHERE key = ANY(%(keys)s::text[])"
    return dict(sql.run(db, asked, keys=list(keys)).fetchall())


def most_again(db: Session, only: Only) -> tuple[str, str, int] | None:
    """Key and name of the section on which the most repairs came back, and how many; None where
    none did."""
    found = sql.run(db, _MOST_AGAIN, **_given(only), section="").fetchone()
    return tuple(found) if found else None


def _given(only: Only) -> dict[str, Any]:
    return {
        "first": only.first,
        "last": only.until,
        "begin": clock.begin_of(only.first),
        "end": clock.begin_of(only.until + timedelta(days=1)),
        "categories": list(only.categories),
        "towns": list(only.towns),
    }


def _weighed(db: Session, only: Only) -> dict[str, Any]:
    kinds = profile.categories(db)
    weights = {"keys": list(kinds), "weights": [each.weight for each in kinds.values()]}
    return _given(only) | weights | {"shortest": SHORTEST_M, "years": only.years}


def _again(*row: Any) -> Again:
    fiscal_year, serial, contractor = row[4:7]
    order = number_words(fiscal_year, serial) if serial else ""
    values = (*row[:4], order, contractor or "", *row[7:])
    return Again(*values)


_KEPT: Final = """
    {0}.category = ANY(CASE WHEN cardinality(%(categories)s::text[]) = 0
                            THEN ARRAY[{0}.category] ELSE %(categories)s::text[] END)
    AND {1}.town = ANY(CASE WHEN cardinality(%(towns)s::text[]) = 0
                            THEN ARRAY[{1}.town] ELSE %(towns)s::text[] END)
"""
_THESE: Final = f"""
    c.again_at >= %(begin)s AND c.again_at < %(end)s AND {_KEPT.format("c", "c")}
    AND (%(section)s::text = '' OR c.section = %(section)s)
"""
_COUNT: Final = f"SELECT count(*) FROM came_back c WHERE {_THESE}"
_MOST_AGAIN: Final = f"""
    SELECT s.key, s.name, count(*) FROM came_back c JOIN road_sections s ON s.key = c.section
    WHERE s.in_use AND {_THESE} GROUP BY s.key ORDER BY count(*) DESC, s.key LIMIT 1
"""
_AGAIN: Final = f"""
    SELECT c.id, first.number, c.fixed_at, coalesce(mended.actor_name, ''),
           works.fiscal_year, works.serial, works.name, after.id,
           again.number, c.again_at, before.id, c.how, c.metres, c.category, again.place_name,
           c.section, coalesce(s.name, '')
    FROM (
        SELECT * FROM came_back c
        WHERE {_THESE} AND (%(after)s::bigint IS NULL OR (c.again_at, c.id)
            < (SELECT again_at, id FROM came_back WHERE id = %(after)s))
        ORDER BY c.again_at DESC, c.id DESC LIMIT %(limit)s
    ) AS c
    JOIN tickets first ON first.id = c.first_id
    JOIN tickets again ON again.id = c.again_id
    LEFT JOIN road_sections s ON s.key = c.section
    LEFT JOIN photos before ON before.id = again.cover_id AND before.state = 'stored'
    LEFT JOIN LATERAL {last_move("c.first_id", "h.to_status = 'fixed' AND h.at = c.fixed_at")}
        AS mended ON true
    LEFT JOIN LATERAL (
        SELECT o.fiscal_year, o.serial, f.name FROM work_order_items i
        JOIN work_orders o ON o.id = i.order_id
        LEFT JOIN contractors f ON f.id = o.contractor_id
        WHERE i.ticket_id = c.first_id AND i.state = 'done' AND i.done_at < c.again_at
        ORDER BY i.done_at DESC, i.id DESC LIMIT 1
    ) AS works ON true
    LEFT JOIN LATERAL (
        SELECT p.id FROM photos p WHERE p.ticket_id = c.first_id AND p.state = 'stored'
          AND p.created_at < c.again_at ORDER BY p.id DESC LIMIT 1
    ) AS after ON true
    ORDER BY c.again_at DESC, c.id DESC
"""
_COUNTED: Final = f"""counted AS (
        SELECT t.section, t.category, (%(last)s::date - t.day) / 365 AS year, count(*) AS many
        FROM ticket_sections t JOIN road_sections s ON s.key = t.section AND s.in_use
        WHERE t.counts AND t.day BETWEEN %(first)s AND %(last)s AND {_KEPT.format("t", "s")}
        GROUP BY 1, 2, 3
    )"""
_SUMS: Final = """sum(c.many * coalesce(w.weight, 1)) AS weighted,
               sum(c.many * coalesce(w.weight, 1)) * 100
                   / greatest(s.length_m, %(shortest)s) / %(years)s AS rate
        FROM counted c JOIN road_sections s ON s.key = c.section
        LEFT JOIN unnest(%(keys)s::text[], %(weights)s::float8[]) AS w (category, weight)
            ON w.category = c.category"""
_RATES: Final = f"""
    WITH {_COUNTED}
    SELECT key, rate::float8 FROM (SELECT s.key, {_SUMS} GROUP BY s.key) AS r
    ORDER BY rate DESC, key
"""
_RANKED: Final = f"""
    WITH {_COUNTED}, by_year AS (
        SELECT section, jsonb_object_agg(year::text, many) AS by_year
        FROM (SELECT section, year, sum(many)::int AS many FROM counted GROUP BY 1, 2) AS y
        GROUP BY section
    ), ranked AS (
        SELECT s.*, sum(c.many)::int AS tickets, {_SUMS} GROUP BY s.key
        ORDER BY rate DESC, s.key LIMIT %(limit)s
    )
    SELECT r.key, r.name, r.road_name, r.ref, r.owner, r.town, r.length_m, r.tickets,
           r.weighted::float8, r.rate::float8,
           (SELECT count(*) FROM came_back c WHERE c.section = r.key AND c.again_at >= %(begin)s
              AND c.again_at < %(end)s AND {_KEPT.format("c", "r")})::int,
           (SELECT sum(floor(q.actual * q.yen)) FROM ticket_sections t
              JOIN work_order_items i ON i.ticket_id = t.ticket_id AND i.state = 'done'
              JOIN work_order_quantities q ON q.item_id = i.id
            WHERE t.section = r.key AND i.done_at >= %(begin)s AND i.done_at < %(end)s)::bigint,
           y.by_year, ST_AsGeoJSON(r.line, 6)
    FROM ranked r JOIN by_year y ON y.section = r.key
    ORDER BY r.rate DESC, r.key
"""
_TICKETS: Final = f"""
    SELECT k.number, t.day, t.category, k.status, k.place_name
    FROM ticket_sections t JOIN tickets k ON k.id = t.ticket_id
    WHERE t.section = %(section)s AND t.counts AND t.day BETWEEN %(first)s AND %(last)s
      AND {_KEPT.format("t", "t")}
    ORDER BY t.day DESC, k.id DESC LIMIT 500
"""

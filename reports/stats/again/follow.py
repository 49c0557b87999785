"""Tickets' sections and what came back follow the tickets, the map and the kinds' distances.

As `reports.published.publishing` does: what changed since the last time is what its snapshot did
not see (docs/decisions/0028); after another map or other distances all are looked at anew, some in
each turn.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.sections.models import SectionCut
from reports.city import profile
from reports.city.clock import zone
from reports.stats.again.models import AgainState
from reports.tickets.changed import Followed, changed
from reports.tickets.mended import REOPENED, last_move
from reports.tickets.section_of import SECTION_OF
from store import sql

MOST_AT_ONCE: Final = 1_000
WITHIN_DAYS: Final = 730
"""A repair holds that long, or it came back."""


def follow(db: Session) -> int:
    """Bring them up to date with what is committed; how many tickets were looked at: to be called
    again, each time in a transaction of its own, until it is 0. 0 too where another is at it."""
    if not sql.run(db, _TRY)[0][0]:
        return 0
    state = db.get(AgainState, 1) or AgainState(id=1, by={}, pass_after=0)
    made_by = _made_by(db)
    if state.by != made_by:
        state.by, state.pass_after = made_by, 0
    ids = _changed(db, state) | _next_of_all(db, state)
    db.add(state)
    db.flush()
    if ids:
        _write(db, ids)
    return len(ids)


def is_behind(db: Session) -> bool:
    """Whether all tickets are being looked at anew just now, or never were."""
    state = db.get(AgainState, 1)
    return state is None or state.pass_after is not None


def _made_by(db: Session) -> dict[str, Any]:
    cut = db.get(SectionCut, 1)
    radii = {key: each.again_m for key, each in sorted(profile.categories(db).items())}
    return {"cut": cut.cut_at.isoformat() if cut else "", "radii": radii}


def _changed(db: Session, state: AgainState) -> set[int]:
    found, now = changed(db, Followed(state.moment, state.through), MOST_AT_ONCE)
    state.moment, state.through = now
    if found is None:
        state.pass_after = 0
    return found or set()


def _next_of_all(db: Session, state: AgainState) -> set[int]:
    if state.pass_after is None:
        return set()
    found = [id for (id,) in sql.run(db, _NEXT, after=state.pass_after, most=MOST_AT_ONCE)]
    state.pass_after = found[-1] if found else None
    return set(found)


def _write(db: Session, ids: Collection[int]) -> None:
    """Of these tickets, and of those that have one of them as the repair that did not hold."""
    sql.run(db, _LIE, ids=list(ids), zone=str(zone()))
    sql.run(db, _COUNT_ANEW, ids=list(ids))
    touched = {*ids, *(id for (id,) in sql.run(db, _LATER, ids=list(ids)))}
    radii = {key: each.again_m for key, each in profile.categories(db).items()}
    sql.run(db, "DELETE FROM came_back WHERE again_id = ANY(%(ids)s::bigint[])", ids=list(touched))
    given = {"ids": list(touched), "days": WITHIN_DAYS}
    sql.run(db, _ANEW, **given, keys=list(radii), radii=list(radii.values()))
    sql.run(db, _REOPENED, **given)


_TRY: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('came back', 0))"
_NEXT: Final = "SELECT id FROM tickets WHERE id > %(after)s ORDER BY id LIMIT %(most)s"
_LATER: Final = "SELECT again_id FROM came_back WHERE first_id = ANY(%(ids)s::bigint[])"
_LIE: Final = f"""
    INSERT INTO ticket_sections (ticket_id, section, category, town, day, counts)
    SELECT t.id, {SECTION_OF}, t.category, coalesce(town.name, ''),
           (t.received_at AT TIME ZONE %(zone)s)::date,
           t.status NOT IN ('merged', 'declined') AND NOT t.is_withdrawn
    FROM tickets t
    LEFT JOIN LATERAL (SELECT name FROM areas WHERE kind = 'town' AND ST_Covers(shape, t.place)
                       ORDER BY id LIMIT 1) AS town ON true
    WHERE t.id = ANY(%(ids)s::bigint[])
    ON CONFLICT (ticket_id) DO UPDATE SET
        section = excluded.section, category = excluded.category, town = excluded.town,
        day = excluded.day, counts = excluded.counts
"""
_COUNT_ANEW: Final = """
    INSERT INTO fact_waiting (ticket_id) SELECT s.ticket_id FROM ticket_sections s
    WHERE s.ticket_id = ANY(%(ids)s::bigint[]) AND EXISTS (
        SELECT FROM facts f WHERE f.ticket_id = s.ticket_id
          AND f.section <> coalesce(s.section, '')
          AND f.day > coalesce((SELECT (max(month) + interval '1 month' - interval '1 day')::date
                                FROM fact_months), '-infinity'))
"""
"""Those whose facts of months that are open name another section."""
# The last move before that moment says whether it was mended then.
_MENDED: Final = """
    JOIN LATERAL {move} AS mended ON mended.to_status = 'fixed'
        AND mended.at >= {moment} - make_interval(days => %(days)s)
"""
_ANEW: Final = f"""
    INSERT INTO came_back
        (first_id, again_id, fixed_at, again_at, how, metres, category, section, town)
    SELECT first.id, t.id, first.at, t.received_at,
           CASE WHEN first.metres <= reach.metres THEN 'place' ELSE 'section' END, first.metres,
           s.category, s.section, s.town
    FROM tickets t
    JOIN ticket_sections s ON s.ticket_id = t.id AND s.counts
    JOIN unnest(%(keys)s::text[], %(radii)s::float8[]) AS reach (category, metres)
        ON reach.category = t.category
    CROSS JOIN LATERAL (
        SELECT p.id, p.metres, mended.at FROM (
            SELECT b.id, ST_Distance(b.place::geography, t.place::geography) AS metres
            FROM tickets b
            WHERE b.place && ST_Expand(t.place,
                    reach.metres / (111000 * greatest(cos(radians(ST_Y(t.place))), 0.01)),
                    reach.metres / 111000)
              AND b.category = t.category AND b.received_at < t.received_at
            UNION
            SELECT b.id, ST_Distance(b.place::geography, t.place::geography)
            FROM ticket_sections q JOIN tickets b ON b.id = q.ticket_id
            WHERE q.section = s.section AND b.category = t.category
              AND b.received_at < t.received_at
        ) AS p
        {_MENDED.format(move=last_move("p.id", "h.at < t.received_at"), moment="t.received_at")}
        WHERE p.id <> t.id
        ORDER BY p.metres > reach.metres, mended.at DESC, p.id DESC LIMIT 1
    ) AS first
    WHERE t.id = ANY(%(ids)s::bigint[])
    ON CONFLICT (again_id, again_at) DO NOTHING
"""
_REOPENED: Final = f"""
    INSERT INTO came_back
        (first_id, again_id, fixed_at, again_at, how, metres, category, section, town)
    SELECT again.ticket_id, again.ticket_id, mended.at, again.at, 'reopened', 0,
           s.category, s.section, s.town
    FROM {REOPENED} AS again
    JOIN ticket_sections s ON s.ticket_id = again.ticket_id
    {_MENDED.format(move=last_move("again.ticket_id", "h.id < again.id"), moment="again.at")}
    ON CONFLICT (again_id, again_at) DO NOTHING
"""

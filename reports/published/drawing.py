"""From the desk's tables to what the public may see: the only reader of both sides."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from geo.areas import areas_at_many
from geo.nearby import road_words
from geo.points import Point
from reports.city.opened import Opened
from reports.published.lines import public_line
from reports.published.may import Kept, Standing, Why, kept
from reports.published.places import public_places
from reports.published.states import State, state_of
from reports.tickets.history import WHEN
from reports.tickets.models import IN_ORDER, RELEASED
from reports.tickets.queries import history_of
from reports.tickets.status import status_of
from store import sql


@dataclass(frozen=True, slots=True)
class Drawn:
    """One ticket now. `row`: the columns of `published_tickets` without its version and when it
    changed, where it may be public (`place`: lon, lat); else why not, and `goes_on`: the number of
    the ticket that it was put together with, where nothing else keeps it back."""

    id: int
    number: str
    row: Mapping[str, Any] | None
    kept: Kept | None
    goes_on: str | None


def draw(db: Session, ids: Collection[int], city: Opened, now: datetime) -> list[Drawn]:
    """Of these tickets as they are now; those that are gone are left out."""
    found = [_Facts(*row) for row in sql.run(db, _FACTS, ids=list(ids))]
    why = {facts.id: kept(_standing(facts), city, now) for facts in found}
    public = [facts for facts in found if why[facts.id] is None]
    rows = dict(zip([facts.id for facts in public], _rows(db, public, city), strict=True))
    return [
        Drawn(facts.id, facts.number, rows.get(facts.id), why[facts.id], _goes_on(facts, why))
        for facts in found
    ]


def _goes_on(facts: "_Facts", why: Mapping[int, Kept | None]) -> str | None:
    told = why[facts.id]
    return facts.goes_on if told and told.why is Why.MERGED else None


class _Facts(NamedTuple):
    id: int
    number: str
    category: str
    status: str
    owner: str | None
    department: str | None
    lon: float
    lat: float
    road_id: int | None
    received_at: datetime
    closed_at: datetime | None
    kept_back: bool
    is_withdrawn: bool
    goes_on: str | None
    looked_at: datetime | None
    safe_at: datetime | None
    fixed_at: datetime | None
    words: str | None
    before_photo: str | None
    before_small: str | None
    after_photo: str | None
    after_small: str | None


def _standing(facts: _Facts) -> Standing:
    return Standing(
        facts.category,
        status_of(facts.status),
        facts.kept_back,
        facts.is_withdrawn,
        facts.received_at,
        facts.looked_at,
    )


def _rows(db: Session, public: Sequence[_Facts], city: Opened) -> list[dict[str, Any]]:
    places = [Point(facts.lon, facts.lat) for facts in public]
    drawn = public_places(db, places, [facts.road_id for facts in public])
    where = areas_at_many(db, [place for place, _ in drawn])
    lines = _lines(db, [facts.id for facts in public], city)
    made = []
    for facts, (place, road), area in zip(public, drawn, where, strict=True):
        state = state_of(status_of(facts.status))
        made.append(
            {
                "ticket_id": facts.id,
                "state": str(state),
                "owner": facts.owner or "",
                "town": area.town or None,
                "road": road_words(road.name, road.ref) or None if road else None,
                "place": (place.lon, place.lat),
                "fixed_at": facts.fixed_at if state is State.FIXED else None,
                "lines": lines[facts.id],
            }
            | {name: getattr(facts, name) for name in _AS_THEY_ARE}
            | {name: _hash(getattr(facts, name)) if city.photos else None for name in _PHOTOS}
        )
    return made


def _lines(db: Session, ids: Sequence[int], city: Opened) -> Mapping[int, list[dict[str, Any]]]:
    told, left_out = history_of(db, ids), city.kept_back
    return {
        id: [line for each in told[id] if (line := public_line(each.event, each.at, left_out))]
        for id in ids
    }


def _hash(key: str | None) -> str | None:
    """Of large/ab/cd/abcd….jpg what tells it apart: the name in its public address."""
    return key and key.rpartition("/")[2].removesuffix(".jpg")


_AS_THEY_ARE: Final = (
    "number", "category", "status", "department", "received_at", "looked_at", "safe_at",
    "closed_at", "words",
)  # fmt: skip
_PHOTOS: Final = ("before_photo", "before_small", "after_photo", "after_small")
_FACTS: Final = f"""
    SELECT t.id, t.number, t.category, t.status, t.owner, d.name, ST_X(t.place), ST_Y(t.place),
           t.road_id, t.received_at, t.closed_at, t.kept_back, t.is_withdrawn,
           (SELECT i.number FROM tickets i WHERE i.id = t.merged_into),
           told.looked_at, told.safe_at, told.fixed_at, said.words,
           before.public_large, before.public_small, after.public_large, after.public_small
    FROM tickets t
    LEFT JOIN departments d ON d.id = t.department_id
    CROSS JOIN LATERAL ({WHEN}) AS told
    CROSS JOIN LATERAL (
        SELECT string_agg(m.public_words, E'\\n' ORDER BY m.id) AS words
        FROM remarks m JOIN reports r ON r.id = m.report_id
        WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL AND m.public_words <> '') AS said
    LEFT JOIN LATERAL (
        SELECT p.public_large, p.public_small
        FROM photos p JOIN reports r ON r.id = p.report_id
        WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL AND {RELEASED}
          AND t.forgotten_at IS NULL
        ORDER BY {IN_ORDER} LIMIT 1) AS before ON true
    LEFT JOIN LATERAL (
        SELECT p.public_large, p.public_small FROM photos p
        WHERE p.ticket_id = t.id AND {RELEASED} AND t.forgotten_at IS NULL
        ORDER BY p.id DESC LIMIT 1) AS after ON true
    WHERE t.id = ANY(%(ids)s::bigint[]) ORDER BY t.id
"""

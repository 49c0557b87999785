"""Which section of its road a ticket lies on."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import TOLERANCE_M
from store import sql

SECTION_OF: Final = f"""(
    SELECT s.key FROM road_sections s
    WHERE s.in_use AND s.owner = t.why -> 'road' ->> 'owner'
      AND s.road_name = t.why -> 'road' ->> 'name' AND s.ref = t.why -> 'road' ->> 'ref'
      AND ST_DWithin(s.line::geography, t.place::geography, {TOLERANCE_M})
    ORDER BY ST_Distance(s.line::geography, t.place::geography), s.key LIMIT 1)"""
"""SQL over tickets `t`: the key of the nearest section of the road that routing named, as the map
is now; NULL without such a road, or where the map has none of its name near."""


def sections_of(db: Session, ids: Collection[int]) -> dict[int, str | None]:
    """The section's key of each of these tickets."""
    return dict(sql.run(db, _OF, ids=list(ids)).fetchall())


_OF: Final = f"SELECT t.id, {SECTION_OF} FROM tickets t WHERE t.id = ANY(%(ids)s::bigint[])"

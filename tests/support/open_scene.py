"""Tickets that the public sees, in two statements, however many; and GeoJSON read anew."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from store.database import transaction

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
"""When the first of them was received; each of the others came an hour later."""
_STATES = ("open", "in_progress", "made_safe", "fixed", "not_ours", "closed")
_CATEGORIES = ("pothole", "streetlight", "drain")


def public_tickets(count: int) -> list[dict[str, Any]]:
    """So many, over the middle of the sample city; what is public of each."""
    made = [
        {
            "number": f"{100 + n // 1000}-{n % 1000:03d}-{n % 997:03d}",
            "ticket_id": 1_000_000 + n,
            "category": _CATEGORIES[n % 3],
            "state": _STATES[n % 6],
            "lon": round(139.49 + (n * 37 % 1000) / 1000 * 0.03, 6),
            "lat": round(35.69 + (n * 91 % 1000) / 1000 * 0.025, 6),
            "town": f"本町{'一二三四五六'[n % 6]}丁目" if n % 7 else None,
            "received_at": FIRST + timedelta(hours=n),
        }
        for n in range(count)
    ]
    with transaction() as db:
        db.execute(text(_INSERT), made)
    return made


_INSERT = """
    INSERT INTO published_tickets
        (number, ticket_id, category, state, status, owner, town, place, received_at, version)
    VALUES (:number, :ticket_id, :category, :state, 'received', 'city', :town,
            ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :received_at,
            nextval('published_versions'))
"""


def corners(geometry: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """All of a geometry's, as lon, lat."""

    def below(part: Any) -> Iterator[tuple[float, float]]:
        if isinstance(part[0], int | float):
            yield part[0], part[1]
        else:
            for each in part:
                yield from below(each)

    return below(geometry["coordinates"])

"""Public tickets without their lives: rows as the clock would have published them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from reports.city.clock import begin_of, now, today
from reports.published.months import first_of
from reports.tickets.numbers import new_number
from store.database import transaction

_KINDS = ("pothole", "streetlight", "tree", "drain", "mirror")
_TOWNS = ("本町一丁目", "本町六丁目", "緑町五丁目", "貫井南町三丁目")
_ROADS = ("小金井街道", "連雀通り", None)
_STATUS = {
    "open": "received", "in_progress": "scheduled", "made_safe": "made_safe", "fixed": "fixed",
    "not_ours": "forwarded", "closed": "declined",
}  # fmt: skip
_ids = count(1_000_000)


def published(state: str = "open", **other: Any) -> str:
    """One public ticket, received today unless it says otherwise; its number."""
    at: datetime = other.pop("received_at", None) or now()
    over = other.get("fixed_at") if state == "fixed" else None
    facts = {
        "number": new_number(), "ticket_id": next(_ids), "category": "pothole", "state": state,
        "status": _STATUS[state], "owner": "city", "department": "道路管理課", "town": "本町一丁目",
        "road": None, "lon": 139.5246, "lat": 35.7015, "received_at": at, "looked_at": at,
        "safe_at": None, "fixed_at": None, "closed_at": over, "words": None, "before_photo": None,
        "after_photo": None, "before_small": None, "after_small": None,
    } | other  # fmt: skip
    names = [name for name in facts if name not in ("lon", "lat")]
    with transaction() as db:
        db.execute(
            text(
                f"INSERT INTO published_tickets ({', '.join(names)}, place, changed_at, version)"
                f" VALUES ({', '.join(f':{name}' for name in names)},"
                " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :received_at,"
                " nextval('published_versions'))"
            ),
            facts,
        )
    return str(facts["number"])


def a_board(many: int = 60) -> list[str]:
    """So many, over the last months, in all states, all over the middle of the sample city."""
    first = begin_of(first_of(today(), 7))
    numbers = []
    for turn in range(many):
        state = tuple(_STATUS)[(turn * 7) % 6] if turn % 2 else "fixed"
        received = first + timedelta(days=(turn * 37) % 200, hours=9 + turn % 8)
        numbers.append(
            published(
                state,
                category=_KINDS[turn % 5],
                town=_TOWNS[turn % 4],
                road=_ROADS[turn % 3],
                lon=139.490 + (turn * 13 % 40) / 1000,
                lat=35.694 + (turn * 7 % 17) / 1000,
                received_at=received,
                fixed_at=received + timedelta(days=turn % 11) if state == "fixed" else None,
            )
        )
    return numbers

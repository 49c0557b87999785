"""The draft of a report as it is kept in the resident's row."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.script import DRAFT_LIVES, Draft, Place
from geo.points import Point


def open_draft(kept: Mapping[str, Any], now: datetime) -> Draft:
    """The draft as kept in the resident's row, or a new one where there is none or it is old."""
    if not kept or now - datetime.fromisoformat(kept["started_at"]) > DRAFT_LIVES:
        return Draft(secrets.token_urlsafe(6), now)
    place = kept.get("place")
    draft = Draft(
        key=kept["key"],
        started_at=datetime.fromisoformat(kept["started_at"]),
        photos=tuple(kept["photos"]),
        place=Place(**(place | {"point": Point(**place["point"])})) if place else None,
        category=kept["category"],
        words=kept["words"],
        no_photo=kept["no_photo"],
    )
    return replace(draft, started_at=now) if draft.is_empty else draft


def draft_to_json(draft: Draft | None) -> dict[str, Any]:
    """For the resident's row; {} for no draft."""
    if draft is None:
        return {}
    return {
        "key": draft.key,
        "started_at": draft.started_at.isoformat(),
        "photos": list(draft.photos),
        "place": _place_to_json(draft.place) if draft.place else None,
        "category": draft.category,
        "words": draft.words,
        "no_photo": draft.no_photo,
    }


def _place_to_json(place: Place) -> dict[str, Any]:
    return {
        "point": {"lon": place.point.lon, "lat": place.point.lat},
        "source": place.source,
        "accuracy_m": place.accuracy_m,
        "town": place.town,
        "town_en": place.town_en,
    }

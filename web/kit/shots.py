"""Photos of what was done, as a form brings them: where and when each was taken, and whether it is
one of those that were there before."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from geo.points import NoPosition, Point
from reports.actions.prove import Shot
from reports.photos.codec.derive import PhotoMetadata
from reports.photos.intake import Told
from reports.photos.same_picture import are_known, of_ticket
from store.database import transaction
from web.kit.days import moment_in
from web.kit.forms import Posted

Seen = Sequence[tuple[PhotoMetadata, bytes]]
"""As `proof.refuse_unreadable` gives it."""
_PLACE: Final = re.compile(
    r"(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)(?:,(\d{1,7}(?:\.\d{1,15})?))?"
)


def are_old(form: Posted, seen: Seen, ticket_id: int, *, but: Collection[int] = ()) -> list[bool]:
    """Of each of the form's photos whether this ticket had it before, `but` for these photos. To be
    called outside transactions. Raises FilesAway."""
    if not form.photos:
        return []
    with transaction() as db:
        known = of_ticket(db, ticket_id, but=but)
    return are_known(
        [(data, small) for data, (_, small) in zip(form.photos, seen, strict=True)], known
    )


def shots(form: Posted, photo_ids: Sequence[int], seen: Seen, old: Sequence[bool]) -> list[Shot]:
    """Of each photo what its file tells, else what the phone has read in it before it made it small
    (fields place_N and taken_N, N from 1). What tells nothing of its place was taken where the
    phone is (field `here`).
    """
    here, accuracy = _place(form.fields.get("here", "")) or (None, 0.0)
    told = _told(form, [one for one, _ in seen])
    return [
        Shot(id, is_old, one.place or here, one.accuracy_m if one.place else accuracy, one)
        for id, one, is_old in zip(photo_ids, told, old, strict=True)
    ]


def _told(form: Posted, seen: Sequence[PhotoMetadata]) -> list[Told]:
    told = []
    for turn, one in enumerate(seen, 1):
        read = _place(form.fields.get(f"place_{turn}", ""))
        taken = None if one.taken_at else moment_in(form.fields.get(f"taken_{turn}", ""))
        if one.place:
            read = Point(*one.place), one.accuracy_m or 0.0
        place, accuracy = read or (None, 0.0)
        told.append(Told(place, accuracy, taken, from_file=one.place is not None))
    return told


def _place(words: str) -> tuple[Point, float] | None:
    """Longitude, latitude and perhaps how far it may be out in metres; None for anything else: a
    phone's hint refuses nobody."""
    found = _PLACE.fullmatch(words)
    if found is None:
        return None
    with suppress(NoPosition):
        return Point(float(found[1]), float(found[2])), float(found[3] or 0)
    return None

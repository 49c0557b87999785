"""What is covered on a photo, the copy with it covered, and whether strangers may see that copy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reports.photos import intake
from reports.photos.codec.derive import WHOLE
from reports.tickets.models import Photo, Report
from reports.tickets.photo_events import Patch
from store.tasks import later

MOST_PATCHES: Final = 50
LEAST: Final = 50
"""The least side of a patch, in ten-thousandths: five pixels of a thousand."""
_THERE: Final = ("stored", "hidden")


class BadPatches(Exception):
    """What was sent is no list of rectangles on a photo; the message says so in Japanese."""


@dataclass(frozen=True, slots=True)
class PhotoState:
    """How one photo of a ticket stands; fields as of `Photo`. `patches`: None until somebody has
    looked. `of`: "report" or "repair". `can_cover`: its original is there to be covered."""

    id: int
    of: str
    state: str
    width: int | None
    height: int | None
    patches: Sequence[Patch] | None
    redaction: int
    public_at: datetime | None
    decision: str | None
    decided_at: datetime | None
    can_cover: bool

    @property
    def is_hidden(self) -> bool:
        return self.state == "hidden"


def patches_in(typed: str) -> list[Patch]:
    """From JSON, [[left, top, width, height], …]; what reaches beyond the photo is cut there.

    Raises BadPatches.
    """
    try:
        given = json.loads(typed)
    except (ValueError, RecursionError):
        raise BadPatches("隠す範囲が読めませんでした。画面を開き直してください。") from None
    if not isinstance(given, list) or not all(map(_is_box, given)):
        raise BadPatches("隠す範囲が読めませんでした。画面を開き直してください。")
    if len(given) > MOST_PATCHES:
        raise BadPatches(f"隠す範囲は{MOST_PATCHES}か所までです。")
    found = [_within(*box) for box in given]
    if any(min(one.width, one.height) < LEAST for one in found):
        raise BadPatches("小さすぎる範囲があります。大きくするか、消してください。")
    return list(dict.fromkeys(found))


def patches_of(kept: Sequence[Any] | None) -> list[Patch]:
    """From the column."""
    return [Patch(*one) for one in kept or ()]


def ticket_of(db: Session, photo_id: int) -> int | None:
    """The ticket that it shows the problem or the repair of, whichever goes on by now."""
    whose = func.coalesce(Report.ticket_id, Photo.ticket_id)
    joined = select(whose).select_from(Photo).outerjoin(Report, Report.id == Photo.report_id)
    return db.scalar(joined.where(Photo.id == photo_id))


def held(db: Session, photo_id: int) -> Photo | None:
    """The photo as it is now, where it can be shown at all; nobody else's until the commit. For
    whoever has its ticket locked."""
    there = select(Photo).where(Photo.id == photo_id, Photo.state.in_(_THERE))
    fresh = there.with_for_update().execution_options(populate_existing=True)
    return db.scalar(fresh)


def state_of(db: Session, photo_id: int) -> PhotoState | None:
    """None where there is nothing to be shown, or it is no ticket's."""
    photo = db.get(Photo, photo_id, populate_existing=True)
    if photo is None or photo.state not in _THERE or not (photo.report_id or photo.ticket_id):
        return None
    return PhotoState(
        id=photo.id,
        of="report" if photo.report_id else "repair",
        state=photo.state,
        width=photo.width,
        height=photo.height,
        patches=None if photo.patches is None else patches_of(photo.patches),
        redaction=photo.redaction,
        public_at=photo.public_at,
        decision=photo.decision,
        decided_at=photo.decided_at,
        can_cover=photo.original is not None,
    )


def cover(db: Session, photo: Photo, patches: Sequence[Patch]) -> None:
    """These and no others from now on: the copy that was there goes, and a worker makes another."""
    intake.forget(db, [photo.public_large, photo.public_small])
    photo.patches = [list(one) for one in patches]
    photo.redaction += 1
    photo.public_large = photo.public_small = photo.public_at = None
    db.flush()
    later(db, "make_public_photo", photo_id=photo.id, redaction=photo.redaction)


def decide(photo: Photo, decision: str | None, now: datetime) -> None:
    """Whether strangers may see the copy; None: somebody has yet to say."""
    photo.decision, photo.decided_at = decision, now if decision else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A copy to be made: of these bytes, by their key, with these covered."""

    original: str
    patches: Sequence[Patch]


def wanted(db: Session, photo_id: int, redaction: int) -> Wanted | None:
    """None where another copy is wanted by now, or none."""
    photo = db.scalar(_still(select(Photo), photo_id, redaction))
    if photo is None or photo.original is None or photo.public_at is not None:
        return None
    return Wanted(photo.original, patches_of(photo.patches))


def name_copy(db: Session, photo_id: int, redaction: int, keys: Mapping[str, str]) -> None:
    """These files are about to be its copy; from the commit on they are `still_needed`."""
    named = {f"public_{size}": key for size, key in keys.items()}
    db.execute(_still(update(Photo), photo_id, redaction).values(**named))


def keep_copy(db: Session, photo_id: int, redaction: int, keys: Mapping[str, str]) -> None:
    """They are there; where another copy is wanted by now, or none, they go again."""
    named = {f"public_{size}": key for size, key in keys.items()} | {"public_at": func.now()}
    kept = _still(update(Photo), photo_id, redaction).values(**named).returning(Photo.id)
    if db.scalar(kept) is None:
        intake.forget(db, [*keys.values()])


def _still(statement: Any, photo_id: int, redaction: int) -> Any:
    same = Photo.id == photo_id, Photo.redaction == redaction, Photo.state.in_(_THERE)
    return statement.where(*same)


def _is_box(given: Any) -> bool:
    return (
        isinstance(given, list)
        and len(given) == len(Patch._fields)
        and all(type(one) in (int, float) and abs(one) <= 2 * WHOLE for one in given)
    )


def _within(left: float, top: float, width: float, height: float) -> Patch:
    """The part of it that lies on the photo, in whole units, outwards."""
    ends = [(left, left + width), (top, top + height)]
    (west, east), (north, south) = (
        (max(0, int(min(pair))), min(WHOLE, -int(-max(pair) // 1))) for pair in ends
    )
    return Patch(west, north, east - west, south - north)

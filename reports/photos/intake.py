"""Photos on their way: announced by LINE or uploaded, then stored, or lost for a reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from geo.points import Point
from reports.outbox.kinds import PhotoLost
from reports.outbox.models import UnsentMessage
from reports.outbox.said import tickets_told_of
from reports.tickets.lock import locked_as_found
from reports.tickets.models import Photo, Report
from store import sql, tasks
from store.tasks import Task, later

_ANNOUNCE: Final = f"""
    WITH photo AS (
        INSERT INTO photos (resident_id, line_message_id, image_set, set_first, set_index)
        VALUES (%(resident)s, %(message)s, %(image_set)s, %(set_first)s, %(set_index)s)
        ON CONFLICT (line_message_id) DO NOTHING RETURNING id
    ), task AS ({tasks.OF_THEM.format(rows="photo")})
    SELECT photo.id, task.id FROM photo, task
"""

MOST_FORGOTTEN: Final = 500
LOST: Final = ("gone", "broken", "too_large", "not_image", "unfetched")
"""States of a photo that could not be taken over."""

_NEWEST_PHOTO: Final = """
    SELECT r.ticket_id, r.id,
           (SELECT state FROM photos WHERE report_id = r.id ORDER BY id DESC LIMIT 1)
    FROM reports r
    WHERE r.resident_id = %(resident)s AND r.withdrawn_at IS NULL
      AND r.ticket_id = ANY(%(tickets)s::bigint[])
    ORDER BY array_position(%(tickets)s::bigint[], r.ticket_id) LIMIT 1
"""
_BEING_FORGOTTEN: Final = """
    SELECT 1 FROM tasks WHERE finished_at IS NULL AND name = 'forget_files'
      AND (held_by IS NOT NULL OR attempts > 0 AND due_at > now() AND handed_at IS NOT NULL)
      AND args -> 'keys' ?| %(keys)s LIMIT 1
"""
"""In somebody's hands: processes of the version before do not write down whose."""
_EMPTIED: Final = (
    "original", "large", "small", "width", "height",
    "exif_place", "exif_accuracy_m", "taken_at", "direction", "missing",
)  # fmt: skip
_REMOVED: Final = {"state": "removed", **dict.fromkeys(_EMPTIED)}


def announced(
    db: Session,
    *,
    resident_id: int,
    line_message_id: str,
    image_set: str | None,
    set_first: int | None = None,
    set_index: int | None = None,
) -> int:
    """A resident sent it; fetching it is the next thing to do. Returns the photo's id.

    `set_first`: the photo of its set that came first; `set_index`: as of `Photo`.
    """
    photo = {"resident": resident_id, "message": line_message_id, "image_set": image_set}
    photo |= {"set_first": set_first, "set_index": set_index}
    fetch = tasks.as_values("take_in_photo", "photo_id", f"resident {resident_id}")
    made = sql.run(db, _ANNOUNCE, **photo, **fetch).fetchone()
    if made is None:
        same = select(Photo.id).where(Photo.line_message_id == line_message_id)
        return int(db.execute(same).scalar_one())
    photo_id, task_id = made
    tasks.note(db, Task(task_id, "take_in_photo", {"photo_id": photo_id}))
    return int(photo_id)


def upload_begun(db: Session, original: str) -> int:
    """A crew's photo that is about to be put into the photo store under `original`.

    From the commit on the file is `still_needed`. Without its ticket it is forgotten as a draft is.
    """
    made = insert(Photo).values(original=original).returning(Photo.id)
    return db.execute(made).scalar_one()


def uploaded(db: Session, photo_ids: Collection[int], ticket_id: int, user_id: int | None) -> None:
    """They are of this ticket's place, repaired, and nobody's as a resident: their bytes are in the
    photo store, put there by this user, or are fetched from LINE, as was `announced`."""
    whose = {"resident_id": None, "image_set": None, "set_first": None, "set_index": None}
    theirs = update(Photo).where(Photo.id.in_(photo_ids)).values(ticket_id=ticket_id, **whose)
    put = db.execute(theirs.returning(Photo.id, Photo.line_message_id)).all()
    for photo_id in sorted(row.id for row in put if row.line_message_id is None):
        later(db, "take_in_photo", whose=f"user {user_id}", photo_id=photo_id)


@dataclass(frozen=True, slots=True)
class Told:
    """Where and when a photo was taken, as its file tells (`from_file`) or the phone has read in it
    before it made it small; `accuracy_m`: how far off that may be."""

    place: Point | None = None
    accuracy_m: float = 0.0
    taken_at: datetime | None = None
    from_file: bool = False


def told_by_phone(db: Session, photo_id: int, told: Told) -> None:
    """What the file itself has lost; whoever takes the photo in finds it and lets it stand."""
    facts: dict[str, Any] = {"taken_at": told.taken_at} if told.taken_at else {}
    if told.place and not told.from_file:
        facts |= {"exif_place": told.place.wkt, "exif_accuracy_m": told.accuracy_m or None}
    if facts:
        db.execute(update(Photo).where(Photo.id == photo_id).values(**facts))


def handed_in(db: Session, photo_ids: Collection[int], report_id: int, user_id: int | None) -> None:
    """Their bytes are in the photo store, put there by this user; they show what was reported."""
    db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(report_id=report_id))
    for photo_id in photo_ids:
        later(db, "take_in_photo", whose=f"user {user_id}", photo_id=photo_id)


def noted(db: Session, photo_ids: Collection[int], note_id: int, user_id: int | None) -> None:
    """Their bytes are in the photo store, put there by this user; they go with this note."""
    db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(note_id=note_id))
    for photo_id in photo_ids:
        later(db, "take_in_photo", whose=f"user {user_id}", photo_id=photo_id)


def upload_in_vain(db: Session, photo_ids: Collection[int]) -> None:
    """Nothing came of it: the rows go, the files as soon as a worker comes to it."""
    gone = delete(Photo).where(Photo.id.in_(photo_ids), *_NOBODYS)
    for original in db.scalars(gone.returning(Photo.original)).all():
        _forget_files(db, [original])


_NOBODYS: Final = (
    Photo.ticket_id.is_(None), Photo.report_id.is_(None), Photo.note_id.is_(None),
)  # fmt: skip


class OfSet(NamedTuple):
    """A photo of a set that came before: the report it was filed with; whether we dropped it.

    `is_there`: neither we nor its sender have removed it.
    """

    id: int
    report_id: int | None
    dropped: bool
    is_there: bool


def of_set(db: Session, resident_id: int, image_set: str) -> list[OfSet]:
    """Photos of one set that came before. What its sender took back was not dropped by us."""
    unsent = exists().where(UnsentMessage.line_message_id == Photo.line_message_id)
    removed = Photo.state == "removed"
    rows = db.execute(
        select(Photo.id, Photo.report_id, and_(removed, ~unsent), ~removed)
        .where(Photo.resident_id == resident_id, Photo.image_set == image_set)
        .order_by(Photo.id)
    )
    return [OfSet(*row) for row in rows]


class LostOfReport(NamedTuple):
    """A report whose newest photo could not be taken over, as its sender knows."""

    ticket_id: int
    report_id: int


def lost_of_report(db: Session, resident_id: int, *, since: datetime) -> LostOfReport | None:
    """The report of which this resident was told last, after that, that a photo of it is lost;
    None when another one has come for it."""
    told = tickets_told_of(db, resident_id, PhotoLost, since=since)
    theirs = {"resident": resident_id, "tickets": told}
    last = sql.run(db, _NEWEST_PHOTO, **theirs).fetchone() if told else None
    return LostOfReport(*last[:2]) if last and last[2] in LOST else None


def left_out(db: Session, resident_id: int, image_set: str) -> int:
    """How many photos of a set we have dropped."""
    return sum(photo.dropped for photo in of_set(db, resident_id, image_set))


def lost(db: Session, photo_ids: Collection[int]) -> list[str]:
    """Why each of these that will never come is not there, as their states."""
    gone = Photo.id.in_(photo_ids), Photo.state.not_in(("waiting", "stored", "removed"))
    return list(db.scalars(select(Photo.state).where(*gone).order_by(Photo.id)))


def name_files(db: Session, photo_id: int, keys: Mapping[str, str]) -> None:
    """These files are about to be this photo's; from the commit on they are `still_needed`."""
    waiting = Photo.id == photo_id, Photo.state == "waiting"
    db.execute(update(Photo).where(*waiting).values(**keys))


def are_being_forgotten(db: Session, keys: Collection[str]) -> bool:
    """Whether some worker may be just deleting one of these, as nobody had named it before.

    Who has not begun yet, or comes back to it, will see first what is `still_needed`.
    """
    return sql.run(db, _BEING_FORGOTTEN, keys=list(keys)).fetchone() is not None


def keep(db: Session, photo_id: int, facts: Mapping[str, Any]) -> bool:
    """What became of the photo: its state and, when stored, keys, size and EXIF facts.

    False when it was removed in the meantime: then its files are forgotten as well.
    """
    # its line in lists changes with the photo: first the ticket, as everybody takes the two
    locked_as_found(db, lambda: filter(None, [ticket_of(db, photo_id)]))
    kept = db.scalar(
        update(Photo)
        .where(Photo.id == photo_id, Photo.state != "removed")
        .values(**facts)
        .returning(Photo.id)
    )
    if kept is None:
        _forget_files(db, [facts.get(size) for size in ("original", "large", "small")])
    return kept is not None


def ticket_of(db: Session, photo_id: int) -> int | None:
    """The ticket that this photo belongs to, once it is filed."""
    return db.scalar(
        select(Report.ticket_id)
        .join(Photo, Photo.report_id == Report.id)
        .where(Photo.id == photo_id)
    )


def remove(db: Session, photo_id: int) -> None:
    """Forget a photo everywhere: row emptied now, files as soon as a worker comes to it."""
    keys = select(Photo.original, Photo.large, Photo.small).where(Photo.id == photo_id)
    there = db.execute(keys.with_for_update()).one_or_none()
    if there is None:
        return
    _forget_files(db, list(there))
    db.execute(update(Photo).where(Photo.id == photo_id).values(_REMOVED))


def forget_originals(db: Session, photo_ids: Collection[int]) -> None:
    """What was sent goes with its EXIF, as soon as a worker comes to it; the sizes made of it
    stay."""
    theirs = select(Photo.original).where(Photo.id.in_(photo_ids), Photo.original.is_not(None))
    _forget_files(db, list(db.scalars(theirs.order_by(Photo.id))))
    db.execute(update(Photo).where(Photo.id.in_(photo_ids)).values(original=None))


def _forget_files(db: Session, keys: Sequence[str | None]) -> None:
    there = [key for key in keys if key]
    if there:
        later(db, "forget_files", keys=there)


def still_needed(db: Session, keys: Collection[str]) -> set[str]:
    """Which of these files another photo still uses: the same bytes are kept once."""
    rows = db.execute(
        select(Photo.original, Photo.large, Photo.small).where(
            or_(Photo.original.in_(keys), Photo.large.in_(keys), Photo.small.in_(keys))
        )
    )
    return {key for row in rows for key in row if key}


def forgotten_drafts(db: Session, before: datetime) -> list[int]:
    """The oldest of residents' photos that never became part of a report, from before then.

    MOST_FORGOTTEN at most; photos that somebody is busy with are left for the next time.
    """
    return list(
        db.scalars(
            select(Photo.id)
            .where(*_left(before))
            .order_by(Photo.id)
            .limit(MOST_FORGOTTEN)
            .with_for_update(skip_locked=True)
        )
    )


def count_of_forgotten_drafts(db: Session, before: datetime | None = None) -> int:
    """As `forgotten_drafts`, of all of them; without a moment all that are of no report yet."""
    left = select(func.count()).select_from(Photo).where(*_left(before))
    return db.scalar(left) or 0


def _left(before: datetime | None) -> tuple[ColumnElement[bool], ...]:
    old = (Photo.created_at < before,) if before else ()
    return (*_NOBODYS, Photo.state != "removed", *old)

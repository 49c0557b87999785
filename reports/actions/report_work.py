"""A crew tells what it did or found at the place: proved, kept typed, and told to residents.

The move, what was used and whose the ticket is then are one commit, the caller's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo.points import Point, metres_between
from reports.actions.admit import Seen
from reports.actions.hand_over import hand_over
from reports.actions.merge import locked_to_part
from reports.actions.move import move
from reports.city.departments import department_id
from reports.city.materials import Material
from reports.people.permissions import Actor
from reports.photos import intake
from reports.photos.intake import Told
from reports.routing.choose import Reason
from reports.tickets import events, history, work_events
from reports.tickets.lock import changed
from reports.tickets.models import Ticket
from reports.tickets.outcomes import (
    FOR_STAFF_TO_DECIDE,
    GOES_TO,
    NEEDS_NO_MORE_WORDS,
    PROVED_BY_PHOTO,
    TELLS_IN_WORDS,
    Outcome,
)
from reports.tickets.queries import place_of
from reports.tickets.status import OPEN, MoveRefused, Status, status_of
from reports.tickets.why import why_of
from reports.tickets.work_models import UsedMaterial, Work

FAR_M: Final = 100.0
"""From the ticket: a photo that was taken beyond it wants a sentence."""
MOST_MINUTES: Final = 1_440
MOST_AMOUNT: Final = Decimal(99_999)


class NoProof(MoveRefused):
    """What they say is not shown by a photo. `reason`: a word for programs."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Shot:
    """A crew's photo in the store. `is_old`: it is one of those that the ticket had before.

    `place`: where it was taken, as the file or else the phone tells, within `accuracy_m`. `told`:
    what of the file the phone has read.
    """

    photo_id: int
    is_old: bool = False
    place: Point | None = None
    accuracy_m: float = 0.0
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a crew says. `done_at`: by its phone's clock. `used`: materials with their amounts.

    `note`: of the first outcomes residents read it, of the others staff (`TELLS_IN_WORDS`).
    `why_far`: why a photo was taken elsewhere.
    """

    outcome: Outcome
    shots: Sequence[Shot] = ()
    note: str = ""
    why_far: str = ""
    done_at: datetime | None = None
    minutes: int | None = None
    used: Sequence[tuple[Material, Decimal]] = ()


def report_work(
    db: Session,
    ticket_id: int,
    done: Done,
    by: Actor,
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Move the ticket where its outcome goes, and keep what was done.

    What was `seen` counts only where the ticket was closed or opened once more since: a deed in the
    street stays one while staff plan it. Raises as `move`, and NoProof.
    """
    ticket, _ = locked_to_part(db, ticket_id)  # in the order in which `move` takes them
    if history.pressed(db, key, [ticket_id]):
        return
    before = history.newest(db, ticket_id, events.Moved)
    move(
        db, ticket_id, GOES_TO[done.outcome], by,
        note=done.note if done.outcome in TELLS_IN_WORDS else "",
        photo_ids=[shot.photo_id for shot in done.shots],
        outcome=None if done.outcome in NEEDS_NO_MORE_WORDS else done.outcome,
        key=key, seen=_as_it_counts(ticket, seen),
    )  # fmt: skip
    moved = history.newest(db, ticket_id, events.Moved)
    if moved is None or (before and moved.id == before.id):
        return  # a page without keys has sent it twice
    metres = _proved(db, ticket, done)
    for shot in done.shots:
        if shot.told:
            intake.told_by_phone(db, shot.photo_id, shot.told)
    _keep(db, ticket, done, by, moved.id, metres)
    if done.outcome in FOR_STAFF_TO_DECIDE:
        _bring_back(db, ticket, done, by)


def _as_it_counts(ticket: Ticket, seen: Seen | None) -> Seen | None:
    now = status_of(ticket.status)
    harmless = now in OPEN and now is not Status.REOPENED
    return replace(seen, what=str(now)) if seen and harmless else seen


def _proved(db: Session, ticket: Ticket, done: Done) -> float | None:
    """How far off a photo was taken, where that is too far. Raises NoProof."""
    if done.outcome in PROVED_BY_PHOTO:
        if not done.shots:
            raise NoProof("needs_photo", "直したあと(いま)の写真を1枚撮ってください。")
        if any(shot.is_old for shot in done.shots):
            raise NoProof("old_photo", _OLD)
    here = place_of(db, ticket.id)
    off = [metres_between(here, shot.place) - shot.accuracy_m for shot in done.shots if shot.place]
    metres = max(off, default=0.0)
    if metres <= FAR_M:
        return None
    if done.outcome in PROVED_BY_PHOTO and not done.why_far.strip():
        raise NoProof("far", _FAR.format(round(metres)))
    return round(metres, 1)


def _keep(
    db: Session, ticket: Ticket, done: Done, by: Actor, history_id: int, metres: float | None
) -> None:
    work_id = db.execute(
        insert(Work)
        .values(
            ticket_id=ticket.id,
            history_id=history_id,
            outcome=done.outcome,
            done_at=done.done_at,
            minutes=done.minutes,
            by_id=by.user_id,
            department_id=department_id(db, by.department) if by.department else None,
        )
        .returning(Work.id)
    ).scalar_one()
    for material, amount in done.used:
        facts = {"material": material.key, "name": material.name, "unit": material.unit}
        db.execute(insert(UsedMaterial).values(work_id=work_id, amount=amount, **facts))
    worked = work_events.Worked(
        done.outcome,
        done_at=done.done_at.isoformat() if done.done_at else None,
        minutes=done.minutes,
        used=tuple(work_events.Used(its.name, float(much), its.unit) for its, much in done.used),
        metres=metres,
        why_far=done.why_far.strip() if metres else "",
        note="" if done.outcome in TELLS_IN_WORDS else done.note.strip(),
    )
    history.write(db, ticket.id, by, worked)


def _bring_back(db: Session, ticket: Ticket, done: Done, by: Actor) -> None:
    handed = hand_over(db, ticket, None, by)
    history.write(db, ticket.id, by, work_events.BroughtBack(done.outcome, handed))
    seen = {name: fact for name, fact in why_of(ticket.why).items() if name in _STAY}
    ticket.why = seen | {"reason": str(Reason.BROUGHT_BACK), "outcome": str(done.outcome)}
    changed(db, ticket)


_STAY: Final = ("road", "runner_up", "asset", "owner_said")
_OLD: Final = (
    "この写真は、前からある写真と同じです。いまの様子を撮った写真を選んでください。"
    "受付票はまだ変わっていません。"
)
_FAR: Final = (
    "写真を撮った場所(写真に記録がなければ、いまの電話の位置)が、"
    "受付票の場所から約 {} m 離れています。"
    "場所が合っていれば、理由をひとこと書いて、もう一度送ってください。"
)

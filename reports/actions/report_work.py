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

from reports.actions.admit import Seen, department_of
from reports.actions.hand_over import hand_over
from reports.actions.merge import locked_to_part
from reports.actions.move import move
from reports.actions.prove import Shot, keep_told, metres_off, prove
from reports.city.departments import department_id
from reports.city.materials import Material
from reports.people.permissions import Actor
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
from reports.tickets.status import OPEN, Status, status_of
from reports.tickets.why import why_of
from reports.tickets.work_models import UsedMaterial, Work

MOST_MINUTES: Final = 1_440
MOST_AMOUNT: Final = Decimal(99_999)


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
    metres = metres_off(db, ticket.id, done.shots)
    if done.outcome in PROVED_BY_PHOTO:
        prove(done.shots, metres, done.why_far)
    keep_told(db, done.shots)
    _keep(db, ticket, done, by, moved.id, metres)
    if done.outcome in FOR_STAFF_TO_DECIDE:
        _bring_back(db, ticket, done, by)


def _whose(db: Session, ticket: Ticket, by: Actor) -> int | None:
    """The department for which they did it: the ticket's, where it is theirs."""
    if department_of(db, ticket) in by.departments:
        return ticket.department_id
    return department_id(db, by.department) if by.department else None


def _as_it_counts(ticket: Ticket, seen: Seen | None) -> Seen | None:
    now = status_of(ticket.status)
    harmless = now in OPEN and now is not Status.REOPENED
    return replace(seen, what=str(now)) if seen and harmless else seen


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
            department_id=_whose(db, ticket, by),
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

"""A crew on patrol finds something: a ticket of it, put right at once, or one seen again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reports.actions.enter import entered
from reports.actions.file import NewReport, file_report, join
from reports.actions.hand_over import hand_over
from reports.actions.patrol import own, sign
from reports.actions.prove import Shot
from reports.actions.report_work import Done as Told
from reports.actions.report_work import report_work
from reports.patrols.models import PatrolFind
from reports.people.permissions import Actor
from reports.photos import intake
from reports.tickets import events, history
from reports.tickets.lock import locked
from reports.tickets.models import Report
from reports.tickets.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it at once: `is_fixed` with what was `done` (residents read it), the photos
    that show it, `why_far` as of `report_work`; who was `told`."""

    is_fixed: bool = False
    done: str = ""
    told: str = ""
    shots: Sequence[Shot] = ()
    why_far: str = ""


def find(
    db: Session,
    patrol_id: int,
    report: NewReport,
    by: Actor,
    done: Done,
    *,
    at: datetime,
    same_as: int | None = None,
    photo_ids: Collection[int] = (),
) -> int:
    """A ticket of it, or one more report of the ticket that it is the same as (an id). Returns the
    ticket's id; a `draft_key` that was written down before gives the ticket of then.

    What was put right on the spot is the work of the finder's own department, wherever routing
    would have sent it. `photo_ids`: photos that lie in the photo store. Raises NotTheirs (also
    where another department's ticket was put right), NoSuchTicket, NoProof, MoveRefused.
    """
    patrol = own(db, patrol_id, by)
    if (ticket_id := entered(db, report.draft_key)) is not None:
        return ticket_id
    if same_as is None:
        ticket_id = file_report(db, report, by)
        if done.is_fixed:
            _take_on(db, ticket_id, patrol.department_id, by)
    else:
        join(db, same_as, report, by)
        ticket_id = same_as
    report_id = db.scalars(select(Report.id).where(Report.draft_key == report.draft_key)).one()
    intake.handed_in(db, photo_ids, report_id, by.user_id)
    facts = {"report_id": report_id, "patrol_id": patrol_id, "at": at}
    facts |= {"seen_again": same_as is not None, "is_fixed": done.is_fixed}
    db.execute(insert(PatrolFind).values(**facts, done=done.done, told=done.told))
    sign(patrol, at)
    if done.is_fixed:
        told = Told(Outcome.FIXED, done.shots, done.done, done.why_far, done_at=at, found=report_id)
        report_work(db, ticket_id, told, by)
    return ticket_id


def _take_on(db: Session, ticket_id: int, department_id: int, by: Actor) -> None:
    ticket = locked(db, ticket_id)
    handed = hand_over(db, ticket, department_id, by)
    history.write(db, ticket_id, by, events.Assigned(handed))

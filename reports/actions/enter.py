"""Staff write down what somebody told them: by telephone, at the counter, by mail, on patrol; or a
program hands in what it was told."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reports.actions.file import NewReport, file_report, join
from reports.people import keys
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.photos import intake
from reports.tickets.models import Caller, Report


@dataclass(frozen=True, slots=True)
class ToldBy:
    """Who told it, if they said: for answering alone. By `email` they read what becomes of it."""

    name: str = ""
    phone: str = ""
    call_back: bool = False
    email: str = ""

    @property
    def is_somebody(self) -> bool:
        """Whether anything was said of them."""
        return bool(self.name or self.phone or self.email)


def enter(
    db: Session,
    report: NewReport,
    told_by: ToldBy,
    by: Actor,
    *,
    same_as: int | None = None,
    photo_ids: Collection[int] = (),
) -> int:
    """A ticket of it, or one more report of the ticket that it is the same as (an id). Returns the
    ticket's id; a `draft_key` that was written down before gives the ticket of then.

    `photo_ids`: photos that lie in the photo store. Raises NotTheirs, NoSuchTicket, and KeyEnded
    where a program's key has been revoked meanwhile.
    """
    if not may(by, Do.FILE, None):
        raise NotTheirs(Do.FILE)
    if (ticket_id := entered(db, report.draft_key)) is not None:
        return ticket_id
    if same_as is None:
        ticket_id = file_report(db, report, by)
    else:
        join(db, same_as, report, by)
        ticket_id = same_as
    if by.key_id is not None:
        keys.hold(db, by.key_id)
    report_id = db.scalars(select(Report.id).where(Report.draft_key == report.draft_key)).one()
    if told_by.is_somebody:
        db.execute(insert(Caller).values(report_id=report_id, **asdict(told_by)))
    intake.handed_in(db, photo_ids, report_id, by.user_id)
    return ticket_id


def entered(db: Session, draft_key: str) -> int | None:
    """The ticket that was made of it before, if any."""
    return db.scalar(select(Report.ticket_id).where(Report.draft_key == draft_key))

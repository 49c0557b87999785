"""Who hears of a ticket."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import Resident
from reports.tickets.models import Follower, Report


def followers(db: Session, ticket_id: int, *, without: int | None = None) -> list[str]:
    """LINE user ids of those who want to hear of this ticket and can; one may be left out."""
    wanted = (
        select(Resident.line_user_id)
        .join(Follower, Follower.resident_id == Resident.id)
        .where(Follower.ticket_id == ticket_id, Follower.muted.is_(False))
        .where(Resident.blocked_at.is_(None))
        .order_by(Resident.id)
    )
    return list(db.scalars(wanted if without is None else wanted.where(Resident.id != without)))


def reporters(db: Session, ticket_id: int) -> list[Resident]:
    """The residents who sent reports of a ticket, want to hear of it and can, and did not withdraw.

    Their rows are locked: always before the ticket's, as when a resident is heard.
    """
    ids = select(Report.resident_id).where(
        Report.ticket_id == ticket_id, Report.withdrawn_at.is_(None)
    )
    muted = select(Follower.resident_id).where(Follower.ticket_id == ticket_id, Follower.muted)
    reachable = select(Resident).where(
        Resident.id.in_(ids), Resident.blocked_at.is_(None), Resident.id.not_in(muted)
    )
    mine = reachable.order_by(Resident.id).with_for_update(key_share=True)
    return list(db.scalars(mine))


def one_of_each_language(db: Session, line_user_ids: Collection[str]) -> dict[str, str]:
    """One of these people for each language that they are spoken to in, by its code."""
    wanted = (
        select(Resident.language, Resident.line_user_id)
        .where(Resident.line_user_id.in_(line_user_ids))
        .order_by(Resident.id.desc())
    )
    return {language or "ja": person for language, person in db.execute(wanted)}

"""Who hears of a ticket, whether they want to, and what they think of its handling."""

from collections.abc import Sequence

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from reports import history
from reports.gathering import Say
from reports.models import Follower, Report
from reports.people.models import Resident
from reports.people.permissions import RESIDENT


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


def follow(db: Session, ticket_id: int, resident_id: int) -> None:
    """From now on they hear what becomes of it, also if they had muted it."""
    row = upsert(Follower).values(ticket_id=ticket_id, resident_id=resident_id)
    db.execute(
        row.on_conflict_do_update(
            index_elements=[Follower.ticket_id, Follower.resident_id], set_={"muted": False}
        )
    )


def mute(db: Session, ticket_id: int, resident_id: int, *, muted: bool) -> None:
    """Keep following, without being told; or be told again."""
    db.execute(_row(ticket_id, resident_id).values(muted=muted))


def without_muted(db: Session, line_user_id: str, say: Sequence[Say]) -> list[Say]:
    """Of what is about to be pushed: no moves of tickets that this person stopped hearing of."""
    wanted = (
        select(Follower.ticket_id)
        .join(Resident, Resident.id == Follower.resident_id)
        .where(Resident.line_user_id == line_user_id, Follower.muted.is_(False))
    )
    moves = [one["ticket_id"] for one in say if one["say"] == "moved"]
    heard = set(db.scalars(wanted.where(Follower.ticket_id.in_(moves)))) if moves else set()
    return [one for one in say if one["say"] != "moved" or one["ticket_id"] in heard]


def confirm(db: Session, ticket_id: int, resident_id: int) -> None:
    """A follower says that it is mended."""
    db.execute(_row(ticket_id, resident_id).values(confirmed_at=func.now()))
    history.write(db, ticket_id, RESIDENT, "confirmed")


def rate(db: Session, ticket_id: int, resident_id: int, stars: int) -> bool:
    """Their rating of the handling, 1 to 5; False when they had given one before."""
    rated = db.execute(
        _row(ticket_id, resident_id)
        .where(Follower.rating.is_(None))
        .values(rating=stars)
        .returning(Follower.rating)
    ).first()
    if rated:
        history.write(db, ticket_id, RESIDENT, "rated", details={"stars": stars})
    return rated is not None


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


def _row(ticket_id: int, resident_id: int) -> Update:
    return update(Follower).where(
        Follower.ticket_id == ticket_id, Follower.resident_id == resident_id
    )

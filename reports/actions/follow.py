"""Who hears of a ticket, whether they want to, and what they think of its handling."""

from sqlalchemy import Update, func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from reports.people.permissions import RESIDENT
from reports.tickets import events, history
from reports.tickets.models import Follower


def follow(db: Session, ticket_id: int, resident_id: int) -> None:
    """From now on they hear what becomes of it, also if they had muted it.

    Since now by their own wish, whatever made them follow it before.
    """
    row = upsert(Follower).values(ticket_id=ticket_id, resident_id=resident_id)
    db.execute(
        row.on_conflict_do_update(
            index_elements=[Follower.ticket_id, Follower.resident_id],
            set_={"muted": False, "since": func.now()},
        )
    )


def mute(db: Session, ticket_id: int, resident_id: int, *, muted: bool) -> None:
    """Keep following, without being told; or be told again."""
    db.execute(_row(ticket_id, resident_id).values(muted=muted))


def confirm(db: Session, ticket_id: int, resident_id: int) -> None:
    """A follower says that it is mended."""
    db.execute(_row(ticket_id, resident_id).values(confirmed_at=func.now()))
    history.write(db, ticket_id, RESIDENT, events.Confirmed())


def rate(db: Session, ticket_id: int, resident_id: int, stars: int) -> bool:
    """Their rating of the handling, 1 to 5; False when they had given one before."""
    rated = db.execute(
        _row(ticket_id, resident_id)
        .where(Follower.rating.is_(None))
        .values(rating=stars)
        .returning(Follower.rating)
    ).first()
    if rated:
        history.write(db, ticket_id, RESIDENT, events.Rated(stars))
    return rated is not None


def _row(ticket_id: int, resident_id: int) -> Update:
    return update(Follower).where(
        Follower.ticket_id == ticket_id, Follower.resident_id == resident_id
    )

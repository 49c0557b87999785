"""Several tickets of the same hole become one; and apart again, when that was wrong."""

from datetime import UTC, datetime

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from reports.people.permissions import Actor, Role
from reports.tickets import deadline, history, queries
from reports.tickets.lock import changed, locked
from reports.tickets.models import Follower, History, Report, Ticket
from reports.tickets.status import OPEN, Status


class CannotMerge(Exception):
    """These two tickets cannot be one; the message says why, in Japanese."""


def merge(db: Session, ticket_id: int, into_number: str, actor: Actor, *, note: str = "") -> None:
    """`ticket_id` ends as merged; its reports and followers go on with the other, open ticket.

    Raises NoSuchTicket, CannotMerge.
    """
    into_id = db.scalar(select(Ticket.id).where(Ticket.number == into_number))
    if into_id is None:
        raise CannotMerge(f"受付番号 {into_number} の受付票はありません。")
    if into_id == ticket_id:
        raise CannotMerge("同じ受付票どうしはまとめられません。")
    both = [locked(db, id) for id in sorted((ticket_id, into_id))]
    ticket, into = sorted(both, key=lambda one: one.id != ticket_id)
    if Status(into.status) not in OPEN:
        raise CannotMerge(f"受付番号 {into_number} は終わっているため、まとめる先にできません。")
    if actor.role is not Role.STAFF or Status(ticket.status) not in OPEN:
        raise CannotMerge("終わった受付票はまとめられません。")
    _hand_on(db, ticket, into, actor, note)


def part(db: Session, ticket: Ticket) -> None:
    """Undo a merge: the reports that went with this ticket and are still there come back to it."""
    goes_on = queries.ticket_that_goes_on(db, ticket.id)
    if goes_on is None or ticket.merged_into is None:
        raise CannotMerge("この受付票はまとめられていません。")
    line = db.scalars(
        select(History)
        .where(History.ticket_id == ticket.id, History.details["reports"].is_not(None))
        .order_by(History.id.desc())
        .limit(1)
    ).one()
    went = Report.id.in_(line.details["reports"]), Report.ticket_id == goes_on.id
    db.execute(update(Report).where(*went).values(ticket_id=ticket.id))
    into = locked(db, goes_on.id)
    history.write(db, into.id, None, "parted", details={"from": ticket.number})
    ticket.merged_into = None
    changed(db, into)


def _hand_on(db: Session, ticket: Ticket, into: Ticket, actor: Actor, note: str) -> None:
    reports = list(db.scalars(select(Report.id).where(Report.ticket_id == ticket.id)))
    db.execute(update(Report).where(Report.id.in_(reports)).values(ticket_id=into.id))
    follows = select(literal(into.id), Follower.resident_id, Follower.muted).where(
        Follower.ticket_id == ticket.id
    )
    columns = ["ticket_id", "resident_id", "muted"]
    db.execute(upsert(Follower).from_select(columns, follows).on_conflict_do_nothing())
    history.write(
        db,
        ticket.id,
        actor,
        "moved",
        from_status=ticket.status,
        to_status=Status.MERGED,
        note=note,
        details={"into": into.number, "reports": reports},
    )
    history.write(db, into.id, actor, "merged", details={"from": ticket.number})
    ticket.status, ticket.merged_into = Status.MERGED, into.id
    ticket.closed_at = datetime.now(UTC)
    if ticket.urgent:
        deadline.hasten(db, into)
    deadline.settle(db, ticket)
    changed(db, ticket)
    changed(db, into)

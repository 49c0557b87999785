"""Several tickets of the same hole become one; and apart again, when that was wrong."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ScalarSelect, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from reports.actions.admit import Same, admit, department_of
from reports.people.permissions import Actor, Do, may
from reports.tickets import deadline, events, history, queries
from reports.tickets.event_json import read
from reports.tickets.history_models import History
from reports.tickets.lock import changed, locked_all, locked_both
from reports.tickets.models import Follower, Report, Ticket
from reports.tickets.status import OPEN, MoveRefused, Status, status_of


class CannotMerge(MoveRefused):
    """These two tickets cannot be one; the message says why, in Japanese."""


def merge(
    db: Session,
    ticket_id: int,
    into_number: str,
    by: Actor,
    *,
    note: str = "",
    key: str | None = None,
) -> None:
    """`ticket_id` ends as merged; its reports and followers go on with the other, open ticket.

    Raises NoSuchTicket, NotTheirs, CannotMerge.
    """
    into_id = db.scalar(select(Ticket.id).where(Ticket.number == into_number))
    if into_id is None:
        raise CannotMerge(f"受付番号 {into_number} の受付票はありません。")
    if into_id == ticket_id:
        raise CannotMerge("同じ受付票どうしはまとめられません。")
    ticket, into = locked_both(db, ticket_id, into_id)
    if not admit(db, ticket, by, Do.MERGE, key=key, same=_merges(into_number, note)):
        return
    if not may(by, Do.MERGE, department_of(db, into) or None):
        raise CannotMerge("まとめる先は、ほかの課の受付票です。その課の職員に頼んでください。")
    if status_of(into.status) not in OPEN:
        raise CannotMerge(f"受付番号 {into_number} は終わっているため、まとめる先にできません。")
    if status_of(ticket.status) not in OPEN:
        raise CannotMerge(f"受付番号 {ticket.number} は終わっているため、まとめられません。")
    _hand_on(db, ticket, into, by, note, key)


def merge_all(
    db: Session,
    ticket_ids: Collection[int],
    into_number: str,
    by: Actor,
    *,
    note: str = "",
    key: str | None = None,
) -> None:
    """All of these go on with the other one, or none does. Raises as `merge` does."""
    into = db.scalar(select(Ticket.id).where(Ticket.number == into_number))
    locked_all(db, [*ticket_ids, *([into] if into else [])])
    for ticket_id in sorted(ticket_ids):
        merge(db, ticket_id, into_number, by, note=note, key=key)


def _merges(into: str, note: str) -> Same:
    return lambda did: isinstance(did, events.Moved) and (did.into, did.note) == (into, note)


def locked_to_part(db: Session, ticket_id: int) -> tuple[Ticket, Ticket]:
    """The ticket, and the one that goes on in its place: itself, where it is not merged.

    Those between them are held as well, for followers leave them too. Raises NoSuchTicket,
    CannotMerge.
    """
    way = queries.way_on(db, ticket_id)
    held = locked_all(db, [ticket_id, *way])
    if held[ticket_id].merged_into and queries.way_on(db, ticket_id) != way:
        raise CannotMerge("まとめた先が、いま変わりました。もう一度お試しください。")
    return held[ticket_id], held[way[-1]]


def part(db: Session, ticket: Ticket, into: Ticket, by: Actor) -> Status:
    """Undo a merge: what went with this ticket, and is still there, comes back to it. Gives the
    status that it had before. Raises CannotMerge where the other one is not theirs to change.

    Who heard of the other ticket only because of the merge hears of it no more.
    """
    if not may(by, Do.MERGE, department_of(db, into) or None):
        raise CannotMerge("まとめた先は、ほかの課の受付票です。その課の職員に頼んでください。")
    way = _way(db, ticket)
    _, first = way[0]
    merged = read(first)
    assert isinstance(merged, events.Moved)
    went = Report.id.in_(merged.reports), Report.ticket_id == into.id
    db.execute(update(Report).where(*went).values(ticket_id=ticket.id))
    _take_back_followers(db, ticket, way, into)
    history.write(db, into.id, None, events.Parted(ticket.number))
    ticket.merged_into = None
    changed(db, into)
    return merged.from_status or Status.REOPENED


def _way(db: Session, ticket: Ticket) -> list[tuple[int, History]]:
    """Each merge from this ticket to the one that goes on: into which ticket, and its line."""
    way, one = [], ticket
    while one.merged_into is not None:
        line = db.scalars(
            select(History)
            .where(History.ticket_id == one.id, History.to_status == Status.MERGED)
            .order_by(History.id.desc())
            .limit(1)
        ).one()
        one = db.get_one(Ticket, one.merged_into, populate_existing=True)
        way.append((one.id, line))
    return way


def _take_back_followers(
    db: Session, ticket: Ticket, way: Sequence[tuple[int, History]], into: Ticket
) -> None:
    """Whoever came with a merge follows since its very moment. Who also reported there stays, and
    who follows another ticket that was merged into it: from now on as having come with that."""
    leave = set(db.scalars(select(Follower.resident_id).where(Follower.ticket_id == ticket.id)))
    stay = select(Report.resident_id).where(
        Report.ticket_id == into.id, Report.withdrawn_at.is_(None), Report.resident_id.is_not(None)
    )
    for id, line in way:
        came = (
            Follower.ticket_id == id,
            Follower.since == line.at,
            Follower.resident_id.not_in(stay),
        )
        since = _came_with_another(id, ticket)
        also = update(Follower).where(*came, Follower.resident_id.in_(leave), since.is_not(None))
        leave -= set(db.scalars(also.values(since=since).returning(Follower.resident_id)))
        gone = delete(Follower).where(*came, Follower.resident_id.in_(leave))
        leave = set(db.scalars(gone.returning(Follower.resident_id)))


def _came_with_another(id: int, ticket: Ticket) -> ScalarSelect[datetime]:
    """SQL over followers: since when they would follow this one without that ticket's merge."""
    there = aliased(Follower)
    return (
        select(func.max(History.at))
        .join(Ticket, Ticket.id == History.ticket_id)
        .join(there, there.ticket_id == Ticket.id)
        .where(Ticket.merged_into == id, Ticket.id != ticket.id)
        .where(History.to_status == Status.MERGED, there.resident_id == Follower.resident_id)
        .correlate(Follower)
        .scalar_subquery()
    )


def _hand_on(
    db: Session, ticket: Ticket, into: Ticket, by: Actor, note: str, key: str | None
) -> None:
    reports = list(db.scalars(select(Report.id).where(Report.ticket_id == ticket.id)))
    db.execute(update(Report).where(Report.id.in_(reports)).values(ticket_id=into.id))
    ended = events.Moved(
        status_of(ticket.status), Status.MERGED, into.number, tuple(reports), note=note
    )
    line = history.write(db, ticket.id, by, ended, key=key)
    _copy_followers(db, ticket, into, line)
    history.write(db, into.id, by, events.Merged(ticket.number))
    ticket.status, ticket.merged_into = Status.MERGED, into.id
    ticket.closed_at = datetime.now(UTC)
    if ticket.urgent:
        deadline.hasten(db, into)
    deadline.settle(db, ticket)
    changed(db, ticket)
    changed(db, into)


def _copy_followers(db: Session, ticket: Ticket, into: Ticket, line: int) -> None:
    """Since the moment of this line of history, by which `part` knows them again."""
    at = select(History.at).where(History.id == line).scalar_subquery()
    follows = select(literal(into.id), Follower.resident_id, Follower.muted, at).where(
        Follower.ticket_id == ticket.id
    )
    columns = ["ticket_id", "resident_id", "muted", "since"]
    db.execute(upsert(Follower).from_select(columns, follows).on_conflict_do_nothing())

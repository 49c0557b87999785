"""What a record that was asked for is drawn from: out of the database, as it is at this moment."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.audit import seal
from reports.city.clock import now
from reports.documents.maps import surroundings
from reports.documents.record import ticket
from reports.documents.record.gather import Scope, gather
from reports.documents.record.pdf import Told
from reports.records import kept
from reports.tickets import lock
from reports.tickets.models import Ticket
from store import sql

_TAKES_AWAY: Final = ("erased", "unsent")


def told(db: Session, record_id: int) -> Told | None:
    """At the beginning of a transaction: all of it is of one moment. None where there is nothing to
    make (any more)."""
    sql.run(db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    issued = kept.waiting(db, record_id)
    if issued is None:
        return None
    found = gather(db, Scope(issued.ticket_id, issued.personal, issued.incident_on))
    if found is None:
        return None
    ((waiting,),) = sql.run(db, "SELECT count(*) FROM audit_waiting")
    around = surroundings.around(db, found.place)
    family = ticket.family(db, issued.ticket_id)
    tickets = db.scalars(select(Ticket).where(Ticket.id.in_(family)))
    kept_so = {one.id: _gone(one) for one in tickets}
    return Told(found, issued, now(), around, seal.head(db), waiting, family, kept_so)


def is_overtaken(db: Session, told: Told) -> bool:
    """Whether something that stands in it was erased or taken back while it was drawn, or went
    because its period was over. Its tickets are locked: what would take it away waits until it is
    stored, and then takes the file."""
    try:
        held = lock.locked_all(db, told.family)
    except lock.NoSuchTicket:
        return True
    if told.issued.personal and {id: _gone(one) for id, one in held.items()} != told.kept:
        return True
    lines = ticket.history(db, told.family, personal=False)
    last = told.gathered.last_line
    return any(row["id"] > last and row["what"] in _TAKES_AWAY for row in lines)


def _gone(one: Ticket) -> tuple[datetime | None, ...]:
    return one.forgotten_at, one.words_gone_at

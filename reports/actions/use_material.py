"""What went into a work is written down after it was told: materials, one at a time, and time."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.actions.report_work import MOST_AMOUNT, MOST_MINUTES
from reports.city import profile
from reports.people.permissions import Actor
from reports.tickets import history, work_events
from reports.tickets.event_json import read
from reports.tickets.history_models import History
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.work_models import UsedMaterial, Work
from store import sql

WITHIN: Final = timedelta(hours=12)
"""After that it is no more the same day's work."""


def use_material(db: Session, history_id: int, key: str, more: Decimal, by: Actor) -> str:
    """So much more of it went into the work that came with this move; gives it with its amount, ""
    where it is not theirs, long ago, taken back, or of no material of the city's."""
    material = next((one for one in profile.materials(db) if one.key == key), None)
    found = _theirs(db, history_id, by)
    if material is None or found is None:
        return ""
    work, ticket, line = found
    facts = {"work_id": work.id, "material": key, "name": material.name, "unit": material.unit}
    new = insert(UsedMaterial).values(**facts, amount=more)
    added = new.on_conflict_do_update(
        index_elements=["work_id", "material"],
        set_={"amount": UsedMaterial.amount + more},
        where=UsedMaterial.amount + more <= MOST_AMOUNT,
    )
    db.execute(added)
    rows = db.scalars(select(UsedMaterial).where(UsedMaterial.work_id == work.id)).all()
    used = tuple(work_events.Used(one.name, float(one.amount), one.unit) for one in rows)
    told = read(line)
    if isinstance(told, work_events.Worked):
        history.rewrite(line, work_events.with_used(told, used))
        changed(db, ticket)
    amounts = {one.name: f"{one.name} {one.amount:g}{one.unit}" for one in used}
    return amounts.get(material.name, "")


def write_minutes(db: Session, history_id: int, minutes: int, by: Actor) -> bool:
    """The work that came with this move took so long, whatever was said of that before; whether
    that could be written down, as of `use_material`."""
    found = _theirs(db, history_id, by)
    if found is None or not 0 < minutes <= MOST_MINUTES:
        return False
    work, ticket, line = found
    work.minutes = minutes
    told = read(line)
    if isinstance(told, work_events.Worked):
        history.rewrite(line, work_events.with_minutes(told, minutes))
        changed(db, ticket)
    return True


def _theirs(db: Session, history_id: int, by: Actor) -> tuple[Work, Ticket, History] | None:
    """The work that came with this move, while more may be written down for it, with its ticket
    locked and the line that tells of it."""
    work = db.scalar(select(Work).where(Work.history_id == history_id))
    if work is None or by.user_id is None or work.by_id != by.user_id:
        return None
    ticket = locked(db, work.ticket_id)
    line = history.worked_with(db, work.ticket_id, history_id)
    is_theirs = sql.run(db, _STILL, work=work.id, within=WITHIN).fetchone()
    return None if is_theirs is None or line is None else (work, ticket, line)


_STILL: Final = "SELECT 1 FROM works WHERE id = %(work)s AND created_at > now() - %(within)s"

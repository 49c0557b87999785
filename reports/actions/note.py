"""Notes of those who work on a ticket, for each other: written, and seen to."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from reports.actions.admit import admit, department_of
from reports.city.departments import department_id
from reports.city.models import Department
from reports.people.models import User
from reports.people.permissions import MAY, Actor, Do, NotTheirs, Role, may
from reports.photos import intake
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.note_models import Note


class NobodyToNote(Exception):
    """Who it was for is not there any more."""


def note(
    db: Session,
    ticket_id: int,
    by: Actor,
    words: str,
    *,
    user_id: int | None = None,
    department: str | None = None,
    photo_ids: Collection[int] = (),
    key: str | None = None,
) -> None:
    """Write it down, for a person, a department (a key), or for the record; with these photos.

    Raises NoSuchTicket, NotTheirs, NobodyToNote.
    """
    ticket = locked(db, ticket_id)
    admit(db, ticket, by, Do.NOTE)
    if key and db.scalar(select(exists().where(Note.ticket_id == ticket_id, Note.key == key))):
        return
    to_department = department_id(db, department) if department else None
    to_user = user_id and db.scalar(
        select(User.id).where(User.id == user_id, User.role.in_(_READERS), ~User.disabled)
    )
    if (user_id and not to_user) or (department and not to_department):
        raise NobodyToNote("宛先がもう使われていません。選び直してください。")
    made = insert(Note).values(
        ticket_id=ticket_id,
        by_id=by.user_id,
        by_name=by.name,
        words=words,
        key=key,
        user_id=to_user,
        department_id=to_department,
    )
    note_id = db.execute(made.returning(Note.id)).scalar_one()
    intake.noted(db, photo_ids, note_id, by.user_id)
    changed(db, ticket)


def see_to(db: Session, ticket_id: int, note_id: int, by: Actor) -> None:
    """It waits no more; for staff who may write notes here, and for whom it is for.

    Raises NoSuchTicket, NotTheirs.
    """
    ticket = locked(db, ticket_id)
    one = db.scalar(select(Note).where(Note.id == note_id, Note.ticket_id == ticket_id))
    if one is None:
        raise NotTheirs(Do.NOTE)
    if not _is_for(db, one, by) and not (by.side is Role.STAFF and _may_note(db, ticket, by)):
        raise NotTheirs(Do.NOTE)
    if one.done_at is None and (one.user_id or one.department_id):
        one.done_at, one.done_by = datetime.now(UTC), by.name
        changed(db, ticket)


def _is_for(db: Session, one: Note, by: Actor) -> bool:
    """For them, or for a department of theirs."""
    if Do.NOTE not in MAY[by.role]:
        return False
    if one.user_id is not None and one.user_id == by.user_id:
        return True
    key = db.scalar(select(Department.key).where(Department.id == one.department_id))
    return key is not None and key in by.departments


def _may_note(db: Session, ticket: Ticket, by: Actor) -> bool:
    return may(by, Do.NOTE, department_of(db, ticket) or None)


_READERS: Final = (Role.DEPARTMENT, Role.STAFF, Role.ADMINISTRATOR)

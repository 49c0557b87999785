"""One thing done to many tickets: each through the action that does it to one."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute
from reports.actions.assign import assign
from reports.actions.merge import CannotMerge, locked_to_part
from reports.actions.move import move
from reports.actions.note import NobodyToNote, note
from reports.actions.put_in_charge import put_in_charge
from reports.actions.set_deadline import set_deadline
from reports.actions.undo import Before, undo
from reports.city import profile
from reports.city.templates import STAFF_SAY, filled, placeholders_in
from reports.people.permissions import Actor, NotTheirs
from reports.tickets import queries, words
from reports.tickets.lock import NoSuchTicket, locked
from reports.tickets.status import TOLD_BY_PUSH, MoveRefused, Status
from reports.tickets.wanted import TicketFilter

REFUSALS: Final = (MoveRefused, CannotReroute, CannotMerge, NobodyToNote, NoSuchTicket, NotTheirs)


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True)


class MoveEach(_Act):
    """`note` is read by residents; its placeholders are filled for each ticket."""

    kind: Literal["move"] = "move"
    to: Status
    note: str = ""


class AssignEach(_Act):
    """`department`: a key."""

    kind: Literal["assign"] = "assign"
    department: str
    note: str


class PutInCharge(_Act):
    kind: Literal["person"] = "person"
    user_id: int | None


class SetDeadline(_Act):
    kind: Literal["deadline"] = "deadline"
    day: date
    note: str


class NoteEach(_Act):
    kind: Literal["note"] = "note"
    words: str
    user_id: int | None = None
    department: str | None = None


class UndoEach(_Act):
    kind: Literal["undo"] = "undo"


Act = Annotated[
    MoveEach | AssignEach | PutInCharge | SetDeadline | NoteEach | UndoEach,
    Field(discriminator="kind"),
]
_READER: Final[TypeAdapter[Act]] = TypeAdapter(Act)


def act_from(kept: Mapping[str, Any]) -> Act:
    """As it was kept by `model_dump(mode="json")`."""
    return _READER.validate_python(kept)


def is_told(act: Act) -> bool:
    """Whether residents hear of it at once, so that there is no way back."""
    return isinstance(act, MoveEach) and act.to in TOLD_BY_PUSH


def seal(act: Act) -> str:
    """Of what was shown: another act has another."""
    return hashlib.sha256(act.model_dump_json().encode()).hexdigest()[:16]


def hold(db: Session, ticket_id: int, act: Act) -> None:
    """The ticket is nobody else's until the commit, as its action will hold it. Raises as those."""
    if isinstance(act, MoveEach):
        locked_to_part(db, ticket_id)
    else:
        locked(db, ticket_id)


def carry_out(
    db: Session, ticket_id: int, act: Act, by: Actor, key: str, before: Before | None
) -> None:
    """Do it to one ticket. `before`: what an undoing brings back. Raises one of REFUSALS."""
    match act:
        case MoveEach():
            move(db, ticket_id, act.to, by, note=_filled(db, ticket_id, act.note), key=key)
        case AssignEach():
            assign(db, ticket_id, act.department, by, act.note, key=key)
        case PutInCharge():
            put_in_charge(db, ticket_id, act.user_id, by, key=key)
        case SetDeadline():
            set_deadline(db, ticket_id, act.day, by, act.note, key=key)
        case NoteEach():
            note(
                db, ticket_id, by, act.words,
                user_id=act.user_id, department=act.department, key=key,
            )  # fmt: skip
        case UndoEach() if before:
            undo(db, ticket_id, before, by, key=key)


def _filled(db: Session, ticket_id: int, note: str) -> str:
    """Raises CannotReroute where the ticket has nothing for a placeholder."""
    if not placeholders_in(note):
        return note
    (ticket,) = queries.tickets(db, TicketFilter(statuses=None, id=ticket_id), limit=1)
    names = {key: category.name("ja") for key, category in profile.categories(db).items()}
    said = filled(note, words.of_placeholders(ticket, names))
    if lacks := placeholders_in(said):
        raise CannotReroute(f"この受付票には［{STAFF_SAY[lacks[0]]}］に入るものがありません。")
    return said

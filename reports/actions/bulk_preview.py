"""What will happen to how many tickets, and who will hear of it; before anything is done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.bulk import Act, AssignEach, MoveEach, NoteEach, PutInCharge, is_told
from reports.people.models import User
from reports.people.permissions import Actor, Do, OnlyToSee, Role, may
from reports.tickets.status import OPEN, MoveRefused, Status, check_move, status_of
from store import sql


@dataclass(frozen=True, slots=True)
class Preview:
    """To how many it `can` be done; why not to the others, and how many those are. `people`: who
    would be told over LINE; `calls`: who would have to be rung back."""

    can: int
    cannot: Sequence[tuple[str, int]]
    people: int = 0
    calls: int = 0


def preview(db: Session, ticket_ids: Sequence[int], act: Act, by: Actor) -> Preview:
    """As the tickets are now, for whom asks for it; each is looked at again when its turn comes."""
    department = _department_of(db, act)
    can, cannot, told = 0, Counter[str](), set[str]()
    for kept, theirs, many in sql.run(db, _GROUPS, ids=list(ticket_ids)):
        refusal = _not_theirs(act, theirs, by) or _refusal(act, status_of(kept), theirs, department)
        if refusal:
            cannot[refusal] += many
        else:
            can += many
            told.add(kept)
    if not is_told(act):
        return Preview(can, cannot.most_common())
    facts = {"ids": list(ticket_ids), "statuses": sorted(told)}
    ((people, calls),) = sql.run(db, _TOLD, **facts)
    return Preview(can, cannot.most_common(), people, calls)


def _not_theirs(act: Act, theirs: str | None, by: Actor) -> str:
    do = _DOES.get(act.kind)
    return str(OnlyToSee()) if do and not may(by, do, theirs) else ""


_DOES: Final = {
    "move": Do.MOVE,
    "assign": Do.ASSIGN,
    "person": Do.PUT_IN_CHARGE,
    "deadline": Do.SET_DEADLINE,
    "note": Do.NOTE,
}
"""What each act is, by its kind."""


def _refusal(act: Act, status: Status, theirs: str | None, department: str | None) -> str:
    if isinstance(act, NoteEach):
        return ""
    if isinstance(act, MoveEach):
        try:
            check_move(Role.STAFF, status, act.to, act.note)
        except MoveRefused as refused:
            return str(refused)
        return ""
    if status not in OPEN:
        return "終わった受付票は変えられません。"
    if isinstance(act, AssignEach) and theirs == act.department:
        return "すでにこの課の担当です。"
    if isinstance(act, PutInCharge) and department is not None and theirs != department:
        return "作業班は、自分の課の受付票だけを担当できます。"
    return ""


def _department_of(db: Session, act: Act) -> str | None:
    """Of the crew that is to be put in charge, the only one whose tickets can be theirs."""
    person = db.get(User, act.user_id) if isinstance(act, PutInCharge) and act.user_id else None
    if person is None or person.role != Role.CREW:
        return None
    ((key,),) = sql.run(db, _KEY, id=person.department_id)
    return str(key)


_KEY: Final = "SELECT key FROM departments WHERE id = %(id)s"
_GROUPS: Final = """
    SELECT t.status, d.key, count(*)
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    WHERE t.id = ANY(%(ids)s::bigint[]) GROUP BY t.status, d.key
"""
_TOLD: Final = """
    WITH changed AS (
        SELECT id FROM tickets WHERE id = ANY(%(ids)s::bigint[]) AND status = ANY(%(statuses)s))
    SELECT (SELECT count(DISTINCT f.resident_id) FROM followers f
            JOIN residents r ON r.id = f.resident_id
            WHERE f.ticket_id IN (SELECT id FROM changed) AND NOT f.muted
              AND r.blocked_at IS NULL),
           (SELECT count(*) FROM callers c JOIN reports r ON r.id = c.report_id
            WHERE r.ticket_id IN (SELECT id FROM changed) AND c.call_back
              AND r.withdrawn_at IS NULL)
"""

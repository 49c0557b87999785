"""A ticket goes to another department: staff decide, the rules do, or whose it is says no."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, Same, Seen, department_of, opened
from reports.actions.hand_over import hand_over
from reports.actions.route import route
from reports.city import profile
from reports.city.models import Department
from reports.people.permissions import Actor, Do
from reports.routing import versions
from reports.routing.choose import Case, Reason, Rule, first_match
from reports.routing.models import RuleTable
from reports.tickets import deadline, events, history
from reports.tickets.event_json import read
from reports.tickets.lock import changed
from reports.tickets.models import Ticket
from reports.tickets.why import why_of

MOST_PASSES: Final = 3
"""At the third "not ours" a ticket stays with staff."""


def not_ours(
    db: Session,
    ticket_id: int,
    by: Actor,
    note: str,
    *,
    may_be_citys: bool = True,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Whose it is now says that it is not: it goes on as their rule says, or to 担当課未定.

    `may_be_citys`: whether it may go on to another department of the city's own. `seen`: whose it
    was (a key). Raises as `opened`.
    """
    whose = seen.what if seen else _theirs(db, ticket_id, by)
    ticket = opened(
        db, ticket_id, by, Do.NOT_OURS, key=key, seen=seen, now=department_of,
        same=_says_no(whose, note.strip()),
    )  # fmt: skip
    if ticket is None:
        return
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if department is None:
        raise CannotReroute("担当課がまだ決まっていないため、次へ回せません。")
    if not note.strip():
        raise CannotReroute("担当ではない理由を書いてください。")
    ticket.rules_version, rule = _rule_of(db, ticket, department.key)
    ticket.passes += 1
    stopped = ticket.passes >= MOST_PASSES
    to = None if stopped else _next(db, rule, department, may_be_inside=may_be_citys)
    handed = hand_over(db, ticket, to, by)
    said = events.NotOurs(handed, stopped=stopped, note=note.strip())
    history.write(db, ticket_id, by, said, key=key)
    reason = Reason.TO_AND_FRO if stopped else Reason.NOT_OURS
    _decided(
        db, ticket, reason, rule=rule.order if rule else None, departments=_who_said_no(db, ticket)
    )


def _theirs(db: Session, ticket_id: int, by: Actor) -> str | None:
    """Of which department of theirs it is said: the one that has the ticket, or had it last."""
    last = history.newest(db, ticket_id, events.NotOurs)
    said = read(last) if last else None
    if isinstance(said, events.NotOurs) and said.handed and said.handed.before in by.departments:
        return said.handed.before
    return by.department


def assign(
    db: Session,
    ticket_id: int,
    department_key: str,
    by: Actor,
    note: str,
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Staff decide by hand; it stays until they have it decided anew.

    `seen`: whose it was (a key). Raises as `opened`.
    """
    ticket = opened(
        db, ticket_id, by, Do.ASSIGN, key=key, seen=seen, now=department_of,
        same=_assigns(department_key, note.strip()),
    )  # fmt: skip
    if ticket is None:
        return
    department = db.scalar(select(Department).where(Department.key == department_key))
    if department is None:
        raise CannotReroute("その担当課はありません。一覧から選び直してください。")
    if ticket.department_id == department.id:
        raise CannotReroute(f"すでに{department.name}の担当です。")
    if not note.strip():
        raise CannotReroute("担当を変える理由を書いてください。")
    ticket.passes = 0
    handed = hand_over(db, ticket, department.id, by)
    history.write(db, ticket_id, by, events.Assigned(handed, note=note.strip()), key=key)
    _decided(db, ticket, Reason.BY_HAND)


def decide_again(
    db: Session,
    ticket_id: int,
    by: Actor,
    note: str = "",
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """The rules decide, as they are now. `seen`: whose it was (a key). Raises as `opened`."""
    if opened(db, ticket_id, by, Do.ASSIGN, key=key, seen=seen, now=department_of):
        route(db, ticket_id, by, note=note.strip(), key=key)


def _says_no(whose: str | None, note: str) -> Same:
    return lambda did: (
        isinstance(did, events.NotOurs)
        and did.note == note
        and did.handed is not None
        and did.handed.before == whose
    )


def _assigns(to: str, note: str) -> Same:
    return lambda did: (
        isinstance(did, events.Assigned)
        and did.note == note
        and did.handed is not None
        and did.handed.after == to
    )


def _decided(
    db: Session,
    ticket: Ticket,
    reason: Reason,
    *,
    rule: int | None = None,
    departments: list[str] | None = None,
) -> None:
    """Keep why, and what was seen of roads; the deadline stays, as the resident goes on waiting."""
    seen = {name: facts for name, facts in why_of(ticket.why).items() if name in _SEEN}
    who = {"departments": departments} if departments else {}
    ticket.why = seen | {"reason": str(reason), "rule": rule} | who
    if ticket.deadline is None:
        deadline.give(db, ticket, profile.categories(db)[ticket.category])
    changed(db, ticket)


def _rule_of(db: Session, ticket: Ticket, department: str) -> tuple[int | None, Rule | None]:
    """The rule that gave it to this department, and the version of the table where it stands: as it
    was then, else the one that would now."""
    why = why_of(ticket.why)
    if why.get("reason") == Reason.RULE:
        kept = db.scalar(select(RuleTable.rules).where(RuleTable.id == ticket.rules_version)) or []
        decided = [line for line in kept if line["order"] == why.get("rule")]
        if decided:
            return ticket.rules_version, Rule.from_json(decided[0])
    rules = versions.live_rules(db)
    in_hours = profile.was_in_hours(db, ticket.received_at)
    facts = Case(ticket.category, ticket.district, ticket.urgent, in_hours)
    theirs = [rule for rule in rules.lines if rule.department == department]
    return rules.version, first_match(theirs, facts, ticket.owner or "")


def _next(
    db: Session, rule: Rule | None, department: Department, *, may_be_inside: bool
) -> int | None:
    """The id of the department that this rule names for what is not its own."""
    if rule is None or rule.not_ours == department.key:
        return None
    named = select(Department.id).where(Department.key == rule.not_ours)
    return db.scalar(named if may_be_inside else named.where(~Department.inside))


def _who_said_no(db: Session, ticket: Ticket) -> list[str]:
    """The names of the departments whose it is not, each once, in their order."""
    said = history.told(db, ticket.id, events.NotOurs, most=ticket.passes)
    keys = dict.fromkeys(one.handed.before for one in reversed(said) if one.handed)
    names = select(Department.key, Department.name).where(Department.key.in_(keys))
    known = dict(db.execute(names).all())
    return [known[key] for key in keys if key in known]


_SEEN: Final = ("road", "runner_up", "asset", "owner_said")

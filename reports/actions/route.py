"""Owner, district, department and deadline of a ticket, and why: found, and kept."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.assets import AT_PLACE_M, asset_near
from geo.nearby import Whereabouts
from geo.place_names import name_of
from geo.points import Point
from geo.roads import roads_near
from reports.actions.hand_over import hand_over
from reports.city import departments, profile
from reports.city.models import Department
from reports.outbox import crews, mails
from reports.people.permissions import Actor
from reports.photos.lost import tell_lost
from reports.photos.place_conflict import let_card_go
from reports.routing import versions
from reports.routing.choose import Case, Reason, Routing, choose
from reports.tickets import deadline, events, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Remark, Report, Ticket
from reports.tickets.queries import place_of
from reports.tickets.status import OPEN, status_of
from reports.tickets.why import why_of


def route(
    db: Session,
    ticket_id: int,
    by: Actor | None = None,
    *,
    note: str = "",
    key: str | None = None,
) -> None:
    """Find owner, district, department and deadline of a ticket, and keep why.

    `by`: whoever at the desk wants it decided anew; without them what staff decided, or have to
    decide, stays, and one that has ended gets only what its card needs. Raises NoSuchTicket.
    """
    ticket = locked(db, ticket_id)
    place, said = place_of(db, ticket_id), _said(db, ticket_id)
    where = areas_at(db, place)
    name = name_of(db, place, where, only_town=said.only_a_town)
    ticket.place_name, ticket.place_name_en = name.japanese, name.english
    if by or status_of(ticket.status) in OPEN:
        _decide(db, ticket, place, where, said, by, note, key)
        mails.tell_urgent(db, ticket)
        crews.tell_urgent(db, ticket)
    if ticket.routed_at is None:
        tell_lost(db, ticket_id)
    ticket.routed_at = datetime.now(UTC)
    changed(db, ticket)
    let_card_go(db, ticket_id)


class _Said(NamedTuple):
    owner: str | None
    urgent: bool
    only_a_town: bool
    words: str

    @property
    def at_place_m(self) -> float:
        """How far an asset may stand from the place: in the middle of a town there is none."""
        return 0.0 if self.only_a_town else AT_PLACE_M


def _said(db: Session, ticket_id: int) -> _Said:
    """What its residents said that routing needs: whose road, urgent words, only a town's name."""
    remarks = select(Remark.words).join(Report, Report.id == Remark.report_id)
    words = db.scalars(remarks.where(Report.ticket_id == ticket_id).order_by(Remark.id))
    moved = history.told(db, ticket_id, events.Relocated, most=1)
    reports: Any = select(Report.owner_said, Report.urgent, Report.place_source)
    rows = db.execute(reports.where(Report.ticket_id == ticket_id).order_by(Report.id)).all()
    return _Said(
        owner=next((row.owner_said for row in rows if row.owner_said), None),
        urgent=any(row.urgent for row in rows),
        only_a_town=bool(rows) and all(row.place_source == "typed" for row in rows) and not moved,
        words="\n".join(words),
    )


def _decide(
    db: Session,
    ticket: Ticket,
    place: Point,
    where: Whereabouts,
    said: _Said,
    by: Actor | None,
    note: str,
    key: str | None,
) -> None:
    rules, category = versions.live_rules(db), profile.categories(db)[ticket.category]
    ticket.urgent = category.urgent or said.urgent
    in_hours = profile.was_in_hours(db, ticket.received_at)
    found = choose(
        roads_near(db, place),
        rules.lines,
        Case(category.key, where.district, ticket.urgent, in_hours),
        owner_said=said.owner,
        only_a_town=said.only_a_town,
        asset=asset_near(db, place, category.key, said.words, at_place_m=said.at_place_m),
    )
    ticket.district, ticket.owner = where.district, found.owner
    ticket.road_id = found.road.id if found.road else None
    if by is None and _stays(db, ticket, found.department):
        kept = why_of(ticket.why)
        decided = {name: kept[name] for name in _DECIDED if name in kept}
        ticket.why, ticket.deadline_days = found.why() | decided, None
    else:
        _follow(db, ticket, found, rules.version, by, note, key)
    deadline.give(db, ticket, category)


def _stays(db: Session, ticket: Ticket, department: str | None) -> bool:
    """What people decided no worker undoes; nor goes it back to who said that it is not theirs."""
    why = why_of(ticket.why)
    if why.get("reason") != Reason.NOT_OURS:
        return why.get("reason") in _STAYS
    name = db.scalar(select(Department.name).where(Department.key == department))
    return name is None or name in why.get("departments", ())


def _follow(
    db: Session,
    ticket: Ticket,
    found: Routing,
    version: int | None,
    by: Actor | None,
    note: str,
    key: str | None,
) -> None:
    """The department that was found, with its reason; whom the rule names, that one too, is told
    once."""
    same_rule = found.rule is None or why_of(ticket.why).get("rule") == found.rule.order
    ticket.rules_version, ticket.why = version, found.why()
    ticket.deadline_days = found.rule.deadline_days if found.rule else None
    ticket.passes = 0 if by else ticket.passes
    handed = hand_over(db, ticket, departments.department_id(db, found.department), by)
    routed = events.Routed(ticket.why, handed if ticket.routed_at else None, note=note)
    history.write(db, ticket.id, by, routed, key=key)
    if found.rule and (handed or not same_rule):
        told = handed.after if handed and ticket.routed_at else None  # it was just handed to them
        mails.tell(db, ticket, [key for key in found.rule.tell if key != told])


_STAYS: Final = frozenset({Reason.BY_HAND, Reason.TO_AND_FRO, Reason.BROUGHT_BACK})
_DECIDED: Final = ("reason", "rule", "departments", "outcome")

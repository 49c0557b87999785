"""Somebody's day is packed: which tickets are theirs, and in what order they go to them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import Seen
from reports.actions.put_in_charge import put_in_charge
from reports.city import clock
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.people.rights import OF_ANY
from reports.tickets import plans
from store import sql

MOST_STOPS: Final = 60
_KEPT: Final = timedelta(days=31)


class PlanChanged(Exception):
    """Somebody else has packed this day meanwhile."""


class CannotPack(ValueError):
    """The message says why, in Japanese."""


def pack(
    db: Session,
    user_id: int,
    day: date,
    order: Sequence[int],
    by: Actor,
    *,
    seen: Sequence[int],
    given: Mapping[int, str],
) -> None:
    """Their day is these tickets (ids) in this order: what is new in it is given to them, what is
    no longer in it is nobody's again. What was packed so before is done already.

    `seen`: the order that the page showed; what has left it since stays away. `given`: of what is
    new, the id of who was in charge when it was shown, or "". Raises PlanChanged, CannotPack,
    NotTheirs, and as `put_in_charge`.
    """
    if not may(by, Do.PUT_IN_CHARGE, by.department):
        raise NotTheirs(Do.PUT_IN_CHARGE)
    if sql.run(db, _OF_CREW, user=user_id, departments=list(by.departments)).fetchone() is None:
        raise CannotPack("その人の一日は決められません。班の人を選び直してください。")
    sql.run(db, _ALONE)
    before = list(plans.stops(db, user_id, day))
    order = [id for id in order if id in before or id not in seen]
    if order == before:
        return
    if [id for id in seen if id in before] != before:
        raise PlanChanged
    if len(order) > MOST_STOPS or len(set(order)) < len(order):
        raise CannotPack(f"一日に入れられるのは {MOST_STOPS}件までです。")
    _give(db, user_id, before, order, by, given)
    sql.run(db, _EMPTY, user=user_id, day=day)
    sql.run(db, _FILL, user=user_id, day=day, tickets=order)
    sql.run(db, "DELETE FROM plan_stops WHERE day < %(day)s", day=clock.today() - _KEPT)


def _give(
    db: Session,
    user_id: int,
    before: Sequence[int],
    order: Sequence[int],
    by: Actor,
    given: Mapping[int, str],
) -> None:
    """The smaller id first, as tickets are locked everywhere."""
    for ticket_id in sorted({*before, *order}):
        if ticket_id not in order:
            put_in_charge(db, ticket_id, None, by, seen=Seen(what=str(user_id)))
        elif ticket_id not in before:
            put_in_charge(db, ticket_id, user_id, by, seen=Seen(what=given.get(ticket_id, "")))


_ALONE: Final = "LOCK TABLE plan_stops IN SHARE ROW EXCLUSIVE MODE"
"""So that what was looked up is so until the commit; before any ticket is held. Others read on."""
_OF_CREW: Final = f"""
    SELECT FROM users u
    WHERE u.id = %(user)s AND u.role = 'crew' AND NOT u.disabled AND {OF_ANY}
"""
_EMPTY: Final = "DELETE FROM plan_stops WHERE user_id = %(user)s AND day = %(day)s"
_FILL: Final = """
    INSERT INTO plan_stops (user_id, day, ticket_id, turn)
    SELECT %(user)s, %(day)s, told.id, told.turn
    FROM unnest(%(tickets)s::bigint[]) WITH ORDINALITY AS told (id, turn)
"""

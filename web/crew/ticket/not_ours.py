"""A crew says that a ticket is not theirs."""

from typing import Final

from sqlalchemy.orm import Session

from reports.actions.assign import not_ours
from reports.people.sessions import Visitor
from reports.tickets import queries
from reports.tickets.events import NotOurs
from reports.tickets.numbers import number_in
from store.database import transaction
from web.kit.errors import NotFound
from web.kit.forms import Posted
from web.kit.tickets import held

NOT_CITYS: Final = "市の管理ではありません"
REASONS: Final = ("ほかの課の仕事です", NOT_CITYS)
"""A crew's two buttons."""


def pass_on(visitor: Visitor, number: str, form: Posted) -> None:
    """A crew says that it is not theirs. Fields: reason (of a button), why (in their own words).

    A phone that lost the answer sends again; that is no second time. Raises NotFound,
    CannotReroute, BadInput.
    """
    reason, why = form.words("reason"), form.words("why")
    with transaction() as db:
        try:
            ticket = held(db, visitor, number)
        except NotFound:
            if _has_passed_it_on(db, visitor, number):
                return
            raise
        may_be_citys = reason != NOT_CITYS
        note = f"{reason}\n{why}"
        not_ours(db, ticket.id, visitor.actor, note, may_be_citys=may_be_citys)


def _has_passed_it_on(db: Session, visitor: Visitor, number: str) -> bool:
    known = number_in(number)
    found = queries.ticket(db, number=known) if known else None
    told = [line.event for line in found.history] if found else []
    handed = [one.handed for one in told if isinstance(one, NotOurs)]
    return bool(handed and handed[-1] and handed[-1].before == visitor.department)

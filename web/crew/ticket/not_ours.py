"""A crew says that a ticket is not theirs."""

from reports.actions.assign import not_ours
from reports.people.sessions import Visitor
from reports.tickets import history
from reports.tickets.events import NotOurs
from reports.tickets.outcomes import NOT_CITYS
from store.database import transaction
from web.kit.errors import NotFound
from web.kit.forms import Posted
from web.kit.tickets import acting_on, id_of


def pass_on(visitor: Visitor, number: str, form: Posted) -> None:
    """A crew says that it is not theirs. Fields: reason (of a button), why (in their own words).

    Two of a crew who say it at once, or one twice, say it once. Raises NotFound, CannotReroute,
    BadInput.
    """
    reason, why = form.words("reason"), form.words("why")
    try:
        with acting_on(number) as (db, id):
            inside = reason != NOT_CITYS
            note = f"{reason}\n{why}"
            not_ours(db, id, visitor.actor, note, may_be_citys=inside, key=form.key)
    except NotFound:
        if not _has_passed_it_on(visitor, number):
            raise


def _has_passed_it_on(visitor: Visitor, number: str) -> bool:
    with transaction() as db:
        said = history.told(db, id_of(db, number), NotOurs, most=1)
    return any(one.handed and one.handed.before in visitor.departments for one in said)

"""Somebody of a crew takes a ticket on, or gives it back: from the list, or from its own page."""

from typing import Final

from reports.actions.admit import Seen
from reports.actions.put_in_charge import put_in_charge
from reports.people.sessions import Visitor
from reports.tickets import plans
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.tickets import acting_on

TAKE: Final = "take"
GIVE_BACK: Final = "give_back"


def act_of(form: Posted) -> str:
    """The field `act`: TAKE or GIVE_BACK. Raises BadInput."""
    act = form.fields.get("act", "")
    if act not in (TAKE, GIVE_BACK):
        raise BadInput("引き受けるか、返すかを選んでください。")
    return act


def take_or_give_back(visitor: Visitor, number: str, act: str, *, key: str | None) -> None:
    """Nobody takes what somebody else has, nor gives that back; what is theirs is taken already.

    Raises NotFound, Overtaken, CannotReroute.
    """
    me = str(visitor.user_id)
    who, before = (visitor.user_id, "") if act == TAKE else (None, me)
    with acting_on(number) as (db, id):
        has_it = plans.in_charge(db, [id]).get(id) == visitor.user_id
        seen = Seen(what=me if has_it else before)
        put_in_charge(db, id, who, visitor.actor, key=key, seen=seen)

"""The dialogue about tickets that are there: adding to them, the buttons on their cards. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.dialogue import effects
from bot.dialogue.clarify import ask
from bot.dialogue.draft import Draft, Onto, Remark
from bot.dialogue.effects import Effect
from bot.dialogue.turn import WAIT_FOR_ROUTING, Context, OnTicket, Turn
from geo.points import Point
from reports.outbox import kinds
from reports.outbox.say import Say
from reports.tickets.status import OPEN, Status, Why

_STARS: Final = ("1", "2", "3", "4", "5")


def respond(draft: Draft, on: OnTicket, context: Context) -> Turn:
    """A button on a ticket's card was pressed; it is checked against what is so now."""
    pressed = _PRESSED.get(on.do)
    if pressed is None:
        return _as_it_is(draft, on)
    return pressed(draft, on, context)


def add(
    draft: Draft,
    *,
    photo_id: int | None = None,
    remark: Remark | None = None,
    place: Point | None = None,
    urgent: bool = False,
) -> Turn:
    """One message more for the report that is added to; `draft` holds it already."""
    if draft.onto is None:
        raise ValueError(f"draft {draft.key} adds to no report")
    added = effects.Add(
        draft.onto.report_id,
        draft.onto.why,
        session=draft.key,
        photo_id=photo_id,
        words=(remark.message_id, remark.words) if remark else None,
        place=place,
        place_message_id=draft.place.message_id if place and draft.place else None,
        urgent=urgent,
    )
    return Turn(draft, say=(still(draft),), effects=(added,))


def still(draft: Draft) -> Say:
    """What was added so far, to which ticket; or what may be added."""
    if (onto := draft.onto) is None:
        raise ValueError(f"draft {draft.key} adds to no report")
    if not draft.is_begun:
        return kinds.Onto(ticket_id=onto.ticket_id, draft=draft.key, why=onto.why)
    return kinds.Added(
        ticket_id=onto.ticket_id,
        draft=draft.key,
        why=onto.why,
        photos=[*draft.photos],
        words=bool(draft.remarks),
        place=draft.place is not None,
        in_doubt=onto.in_doubt,
    )


def done(draft: Draft, context: Context) -> Turn:
    """「終わる」: nothing more comes for this ticket; what was begun before goes on."""
    if draft.onto is None:
        how = kinds.Help(key="not_understood")
        return Turn(draft, say=(ask(draft, context) if draft.is_begun else how,))
    begun = (ask(draft.before, context),) if draft.before else ()
    return Turn(draft.before, say=(about("done", draft.onto.ticket_id), *begun))


def about(key: str, ticket_id: int) -> Say:
    """What a tap has done to a ticket, or why it could not."""
    return kinds.About(key=key, ticket_id=ticket_id)


def _add(draft: Draft, on: OnTicket, context: Context) -> Turn:
    problem = _why_not_now(on)
    if problem or on.report_id is None:
        return _refused(draft, on, problem or "not_yours")
    return _begin_adding(draft, on, on.report_id, "answer" if on.asked else "add", context)


def _begin_adding(
    draft: Draft, on: OnTicket, report_id: int, why: Why, context: Context, *more: Effect
) -> Turn:
    older = draft if draft.is_begun and not draft.onto else draft.before
    onto = Onto(on.ticket_id, report_id, why, chosen=True)
    draft = replace(context.fresh, onto=onto, before=older)
    return Turn(draft, say=(still(draft),), effects=more)


def _withdraw(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if problem := _why_not_now(on):
        return _refused(draft, on, problem)
    return Turn(draft, say=(kinds.Sure(ticket_id=on.ticket_id),))


def _withdraw_yes(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if problem := _why_not_now(on):
        return _refused(draft, on, problem)
    key = "left_to_others" if on.standing.others else "withdrawn"
    if draft.onto and draft.onto.ticket_id == on.ticket_id:
        draft = draft.before or context.fresh
    return _did(draft, on, key, effects.Withdraw(on.ticket_id))


def _why_not_now(on: OnTicket) -> str | None:
    if on.status not in OPEN:
        return "not_open"
    return "not_yours" if on.report_id is None else None


def _mute(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if not on.standing.follows:
        return _refused(draft, on, "not_yours")
    muted = on.do == "mute"
    return _did(draft, on, "muted" if muted else "unmuted", effects.Mute(on.ticket_id, muted))


def _follow(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if on.standing.follows and not on.standing.muted:
        return _refused(draft, on, "following_already")
    return _did(draft, on, "followed", effects.Follow(on.ticket_id))


def _mended(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if not on.standing.follows:
        return _refused(draft, on, "not_yours")
    if on.status is not Status.FIXED:
        return _as_it_is(draft, on)
    confirmed = () if on.standing.confirmed else (effects.Confirm(on.ticket_id),)
    if on.standing.rating is not None:
        return Turn(draft, say=(about("confirmed", on.ticket_id),), effects=confirmed)
    return Turn(draft, say=(kinds.Rate(ticket_id=on.ticket_id),), effects=confirmed)


def _not_mended(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if not on.standing.follows:
        return _refused(draft, on, "not_yours")
    if on.status is Status.FIXED and not on.may_reopen:
        return _refused(draft, on, "too_late")
    if on.status is Status.FIXED and not on.standing.may_reopen:
        return _refused(draft, on, "reopened_often" if on.standing.waited else "not_yours")
    if on.status is Status.FIXED:
        return _reopen(draft, on, context)
    if on.status is Status.REOPENED and on.report_id is not None:
        turn = _begin_adding(draft, on, on.report_id, "reopened", context)
        return replace(turn, say=(about("reopened_already", on.ticket_id), *turn.say))
    return _as_it_is(draft, on)


def _reopen(draft: Draft, on: OnTicket, context: Context) -> Turn:
    effect = effects.Reopen(on.ticket_id)
    if on.report_id is None:
        return _did(draft, on, "reopened", effect)
    return _begin_adding(draft, on, on.report_id, "reopened", context, effect)


def _rate(draft: Draft, on: OnTicket, context: Context) -> Turn:
    stars = on.data.get("stars")
    if not on.standing.follows or stars not in _STARS:
        return _refused(draft, on, "not_yours")
    if on.standing.rating is not None:
        return _refused(draft, on, "rated_before")
    if on.status is not Status.FIXED:
        return _as_it_is(draft, on)
    return _did(draft, on, "rated", effects.Rate(on.ticket_id, int(stars)))


def _recategorise(draft: Draft, on: OnTicket, context: Context) -> Turn:
    category = on.data.get("category", "")
    more = on.data.get("after")
    if on.report_id is None or (more is None and category not in context.categories):
        return _refused(draft, on, "not_yours")
    if on.status is not Status.RECEIVED:
        return _refused(draft, on, "not_open")
    if more is not None:
        again = kinds.Ticket(ticket_id=on.ticket_id, inferred=True, after=more)
        return Turn(draft, say=(again,))
    if category == on.category:
        return Turn(draft, say=(kinds.Ticket(ticket_id=on.ticket_id),))
    warning = (kinds.Urgent(),) if context.categories[category].urgent else ()
    turn = _routed_anew(draft, on, "recategorised", effects.Recategorise(on.ticket_id, category))
    return replace(turn, say=(*warning, *turn.say))


def _place_at_photo(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if on.elsewhere is None:
        return _as_it_is(draft, on)
    chosen = effects.ChoosePlace(on.ticket_id, on.elsewhere, at_photo=True)
    return _routed_anew(draft, on, "at_photo", chosen)


def _place_as_sent(draft: Draft, on: OnTicket, context: Context) -> Turn:
    if on.elsewhere is None:
        return _as_it_is(draft, on)
    chosen = effects.ChoosePlace(on.ticket_id, on.elsewhere, at_photo=False)
    return _did(draft, on, "as_sent", chosen)


def _routed_anew(draft: Draft, on: OnTicket, key: str, effect: Effect) -> Turn:
    """The answer waits until it is known whose it is now."""
    card = kinds.Ticket(ticket_id=on.ticket_id)
    return Turn(
        draft,
        say=(about(key, on.ticket_id), card),
        effects=(effect,),
        wait=WAIT_FOR_ROUTING,
        waits_for=f"ticket:{on.ticket_id}",
    )


def _as_it_is(draft: Draft, on: OnTicket) -> Turn:
    return Turn(draft, say=(kinds.Status(number=on.number),))


def _did(draft: Draft, on: OnTicket, key: str, effect: Effect) -> Turn:
    return Turn(draft, say=(about(key, on.ticket_id),), effects=(effect,))


def _refused(draft: Draft, on: OnTicket, key: str) -> Turn:
    return Turn(draft, say=(about(key, on.ticket_id),))


_Press = Callable[[Draft, OnTicket, Context], Turn]
_PRESSED: Final[dict[str, _Press]] = {
    "add": _add,
    "withdraw": _withdraw,
    "withdraw_yes": _withdraw_yes,
    "mute": _mute,
    "unmute": _mute,
    "follow": _follow,
    "mended": _mended,
    "not_mended": _not_mended,
    "rate": _rate,
    "recategorise": _recategorise,
    "place_at_photo": _place_at_photo,
    "place_as_sent": _place_as_sent,
}

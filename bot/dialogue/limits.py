"""Who has sent as much as one may within an hour is told so, and waits. Pure.

It is told once in that hour; after that only to who asks to begin or presses a button, or beside
the numbers that words of danger always get. Who may report no more is told before anything is
begun, so that nothing is asked in vain.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.dialogue.allowance import Allowance, Hour, What
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Input, PhotoCame, PlaceCame, Turn, Words
from reports.outbox import kinds
from reports.outbox.say import Say


def told_of(what: What, allowed: Allowance, *beside: Say) -> tuple[Say, ...]:
    """That it is enough, `beside` what is said anyway; nothing where they know it."""
    if what in allowed.hour.told and not beside:
        return ()
    return *beside, _limit(what, allowed)


def held_back(turn: Turn, draft: Draft, came: Input, allowed: Allowance) -> Turn:
    """The turn as far as it is within the limits. `draft`: as it was before what came."""
    over = next((what for what in _TO_BEGIN if allowed.is_used_up(what)), None)
    if over and _begins(turn, draft, came):
        return _not_begun(turn, draft, came, over, allowed)
    if over and turn.draft and turn.draft.is_empty and not turn.draft.before:
        return _not_asked(turn, over, allowed)
    if turn.file and allowed.is_used_up("tickets"):
        return _not_filed(turn, turn.file, allowed)
    return turn


def hour_after(turn: Turn, draft: Draft, came: Input, hour: Hour) -> Hour:
    """The hour after this turn, of which nothing is to be held back any more."""
    told = [say.of for say in turn.say if isinstance(say, kinds.Limit) if say.of not in hour.told]
    return replace(
        hour,
        photos=hour.photos + isinstance(came, PhotoCame),
        drafts=hour.drafts + _begins(turn, draft, came),
        tickets=hour.tickets + (turn.file is not None),
        told=(*hour.told, *told),
    )


_TO_BEGIN: Final[tuple[What, ...]] = ("tickets", "drafts")
_STILL_SAID: Final = (kinds.Urgent, kinds.About)


def _begins(turn: Turn, draft: Draft, came: Input) -> bool:
    """Whether something that was sent, and no button, begins a report that was not there before."""
    begun = turn.file or turn.draft
    if not isinstance(came, PhotoCame | PlaceCame | Words) or not begun or begun.onto:
        return False
    there = [one.key for one in (draft, draft.before) if one and one.is_begun and not one.onto]
    return begun.is_begun and begun.key not in there


def _not_begun(turn: Turn, draft: Draft, came: Input, over: What, allowed: Allowance) -> Turn:
    """Nothing of it is kept; what was left half an hour ago stays to be gone on with."""
    return Turn(
        draft.or_none,
        say=told_of(over, allowed, *_still_said(turn)),
        effects=turn.effects,
        drop=(came.photo_id,) if isinstance(came, PhotoCame) else (),
    )


def _not_asked(turn: Turn, over: What, allowed: Allowance) -> Turn:
    """Nobody is asked to begin what would not be taken."""
    say = [_limit(over, allowed) if isinstance(say, kinds.Ask) else say for say in turn.say]
    return replace(turn, say=tuple(say))


def _not_filed(turn: Turn, complete: Draft, allowed: Allowance) -> Turn:
    """It stays as it is, complete, until a button sends it once more."""
    kept = replace(_limit("tickets", allowed), draft=complete.key)
    return replace(
        turn,
        draft=complete,
        say=(*_still_said(turn), kept),
        file=None,
        join=None,
        wait=timedelta(0),
        waits_for=None,
    )


def _limit(what: What, allowed: Allowance) -> kinds.Limit:
    return kinds.Limit(of=what, most=allowed.limits.of(what), minutes=allowed.minutes)


def _still_said(turn: Turn) -> tuple[Say, ...]:
    return tuple(say for say in turn.say if isinstance(say, _STILL_SAID))

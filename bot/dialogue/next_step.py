"""What follows whatever was sent: ask for what is missing, file, or drop it. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue import ticket_buttons
from bot.dialogue.clarify import ask
from bot.dialogue.draft import Draft
from bot.dialogue.turn import WAIT_FOR_ROUTING, Context, Turn
from reports.outbox import kinds
from reports.outbox.say import Say

TOLD: Final[Mapping[str, Say]] = {
    "status": kinds.Status(),
    "mine": kinds.Mine(),
    "help": kinds.Help(key="how"),
}
"""What a command and the button of the same name ask for, and nothing follows from."""


def go_on(draft: Draft, context: Context) -> Turn:
    """Warn where there is danger; ask for what is missing, or file."""
    chosen = context.categories.get(draft.category or "")
    draft = draft if chosen else replace(draft, category=None, inferred=False)
    urgent = draft.urgent or (chosen is not None and chosen.urgent)
    danger = warning(urgent and not draft.warned)
    draft = replace(draft, warned=draft.warned or urgent)
    if draft.missing or chosen is None:
        return Turn(draft, say=(*danger, ask(draft, context)))
    return Turn(
        None,
        say=(*danger, kinds.Ticket(inferred=draft.inferred)),
        file=draft,
        wait=WAIT_FOR_ROUTING,
        waits_for="ticket",
    )


def warning(urgent: bool) -> tuple[Say, ...]:
    """Whom to call, where it is urgent."""
    return (kinds.Urgent(),) if urgent else ()


def begin(draft: Draft, context: Context) -> Turn:
    """「通報する」: what was being added to another report is complete."""
    draft = (draft.before or context.fresh) if draft.onto else draft
    draft = replace(draft, anew=True)
    return Turn(draft, say=(ask(draft, context),))


def cancel(draft: Draft, context: Context) -> Turn:
    """「やめる」: nothing is begun any more, or nothing more is added."""
    if draft.onto:
        return ticket_buttons.done(draft, context)
    older = draft.before.photos if draft.before else ()
    there = draft.is_begun or bool(draft.before)
    key = "cancelled" if there else "nothing_to_cancel"
    return Turn(None, say=(kinds.Help(key=key),), drop=(*draft.photos, *older))


def old_button(draft: Draft, context: Context) -> Turn:
    """It means nothing any more; what is open now does."""
    old = kinds.Text(key="old_button")
    return Turn(draft, say=(old, now_open(draft, context)))


def now_open(draft: Draft, context: Context) -> Say:
    """What is open now: what is being added to, or the draft."""
    return ticket_buttons.still(draft) if draft.onto else ask(draft, context)

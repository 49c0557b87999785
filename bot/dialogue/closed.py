"""What became meanwhile of a ticket that somebody adds to, or was asked about. Pure.

A ticket that is closed waits for no answer and takes no more photos; what comes all the same is
told so, and goes the way of a new report.
"""

from dataclasses import replace

from bot.dialogue import script, ticket_buttons
from bot.dialogue.commands import is_order
from bot.dialogue.draft import Draft
from bot.dialogue.turn import Context, Effect, Input, PhotoCame, PlaceCame, Turn, Unusable, Words


def respond(draft: Draft, came: Input, context: Context) -> Turn:
    """As `script.respond`, where the ticket that this would have gone to is still open.

    What is no answer to a question of staff, such as a sticker, is told what would be one.
    """
    answering = ticket_buttons.answering(draft, context)
    onto = answering.onto
    if onto and not onto.over and isinstance(came, Unusable):
        draft = answering
    if onto is None or not onto.over or not _brings_something(came):
        return script.respond(draft, came, context)
    answered = () if draft.onto else (Effect("wait_no_longer"),)
    open_now = (draft.before or context.fresh) if draft.onto else draft
    turn = script.respond(open_now, came, replace(context, question=None))
    told = ticket_buttons.about("over", onto.ticket_id)
    return replace(turn, say=(told, *turn.say), effects=(*answered, *turn.effects))


def _brings_something(came: Input) -> bool:
    match came:
        case PhotoCame(before=before):
            return before == 0
        case Words(words):
            return not is_order(words, adding=True)
        case _:
            return isinstance(came, PlaceCame)

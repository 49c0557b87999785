"""What became meanwhile of a ticket that somebody adds to, or was asked about. Pure.

A ticket that is closed waits for no answer and takes no more photos; what comes all the same is
told so, and goes the way of a new report.
"""

from dataclasses import replace

from bot.dialogue import afterwards, script
from bot.dialogue.draft import Draft
from bot.dialogue.orders import is_order
from bot.dialogue.turn import Came, Context, Deed, PhotoCame, PlaceCame, Turn, Unusable, Words


def respond(draft: Draft, came: Came, context: Context) -> Turn:
    """As `script.respond`, where the ticket that this would have gone to is still open.

    What is no answer to a question of staff, such as a sticker, is told what would be one.
    """
    answering = afterwards.answering(draft, context)
    onto = answering.onto
    if onto and not onto.over and isinstance(came, Unusable):
        draft = answering
    if onto is None or not onto.over or not _brings_something(came):
        return script.respond(draft, came, context)
    answered = () if draft.onto else (Deed("wait_no_longer"),)
    open_now = (draft.before or context.fresh) if draft.onto else draft
    turn = script.respond(open_now, came, replace(context, question=None))
    told = afterwards.about("over", onto.ticket_id)
    return replace(turn, say=(told, *turn.say), deeds=(*answered, *turn.deeds))


def _brings_something(came: Came) -> bool:
    match came:
        case PhotoCame(before=before):
            return before == 0
        case Words(words):
            return not is_order(words, adding=True)
        case _:
            return isinstance(came, PlaceCame)

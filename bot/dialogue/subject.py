"""What is this about? The one draft that something which came belongs to, settled beforehand. Pure.

With nothing else begun, what comes is the answer to a question of staff; and soon after a ticket it
is more about that, until they say that it is not. A ticket that is closed waits for no answer and
takes no more photos; what comes all the same is told so, and goes the way of a new report.
"""

from dataclasses import dataclass, replace

from bot.dialogue.answers import may_answer
from bot.dialogue.commands import is_order
from bot.dialogue.draft import MOST_PHOTOS, Draft, Onto
from bot.dialogue.turn import (
    Button,
    Context,
    Input,
    PhotoCame,
    PlaceCame,
    TooManyPhotos,
    Unusable,
    Words,
)
from bot.small_talk import talk_in
from reports.city.categories import named_in


@dataclass(frozen=True, slots=True)
class Subject:
    """The `draft` that it is about. `over`: the ticket that it would have gone to, but that was
    closed; `was_asked`: staff waited for an answer about that."""

    draft: Draft
    over: Onto | None = None
    was_asked: bool = False


def subject_of(came: Input, draft: Draft, context: Context) -> Subject:
    """`draft` is the open one, or a new, empty one; a button may mean the one left before it."""
    if isinstance(came, Button):
        return Subject(draft.meant_by(came.draft) or draft)
    if isinstance(came, Words) and context.quoted and context.quoted.onto:
        draft = _onto_what_was_quoted(came, draft, context.quoted.onto, context.fresh)
    answering = _answering(draft, context)
    onto = answering.onto
    if onto is None:
        return Subject(_after_a_ticket(came, draft, context) or draft)
    if onto.over and _begins_a_report(came):
        begun = (draft.before or context.fresh) if draft.onto else draft
        return Subject(begun, over=onto, was_asked=draft.onto is None)
    return Subject(answering if _is_for(onto, came) else draft)


def _answering(draft: Draft, context: Context) -> Draft:
    if context.question is None or draft.anew:
        return draft
    if not draft.is_empty and not _answers_another(draft, context.question):
        return draft
    return replace(context.fresh, onto=context.question, before=draft.before)


def _answers_another(draft: Draft, question: Onto) -> bool:
    """Whether it holds the answer to a question about another report than the one still open.

    What somebody chose to answer from its card, they answer until they are done.
    """
    onto = draft.onto
    if onto is None or onto.chosen or onto.why != "answer" or question.over:
        return False
    return onto.report_id != question.report_id


def _onto_what_was_quoted(came: Words, draft: Draft, onto: Onto, fresh: Draft) -> Draft:
    """Who quotes what was said about a ticket has said which one they mean."""
    if not _is_for(onto, came):
        return draft
    if draft.onto and draft.onto.ticket_id == onto.ticket_id:
        return replace(draft, onto=replace(draft.onto, in_doubt=False))
    older = draft if draft.is_begun and not draft.onto else draft.before
    return replace(fresh, onto=onto, before=older)


def _after_a_ticket(came: Input, draft: Draft, context: Context) -> Draft | None:
    """With nothing else begun, more about what was reported within the hour. Only words that fit no
    new report are surely that, where it was one report; what stands on a button of ours is none."""
    if draft.anew or not draft.is_empty or not context.lately:
        return None
    onto = context.lately[0]
    match came:
        case Words(words, place=place):
            if may_answer(words, context.categories.values()):
                return None
            fits_a_report = place is not None or named_in(words, context.categories.values())
            onto = replace(onto, in_doubt=bool(fits_a_report) or len(context.lately) > 1)
        case PhotoCame() | PlaceCame():
            onto = replace(onto, in_doubt=True)
        case _:
            return None
    return replace(context.fresh, onto=onto, before=draft.before) if _is_for(onto, came) else None


def _begins_a_report(came: Input) -> bool:
    match came:
        case PhotoCame(before=before):
            return before == 0
        case Words(words):
            return not (is_order(words, adding=True) or talk_in(words))
        case _:
            return isinstance(came, PlaceCame)


def _is_for(onto: Onto, came: Input) -> bool:
    """Whether this goes to the ticket; what cannot, such as a sticker, is told what would."""
    match came:
        case PhotoCame():
            is_alone = came.in_report is None and not came.dropped
            return is_alone and came.kept < MOST_PHOTOS
        case PlaceCame(where=where):
            return not where.outside
        case Words(words):
            is_talk = onto.why != "answer" and talk_in(words)
            return not (is_talk or is_order(words, adding=True))
        case _:
            return isinstance(came, Unusable | TooManyPhotos) and not onto.over

"""The dialogue: a draft and what came in give the next draft, what to do and what to say. Pure.

Photo, place and category in any order make a report; each answer asks only for what is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.dialogue import photo_sets, ticket_buttons
from bot.dialogue.answers import answered, road_in
from bot.dialogue.clarify import ask
from bot.dialogue.commands import number_asked_for
from bot.dialogue.draft import MOST_PHOTOS, Draft, Place, Remark
from bot.dialogue.turn import (
    Button,
    Context,
    Effect,
    Hello,
    Input,
    OnTicket,
    PhotoCame,
    PlaceCame,
    SameHole,
    Turn,
    Unusable,
    Words,
)
from bot.wording import Command, command_in, is_urgent, language_in
from reports.city.categories import called, named_in
from reports.outbox import kinds
from reports.outbox.say import Say

WAIT_FOR_ROUTING: Final = timedelta(seconds=3)


def respond(draft: Draft, came: Input, context: Context) -> Turn:
    """One action of a resident, one turn. `draft` is the open one, or a new, empty one."""
    match came:
        case PhotoCame():
            return _photo(draft, came, context)
        case PlaceCame():
            return _place(draft, came, context)
        case Button():
            return _button(draft, came, context)
        case OnTicket():
            return ticket_buttons.respond(draft, came, context)
        case SameHole():
            return _same(draft, came, context)
        case Words():
            return _words(draft, came, context)
        case Unusable(kind):
            return Turn(draft, say=(kinds.Unusable(kind=kind), _now_open(draft, context)))
        case Hello():
            return Turn(draft, say=(kinds.Hello(),))


def _photo(draft: Draft, photo: PhotoCame, context: Context) -> Turn:
    is_of_another = photo.in_report is not None and not _is_added_to(draft, photo.in_report)
    if photo.dropped:
        return Turn(draft, drop=(photo.photo_id,))
    if photo.kept >= MOST_PHOTOS or (len(draft.photos) >= MOST_PHOTOS and not is_of_another):
        return photo_sets.too_many(draft, photo, _now_open(draft, context))
    if is_of_another:
        facts = {"report_id": photo.in_report, "photo_id": photo.photo_id}
        return Turn(draft, effects=(Effect("keep_with_its_set", facts),))
    draft = replace(
        ticket_buttons.answering(draft, context), photos=(*draft.photos, photo.photo_id)
    )
    if draft.onto:
        turn = ticket_buttons.add(draft, photo_id=photo.photo_id)
    elif photo.before:
        return Turn(draft)
    else:
        turn = _go_on(draft, context)
    if photo.before and not turn.file:
        return replace(turn, say=())
    return photo_sets.waiting(turn, photo)


def _is_added_to(draft: Draft, report_id: int | None) -> bool:
    return draft.onto is not None and draft.onto.report_id == report_id


def _place(draft: Draft, came: PlaceCame, context: Context) -> Turn:
    if came.where.outside:
        outside = kinds.Outside(ja=came.where.neighbour, en=came.where.neighbour_en)
        goes_on = () if draft.is_empty else (_now_open(draft, context),)
        return Turn(draft, say=(outside, *goes_on), outside=came.where.neighbour)
    place = Place(
        came.point, came.source, came.accuracy_m, came.where.town, came.where.town_en,
        came.message_id,
    )  # fmt: skip
    draft = ticket_buttons.answering(draft, context).at(place)
    if draft.onto:
        return ticket_buttons.add(draft, place=came.point)
    return _go_on(draft, context)


def _button(draft: Draft, button: Button, context: Context) -> Turn:
    if button.do in _TOLD:
        return Turn(draft, say=(_TOLD[button.do],))
    if button.do == "help":
        return Turn(draft, say=(kinds.Help(key="how"),))
    if button.do == "report":
        return _begin(draft, context)
    draft = draft.meant_by(button.draft) or draft
    pressed = _PRESSED.get(button.do)
    if draft.onto and button.do not in _WHILE_ADDING:
        return _old(draft, context)
    if button.draft != draft.key or pressed is None:
        return _old(draft, context)
    return pressed(draft, button, context)


def _choose(draft: Draft, button: Button, context: Context) -> Turn:
    if "after" in button.data:
        return Turn(draft, say=(_more_kinds(draft, button.data["after"], context),))
    category = button.data.get("category", "")
    if category not in context.categories:
        return _old(draft, context)
    return _go_on(draft.of(category, inferred=False), context)


def _more_kinds(draft: Draft, after: str, context: Context) -> Say:
    """The same once more, with other categories to choose from."""
    asked = _now_open(draft, context)
    return replace(asked, after=after) if isinstance(asked, kinds.Ask) else asked


def _take_typed(draft: Draft, button: Button, context: Context) -> Turn:
    return _go_on(draft.at(draft.typed), context) if draft.typed else _old(draft, context)


def _answer(draft: Draft, button: Button, context: Context) -> Turn:
    clear = answered(draft, button.do, button.data)
    return _go_on(clear, context) if clear else _old(draft, context)


def _same(draft: Draft, same: SameHole, context: Context) -> Turn:
    """Onto the ticket that was shown; a ticket of its own where that one is closed by now."""
    if not same.closed:
        return Turn(None, say=(kinds.Joined(),), file=draft, join=same.ticket_id)
    turn = _go_on(draft.of_none_but(same.ticket_id), context)
    return replace(turn, say=(ticket_buttons.about("same_closed", same.ticket_id), *turn.say))


def _resume(draft: Draft, button: Button, context: Context) -> Turn:
    return _go_on(draft.together_with(draft.before) if draft.before else draft, context)


def _drop_older(draft: Draft, button: Button, context: Context) -> Turn:
    older = draft.before.photos if draft.before else ()
    turn = _go_on(replace(draft, before=None), context)
    return replace(turn, drop=older)


def _without_photo(draft: Draft, button: Button, context: Context) -> Turn:
    return _go_on(replace(draft, no_photo=True), context)


_Press = Callable[[Draft, Button, Context], Turn]
_PRESSED: Final[dict[str, _Press]] = {
    "category": _choose,
    "typed_place": _take_typed,
    **dict.fromkeys(("keep_place", "road", "differs", "again"), _answer),
    "resume": _resume,
    "fresh": _drop_older,
    "no_photo": _without_photo,
    "cancel": lambda draft, button, context: _cancel(draft, context),
    "done": lambda draft, button, context: ticket_buttons.done(draft, context),
    "not_this": lambda draft, button, context: _not_this(draft, context),
    "erase": lambda draft, button, context: Turn(
        None,
        say=(kinds.Erased(language=button.data.get("language")),),
        effects=(Effect("erase"),),
    ),
    "keep": lambda draft, button, context: Turn(draft, say=(kinds.Text(key="data_kept"),)),
}
_WHILE_ADDING: Final = ("done", "not_this", "cancel", "erase", "keep")
_TOLD: Final[Mapping[str, Say]] = {"status": kinds.Status(), "mine": kinds.Mine()}


def _words(draft: Draft, came: Words, context: Context) -> Turn:
    adding = ticket_buttons.answering(draft, context).onto is not None
    if number := number_asked_for(came.words, adding=adding):
        asked = kinds.Status(number=number)
        return Turn(draft, say=(*_warning(is_urgent(came.words)), asked))
    if language := language_in(came.words):
        return Turn(draft, say=_spoken_to(draft, context), language=language)
    if command := command_in(came.words):
        return _command(draft, command, context)
    remark = Remark(came.message_id, came.words)
    draft = ticket_buttons.answering(draft, context)
    urgent = is_urgent(came.words)
    if draft.onto:
        turn = ticket_buttons.add(draft.saying(remark), remark=remark, urgent=urgent)
        return replace(turn, say=(*_warning(urgent), *turn.say))
    kind = called(came.words, context.categories.values())
    named = kind or named_in(came.words, context.categories.values())
    if not (draft.is_begun or named or urgent or came.town):
        how = kinds.Help(key="not_understood")
        return Turn(draft, say=(ask(draft, context) if draft.before else how,))
    draft = replace(draft.saying(remark), typed=came.town or draft.typed)
    draft = replace(draft, urgent=draft.urgent or urgent)
    if named and (kind or draft.category is None):
        draft = draft.of(named.key, inferred=kind is None)
    if road := road_in(came.words, draft):
        draft = replace(draft, road=road)
    return _go_on(draft, context)


def _command(draft: Draft, command: Command, context: Context) -> Turn:
    match command:
        case Command.CANCEL:
            return _cancel(draft, context)
        case Command.STATUS | Command.MINE:
            return Turn(draft, say=(_TOLD[command],))
        case Command.HELP:
            return Turn(draft, say=(kinds.Help(key="how"),))
        case Command.REPORT:
            return _begin(draft, context)
        case Command.DONE:
            return ticket_buttons.done(draft, context)
        case Command.ERASE:
            return Turn(draft, say=(kinds.MyData(draft=draft.key),))


def _spoken_to(draft: Draft, context: Context) -> tuple[Say, ...]:
    """In another language from now on; what is open was asked for in the one before."""
    if draft.is_empty and not draft.before:
        return (kinds.Help(key="language"),)
    return kinds.Text(key="language"), _now_open(draft, context)


def _begin(draft: Draft, context: Context) -> Turn:
    """「通報する」: what was being added to another report is complete."""
    draft = (draft.before or context.fresh) if draft.onto else draft
    draft = replace(draft, anew=True)
    return Turn(draft, say=(ask(draft, context),))


def _not_this(draft: Draft, context: Context) -> Turn:
    """What was added to a ticket is a report of its own."""
    if draft.onto is None:
        return _old(draft, context)
    facts = {"report_id": draft.onto.report_id, "session": draft.key}
    named = named_in(draft.words, context.categories.values())
    draft = replace(draft, onto=None, category=named.key if named else None, inferred=bool(named))
    turn = _go_on(draft, context)
    return replace(turn, effects=(Effect("take_out", facts), *turn.effects))


def _go_on(draft: Draft, context: Context) -> Turn:
    """Warn where there is danger; ask for what is missing, or file."""
    chosen = context.categories.get(draft.category or "")
    draft = draft if chosen else replace(draft, category=None, inferred=False)
    urgent = draft.urgent or (chosen is not None and chosen.urgent)
    warning = _warning(urgent and not draft.warned)
    draft = replace(draft, warned=draft.warned or urgent)
    if draft.missing or chosen is None:
        return Turn(draft, say=(*warning, ask(draft, context)))
    ticket = kinds.Ticket(inferred=draft.inferred)
    return Turn(
        None,
        say=(*warning, ticket),
        file=draft,
        wait=WAIT_FOR_ROUTING,
        waits_for="ticket",
    )


def _warning(urgent: bool) -> tuple[Say, ...]:
    return (kinds.Urgent(),) if urgent else ()


def _cancel(draft: Draft, context: Context) -> Turn:
    if draft.onto:
        return ticket_buttons.done(draft, context)
    older = draft.before.photos if draft.before else ()
    there = draft.is_begun or bool(draft.before)
    key = "cancelled" if there else "nothing_to_cancel"
    return Turn(None, say=(kinds.Help(key=key),), drop=(*draft.photos, *older))


def _old(draft: Draft, context: Context) -> Turn:
    old = kinds.Text(key="old_button")
    return Turn(draft, say=(old, _now_open(draft, context)))


def _now_open(draft: Draft, context: Context) -> Say:
    """What is open now: what is being added to, or the draft."""
    return ticket_buttons.still(draft) if draft.onto else ask(draft, context)

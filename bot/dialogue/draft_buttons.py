"""The buttons of a draft; each is checked against what is open now. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.dialogue import effects, ticket_buttons
from bot.dialogue.answers import answered
from bot.dialogue.draft import Draft
from bot.dialogue.next_step import TOLD, begin, cancel, go_on, now_open, old_button
from bot.dialogue.turn import Button, Context, Turn
from reports.city.categories import named_in
from reports.outbox import kinds
from reports.outbox.say import Say


def respond(draft: Draft, button: Button, context: Context) -> Turn:
    """A button was pressed, or typed, that concerns no ticket."""
    if button.do in TOLD:
        return Turn(draft, say=(TOLD[button.do],))
    if button.do == "report":
        return begin(draft, context)
    pressed = _PRESSED.get(button.do)
    if draft.onto and button.do not in _WHILE_ADDING:
        return old_button(draft, context)
    if button.draft != draft.key or pressed is None:
        return old_button(draft, context)
    return pressed(draft, button, context)


def _choose(draft: Draft, button: Button, context: Context) -> Turn:
    if "after" in button.data:
        return Turn(draft, say=(_more_kinds(draft, button.data["after"], context),))
    category = button.data.get("category", "")
    if category not in context.categories:
        return old_button(draft, context)
    return go_on(draft.of(category, inferred=False), context)


def _more_kinds(draft: Draft, after: str, context: Context) -> Say:
    """The same once more, with other categories to choose from."""
    asked = now_open(draft, context)
    return replace(asked, after=after) if isinstance(asked, kinds.Ask) else asked


def _take_typed(draft: Draft, button: Button, context: Context) -> Turn:
    return go_on(draft.at(draft.typed), context) if draft.typed else old_button(draft, context)


def _answer(draft: Draft, button: Button, context: Context) -> Turn:
    clear = answered(draft, button.do, button.data)
    return go_on(clear, context) if clear else old_button(draft, context)


def _resume(draft: Draft, button: Button, context: Context) -> Turn:
    return go_on(draft.together_with(draft.before) if draft.before else draft, context)


def _drop_older(draft: Draft, button: Button, context: Context) -> Turn:
    older = draft.before.photos if draft.before else ()
    turn = go_on(replace(draft, before=None), context)
    return replace(turn, drop=older)


def _without_photo(draft: Draft, button: Button, context: Context) -> Turn:
    return go_on(replace(draft, no_photo=True), context)


def _add_to(draft: Draft, context: Context) -> Turn:
    """What came soon after a ticket is for that ticket."""
    if draft.onto is None:
        return old_button(draft, context)
    draft = replace(draft, onto=replace(draft.onto, in_doubt=False))
    return Turn(draft, say=(now_open(draft, context),))


def _anywhere(draft: Draft, context: Context) -> Turn:
    """Nothing was kept of the place outside: it is sent once more, and taken."""
    draft = replace(draft, anywhere=True)
    return Turn(draft, say=(kinds.Text(key="anyway"), now_open(draft, context)))


def _not_this(draft: Draft, context: Context) -> Turn:
    """What was added to a ticket is a report of its own."""
    if draft.onto is None:
        return old_button(draft, context)
    taken_out = effects.TakeOut(draft.onto.report_id, session=draft.key)
    named = named_in(draft.words, context.categories.values())
    draft = replace(draft, onto=None, category=named.key if named else None, inferred=bool(named))
    turn = go_on(draft, context)
    return replace(turn, effects=(taken_out, *turn.effects))


_Press = Callable[[Draft, Button, Context], Turn]
_PRESSED: Final[dict[str, _Press]] = {
    "category": _choose,
    "typed_place": _take_typed,
    **dict.fromkeys(("keep_place", "road", "differs", "again"), _answer),
    "resume": _resume,
    "fresh": _drop_older,
    "no_photo": _without_photo,
    "anyway": lambda draft, button, context: _anywhere(draft, context),
    "cancel": lambda draft, button, context: cancel(draft, context),
    "done": lambda draft, button, context: ticket_buttons.done(draft, context),
    "add_to": lambda draft, button, context: _add_to(draft, context),
    "not_this": lambda draft, button, context: _not_this(draft, context),
    "erase": lambda draft, button, context: Turn(
        None,
        say=(kinds.Erased(language=button.data.get("language")),),
        effects=(effects.Erase(),),
    ),
    "keep": lambda draft, button, context: Turn(draft, say=(kinds.Text(key="data_kept"),)),
}
_WHILE_ADDING: Final = ("done", "add_to", "not_this", "cancel", "erase", "keep")

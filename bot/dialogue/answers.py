"""Answers to what is asked before filing: pressed, or typed as they stand on a button. Pure.

Some phones and every PC show no quick replies, and some people rather write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue.draft import Draft
from bot.wording import is_answer, is_on_a_button, stars_in
from reports.city.categories import Category, called
from reports.outbox import kinds
from reports.outbox.say import Say

Press = Mapping[str, str]
"""What the button would send: `do` and its data."""

_NOTHING: Final[Press] = {}


def answer_in(words: str, draft: Draft) -> Press:
    """What the button with these words would send, in any language; empty where there is none."""
    if draft.onto:
        offered = _to_what_was_added(draft)
    else:
        anyway: dict[str, Press] = {"anyway": {"do": "anyway"}}
        offered = {**_to_what_was_left(draft), **_to_the_draft(draft), **anyway}
    town = draft.typed.names if draft.typed else {}
    for button, press in offered.items():
        if is_answer(words, button, town):
            return {"draft": draft.key, **press}
    return _NOTHING


def may_answer(words: str, categories: Iterable[Category]) -> bool:
    """Whether it is worth asking what was said to them last: such words stand on some button."""
    buttons = [button for below in _BELOW.values() for button in below]
    kind = called(words, categories)
    return kind is not None or bool(stars_in(words)) or is_on_a_button(words, buttons)


def answer_to(words: str, said: Say, categories: Iterable[Category]) -> Press:
    """What the button with these words would send, of those below what was `said` last.

    `categories`: those that a new ticket whose kind was inferred can be changed to.
    """
    if isinstance(said, kinds.Rate):
        stars = stars_in(words)
        return {"do": "rate", "stars": stars} if stars else _NOTHING
    if isinstance(said, kinds.Ticket):
        kind = called(words, categories) if said.inferred else None
        return {"do": "recategorise", "category": kind.key} if kind else _NOTHING
    below = _BELOW.get(type(said), {})
    do = next((do for button, do in below.items() if is_answer(words, button, {})), None)
    own = {"draft": said.draft} if isinstance(said, kinds.MyData) else {}
    return {"do": do, **own} if do else _NOTHING


def answered(draft: Draft, do: str, data: Press) -> Draft | None:
    """With this answer to the question that is open; None where it is no answer to that."""
    asked, owner = draft.asked, data.get("owner", "")
    match asked.about if asked else None, do:
        case "which_place", "keep_place":
            return replace(draft, place_settled=True)
        case "which_road", "road" if owner == "unknown" or draft.is_offered("which_road", owner):
            return replace(draft, road=owner)
        case "same_hole", "differs":
            named = data.get("tickets", "").split(".")
            shown = [int(id) for id in named if draft.is_offered("same_hole", id)]
            return replace(draft, differs=(*draft.differs, *shown)) if shown else None
        case "same_hole", "again":
            return draft
    return None


def road_in(words: str, draft: Draft) -> str | None:
    """The owner of the only road that is named in these words, of those that it was asked about."""
    asked = draft.asked
    if asked is None or asked.about != "which_road":
        return None
    said = words.casefold()
    named = [
        owner
        for owner, names in asked.choices.items()
        if any(name.casefold() in said for name in names)
    ]
    return named[0] if len(named) == 1 else None


_ON_A_TICKET: Final = {"mute": "mute", "unmute": "unmute"}
_BELOW: Final[Mapping[type[Say], Mapping[str, str]]] = {
    kinds.MyData: {"erase": "erase", "keep": "keep"},
    kinds.Sure: {"withdraw": "withdraw_yes", "not_now": "status"},
    kinds.Status: {**_ON_A_TICKET, "withdraw": "withdraw"},
    kinds.About: _ON_A_TICKET,
}
"""By what was said: its buttons that concern no draft, and what each does."""


def _to_what_was_added(draft: Draft) -> dict[str, Press]:
    if not draft.is_begun:
        return {}
    to_the_doubt = ("add_to",) if draft.onto and draft.onto.in_doubt else ()
    return {do: {"do": do} for do in (*to_the_doubt, "not_this")}


def _to_what_was_left(draft: Draft) -> dict[str, Press]:
    return {do: {"do": do} for do in ("resume", "fresh")} if draft.before else {}


def _to_the_draft(draft: Draft) -> dict[str, Press]:
    if not draft.is_begun:
        return {}
    return _to_complete(draft) if draft.missing else _to_the_question(draft)


def _to_complete(draft: Draft) -> dict[str, Press]:
    offered: dict[str, Press] = {"no_photo": {"do": "no_photo"}} if "photo" in draft.missing else {}
    if "place" in draft.missing and draft.photos:
        offered["photo_place"] = {"do": "place"}
    if "place" in draft.missing and draft.typed:
        button = "written_place" if draft.typed.source == "written" else "typed_place"
        offered[button] = {"do": "typed_place"}
    return offered


def _to_the_question(draft: Draft) -> dict[str, Press]:
    """Of several tickets it is asked once more which one is the same; one that is complete and was
    not to be filed yet is sent again."""
    asked = draft.asked
    match asked.about if asked else None, list(asked.choices if asked else ()):
        case "which_place", [photo]:
            return {"at_photo": {"do": "place", "photo": photo}, "as_sent": {"do": "keep_place"}}
        case "same_hole", tickets:
            none_of_them = {"differs": {"do": "differs", "tickets": ".".join(tickets)}}
            one = {"do": "same", "ticket": tickets[0]} if len(tickets) == 1 else {"do": "again"}
            return {**none_of_them, "same": one}
        case "which_road", _:
            return {"road_unknown": {"do": "road", "owner": "unknown"}}
    return {"resume": {"do": "resume"}}

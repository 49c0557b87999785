"""What is to be said becomes LINE messages, in the resident's language, at the moment of sending.

Drawn late on purpose: a card that waited for its routing shows the department, and an answer that
waited for its photo offers the photo's place.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from bot.render import clarify, draft, emergency, flex, greeting, ticket_buttons, tickets
from bot.render.scene import Scene, scene_of
from reports.outbox.kinds import Say


def draw(db: Session, recipient: str, say: Sequence[Say]) -> list[flex.Json]:
    """One to five LINE messages for this recipient (a LINE user, group or room id).

    What waits for an answer is never left out, and all its buttons stand where LINE shows them.
    """
    scene = scene_of(db, recipient, next(filter(None, (one.get("language") for one in say)), None))
    runs = [(kind, list(run)) for kind, run in groupby(say, key=lambda one: one["say"])]
    return flex.one_request([drawn for kind, run in runs for drawn in _draw(scene, kind, run)])


def _draw(scene: Scene, kind: str, run: Sequence[Say]) -> list[flex.Json]:
    if kind in _SIDE_BY_SIDE:
        return _SIDE_BY_SIDE[kind](scene, run)
    return [message for say in run for message in _KINDS[kind](scene, say)]


_KINDS: Final[Mapping[str, Callable[[Scene, Say], list[flex.Json]]]] = {
    "ask": draft.ask,
    "photos_full": draft.photos_full,
    "which_place": clarify.which_place,
    "same_hole": clarify.same_hole,
    "which_road": clarify.which_road,
    "urgent": emergency.urgent,
    "ticket": tickets.ticket,
    "joined": tickets.joined,
    "status": tickets.status,
    "mine": tickets.mine,
    "photo_lost": tickets.photo_lost,
    "onto": ticket_buttons.onto,
    "added": ticket_buttons.added,
    "question": ticket_buttons.question,
    "sure": ticket_buttons.sure,
    "about": ticket_buttons.about,
    "rate": ticket_buttons.rate,
    "missed": greeting.missed,
    "my_data": greeting.my_data,
    "erased": greeting.erased,
    "text": greeting.text,
    "help": greeting.explain,
    "hello": greeting.hello,
    "unusable": greeting.unusable,
    "outside": greeting.outside,
}
_SIDE_BY_SIDE: Final[Mapping[str, Callable[[Scene, Sequence[Say]], list[flex.Json]]]] = {
    "moved": tickets.moves,
}
"""Kinds of which several in a row become one message."""

"""What is to be said becomes LINE messages, in the resident's language, at the moment of sending.

Drawn late on purpose: a card that waited for its routing shows the department, and an answer that
waited for its photo offers the photo's place.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from bot.render import clarify, crew, draft, emergency, flex, greeting, ticket_buttons, tickets
from bot.render.scene import Scene, scene_of
from reports.outbox import crew_kinds, kinds
from reports.outbox.say import Say, Unknown

log = structlog.get_logger()


def draw(
    db: Session, recipient: str, say: Sequence[Say], language: str | None = None
) -> list[flex.Json]:
    """One to five LINE messages for this recipient (a LINE user, group or room id).

    `language`: in place of their own. What waits for an answer is never left out, and all its
    buttons stand where LINE shows them.
    """
    languages = (one.language for one in say if isinstance(one, kinds.Erased))
    scene = scene_of(db, recipient, language or next(languages, None))
    runs = [(of, list(run)) for of, run in groupby(say, key=type)]
    return flex.one_request([drawn for of, run in runs for drawn in _draw(scene, of, run)])


def _draw(scene: Scene, of: type[Say], run: Sequence[Say]) -> list[flex.Json]:
    if of in _SIDE_BY_SIDE:
        return _SIDE_BY_SIDE[of](scene, run)
    return [message for say in run for message in _DRAWN[of](scene, say)]


def _left_out(scene: Scene, say: Unknown) -> list[flex.Json]:
    """Another version's words; this one has none for them."""
    log.warning("unknown_words", kind=say.name)
    return []


_DRAWN: Final[Mapping[type[Say], Callable[[Scene, Any], list[flex.Json]]]] = {
    Unknown: _left_out,
    kinds.Ask: draft.ask,
    kinds.PhotosFull: draft.photos_full,
    kinds.WhichPlace: clarify.which_place,
    kinds.SameHole: clarify.same_hole,
    kinds.WhichRoad: clarify.which_road,
    kinds.Urgent: emergency.urgent,
    kinds.Ticket: tickets.ticket,
    kinds.Joined: tickets.joined,
    kinds.Status: tickets.status,
    kinds.Mine: tickets.mine,
    kinds.PhotoLost: tickets.photo_lost,
    kinds.Onto: ticket_buttons.onto,
    kinds.Added: ticket_buttons.added,
    kinds.Question: ticket_buttons.question,
    kinds.Sure: ticket_buttons.sure,
    kinds.About: ticket_buttons.about,
    kinds.Rate: ticket_buttons.rate,
    kinds.Missed: greeting.missed,
    kinds.Again: greeting.again,
    kinds.MyData: greeting.my_data,
    kinds.Erased: greeting.erased,
    kinds.Text: greeting.text,
    kinds.Help: greeting.explain,
    kinds.Contact: emergency.contact,
    kinds.Hello: greeting.hello,
    kinds.Unusable: greeting.unusable,
    kinds.Limit: greeting.limit,
    kinds.Paused: emergency.paused,
    kinds.Outside: greeting.outside,
    crew_kinds.CrewText: crew.text,
    crew_kinds.CrewLinked: crew.linked,
    crew_kinds.CrewTicket: crew.ticket,
    crew_kinds.CrewList: crew.tickets,
    crew_kinds.CrewChoose: crew.choose,
    crew_kinds.CrewPhotoWanted: crew.photo_wanted,
    crew_kinds.CrewOrReport: crew.or_report,
    crew_kinds.CrewAbout: crew.about,
}
_SIDE_BY_SIDE: Final[Mapping[type[Say], Callable[[Scene, Any], list[flex.Json]]]] = {
    kinds.Moved: tickets.moves,
}
"""Kinds of which several in a row become one message."""

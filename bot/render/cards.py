"""A ticket as a card for a resident: what, where, who, until when, what became of it. Pure."""

from typing import Final

from bot.render import bubbles, flex
from bot.render.bubbles import Row
from bot.render.ticket_view import Sight, Told, day, deadline_of, facts_of, place_of, steps_of
from reports.tickets.status import Status

COLOURS: Final = {
    Status.RECEIVED: "#2f6fb3",
    Status.INSPECTING: "#2f6fb3",
    Status.SCHEDULED: "#6a4fb0",
    Status.IN_PROGRESS: "#a85c00",
    Status.MADE_SAFE: "#7a6a00",
    Status.FIXED: "#1f7a4a",
    Status.MONITORING: "#4d6472",
    Status.FORWARDED: "#4d6472",
    Status.DECLINED: "#6b5b5b",
    Status.MERGED: "#6b5b5b",
    Status.REOPENED: "#b03a5b",
}


def ticket_card(
    sight: Sight, title: str, told: Told, *, history: bool = False, brief: bool = False
) -> flex.Json:
    """The card of one ticket. `brief`: one of many side by side, so that all fit in a message."""
    units = 150 if brief else bubbles.NOTE_UNITS
    colour = COLOURS[sight.page.ticket.status]
    return bubbles.bubble(
        title=title,
        subtitle=sight.number,
        colour=colour,
        hero=_hero(sight),
        sections=[
            [
                bubbles.headline(sight.state, colour),
                bubbles.line(sight.meaning, soft=True),
                *(bubbles.line(words, units=units) for words in told.first),
            ],
            bubbles.rows(facts_of(sight, brief=brief)),
            bubbles.steps(steps_of(sight)) if history else [],
            [bubbles.line(words, units=units) for words in told.last],
        ],
        buttons=_buttons(sight, is_status=history),
    )


def small_card(sight: Sight) -> flex.Json:
    """A ticket among others of the same resident: the picture, how it stands, since when."""
    words, ticket = sight.words, sight.page.ticket
    url = sight.after or sight.before
    colour = COLOURS[ticket.status]
    facts = [
        Row(words("card.kind"), flex.cut(sight.category, 60)),
        Row(words("card.place"), flex.cut(place_of(sight), 60)),
        Row(words("card.since"), day(ticket.received_at, sight)),
        *deadline_of(sight),
    ]
    return bubbles.bubble(
        title=words("card.number"),
        subtitle=sight.number,
        colour=colour,
        hero=_picture_of(sight, url),
        sections=[[bubbles.headline(sight.state, colour), *bubbles.rows(facts)]],
        buttons=[_status_button(sight)],
        size="kilo",
    )


def neighbours_card(sight: Sight, *, away: str, draft: str) -> flex.Json:
    """Somebody's ticket, shown to a person who is about to report the same."""
    words, ticket = sight.words, sight.page.ticket
    same = flex.postback(words("button.same"), "same", draft=draft, ticket=str(ticket.id))
    facts = [
        Row(words("card.status"), sight.state),
        Row(words("card.since"), day(ticket.received_at, sight)),
        Row(words("card.place"), flex.cut(place_of(sight), 60)),
    ]
    return bubbles.bubble(
        title=flex.cut(sight.category, 60),
        subtitle=sight.number,
        colour=COLOURS[ticket.status],
        hero=_picture_of(sight, sight.before),
        sections=[[bubbles.headline(away, bubbles.INK), *bubbles.rows(facts)]],
        buttons=[bubbles.button(same, colour=bubbles.GREEN)],
        size="kilo",
    )


def _hero(sight: Sight) -> flex.Json | None:
    if sight.before and sight.after:
        words = sight.words
        return bubbles.two_pictures(
            (sight.before, words("card.before")), (sight.after, words("card.after"))
        )
    if sight.after:
        return bubbles.picture_of_the_work(sight.after, sight.words("card.after"))
    return bubbles.picture(sight.before) if sight.before else None


def _picture_of(sight: Sight, url: str | None) -> flex.Json:
    if url:
        return bubbles.picture(url)
    return bubbles.no_picture(flex.cut(sight.category, 60), "kilo")


def _buttons(sight: Sight, *, is_status: bool) -> list[flex.Json]:
    words, number = sight.words, sight.number
    into = sight.page.ticket.merged_into
    made = []
    if sight.asks_whether_mended:
        mended = flex.postback(words("button.mended"), "mended", number=number)
        not_mended = flex.postback(words("button.not_mended"), "not_mended", number=number)
        made += [bubbles.button(mended, colour=bubbles.GREEN), bubbles.button(not_mended)]
    elif into:
        label = words("button.goes_on", number=into)
        made.append(bubbles.button(flex.postback(label, "status", number=into)))
    elif not is_status:
        made.append(_status_button(sight))
    if sight.is_open and sight.standing.reported:
        made.append(bubbles.button(flex.postback(words("button.add"), "add", number=number)))
    if sight.is_open and not sight.standing.follows:
        follow = flex.postback(words("button.follow"), "follow", number=number)
        made.append(bubbles.button(follow, colour=bubbles.GREEN))
    return made


def _status_button(sight: Sight) -> flex.Json:
    return bubbles.button(
        flex.postback(sight.words("button.status"), "status", number=sight.number)
    )

"""A ticket as a card for a resident: what, where, who, until when, what became of it. Pure."""

from collections import Counter
from datetime import datetime
from typing import Final

from bot.render import bubbles, flex
from bot.render.bubbles import Row
from bot.render.ticket_view import Sight, Told, day, place_of
from reports.routing.choose import TO_NOBODY
from reports.tickets import events
from reports.tickets.event_kinds import KINDS
from reports.tickets.read_models import HistoryLine
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
_OF_A_NEWER_VERSION: Final = "#4d6472"
MOST_STEPS: Final = 6
TOLD: Final = {what for what, kind in KINDS.items() if kind.told} - {events.Moved.what}
"""Lines of history that concern a resident, beside the moves; never what somebody else wrote."""


def ticket_card(
    sight: Sight, title: str, told: Told, *, history: bool = False, brief: bool = False
) -> flex.Json:
    """The card of one ticket. `brief`: one of many side by side, so that all fit in a message."""
    units = 150 if brief else bubbles.NOTE_UNITS
    colour = _colour(sight.page.ticket.status)
    return bubbles.bubble(
        title=title,
        subtitle=sight.number,
        colour=colour,
        hero=_hero(sight),
        sections=[
            [
                bubbles.headline(sight.state, colour),
                *(bubbles.line(words, soft=True) for words in [sight.meaning] if words),
                *(bubbles.line(words, units=units) for words in told.first),
            ],
            bubbles.rows(_facts(sight, brief=brief)),
            bubbles.steps(_steps(sight)) if history else [],
            [bubbles.line(words, units=units) for words in told.last],
        ],
        buttons=[*_buttons(sight, is_status=history), *([] if brief else _public(sight))],
    )


def small_card(sight: Sight) -> flex.Json:
    """A ticket among others of the same resident: the picture, how it stands, since when."""
    words, ticket = sight.words, sight.page.ticket
    url = sight.after or sight.before
    colour = _colour(ticket.status)
    facts = [
        Row(words("card.kind"), flex.cut(sight.category, bubbles.SHORT_UNITS)),
        Row(words("card.place"), flex.cut(place_of(sight), bubbles.SHORT_UNITS)),
        Row(words("card.since"), day(ticket.received_at, sight)),
        *_deadline(sight),
    ]
    return bubbles.bubble(
        title=words("card.number"),
        subtitle=sight.number,
        colour=colour,
        hero=picture_of(sight, url),
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
        Row(words("card.place"), flex.cut(place_of(sight), bubbles.SHORT_UNITS)),
    ]
    return bubbles.bubble(
        title=flex.cut(sight.category, bubbles.SHORT_UNITS),
        subtitle=sight.number,
        colour=_colour(ticket.status),
        hero=picture_of(sight, sight.before),
        sections=[[bubbles.headline(away, bubbles.INK), *bubbles.rows(facts)]],
        buttons=[bubbles.button(same, colour=bubbles.GREEN)],
        size="kilo",
    )


def _colour(status: Status) -> str:
    return COLOURS.get(status, _OF_A_NEWER_VERSION)


def _facts(sight: Sight, *, brief: bool) -> list[Row]:
    """What, where, who and until when; `brief` leaves no room for long names."""
    words, department = sight.words, sight.page.ticket.department
    units = 40 if brief else bubbles.VALUE_UNITS
    label = "card.authority" if department and not department.inside else "card.department"
    who = words.pick(department.name, department.name_en) if department else ""
    return [
        Row(words("card.kind"), flex.cut(sight.category, units)),
        Row(words("card.place"), flex.cut(place_of(sight), units)),
        Row(words(label), flex.cut(who or words("card.department_pending"), units)),
        *_phone(sight),
        *_deadline(sight),
        *([] if brief else [Row(words("card.photos"), _photos(sight))]),
    ]


def _deadline(sight: Sight) -> list[Row]:
    """Until when it should be done, while that is the city's to say."""
    ticket, words = sight.page.ticket, sight.words
    inside = ticket.department is not None and ticket.department.inside
    if not (ticket.deadline and sight.is_open and inside):
        return []
    if ticket.paused_at:
        waits = [Row(words("card.deadline"), words("card.deadline_waits"))]
        return waits if ticket.asked_at else []
    last = ticket.deadline
    parts = {"month": words(f"months.{last.month}"), "day": last.day}
    if last < sight.now.date():
        return [Row(words("card.deadline"), words("card.deadline_over", **parts))]
    weekday = words(f"weekdays.{last.isoweekday()}")
    value = words("card.deadline_value", **parts, weekday=weekday)
    return [Row(words("card.deadline"), value)]


def _steps(sight: Sight) -> list[tuple[str, str]]:
    """When and what, oldest first; what happened several times in a row stands there once."""
    told: list[tuple[str, str]] = []
    for line in sight.page.history:
        what = _told(line, sight)
        if what and told and told[-1][1] == what:
            told.pop()
        if what:
            told.append((_moment(line.at, sight), what))
    return told[-MOST_STEPS:]


def _hero(sight: Sight) -> flex.Json | None:
    if sight.before and sight.after:
        words = sight.words
        return bubbles.two_pictures(
            (sight.before, words("card.before")), (sight.after, words("card.after"))
        )
    if sight.after:
        return bubbles.picture_of_the_work(sight.after, sight.words("card.after"))
    return bubbles.picture(sight.before) if sight.before else None


def picture_of(sight: Sight, url: str | None) -> flex.Json:
    """The picture at this address, or room for one."""
    if url:
        return bubbles.picture(url)
    return bubbles.no_picture(flex.cut(sight.category, bubbles.SHORT_UNITS), "kilo")


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


def _public(sight: Sight) -> list[flex.Json]:
    """Its page for everybody, to be passed on."""
    address = sight.public
    return [bubbles.button(flex.link(sight.words("button.public"), address))] if address else []


def _status_button(sight: Sight) -> flex.Json:
    return bubbles.button(
        flex.postback(sight.words("button.status"), "status", number=sight.number)
    )


def _phone(sight: Sight) -> list[Row]:
    department, label = sight.page.ticket.department, sight.words("card.phone")
    if department is None or not department.phone:
        return []
    return [Row(label, flex.cut(department.phone, 40), flex.dial(label, department.phone))]


def _photos(sight: Sight) -> str:
    """How many there are, and how many are not, and why."""
    words = sight.words
    photos = [photo for photo in sight.page.photos if photo.of == "report"]
    stored = sum(photo.state == "stored" for photo in photos)
    gone = Counter(photo.absence for photo in photos if photo.absence)
    told = [words(f"gone.{why}", count=count) for why, count in sorted(gone.items())]
    if any(photo.state == "waiting" for photo in sight.page.photos):
        told.insert(0, words("card.photos_pending"))
    elif stored or not told:
        told.insert(0, words("card.photos_value", count=stored))
    return "\n".join(told)


def _told(line: HistoryLine, sight: Sight) -> str | None:
    match line.event:
        case events.Joined(again=True):
            return sight.words(f"history.{events.Added.what}")
        case events.Routed(why=why) if why.get("reason") in TO_NOBODY:
            return None
    if line.what in TOLD:
        return sight.words(f"history.{line.what}")
    if line.to_status is None:
        return None
    given_up = line.to_status is Status.DECLINED and line.actor == "resident"
    return sight.words.state("withdrawn" if given_up else line.to_status)


def _moment(at: datetime, sight: Sight) -> str:
    local, words = at.astimezone(sight.now.tzinfo), sight.words
    month = words(f"months.{local.month}")
    return words("card.moment", month=month, day=local.day, time=f"{local:%H:%M}")

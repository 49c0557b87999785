"""The dialogue: a draft and what came in give the next draft, what to do and what to say. Pure.

Photo, place and category in any order make a report; each answer asks only for what is missing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue import draft_buttons, effects, photo_sets, ticket_buttons
from bot.dialogue.answers import road_in
from bot.dialogue.clarify import ask
from bot.dialogue.commands import number_asked_for
from bot.dialogue.draft import MOST_PHOTOS, Draft, Place, Remark
from bot.dialogue.limits import told_of
from bot.dialogue.next_step import TOLD, begin, cancel, go_on, now_open, warning
from bot.dialogue.subject import subject_of
from bot.dialogue.turn import (
    Button,
    Context,
    Hello,
    Input,
    OnTicket,
    PhotoCame,
    PlaceCame,
    SameHole,
    TooManyPhotos,
    Turn,
    Unusable,
    Words,
)
from bot.small_talk import Talk, talk_in
from bot.wording import Command, command_in, is_urgent, language_in
from geo.written_points import is_unreadable_link
from reports.city.categories import called, named_in
from reports.outbox import kinds
from reports.outbox.say import Say
from reports.tickets.numbers import mistyped_in


def respond(draft: Draft, came: Input, context: Context) -> Turn:
    """One action of a resident, one turn. `draft` is the open one, or a new, empty one."""
    subject = subject_of(came, draft, context)
    turn = _decided(subject.draft, came, context)
    if subject.over is None:
        return turn
    told = ticket_buttons.about("over", subject.over.ticket_id)
    settled = (effects.WaitNoLonger(),) if subject.was_asked else ()
    return replace(turn, say=(told, *turn.say), effects=(*settled, *turn.effects))


def _decided(draft: Draft, came: Input, context: Context) -> Turn:
    match came:
        case PhotoCame():
            return _photo(draft, came, context)
        case TooManyPhotos():
            return _no_photo_taken(draft, context)
        case PlaceCame():
            return _place(draft, came, context)
        case Button():
            return draft_buttons.respond(draft, came, context)
        case OnTicket():
            return ticket_buttons.respond(draft, came, context)
        case SameHole():
            return _same(draft, came, context)
        case Words():
            return _words(draft, came, context)
        case Unusable(kind):
            return Turn(draft, say=(kinds.Unusable(kind=kind), now_open(draft, context)))
        case Hello():
            return Turn(draft, say=(kinds.Hello(),))


def _photo(draft: Draft, photo: PhotoCame, context: Context) -> Turn:
    filed = photo.in_report
    is_of_another = filed is not None and not _is_added_to(draft, filed)
    if photo.dropped:
        return Turn(draft, drop=(photo.photo_id,))
    if photo.kept >= MOST_PHOTOS or (len(draft.photos) >= MOST_PHOTOS and not is_of_another):
        return photo_sets.too_many(draft, photo, now_open(draft, context))
    if filed is not None and is_of_another:
        return Turn(draft, effects=(effects.KeepWithItsSet(filed, photo.photo_id),))
    draft = replace(draft, photos=(*draft.photos, photo.photo_id))
    if draft.onto:
        turn = ticket_buttons.add(draft, photo_id=photo.photo_id)
    elif photo.before:
        return Turn(draft)
    else:
        turn = go_on(draft, context)
    if photo.before and not turn.file:
        return replace(turn, say=())
    return photo_sets.waiting(turn, photo)


def _no_photo_taken(draft: Draft, context: Context) -> Turn:
    """A report that lacks a photo goes on without one: nobody is asked for what is not taken."""
    told = told_of("photos", context.allowed)
    if not draft.is_empty and not draft.onto and "photo" in draft.missing:
        turn = go_on(replace(draft, no_photo=True), context)
        return replace(turn, say=(*told, *turn.say))
    goes_on = () if draft.is_empty or not told else (now_open(draft, context),)
    return Turn(draft.or_none, say=(*told, *goes_on))


def _is_added_to(draft: Draft, report_id: int) -> bool:
    return draft.onto is not None and draft.onto.report_id == report_id


def _place(draft: Draft, came: PlaceCame, context: Context) -> Turn:
    if came.where.outside and not draft.anywhere:
        key = "" if draft.onto else draft.key
        outside = kinds.Outside(ja=came.where.neighbour, en=came.where.neighbour_en, draft=key)
        goes_on = () if draft.is_empty else (now_open(draft, context),)
        return Turn(draft, say=(outside, *goes_on), outside=came.where.neighbour)
    place = Place(
        came.point, came.source, came.accuracy_m, came.where.town, came.where.town_en,
        came.message_id,
    )  # fmt: skip
    draft = draft.at(place)
    remark = Remark(came.message_id, came.words) if came.words else None
    urgent = is_urgent(came.words)
    draft = replace(draft.saying(remark) if remark else draft, urgent=draft.urgent or urgent)
    if draft.onto:
        turn = ticket_buttons.add(draft, place=came.point, remark=remark, urgent=urgent)
        return replace(turn, say=(*warning(urgent), *turn.say))
    return go_on(draft, context)


def _same(draft: Draft, same: SameHole, context: Context) -> Turn:
    """Onto the ticket that was shown; a ticket of its own where that one is closed by now."""
    if not same.closed:
        return Turn(None, say=(kinds.Joined(),), file=draft, join=same.ticket_id)
    turn = go_on(draft.of_none_but(same.ticket_id), context)
    return replace(turn, say=(ticket_buttons.about("same_closed", same.ticket_id), *turn.say))


def _words(draft: Draft, came: Words, context: Context) -> Turn:
    if number := number_asked_for(came.words, adding=draft.onto is not None):
        asked = kinds.Status(number=number)
        return Turn(draft, say=(*warning(is_urgent(came.words)), asked))
    if language := language_in(came.words):
        return Turn(draft, say=_spoken_to(draft, context), language=language)
    if command := command_in(came.words):
        return _command(draft, command, context)
    answers = draft.onto is not None and draft.onto.why == "answer"
    if not answers and (talk := talk_in(came.words)):
        return _talked(draft, talk, came, context)
    return _added_words(draft, came) if draft.onto else _reported_words(draft, came, context)


def _talked(draft: Draft, talk: Talk, came: Words, context: Context) -> Turn:
    """An answer, and what is open; that alone where it says all: a greeting is asked about what was
    left, and what is begun has its way out."""
    is_left = talk is Talk.GREETING and draft.before is not None
    is_said = is_left or (talk is Talk.WITHDRAW and draft.is_begun)
    answer = () if is_said else (_to_talk(talk, context),)
    goes_on = () if draft.is_empty and not is_left else (now_open(draft, context),)
    return Turn(draft, say=(*warning(is_urgent(came.words)), *answer, *goes_on))


def _status(context: Context) -> Say:
    """How the ticket stands that they quote, or their newest."""
    return kinds.Status(number=context.quoted.number if context.quoted else None)


def _to_talk(talk: Talk, context: Context) -> Say:
    """A ticket's card has the button that withdraws it."""
    return _status(context) if talk in (Talk.WHEN, Talk.WITHDRAW) else _TO_TALK[talk]


_TO_TALK: Final[Mapping[Talk, Say]] = {
    Talk.THANKS: kinds.Text(key="thanks"),
    Talk.GREETING: kinds.Help(key="not_understood"),
    Talk.NUMBER: kinds.Mine(),
    Talk.HOW: kinds.Help(key="how"),
    Talk.CALL: kinds.Contact(about="call"),
    Talk.OTHER: kinds.Contact(about="other"),
}


def _added_words(draft: Draft, came: Words) -> Turn:
    """A place that they name stays in mind, should it be a report of its own."""
    remark = Remark(came.message_id, came.words) if came.words else None
    urgent, place = is_urgent(came.words), came.place
    draft = replace(draft.saying(remark) if remark else draft, typed=place or draft.typed)
    written = place if place and place.source == "written" else None
    draft = draft.at(written) if written else draft
    point = written.point if written else None
    turn = ticket_buttons.add(draft, remark=remark, place=point, urgent=urgent)
    unread = (kinds.Text(key="link_unread"),) if is_unreadable_link(came.words) else ()
    return replace(turn, say=(*warning(urgent), *unread, *turn.say))


def _reported_words(draft: Draft, came: Words, context: Context) -> Turn:
    urgent = is_urgent(came.words)
    kind = called(came.words, context.categories.values())
    named = kind or named_in(came.words, context.categories.values())
    if not (draft.is_begun or named or urgent or came.place):
        return Turn(draft, say=(_of_no_report(draft, came.words, context),))
    told = [kinds.Text(key="link_unread")] if is_unreadable_link(came.words) else []
    told += [] if draft.has_room_for(came.words) else [kinds.Text(key="words_full")]
    draft = draft.saying(Remark(came.message_id, came.words)) if came.words else draft
    draft = replace(draft, typed=came.place or draft.typed, urgent=draft.urgent or urgent)
    if named and (kind or draft.category is None):
        draft = draft.of(named.key, inferred=kind is None)
    if road := road_in(came.words, draft):
        draft = replace(draft, road=road)
    turn = go_on(draft, context)
    return replace(turn, say=(*told, *turn.say))


def _of_no_report(draft: Draft, words: str, context: Context) -> Say:
    if typed := mistyped_in(words):
        return kinds.Status(number=typed)
    if is_unreadable_link(words):
        return kinds.Help(key="link_unread")
    return ask(draft, context) if draft.before else kinds.Help(key="not_understood")


def _command(draft: Draft, command: Command, context: Context) -> Turn:
    match command:
        case Command.CANCEL:
            return cancel(draft, context)
        case Command.STATUS:
            return Turn(draft, say=(_status(context),))
        case Command.MINE | Command.HELP:
            return Turn(draft, say=(TOLD[command],))
        case Command.REPORT:
            return begin(draft, context)
        case Command.DONE:
            return ticket_buttons.done(draft, context)
        case Command.ERASE:
            return Turn(draft, say=(kinds.MyData(draft=draft.key),))


def _spoken_to(draft: Draft, context: Context) -> tuple[Say, ...]:
    """In another language from now on: what is on the screen, and what is open now."""
    asked = [say for say in context.on_screen if isinstance(say, kinds.Ask)]
    shown = [_of_now(say, draft) for say in context.on_screen if say not in asked]
    if asked or not draft.is_empty or draft.before:
        shown.append(now_open(draft, context))
    return (kinds.Text(key="language"), *shown) if shown else (kinds.Help(key="language"),)


def _of_now(say: Say, draft: Draft) -> Say:
    """With buttons that mean something now."""
    return replace(say, draft=draft.key) if isinstance(say, kinds.MyData) else say

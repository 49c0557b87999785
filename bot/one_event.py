"""One event: what it asks of us, and all of that done, in the transaction that took it.

What only speaks with its person may share its commit with their next events. What others may wait
for (a ticket, a place where holes are looked for, a count) may not, nor what looks at all that was
heard of them, as erasing does.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import crew, inbox, paused, spent
from bot.context import around, known
from bot.dialogue.clarify import ask_before_filing, complete_in
from bot.dialogue.draft import Draft
from bot.dialogue.limits import held_back, hour_after
from bot.dialogue.script import respond
from bot.dialogue.turn import Context, PhotoCame, PlaceCame, Turn, Unusable, Words
from bot.dialogue.unsent import taken_back
from bot.drafts import draft_to_json, new_draft, open_draft
from bot.effects import carry_out, erase
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.on_screen import on_screen
from bot.ticket_meant import draft_meant, reported_lately, ticket_quoted, ticket_wanted
from reports.city.categories import Category
from reports.city.clock import today
from reports.outbox import residents
from reports.outbox.kinds import Text
from reports.people import crew_links
from reports.people.models import Resident
from reports.privacy.erase import is_stranger
from reports.privacy.unsend import unsend
from store import sql

REPLY_WITHIN: Final = timedelta(seconds=50)
"""LINE takes a reply token for about a minute after the webhook."""

_MESSAGES: Final = (events.PhotoSent, events.PlaceSent, events.WordsSent, events.UnusableSent)
_PARTS: Final = (PhotoCame, PlaceCame, Words, Unusable)
_KEEP: Final = """
    UPDATE residents SET draft = coalesce(%(draft)s::jsonb, draft),
                         spent = coalesce(%(spent)s::jsonb, spent)
    WHERE id = %(id)s
"""


def hear(
    db: Session, event: Taken, rest: Sequence[Taken], categories: Mapping[str, Category]
) -> Taken | None:
    """Do all that follows from it. `rest`: what was taken with it, to be heard in this commit too.

    Gives the event with its person's row as that is now; None where the commit must come first:
    then the rest waits again.
    """
    what = events.read(event.raw)
    if isinstance(what, _MESSAGES) and not (event.blocked or event.unsent):
        return _talk(db, event, what, rest, categories)
    inbox.give_back(db, rest)
    match what:
        case events.Nothing():
            pass
        case events.SpokenInGroup():
            _tell_group(db, event)
        case events.Unfollowed():
            _let_go(db, event)
        case events.Unsent(message_id):
            _forget(db, event, message_id, categories)
        case _:
            _talk_first(db, event, what, categories)
    return None


def say_sorry(db: Session, given_up: inbox.Event) -> None:
    """That nothing came of it; to whoever is to be spoken to alone."""
    if events.is_private(given_up.raw):
        _say(db, given_up, Turn(None, say=(Text(key="sorry"),)))


def _talk_first(
    db: Session, event: Taken, what: Incoming, categories: Mapping[str, Category]
) -> None:
    """Whoever speaks has blocked us no more; what was taken back meanwhile is not answered."""
    if event.blocked and not inbox.is_overtaken(db, event.id):
        _set(db, event.resident_id, blocked_at=None)
    if event.unsent:
        _leave_unsaid(db, event)
    else:
        _talk(db, event, what, (), categories)


def _talk(
    db: Session,
    event: Taken,
    what: Incoming,
    rest: Sequence[Taken],
    categories: Mapping[str, Category],
) -> Taken | None:
    """The dialogue: what came, what follows from it, and all of it done."""
    now = datetime.now(UTC)
    draft = draft_meant(db, event, what, now)
    if theirs := crew.heard(db, event, what, draft, now):
        inbox.give_back(db, rest)
        changed = theirs.draft is not draft
        after = event._replace(draft=_kept(event, theirs.draft, now)) if changed else None
        _say(db, event, theirs, after)
        return None
    if held := paused.heard(db, event, what, draft):
        inbox.give_back(db, rest)
        _say(db, event, held)
        return None
    wanted = ticket_wanted(db, event, what)
    allowed = spent.allowance(event.spent, now)
    lately = reported_lately(db, event, what, draft, now)
    quoted = ticket_quoted(db, event, what)
    shown = on_screen(db, event, what)
    context = Context(categories, new_draft(now), wanted, lately, quoted, allowed, shown)
    came = known(db, event, draft, what, context)
    turn = held_back(respond(draft, came, context), draft, came, allowed)
    turn = crew.asked_too(db, event, came, draft, turn)
    complete = complete_in(turn)
    if complete and (category := categories.get(complete.category or "")):
        turn = ask_before_filing(turn, complete, around(db, complete, category))
    alone = complete is not None or not isinstance(came, _PARTS) or turn.does_more_than_speak
    if alone:
        inbox.give_back(db, rest)
    hour = hour_after(turn, draft, came, allowed.hour)
    turn = carry_out(db, event, turn)
    after = event._replace(
        draft=_kept(event, turn.draft, now),
        spent=event.spent if hour == allowed.hour else spent.to_json(hour),
    )
    _say(db, event, turn, after)
    return None if alone else after


def _tell_group(db: Session, event: Taken) -> None:
    """Once a day that reports are taken in private."""
    if event.told_on != (day := today()):
        _set(db, event.resident_id, told_on=day)
        _say(db, event, Turn(None, say=(Text(key="groups"),)))


def _say(db: Session, event: Any, turn: Turn, after: Taken | None = None) -> None:
    """And `after`: what is kept of their draft and their hour from now on."""
    kept = _changes(event, after) if after else {"draft": None, "spent": None}
    if turn.say:
        residents.answer(
            db,
            recipient=events.person_of(event.raw),
            event_id=event.id,
            say=turn.say,
            reply_token=events.reply_token_of(event.raw),
            reply_until=event.received_at + REPLY_WITHIN,
            wait=turn.wait,
            waits_for=turn.waits_for,
            **kept,
        )
    elif any(kept.values()):
        sql.run(db, _KEEP, id=event.resident_id, **kept)


def _leave_unsaid(db: Session, event: Taken) -> None:
    """Taken back before it was heard: nothing of it is kept, and nothing is to be said."""
    message_id = events.message_id_of(event.raw)
    if message_id:
        inbox.forget_message(db, events.person_of(event.raw), message_id)


def _let_go(db: Session, event: Taken) -> None:
    """They have blocked us, unless they came back before this was heard.

    Of somebody who has nothing here, not even that is kept.
    """
    if inbox.is_overtaken(db, event.id):
        return
    if event.linked:
        crew_links.unlink_line(db, events.person_of(event.raw))
    if is_stranger(db, event.resident_id):
        erase(db, resident_id=event.resident_id)
    else:
        _set(db, event.resident_id, blocked_at=datetime.now(UTC))


def _forget(db: Session, event: Taken, message_id: str, categories: Mapping[str, Category]) -> None:
    """A message was taken back: it goes from the inbox, the draft, the report and the store."""
    inbox.forget_message(db, events.person_of(event.raw), message_id)
    photo_id = unsend(db, event.resident_id, message_id)
    if event.draft:
        now = datetime.now(UTC)
        draft = open_draft(event.draft, now)
        left = taken_back(draft, message_id, photo_id, categories)
        _say(db, event, Turn(None), event._replace(draft=_kept(event, left, now)))


def _kept(event: Taken, draft: Draft | None, now: datetime) -> dict[str, Any]:
    """The draft as it stands in the row from now on."""
    kept = draft_to_json(draft)
    if kept == event.draft or not kept:
        return kept
    return kept | {"touched_at": now.isoformat()}


def _changes(before: Taken, after: Taken) -> dict[str, str | None]:
    """What the row gets, as JSON; None for what stays as it was."""
    return {
        "draft": None if after.draft == before.draft else json.dumps(after.draft),
        "spent": None if after.spent == before.spent else json.dumps(after.spent),
    }


def _set(db: Session, resident_id: int, **values: Any) -> None:
    db.execute(update(Resident).where(Resident.id == resident_id).values(**values))

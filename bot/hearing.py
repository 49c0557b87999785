"""Events wait in the inbox; here they are heard, person by person, one commit for each event.

The resident's row is the lock: two events of one person never meet, events of different people
never wait for each other, and any process may hear what another one stored.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from operator import attrgetter
from typing import Any, Final

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import inbox, spent
from bot.context import around, known
from bot.dialogue.clarify import ask_before_filing, complete_in
from bot.dialogue.draft import Draft
from bot.dialogue.limits import held_back, hour_after
from bot.dialogue.script import respond
from bot.dialogue.turn import Context, Turn
from bot.dialogue.unsent import taken_back
from bot.drafts import draft_to_json, new_draft, open_draft
from bot.effects import carry_out, erase
from bot.inbox import Taken, Waiting
from bot.line import events
from bot.line.events import Incoming
from bot.on_screen import on_screen
from bot.ticket_meant import draft_meant, reported_lately, ticket_quoted, ticket_wanted
from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import today
from reports.outbox import residents
from reports.outbox.kinds import Text
from reports.people.models import Resident
from reports.privacy.erase import is_stranger
from reports.privacy.unsend import unsend
from store import sql
from store.database import burst, transaction

REPLY_WITHIN: Final = timedelta(seconds=50)
"""LINE takes a reply token for about a minute after the webhook."""

EARS: Final = 4
MOST_TOGETHER: Final = 10
"""People whose work goes to RQ together: a few hundredths of a second later than one by one."""
MOST_IN_A_TURN: Final = 5
"""Events of one person, however many wait, before it is looked again who else has come."""

Begin = Callable[[], AbstractContextManager[Session]]
_KEEP_DRAFT: Final = "UPDATE residents SET draft = %(draft)s::jsonb WHERE id = %(id)s"

log = structlog.get_logger()


def hear_everything(enough: Callable[[], bool] = lambda: False) -> int:
    """Take all waiting events, until it is `enough` after any of them. Returns how many were heard.

    What comes in meanwhile is heard too; what is left is in another process's hands.
    """
    heard = 0
    while not enough() and (heard_now := _hear_each_in_turn(enough)):
        heard += heard_now
    return heard


def _hear_each_in_turn(enough: Callable[[], bool]) -> int:
    """Everybody who waits is heard, MOST_IN_A_TURN events of each; nobody twice."""
    heard, after = 0, None
    while not enough():
        with transaction() as db:
            waiting = inbox.people_waiting(db, after)
            if not waiting:
                break
            inbox.welcome(db, [one.person for one in waiting])
            categories = profile.offered(db)
        heard += _hear_together(waiting, categories, enough)
        if len(waiting) < inbox.MOST_PEOPLE:
            break
        after = waiting[-1].person
    return heard


def _hear_together(
    waiting: list[Waiting], categories: Mapping[str, Category], enough: Callable[[], bool]
) -> int:
    """Who has waited longest begins."""
    groups = _groups(sorted(waiting, key=attrgetter("first")))
    return sum(_ears().map(lambda group: _hear_out(group, categories, enough), groups))


@lru_cache(maxsize=1)
def _ears() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(EARS, "ear")


def _groups(waiting: list[Waiting]) -> list[list[Waiting]]:
    size = min(MOST_TOGETHER, -(-len(waiting) // EARS))
    return [waiting[start : start + size] for start in range(0, len(waiting), size)]


def _hear_out(
    people: list[Waiting], categories: Mapping[str, Category], enough: Callable[[], bool]
) -> int:
    """One event of each of these people, then the next of each who has more; each person's in the
    order of their own time."""
    turns = range(MOST_IN_A_TURN)
    with burst() as begin:
        ahead = (one.person for turn in turns for one in people if one.events > turn)
        return sum(
            _hear_one(begin, person, categories)
            for person in takewhile(lambda _: not enough(), ahead)
        )


def _hear_one(begin: Begin, person: str, categories: Mapping[str, Category]) -> bool:
    event_id = None
    try:
        with begin() as db:
            event = inbox.take(db, person)
            if event is None:
                return False
            event_id = event.id
            _hear(db, event, categories)
    except Exception as wrong:
        if event_id is None:
            raise
        _try_again_later(event_id, wrong)
    return True


def _hear(db: Session, event: Taken, categories: Mapping[str, Category]) -> None:
    what = events.read(event.raw)
    match what:
        case events.Nothing():
            return
        case events.SpokenInGroup():
            _tell_group(db, event)
        case events.Unfollowed():
            _let_go(db, event)
        case events.Unsent(message_id):
            _forget(db, event, message_id, categories)
        case _:
            if event.blocked and not inbox.is_overtaken(db, event.id):
                _set(db, event.resident_id, blocked_at=None)
            if event.unsent:
                _leave_unsaid(db, event)
            else:
                _talk(db, event, what, categories)


def _talk(db: Session, event: Taken, what: Incoming, categories: Mapping[str, Category]) -> None:
    """The dialogue: what came, what follows from it, and all of it done."""
    now = datetime.now(UTC)
    draft = draft_meant(db, event, what, now)
    wanted = ticket_wanted(db, event, what)
    allowed = spent.allowance(event.spent, now)
    lately = reported_lately(db, event, what, draft, now)
    quoted = ticket_quoted(db, event, what)
    shown = on_screen(db, event, what)
    context = Context(categories, new_draft(now), wanted, lately, quoted, allowed, shown)
    came = known(db, event, draft, what, context)
    turn = held_back(respond(draft, came, context), draft, came, allowed)
    complete = complete_in(turn)
    if complete and (category := categories.get(complete.category or "")):
        turn = ask_before_filing(turn, complete, around(db, complete, category))
    if (hour := hour_after(turn, draft, came, allowed.hour)) != allowed.hour:
        spent.keep(db, event.resident_id, hour)
    turn = carry_out(db, event, turn)
    _say(db, event, turn, _changed(event, turn.draft, now))


def _tell_group(db: Session, event: Taken) -> None:
    """Once a day that reports are taken in private."""
    if event.told_on != (day := today()):
        _set(db, event.resident_id, told_on=day)
        _say(db, event, Turn(None, say=(Text(key="groups"),)))


def _say(db: Session, event: Any, turn: Turn, draft: dict[str, Any] | None = None) -> None:
    """And what their draft is now, None for as it was."""
    if not turn.say:
        _keep_draft(db, event, draft)
    else:
        residents.answer(
            db,
            recipient=events.person_of(event.raw),
            event_id=event.id,
            say=turn.say,
            reply_token=events.reply_token_of(event.raw),
            reply_until=event.received_at + REPLY_WITHIN,
            wait=turn.wait,
            waits_for=turn.waits_for,
            draft=draft,
        )


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
        _keep_draft(db, event, _changed(event, left, now))


def _changed(event: Taken, draft: Draft | None, now: datetime) -> dict[str, Any] | None:
    kept = draft_to_json(draft)
    if kept == event.draft:
        return None
    return kept | ({"touched_at": now.isoformat()} if kept else {})


def _keep_draft(db: Session, event: Taken, draft: dict[str, Any] | None) -> None:
    if draft is not None:
        sql.run(db, _KEEP_DRAFT, id=event.resident_id, draft=json.dumps(draft))


def _set(db: Session, resident_id: int, **values: Any) -> None:
    db.execute(update(Resident).where(Resident.id == resident_id).values(**values))


def _try_again_later(event_id: int, wrong: Exception) -> None:
    """Trouble that passes does not count against the event."""
    with transaction() as db:
        if sql.is_passing(wrong) and inbox.wait_a_moment(db, event_id):
            log.warning("event_waits", inbox=event_id, kind=sql.kind_of(wrong))
            return
        log.error("event_failed", inbox=event_id, exc_info=wrong)
        given_up = inbox.put_off(db, event_id)
        if given_up:
            _say_sorry(db, given_up)


def _say_sorry(db: Session, given_up: inbox.Event) -> None:
    """Where that fails too, the event is over all the same."""
    try:
        if events.is_private(given_up.raw):
            with db.begin_nested():
                _say(db, given_up, Turn(None, say=(Text(key="sorry"),)))
    except Exception:
        log.exception("sorry_not_written", inbox=given_up.id)

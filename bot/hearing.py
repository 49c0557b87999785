"""Events wait in the inbox; here they are heard, person by person.

The resident's row is the lock: two events of one person never meet, events of different people
never wait for each other, and any process may hear what another one stored. What one person has
sent together is heard in one commit as far as `bot.one_event` lets it; when anything of it fails,
each alone.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Final

import structlog
from sqlalchemy.orm import Session

from bot import inbox, one_event
from bot.inbox import Taken, Waiting
from reports.city import profile
from reports.city.categories import Category
from store import sql, traces
from store.database import burst, sign_trace, transaction
from store.metrics import HEARD

EARS: Final = 4
MOST_TOGETHER: Final = 10
"""People whose work goes to RQ together: a few hundredths of a second later than one by one."""
MOST_IN_A_TURN: Final = 5
"""Events of one person, however many wait, before it is looked again who else has come."""

Begin = Callable[[], AbstractContextManager[Session]]

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
    """Who has waited longest begins; where one group is in trouble, the others are heard out."""
    groups = _groups(sorted(waiting, key=attrgetter("first")))
    heard = [_ears().submit(_hear_out, group, categories, enough) for group in groups]
    wait(heard)
    return sum(each.result() for each in heard)


@lru_cache(maxsize=1)
def _ears() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(EARS, "ear")


def _groups(waiting: list[Waiting]) -> list[list[Waiting]]:
    size = min(MOST_TOGETHER, -(-len(waiting) // EARS))
    return [waiting[start : start + size] for start in range(0, len(waiting), size)]


def _hear_out(
    people: list[Waiting], categories: Mapping[str, Category], enough: Callable[[], bool]
) -> int:
    """What may be one commit of each of these people, then the next of each who has more; each
    person's in the order of their own time."""
    heard, left = 0, {one.person: min(one.events, MOST_IN_A_TURN) for one in people}
    with burst() as begin:
        while left:
            for person, most in list(left.items()):
                if enough():
                    return heard
                heard_now = _hear_some(begin, person, most, categories)
                heard += heard_now
                left[person] -= heard_now
                if not heard_now or not left[person]:
                    del left[person]
    return heard


def _hear_some(begin: Begin, person: str, most: int, categories: Mapping[str, Category]) -> int:
    """This person's next events that may be one commit, or each alone where that failed.

    Returns how many were heard or put off.
    """
    taken: list[Taken] = []
    try:
        with begin() as db:
            taken = inbox.take(db, person, most)
            heard = _hear_in_order(db, taken, categories)
        _time(taken[:heard])
        return heard
    except Exception as wrong:
        if not taken:
            raise
        if len(taken) == 1:
            _try_again_later(taken[0].id, wrong)
            return 1
    return sum(_hear_some(begin, person, 1, categories) for _ in taken)


def _hear_in_order(db: Session, taken: list[Taken], categories: Mapping[str, Category]) -> int:
    """As many as may share this commit; each finds the person's row as the one before left it."""
    before: Taken | None = None
    for number, event in enumerate(taken, start=1):
        if before:
            event = event._replace(draft=before.draft, spent=before.spent)
        with traces.span("hear", "consumer", parent=event.trace, michi_event=event.id):
            sign_trace(db)
            before = one_event.hear(db, event, taken[number:], categories)
        if before is None:
            return number
    return len(taken)


def _time(heard: list[Taken]) -> None:
    now = datetime.now(UTC)
    for event in heard:
        HEARD.observe(max((now - event.received_at).total_seconds(), 0.0))


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
        with db.begin_nested():
            one_event.say_sorry(db, given_up)
    except Exception:
        log.exception("sorry_not_written", inbox=given_up.id)

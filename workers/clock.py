"""The clock: sweeps what is due and was not done. It may run on several machines, or pause."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from bot.hearing import hear_everything
from bot.reach import learn_account, look_at_quota
from reports.actions import bulk_runs
from reports.actions.ask import wait_no_longer
from reports.actions.patrol import end_forgotten
from reports.audit import retention, seal
from reports.city import periods, profile
from reports.city.clock import today
from reports.documents import digest
from reports.documents.monthly.turn import report_months
from reports.documents.open_data.turn import publish_months
from reports.outbox.counts import is_anything_overdue
from reports.people import crew_links
from reports.privacy import clearing
from reports.privacy.erase import forget_said
from reports.privacy.steps import Before
from reports.routing import trial_runs
from reports.tickets import cells, texts
from reports.webhooks import calls
from store import jobs, signs, tasks
from store.database import transaction
from store.metrics import DUTY
from workers.certificate import look_at_certificate
from workers.money import book_spendings
from workers.numbers import count_by_clock
from workers.perform import abandoned
from workers.privacy import STEPS
from workers.publishing import publish
from workers.sections import cut_sections, follow_again
from workers.table import KINDS
from workers.webhooks import write_calls

LEAVES_WITHIN_SECONDS: Final = 5.0

log = structlog.get_logger()


def run(stop: threading.Event) -> None:
    """Do every duty in its own turns until told to stop; none waits for another."""
    tasks.learn(KINDS)
    turns = [
        threading.Thread(target=_take_turns, args=(duty, every, stop), daemon=True)
        for duty, every in DUTIES.items()
    ]
    for turn in turns:
        turn.start()
    stop.wait()
    for turn in turns:
        turn.join(LEAVES_WITHIN_SECONDS)


def do(duty: Callable[[], object]) -> None:
    """Trouble with one duty is logged, and its next turn comes."""
    with DUTY.timed(duty.__name__) as time:
        try:
            duty()
            time.outcome = "done"
        except Exception:
            log.exception("duty_failed", duty=duty.__name__)


def sweep() -> None:
    """Hand due tasks to RQ again, give up what always died, ask for what nobody said."""
    with transaction() as db:
        signs.tick(db)
        due = tasks.due(db)
        if is_anything_overdue(db) and not tasks.is_at_hand(db, "send_messages"):
            tasks.later(db, "send_messages")
    jobs.hand_over_again(task for task in due if task.attempts < tasks.MOST_ATTEMPTS)
    for task in due:
        if task.attempts >= tasks.MOST_ATTEMPTS:
            abandoned(task)


def report_dues(now: datetime | None = None) -> None:
    """Tell every department once a day what is due, when no answer is waited for in vain."""
    now = now or datetime.now(UTC)
    _piece_by_piece(lambda db: wait_no_longer(db, now))
    with transaction() as db:
        digest.write_mails(db, now)


def tidy() -> None:
    """Forget what was only kept for a while, each for as long as the city says: finished work, left
    drafts, old events and people. What went is noted with the day.

    Where one cannot be forgotten, the others are.
    """
    now = datetime.now(UTC)
    clear_away(now)
    for what, forget in _OTHERS.items():
        _tried(what, forget, now)


def clear_away(now: datetime) -> dict[str, int]:
    """What is due at this moment goes; how many of each, by the step's key."""
    with transaction() as db:
        keep = periods.said_in(profile.profile(db))
    many = {
        step.key: _tried(step.key, step.forget, periods.begin(keep, step.period, now))
        for step in STEPS
    }
    gone = {key: each for key, each in many.items() if each}
    with transaction() as db:
        clearing.note_of_clock(db, gone, now, datetime.now(UTC))
    return gone


_OTHERS: Final[Mapping[str, Before]] = {
    "answers to the erased": lambda db, _: forget_said(db),
    "patrols left open": end_forgotten,
    "trials": lambda db, now: trial_runs.forget(db, now - trial_runs.KEPT_FOR),
    "links of crews": lambda db, _: crew_links.forget(db),
    "audit": retention.forget,
    "bulk": lambda db, now: bulk_runs.forget(db, now - bulk_runs.KEPT_FOR),
    "calls of other systems": lambda db, now: calls.forget(db, now - calls.KEPT_FOR),
}
"""What ends by itself, whatever the city says."""


def chain() -> None:
    """What was written to the audit log gets its place in the chain; once a day the log of the
    processes is told where the chain ends."""
    _piece_by_piece(seal.seal)
    with transaction() as db:
        end = seal.to_say(db, today())
    if end is not None:
        log.info("audit_head", seq=end.seq, hash=end.hash.hex())


DUTIES: Final[dict[Callable[[], object], float]] = {
    sweep: 1,
    chain: 2,
    publish: 2,
    count_by_clock: 5,
    hear_everything: 1,
    write_calls: 2,
    cells.add_up: 15,
    texts.take_in: 15,
    report_dues: 60,
    tidy: 300,
    look_at_quota: 600,
    learn_account: 600,
    look_at_certificate: 3600,
    publish_months: 600,
    cut_sections: 60,
    follow_again: 10,
    book_spendings: 300,
    report_months: 600,
}
"""So many seconds after the end of one turn comes the next."""


def _take_turns(duty: Callable[[], object], every: float, stop: threading.Event) -> None:
    while not stop.is_set():
        do(duty)
        stop.wait(every)


def _tried(what: str, forget: Before, moment: datetime) -> int:
    """How many went; trouble is logged."""
    try:
        return _piece_by_piece(lambda db: forget(db, moment))
    except Exception:
        log.exception("duty_failed", duty=tidy.__name__, what=what)
        return 0


def _piece_by_piece(forget: Callable[[Session], int]) -> int:
    """Each piece is a commit of its own, so that nobody waits long for its locks."""
    gone, many = 1, 0
    while gone:
        with transaction() as db:
            gone = forget(db)
        many += gone
    return many

"""The clock: sweeps what is due and was not done. It may run on several machines, or pause."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from bot import inbox
from bot.dialogue.draft import DRAFT_LIVES
from bot.hearing import hear_everything
from bot.models import KEPT_FOR
from bot.reach import learn_account, look_at_quota
from reports.actions import bulk_runs
from reports.actions.ask import wait_no_longer
from reports.actions.patrol import end_forgotten
from reports.audit import retention, seal
from reports.city.clock import today
from reports.documents import digest
from reports.documents.exports import kept as exports
from reports.outbox.counts import is_anything_overdue
from reports.people import crew_links, devices, invitations, pauses
from reports.photos import intake
from reports.privacy.erase import forget_said
from reports.privacy.patrols import forget_patrols
from reports.privacy.retention import forget_drafts, year_after_closing
from reports.routing import trial_runs
from reports.tickets import cells, texts
from store import jobs, tasks
from store.database import transaction
from workers.perform import abandoned
from workers.table import KINDS

FINISHED_KEPT_FOR: Final = timedelta(days=7)
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
    try:
        duty()
    except Exception:
        log.exception("duty_failed", duty=duty.__name__)


def sweep() -> None:
    """Hand due tasks to RQ again, give up what always died, ask for what nobody said."""
    with transaction() as db:
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
    """Forget what was only kept for a while: finished work, left drafts, old events and people.

    Where one cannot be forgotten, the others are.
    """
    now = datetime.now(UTC)
    steps: dict[str, Callable[[Session], int]] = {
        "finished work": lambda db: tasks.forget_finished(db, now - FINISHED_KEPT_FOR),
        "photos": lambda db: _forget_draft_photos(db, now - DRAFT_LIVES - timedelta(hours=1)),
        "drafts": lambda db: forget_drafts(db, now - DRAFT_LIVES),
        "answers to the erased": forget_said,
        "closed tickets": lambda db: year_after_closing(db, now),
        "patrols left open": lambda db: end_forgotten(db, now),
        "ways of patrols": lambda db: forget_patrols(db, now),
        "trials": lambda db: trial_runs.forget(db, now - trial_runs.KEPT_FOR),
        "links of crews": crew_links.forget,
        "invitations": lambda db: invitations.forget(db, now - invitations.KEPT_FOR),
        "known browsers": lambda db: devices.forget(db, now - devices.KEPT_FOR),
        "pauses": lambda db: pauses.forget(db, now - pauses.KEPT_FOR),
        "bulk": lambda db: bulk_runs.forget(db, now - bulk_runs.KEPT_FOR),
        "audit": lambda db: retention.forget(db, now),
        "saved lists": lambda db: exports.forget(db, now - exports.KEPT_FOR),
        "events": lambda db: inbox.tidy(db, now - KEPT_FOR),
    }
    for what, forget in steps.items():
        try:
            _piece_by_piece(forget)
        except Exception:
            log.exception("duty_failed", duty=tidy.__name__, what=what)


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
    hear_everything: 1,
    cells.add_up: 15,
    texts.take_in: 15,
    report_dues: 60,
    tidy: 300,
    look_at_quota: 600,
    learn_account: 600,
}
"""So many seconds after the end of one turn comes the next."""


def _take_turns(duty: Callable[[], object], every: float, stop: threading.Event) -> None:
    while not stop.is_set():
        do(duty)
        stop.wait(every)


def _forget_draft_photos(db: Session, before: datetime) -> int:
    forgotten = intake.forgotten_drafts(db, before)
    for photo_id in forgotten:
        intake.remove(db, photo_id)
    return len(forgotten)


def _piece_by_piece(forget: Callable[[Session], int]) -> None:
    """Each piece is a commit of its own, so that nobody waits long for its locks."""
    gone = 1
    while gone:
        with transaction() as db:
            gone = forget(db)

"""Which ticket may be meant by what comes now: one asked about or added to, as it is by now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from bot.dialogue.draft import LEFT_AFTER, Draft, Onto
from bot.dialogue.turn import Quoted
from bot.drafts import open_draft
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from reports.actions.add import open_reports, report_of, tickets_sent_with
from reports.actions.ask import ANSWER_WITHIN, has_been_read
from reports.outbox.said import tickets_told_in
from reports.photos import intake
from reports.tickets import queries
from reports.tickets.open_question import open_question
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import OPEN, Why

SOON_AFTER: Final = timedelta(hours=1)
"""A ticket: so long what comes is asked to be more about it."""

log = structlog.get_logger()


def draft_meant(db: Session, event: Taken, what: Incoming, now: datetime) -> Draft:
    """The open draft, or the one left before it where that one's button is pressed. It adds to its
    ticket as that is by now: put together with another, or closed."""
    draft = open_draft(event.draft, now)
    if isinstance(what, events.ButtonPressed):
        draft = draft.meant_by(what.data.get("draft", "")) or draft
    ticket = queries.ticket_that_goes_on(db, draft.onto.ticket_id) if draft.onto else None
    if draft.onto is None:
        return draft
    if ticket is None:  # it was thrown away meanwhile: what comes is about nothing that is there
        return replace(draft, onto=None)
    over = _was_closed(ticket, since=draft.started_at)
    return replace(draft, onto=replace(draft.onto, ticket_id=ticket.id, over=over))


def ticket_wanted(db: Session, event: Taken, what: Incoming) -> Onto | None:
    """Where what comes now belongs with nothing else begun: a question of staff, a lost photo."""
    return _question(db, event) or _photo_to_send_again(db, event, what)


def reported_lately(
    db: Session, event: Taken, what: Incoming, draft: Draft, now: datetime
) -> Sequence[Onto]:
    """The open tickets that they reported within the hour, the newest first; asked only where what
    came may be more about one of them."""
    may_be_more = isinstance(what, events.PhotoSent | events.PlaceSent | events.WordsSent)
    if not (may_be_more and draft.is_empty):
        return []
    reports = open_reports(db, event.resident_id, since=now - SOON_AFTER)
    return [Onto(ticket_id, report_id, "add") for ticket_id, report_id in reports]


def ticket_quoted(db: Session, event: Taken, what: Incoming) -> Quoted | None:
    """The ticket of which these words quote a card of ours, or what they sent for it themselves."""
    quotes = what.quotes if isinstance(what, events.WordsSent) else None
    if quotes is None:
        return None
    person = events.person_of(event.raw)
    told = tickets_told_in(db, person, quotes) or tickets_sent_with(db, event.resident_id, quotes)
    ticket = queries.ticket_that_goes_on(db, told[0]) if len(told) == 1 else None
    if ticket is None:
        return None
    report_id = report_of(db, ticket.id, event.resident_id)
    why: Why = "answer" if ticket.asked_at else "add"
    over = ticket.status not in OPEN
    onto = Onto(ticket.id, report_id, why, over, chosen=True) if report_id else None
    return Quoted(ticket.number, onto)


def _question(db: Session, event: Taken) -> Onto | None:
    """What staff asked this person not long ago, and they have read and not answered."""
    asked = open_question(event.question)
    if event.question and asked is None:
        log.error("question_unreadable", inbox=event.id)
    if asked is None or datetime.now(UTC) - asked.at > ANSWER_WITHIN:
        return None
    if not has_been_read(db, events.person_of(event.raw), asked.history_id):
        return None
    ticket = queries.ticket_that_goes_on(db, asked.ticket_id)
    if ticket is None:
        return None
    report_id = report_of(db, ticket.id, event.resident_id)
    if report_id is None:
        return None
    over = _was_closed(ticket, since=asked.at)
    return Onto(ticket.id, report_id, "answer", over)


def _photo_to_send_again(db: Session, event: Taken, what: Incoming) -> Onto | None:
    """The report of which they read just now that its photo is lost: a photo comes in its place."""
    if not (event.lost_photos and isinstance(what, events.PhotoSent)):
        return None
    found = intake.lost_of_report(db, event.resident_id, since=datetime.now(UTC) - LEFT_AFTER)
    ticket = queries.ticket_that_goes_on(db, found.ticket_id) if found else None
    if found is None or ticket is None or ticket.status not in OPEN:
        return None
    return Onto(ticket.id, found.report_id, "add")


def _was_closed(ticket: TicketSummary, *, since: datetime) -> bool:
    return ticket.closed_at is not None and ticket.closed_at > since

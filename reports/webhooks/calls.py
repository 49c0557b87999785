"""Calls as rows: written once for each event that an endpoint wants, sent in each ticket's order,
at least once; what nobody took for three days is dead until staff send it again.

An endpoint is locked before its calls. Who sends holds it for a while. Who is killed between
sending and noting has sent: after that while the same call goes out again, under the same id.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from reports.webhooks import keys, waits
from reports.webhooks.choice import Choice, Event, body, is_taken_back, test_body
from reports.webhooks.models import Webhook, WebhookCall
from settings import settings
from store import sql

LEASE: Final = timedelta(seconds=20)
"""Longer than one try."""
KEPT_FOR: Final = timedelta(days=60)
"""What was sent, or is dead."""
MOST_AT_ONCE: Final = 500
LONGEST_PROBE: Final = timedelta(minutes=30)
"""An endpoint that is down is tried at least so often."""
DOWN_AFTER: Final = 3
LONGEST_ERROR: Final = 300


class Call(NamedTuple):
    """One to be sent: `attempts` with this one, `keys` to sign with, the newest first."""

    id: int
    webhook_id: int
    message_id: str
    attempts: int
    url: str
    keys: tuple[str, ...]
    body: bytes


class Outcome(NamedTuple):
    """What became of a try: what was answered, or the `error`; how long the endpoint asks us to
    wait."""

    status: int | None = None
    error: str = ""
    asked: timedelta = timedelta(0)


def behind(db: Session) -> list[int]:
    """The endpoints for which public events wait to become calls, by id."""
    return [id for (id,) in sql.run(db, _BEHIND)]


def newest(db: Session) -> int:
    """The last public event; 0 without any."""
    return int(sql.run(db, "SELECT coalesce(max(seq), 0) FROM published_events")[0][0])


def write(db: Session, webhook_id: int) -> int:
    """The calls of the next events for this endpoint; how many events were looked at. 0 too where
    somebody else is at it."""
    hook = db.scalar(
        select(Webhook).where(Webhook.id == webhook_id).with_for_update(skip_locked=True)
    )
    if hook is None or hook.paused_at or hook.off_at:
        return 0
    events = [Event(*row) for row in sql.run(db, _EVENTS, after=hook.seen, most=MOST_AT_ONCE)]
    choice = choice_of(hook)
    for event in events:
        if event.kind == "withdrawn":
            sql.run(db, _TAKE_BACK, id=hook.id, number=event.number)
        if choice.has(event) and not is_taken_back(event):
            _add(db, hook.id, event.kind, event)
    if events:
        hook.seen = events[-1].seq
    db.flush()
    return len(events)


def choice_of(hook: Webhook) -> Choice:
    """What it is told of."""
    named = (hook.kinds, hook.categories, hook.states, hook.towns, hook.departments)
    return Choice(*map(tuple, named))


def add_test(db: Session, webhook_id: int) -> None:
    """A call that says nothing of any ticket: tried once, before all others, whether or not the
    endpoint rests."""
    _add(db, webhook_id, "test", None)


def endpoints_due(db: Session) -> int:
    """For how many there is something to send now, and nobody at it."""
    return int(sql.run(db, f"SELECT count(*) FROM webhooks h WHERE {_IS_DUE}")[0][0])


def claim(db: Session, by: str) -> int | None:
    """An endpoint with something to send, for this sender alone."""
    found = sql.run(db, _CLAIM, by=by, lease=LEASE).fetchone()
    return int(found[0]) if found else None


def release(db: Session, webhook_id: int, by: str) -> None:
    """This sender has done what it can."""
    db.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.held_by == by)
        .values(held_by=None, held_until=None)
    )


def next_call(db: Session, webhook_id: int, by: str) -> Call | None:
    """The next to be sent, counted as tried; None where there is none, the endpoint rests, or
    another sender has it by now."""
    mine = Webhook.id == webhook_id, Webhook.held_by == by
    hook = db.scalar(select(Webhook).where(*mine).with_for_update())
    if hook is None:
        return None
    now = _now(db)
    hook.held_until = now + LEASE
    active = not hook.paused_at and not hook.off_at and hook.due_at <= now
    while found := sql.run(db, _NEXT, id=hook.id, active=active).fetchone():
        id, message_id, attempts, seq = found
        said = _body(db, seq, with_page=hook.with_page)
        if said is not None:
            return Call(id, hook.id, message_id, attempts, hook.url, keys.of(hook, now), said)
        _end(db, id, attempts, "dropped", Outcome(error="taken back"))
    return None


def taken(db: Session, call: Call, status: int) -> None:
    """It has arrived. What waited while the endpoint was down goes now."""
    hook = db.get_one(Webhook, call.webhook_id, with_for_update=True)
    _end(db, call.id, call.attempts, "sent", Outcome(status))
    if hook.failures >= DOWN_AFTER:
        waiting = WebhookCall.webhook_id == hook.id, WebhookCall.state == "waiting"
        late = update(WebhookCall).where(*waiting, WebhookCall.due_at > func.now())
        db.execute(late.values(due_at=func.now()))
    if hook.failures:
        hook.failures, hook.failing_since, hook.due_at = 0, None, _now(db)


def not_taken(db: Session, call: Call, outcome: Outcome, now: datetime | None = None) -> None:
    """It comes again, unless it was a test or that went on for three days. An endpoint that does
    not answer, or answers that it cannot, rests; one that says that it is gone is switched off."""
    now = now or _now(db)
    hook = db.get_one(Webhook, call.webhook_id, with_for_update=True)
    row = db.get_one(WebhookCall, call.id, with_for_update=True)
    if outcome.status == waits.GONE and hook.off_at is None:
        hook.off_at = now
    if row.attempts != call.attempts or row.state != "waiting":
        return
    row.status, row.error = outcome.status, outcome.error[:LONGEST_ERROR] or None
    row.due_at = now + max(waits.wait(call.attempts), outcome.asked)
    if row.number is None:
        row.state, row.done_at = "dropped", now
    elif hook.off_at is None and row.since + waits.TRIED_FOR <= now:
        row.state, row.done_at = "dead", now
    db.flush()
    if row.number is not None and waits.is_down(outcome.status):
        _rest(db, hook, outcome, now)


def _rest(db: Session, hook: Webhook, outcome: Outcome, now: datetime) -> None:
    """Nothing is tried for a while; what was never tried and is too old by now is dead too."""
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    hook.due_at = now + max(min(waits.wait(hook.failures), LONGEST_PROBE), outcome.asked)
    if hook.failing_since + waits.TRIED_FOR <= now:
        dead = WebhookCall.webhook_id == hook.id, WebhookCall.state == "waiting"
        old = update(WebhookCall).where(*dead, WebhookCall.since <= now - waits.TRIED_FOR)
        db.execute(old.values(state="dead", done_at=now, error=outcome.error[:LONGEST_ERROR]))
    db.flush()


def forget(db: Session, before: datetime) -> int:
    """What ended before that, up to MOST_AT_ONCE rows. Returns how many went."""
    old = select(WebhookCall.id).where(WebhookCall.done_at < before).limit(MOST_AT_ONCE)
    gone = db.execute(delete(WebhookCall).where(WebhookCall.id.in_(old)).returning(WebhookCall.id))
    return len(gone.all())


def _add(db: Session, webhook_id: int, kind: str, event: Event | None) -> None:
    made = {"id": webhook_id, "message": f"msg_{secrets.token_hex(14)}", "kind": kind}
    told = {"seq": event and event.seq, "number": event and event.number}
    sql.run(db, _ADD, **made, **told)


def _body(db: Session, seq: int | None, *, with_page: bool) -> bytes | None:
    """None where nothing of it may be told any more, or nobody knows it."""
    if seq is None:
        return test_body(_now(db))
    found = sql.run(db, _EVENT, seq=seq).fetchone()
    event = Event(*found) if found else None
    if event is None or is_taken_back(event):
        return None
    return body(event, settings().base, with_page=with_page)


def _end(db: Session, id: int, attempts: int, state: str, outcome: Outcome) -> None:
    """Nothing where somebody else has tried since."""
    mine = WebhookCall.id == id, WebhookCall.attempts == attempts, WebhookCall.state == "waiting"
    ended = {"state": state, "done_at": func.now(), "status": outcome.status}
    db.execute(update(WebhookCall).where(*mine).values(**ended, error=outcome.error or None))


def _now(db: Session) -> datetime:
    """By the database's clock, as all that is due."""
    now: datetime = sql.run(db, "SELECT now()")[0][0]
    return now


_BEHIND: Final = """
    SELECT id FROM webhooks WHERE paused_at IS NULL AND off_at IS NULL
       AND seen < (SELECT max(seq) FROM published_events) ORDER BY id
"""
_EVENT: Final = (
    "SELECT seq, number, kind, state, at, data FROM published_events WHERE seq = %(seq)s"
)
_EVENTS: Final = """
    SELECT seq, number, kind, state, at, data FROM published_events
    WHERE seq > %(after)s ORDER BY seq LIMIT %(most)s
"""
_ADD: Final = """
    INSERT INTO webhook_calls (webhook_id, message_id, kind, seq, number, due_at)
    VALUES (%(id)s, %(message)s, %(kind)s, %(seq)s::bigint, %(number)s::text,
            CASE WHEN %(seq)s::bigint IS NULL THEN to_timestamp(0) ELSE now() END)
"""
_TAKE_BACK: Final = """
    UPDATE webhook_calls SET state = 'dropped', done_at = now(), error = 'taken back'
    WHERE webhook_id = %(id)s AND number = %(number)s AND state IN ('waiting', 'dead')
"""
_FIRST_OF_ITS_TICKET: Final = """
    NOT EXISTS (SELECT FROM webhook_calls e WHERE e.webhook_id = c.webhook_id
                   AND e.number = c.number AND e.id < c.id AND e.state = 'waiting')
"""
_IS_DUE: Final = f"""
    (h.held_until IS NULL OR h.held_until < now()) AND (
        EXISTS (SELECT FROM webhook_calls c
                WHERE c.webhook_id = h.id AND c.state = 'waiting' AND c.number IS NULL)
        OR (h.paused_at IS NULL AND h.off_at IS NULL AND h.due_at <= now()
            AND EXISTS (SELECT FROM webhook_calls c
                        WHERE c.webhook_id = h.id AND c.state = 'waiting' AND c.due_at <= now()
                          AND {_FIRST_OF_ITS_TICKET})))
"""
_CLAIM: Final = f"""
    UPDATE webhooks SET held_by = %(by)s, held_until = now() + %(lease)s
    WHERE id = (SELECT h.id FROM webhooks h WHERE {_IS_DUE}
                ORDER BY h.due_at, h.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id
"""
_NEXT: Final = f"""
    UPDATE webhook_calls SET attempts = attempts + 1, tried_at = now()
    WHERE id = (SELECT c.id FROM webhook_calls c
                WHERE c.webhook_id = %(id)s AND c.state = 'waiting' AND c.due_at <= now()
                  AND (c.number IS NULL OR %(active)s AND {_FIRST_OF_ITS_TICKET})
                ORDER BY c.due_at, c.id LIMIT 1 FOR UPDATE)
    RETURNING id, message_id, attempts, seq
"""

"""Facts follow the tickets: what changed since the last time, what a new day brings, and at first
all there are.

One follower at a time, for the length of its transaction. What changed is what the last snapshot
did not see (docs/decisions/0028). What a ticket's row does not tell, and each push, is noted by a
trigger. Facts of closed months stay as they are: what comes to light later counts on the first day
that is open.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city.clock import local
from reports.stats import sums
from reports.stats.kinds import DIMENSIONS, Kind
from reports.stats.life import facts_of
from reports.stats.models import FactState
from reports.stats.months import open_from
from reports.stats.periods import end_of_month
from reports.stats.pushes import follow_pushes
from reports.stats.tickets import Counted, read_tickets
from reports.tickets.changed import Followed, changed
from reports.tickets.indexes import STILL_OPEN
from store import sql

MOST_AT_ONCE: Final = 500
MOST_DAYS_AT_ONCE: Final = 62


def follow(db: Session, now: datetime | None = None) -> int:
    """Count what is committed; how many tickets and days were looked at: to be called again, each
    time in a transaction of its own, until it is 0. 0 too where another is at it."""
    now = now or datetime.now(UTC)
    today = local(now).date()
    if not sql.run(db, _TRY)[0][0]:
        return 0
    state = db.get(FactState, 1, with_for_update=True) or FactState(id=1, pass_after=0)
    db.add(state)
    db.flush()
    _days_have_come(db, state, today)
    ids = _changed(db, state) | _waiting(db) | _next_of_all(db, state)
    if ids:
        write(db, read_tickets(db, ids), today)
        return len(ids)
    if days := follow_pushes(db, state):
        _add_up(db, days)
        return len(days)
    return _stale(db)


def write(db: Session, tickets: Iterable[Counted], today: date) -> None:
    """The facts of these tickets are what their lives tell; closed months stay."""
    tickets = list(tickets)
    begin = open_from(db) or date.min
    before = _kept(db, [each.id for each in tickets])
    gone: list[int] = []
    made: list[dict[str, Any]] = []
    days: set[date] = set()
    for each in tickets:
        theirs = before.get(each.id, {})
        wanted = _wanted(each, theirs, begin, today)
        now = f"due:{sum(key.startswith('reopened:') for key in wanted)}"
        for key, row in theirs.items():
            if row["day"] < begin or wanted.get(key) == _without_id(row):
                wanted.pop(key, None)
            elif key in wanted or row["kind"] != Kind.DUE or key == now:
                gone.append(row["id"])
                days.add(row["day"])
            # the deadline of a round that is over counts as it did
        made += wanted.values()
        days |= {row["day"] for row in wanted.values()}
    if gone:
        sql.run(db, _FORGET, ids=gone)
    if made:
        sql.run(db, _MAKE, **{name: [row.get(name) for row in made] for name in _COLUMNS[1:]})
    _add_up(db, days)


def _add_up(db: Session, days: Collection[date]) -> None:
    """At once, or as days that come later where they are many."""
    if len(days) <= MOST_DAYS_AT_ONCE:
        sums.add_up(db, days)
    else:
        sql.run(db, _NOTE, days=sorted(days))


def _wanted(
    ticket: Counted, theirs: Mapping[str, Mapping[str, Any]], begin: date, today: date
) -> dict[str, dict[str, Any]]:
    """By their keys; none of those that a closed month has."""
    own = {"ticket_id": ticket.id, "number": ticket.number, **ticket.dimensions}
    if first := theirs.get("received"):  # its reports may have gone on to another ticket since
        own["channel"] = first["channel"]
    wanted = {}
    for told in facts_of(ticket.life, today):
        row: dict[str, Any] = {**told._asdict(), **own, "kind": str(told.kind)}
        if told.day < begin:
            if told.kind is Kind.STANDING:
                continue
            row["day"] = begin
        wanted[told.key] = row
    return wanted


def _kept(db: Session, ids: Collection[int]) -> dict[int, dict[str, dict[str, Any]]]:
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for row in sql.run(db, _KEPT, ids=list(ids)):
        fields = dict(zip(_COLUMNS, row, strict=True))
        found.setdefault(fields["ticket_id"], {})[fields["key"]] = fields
    return found


def _without_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _changed(db: Session, state: FactState) -> set[int]:
    """Since the last time; at first and after a restore all are counted anew."""
    found, now = changed(db, Followed(state.moment, state.through), MOST_AT_ONCE)
    state.moment, state.through = now
    if found is None:
        _count_all(db, state)
        return set()
    return found


def _count_all(db: Session, state: FactState) -> None:
    state.pass_after = 0
    state.pass_until = sql.run(db, "SELECT coalesce(max(id), 0) FROM tickets")[0][0]


def _next_of_all(db: Session, state: FactState) -> set[int]:
    if state.pass_after is None:
        return set()
    found = [id for (id,) in sql.run(db, _NEXT, after=state.pass_after, most=MOST_AT_ONCE)]
    state.pass_after = found[-1] if found else None
    return set(found)


def _days_have_come(db: Session, state: FactState, today: date) -> None:
    """Deadlines that are over since, and, in a new month, all that stand open."""
    if state.day is None or state.day < today:
        if state.day is not None:
            is_new = end_of_month(state.day) != end_of_month(today)
            sql.run(db, _ALL_OPEN if is_new else _OVER, since=state.day, today=today)
        state.day = today


def _waiting(db: Session) -> set[int]:
    return {id for (id,) in sql.run(db, _WAITING, most=MOST_AT_ONCE)}


def _stale(db: Session) -> int:
    days = [day for (day,) in sql.run(db, _STALE, most=MOST_DAYS_AT_ONCE)]
    sums.add_up(db, days)
    return len(days) or sums.add_up_next(db)


_COLUMNS: Final = (
    "id", "kind", "day", "key", "ticket_id", "number", *DIMENSIONS, "minutes", "amount", "good",
    "since", "deadline",
)  # fmt: skip
_TRY: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('numbers', 0))"
_NEXT: Final = "SELECT id FROM tickets WHERE id > %(after)s ORDER BY id LIMIT %(most)s"
_OVER: Final = f"""
    INSERT INTO fact_waiting (ticket_id) SELECT id FROM tickets
    WHERE {STILL_OPEN} AND deadline >= %(since)s AND deadline < %(today)s
"""
_ALL_OPEN: Final = f"""
    INSERT INTO fact_waiting (ticket_id) SELECT id FROM tickets WHERE {STILL_OPEN}
"""
_WAITING: Final = """
    DELETE FROM fact_waiting WHERE id IN (
        SELECT id FROM fact_waiting ORDER BY id LIMIT %(most)s)
    RETURNING ticket_id
"""
_KEPT: Final = f"SELECT {', '.join(_COLUMNS)} FROM facts WHERE ticket_id = ANY(%(ids)s::bigint[])"
_TYPES: Final = {
    "day": "date", "ticket_id": "bigint", "minutes": "int", "amount": "numeric", "good": "boolean",
    "since": "date", "deadline": "date",
}  # fmt: skip
_MAKE: Final = f"""
    INSERT INTO facts ({", ".join(_COLUMNS[1:])})
    SELECT * FROM unnest({
    ", ".join(f"%({name})s::{_TYPES.get(name, 'text')}[]" for name in _COLUMNS[1:])
})
"""
_FORGET: Final = "DELETE FROM facts WHERE id = ANY(%(ids)s::bigint[])"
_NOTE: Final = """
    INSERT INTO fact_stale (day) SELECT unnest(%(days)s::date[]) ON CONFLICT DO NOTHING
"""
_STALE: Final = """
    DELETE FROM fact_stale WHERE day IN (SELECT day FROM fact_stale ORDER BY day LIMIT %(most)s)
    RETURNING day
"""

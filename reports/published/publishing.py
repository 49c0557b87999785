"""The public tables follow the desk's: what changed, became old enough, or is taken back.

One publisher at a time, for the length of its transaction: numbers of one commit are given only
after the commit before is seen by everybody, so whoever has seen one never misses a smaller one.
What changed since the last time is what its snapshot did not see (docs/decisions/0028). Settings,
names and roads may touch every ticket: then all are looked at anew, some in each turn, while
whatever may not be seen any more goes at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from geo.models import Layer
from reports.city import profile
from reports.city.models import Department
from reports.city.opened import Opened, opened
from reports.published.drawing import Drawn, draw
from reports.published.models import (
    PublishedAlias,
    PublishedDue,
    PublishedEvent,
    PublishedState,
    PublishedTicket,
)
from reports.published.shape import (
    RELEASED,
    TAKEN_BACK,
    PublicTicket,
    as_json,
    kind_of_change,
)
from reports.tickets.changed import Followed, changed
from store import sql

MOST_AT_ONCE: Final = 1_000
WAY: Final = 2
"""Another number where rows are drawn another way: then all are drawn anew."""


def publish(db: Session, now: datetime | None = None) -> int:
    """Bring them up to date with what is committed; how many tickets were looked at: to be called
    again, each time in a transaction of its own, until it is 0. 0 too where another is at it."""
    now = now or datetime.now(UTC)
    if not sql.run(db, _TRY)[0][0]:
        return 0
    state = db.get(PublishedState, 1, with_for_update=True) or PublishedState(id=1, city={})
    city, facts = _city(db)
    if state.city != facts:
        state.city, state.pass_after = facts, 0
        _take_back(db, city)
    ids = _changed(db, state) | _due(db, now) | _next_of_all(db, state)
    db.add(state)
    if ids and city.shown:
        _follow(db, draw(db, ids, city, now))
    return len(ids)


def withdraw_for_good(db: Session, ticket_ids: Collection[int], numbers: Collection[str]) -> None:
    """These tickets are thrown away: of what was public of them the numbers alone are left, each in
    an event that says so. Waits for whoever publishes just now."""
    sql.run(db, _WAIT)
    told = sql.run(db, _TOLD_OF, numbers=list(numbers))
    _withdraw(db, [number for (number,) in told])
    alias = PublishedAlias.number.in_(numbers) | PublishedAlias.goes_on.in_(numbers)
    db.execute(delete(PublishedAlias).where(alias))
    db.execute(delete(PublishedDue).where(PublishedDue.ticket_id.in_(ticket_ids)))


def _city(db: Session) -> tuple[Opened, dict[str, Any]]:
    """What it shows, and that with the names and the map that every row is drawn by."""
    shown = opened(profile.profile(db))
    names = select(Department.id, Department.name).order_by(Department.id)
    layers = select(Layer.id).where(Layer.state == "live", Layer.kind.in_(_LAYERS))
    return shown, {
        "way": WAY,
        "open": [*shown[:3], sorted(shown.kept_back), shown.photos],
        "departments": [list(row) for row in db.execute(names)],
        "layers": sorted(db.scalars(layers)),
    }


def _take_back(db: Session, city: Opened) -> None:
    """At once, by the settings alone; of kinds that are kept back also what was told of a ticket
    that is of another kind by now."""
    public = select(PublishedTicket.number)
    if city.shown:
        public = public.where(PublishedTicket.category.in_(city.kept_back))
        sql.run(db, _EMPTY_OF_KINDS, kinds=sorted(city.kept_back))
    _withdraw(db, db.scalars(public).all())


def _changed(db: Session, state: PublishedState) -> set[int]:
    """Since the last time; at first and after a restore all are looked at anew."""
    found, now = changed(db, Followed(state.moment, state.through), MOST_AT_ONCE)
    state.moment, state.through = now
    if found is None:
        state.pass_after = 0
    return found or set()


def _due(db: Session, now: datetime) -> set[int]:
    return {id for (id,) in sql.run(db, _DUE, now=now, most=MOST_AT_ONCE)}


def _next_of_all(db: Session, state: PublishedState) -> set[int]:
    if state.pass_after is None:
        return set()
    found = [id for (id,) in sql.run(db, _NEXT, after=state.pass_after, most=MOST_AT_ONCE)]
    state.pass_after = found[-1] if found else None
    return set(found)


def _follow(db: Session, drawn: Sequence[Drawn]) -> None:
    ids = [each.id for each in drawn]
    kept = {row.ticket_id: row for row in _kept(db, ids)}
    gone = [each for each in drawn if each.row is None]
    _withdraw(db, [kept[each.id].fields["number"] for each in gone if each.id in kept])
    _aliases(db, drawn)
    waits = [
        {"ticket_id": each.id, "due_at": each.kept.until}
        for each in gone
        if each.kept and each.kept.until
    ]
    if waits:
        db.execute(insert(PublishedDue), waits)
    changes = []
    for each in drawn:
        if each.row is None:
            continue
        before = kept[each.id].fields if each.id in kept else None
        if before != each.row:
            changes.append((before, each.row))
    _write(db, changes)


class _Kept(NamedTuple):
    ticket_id: int
    fields: dict[str, Any]


def _kept(db: Session, ids: Collection[int]) -> Iterable[_Kept]:
    for row in sql.run(db, _ROWS, ids=list(ids)):
        fields = dict(zip(_COLUMNS, row, strict=True))
        place = fields.pop("lon"), fields.pop("lat")
        yield _Kept(fields["ticket_id"], fields | {"place": place})


def _write(db: Session, changes: Sequence[tuple[dict[str, Any] | None, Mapping[str, Any]]]) -> None:
    """Each with a version of its own, and an event that tells of it."""
    if not changes:
        return
    numbered = sql.run(db, _VERSIONS, many=len(changes))
    rows, events, taken_back = [], [], []
    for (before, row), (version, at) in zip(changes, numbered, strict=True):
        lon, lat = row["place"]
        rows.append(
            {**row, "place": f"SRID=4326;POINT({lon!r} {lat!r})", "changed_at": at}
            | {"version": version}
        )
        less = _less(before, row)
        events.append(
            {
                "seq": version,
                "number": row["number"],
                "kind": kind_of_change(before, row),
                "state": row["state"],
                "at": at,
                "data": as_json(_shape(row, at, version)) | ({TAKEN_BACK: less} if less else {}),
            }
        )
        if less:
            taken_back.append(row)
    for row in taken_back:
        sql.run(db, _TAKE_OUT, **{name: row[name] for name in ("number", *RELEASED)})
    made = upsert(PublishedTicket)
    others = {name: made.excluded[name] for name in rows[0] if name not in ("number", "ticket_id")}
    db.execute(made.on_conflict_do_update(index_elements=["number"], set_=others), rows)
    db.execute(insert(PublishedEvent), events)


def _less(before: Mapping[str, Any] | None, row: Mapping[str, Any]) -> list[str]:
    """The fields in which something was released before that is not any more."""
    return [name for name in RELEASED if before and before[name] not in (None, row[name])]


def _shape(row: Mapping[str, Any], at: datetime, version: int) -> PublicTicket:
    lon, lat = row["place"]
    own = {"lon": lon, "lat": lat, "changed_at": at, "version": version}
    return PublicTicket(**{n: own[n] if n in own else row[n] for n in PublicTicket._fields})


def _withdraw(db: Session, numbers: Sequence[str]) -> None:
    """They are not public any more, nor is what was told of them: only the numbers are left."""
    if not numbers:
        return
    db.execute(delete(PublishedTicket).where(PublishedTicket.number.in_(numbers)))
    sql.run(db, _EMPTY, numbers=list(numbers))
    events = [
        {"seq": seq, "number": number, "kind": "withdrawn", "at": at}
        for number, (seq, at) in zip(
            numbers, sql.run(db, _VERSIONS, many=len(numbers)), strict=True
        )
    ]
    db.execute(insert(PublishedEvent), events)


def _aliases(db: Session, drawn: Sequence[Drawn]) -> None:
    merged = [
        {"number": each.number, "goes_on": each.goes_on}
        for each in drawn
        if each.row is None and each.goes_on
    ]
    others = [each.number for each in drawn if each.row is not None or not each.goes_on]
    db.execute(delete(PublishedAlias).where(PublishedAlias.number.in_(others)))
    if merged:
        made = upsert(PublishedAlias)
        set_ = {"goes_on": made.excluded.goes_on}
        db.execute(made.on_conflict_do_update(index_elements=["number"], set_=set_), merged)


_LAYERS: Final = ("road", "town", "city", "district")
_COLUMNS: Final = (
    "ticket_id", "number", "category", "state", "status", "owner", "department", "town", "road",
    "lon", "lat", "received_at", "looked_at", "safe_at", "fixed_at", "closed_at", "words",
    "before_photo", "after_photo", "before_small", "after_small", "lines",
)  # fmt: skip
_SPECIAL: Final = {"lon": "ST_X(place)", "lat": "ST_Y(place)"}
_TRY: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('publishing', 0))"
_WAIT: Final = "SELECT pg_advisory_xact_lock(hashtextextended('publishing', 0))"
_TOLD_OF: Final = """
    SELECT number FROM published_tickets WHERE number = ANY(%(numbers)s::text[])
    UNION SELECT number FROM published_events
    WHERE number = ANY(%(numbers)s::text[]) AND data <> '{}'::jsonb ORDER BY 1
"""
_NEXT: Final = "SELECT id FROM tickets WHERE id > %(after)s ORDER BY id LIMIT %(most)s"
_DUE: Final = """
    DELETE FROM published_due WHERE id IN (
        SELECT id FROM published_due WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(most)s)
    RETURNING ticket_id
"""
_ROWS: Final = f"""
    SELECT {", ".join(_SPECIAL.get(name, name) for name in _COLUMNS)} FROM published_tickets
    WHERE ticket_id = ANY(%(ids)s::bigint[])
"""
_VERSIONS: Final = """
    SELECT nextval('published_versions'), now() FROM generate_series(1, %(many)s::int)
"""
_EMPTY: Final = """
    UPDATE published_events SET data = '{}'::jsonb, state = NULL
    WHERE number = ANY(%(numbers)s::text[]) AND data <> '{}'::jsonb
"""
_EMPTY_OF_KINDS: Final = """
    UPDATE published_events SET data = '{}'::jsonb, state = NULL
    WHERE data ->> 'category' = ANY(%(kinds)s::text[])
"""
_TAKE_OUT: Final = f"""
    UPDATE published_events SET data = data || jsonb_build_object({
    ", ".join(
        f"'{name}', CASE WHEN data ->> '{name}' = %({name})s::text THEN data -> '{name}' END"
        for name in RELEASED
    )
})
    WHERE number = %(number)s AND data <> '{{}}'::jsonb
"""
"""Of what was released before, only what still is stays in earlier events."""

"""The record of a ticket: one line for everything that happens to it, in the same commit.

Whoever looks for lines by what stands in them asks here: nobody else names the keys of `details`.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from reports.people.permissions import Actor
from reports.tickets.event_json import (
    HANDED_TO,
    details_of,
    key_of,
    personal_keys,
    read,
    statuses_of,
)
from reports.tickets.event_kinds import KINDS, Event
from reports.tickets.events import (
    Added,
    Answered,
    Asked,
    Assigned,
    AuthorityAnswered,
    Joined,
    NotOurs,
    PhotoElsewhere,
    Reminded,
    Routed,
)
from reports.tickets.history_models import History
from reports.tickets.status import Status
from reports.tickets.work_events import TakenBack, Worked
from store import sql

_Event = TypeVar("_Event", bound=Event)


def write(
    db: Session, ticket_id: int, by: Actor | None, event: Event, *, key: str | None = None
) -> int:
    """One line; without an actor Michi itself did it. Returns the line's id.

    `key`: of the press that asked for it; the second line of one press and ticket is an error.
    """
    before, after = statuses_of(event)
    return db.execute(
        insert(History)
        .values(
            ticket_id=ticket_id,
            actor=by.side if by else "michi",
            actor_name=by.name if by else "",
            actor_id=by.user_id if by else None,
            key=key,
            what=event.what,
            from_status=before,
            to_status=after,
            note=event.note,
            details=details_of(event),
        )
        .returning(History.id)
    ).scalar_one()


def write_of_all(db: Session, events: Mapping[int, Event]) -> None:
    """One line for each of many tickets, by their ids: what Michi itself did."""
    lines = [
        {"ticket_id": id, "actor": "michi", "what": event.what, "details": details_of(event)}
        for id, event in events.items()
    ]
    if lines:
        db.execute(insert(History), lines)


def pressed(db: Session, key: str | None, ticket_ids: Collection[int]) -> list[int]:
    """To which of these tickets the press of this key has been done."""
    if key is None:
        return []
    of_press = History.key == key, History.ticket_id.in_(ticket_ids)
    return list(db.scalars(select(History.ticket_id).where(*of_press)))


def who_pressed(db: Session, ticket_id: int, key: str) -> int | None:
    """The id of who did it by the press of this key."""
    of_press = History.key == key, History.ticket_id == ticket_id
    return db.scalar(select(History.actor_id).where(*of_press))


def line(db: Session, line_id: int) -> History | None:
    """This line as it stands now."""
    return db.get(History, line_id, populate_existing=True)


def last_id(db: Session, ticket_id: int) -> int:
    """The id of the ticket's last line; 0 without any."""
    return db.scalar(select(func.max(History.id)).where(History.ticket_id == ticket_id)) or 0


def worked_with(db: Session, ticket_id: int, moved_id: int) -> History | None:
    """The line that tells of the work with which came that move."""
    after = History.ticket_id == ticket_id, History.id > moved_id, History.what == Worked.what
    return db.scalar(select(History).where(*after).order_by(History.id).limit(1))


def is_taken_back(db: Session, line_id: int) -> bool:
    """Whether what this line told was taken back."""
    found = select(History.id).where(History.id == line_id, History.what == TakenBack.what)
    return db.scalar(found) is not None


def take_back(db: Session, ticket_id: int, lines: tuple[int, int], event: TakenBack) -> None:
    """Of these lines, the first to the last that one act has written, that of its move says from
    now on that it was taken back; the others go."""
    first, last = lines
    written = History.ticket_id == ticket_id, History.id.between(first, last)
    db.execute(delete(History).where(*written, History.id != first))
    moved = update(History).where(History.id == first).values(from_status=None, to_status=None)
    db.execute(moved.values(what=event.what, details=details_of(event)))
    db.expire_all()


def is_changed_since(db: Session, ticket_id: int, line_id: int) -> bool:
    """Whether anybody has done something to the ticket after this line: more than added to it."""
    later = History.ticket_id == ticket_id, History.id > line_id, History.what.not_in(_ADDS)
    return bool(db.scalar(select(exists().where(*later))))


def rewrite(line: History, event: Event) -> None:
    """More has come to it, or something of it is gone."""
    line.note, line.details = event.note, details_of(event)


def told(
    db: Session, ticket_id: int, kind: type[_Event], *, most: int | None = None
) -> list[_Event]:
    """What happened of this kind, the newest first."""
    of_kind = select(History).where(History.ticket_id == ticket_id, History.what == kind.what)
    lines = db.scalars(of_kind.order_by(History.id.desc()))
    return list(islice((event for event in map(read, lines) if isinstance(event, kind)), most))


def newest(db: Session, ticket_id: int, *kinds: type[Event]) -> History | None:
    """The last line of one of these kinds."""
    of_kinds = History.ticket_id == ticket_id, History.what.in_([kind.what for kind in kinds])
    return db.scalar(select(History).where(*of_kinds).order_by(History.id.desc()).limit(1))


def asked_since(db: Session, ticket_id: int, line_id: int) -> bool:
    """Whether staff have put a question about this ticket after that of this line."""
    later = History.ticket_id == ticket_id, History.what == Asked.what, History.id > line_id
    return bool(db.scalar(select(exists().where(*later))))


def lines_of_report(db: Session, report_id: int) -> Sequence[History]:
    """What was added to this report, oldest first, also where its ticket was merged since."""
    of_report = select(History).where(text(f"{_OF_REPORT} = :report")).order_by(History.id)
    return db.scalars(of_report, {"report": report_id}).all()


def lines_of_session(db: Session, ticket_id: int, session: str) -> Sequence[History]:
    """What came together, in one session of a resident: one line for each kind."""
    key = History.details[key_of(Added, "session")].astext
    return db.scalars(select(History).where(History.ticket_id == ticket_id, key == session)).all()


def reports_with_place(db: Session, report_ids: Collection[int], message_id: str) -> list[int]:
    """Those of these reports to which this message of LINE's has added a place."""
    found = sql.run(db, _WITH_PLACE, reports=list(report_ids), message=message_id)
    return [report_id for (report_id,) in found]


def make_nobodys(db: Session, report_ids: Collection[int]) -> None:
    """What is personal leaves the lines of these reports."""
    sql.run(db, _MAKE_NOBODYS, reports=list(report_ids))


def forget_photos(db: Session, photo_ids: Collection[int]) -> None:
    """Lines about these photos alone go; to be called while each has its report."""
    sql.run(db, _FORGET_PHOTOS, photos=list(photo_ids))


def has_happened(kind: type[Event]) -> str:
    """SQL over `tickets t`: whether this has happened to it."""
    return f"EXISTS (SELECT FROM history h WHERE h.ticket_id = t.id AND h.what = '{kind.what}')"


TIMES_REMINDED: Final = f"""
    (SELECT count(*) FROM history h WHERE h.ticket_id = t.id AND h.what = '{Reminded.what}')
"""
"""SQL over `tickets t`."""

NOTE_WHEN_FORWARDED: Final = f"""
    (SELECT h.note FROM history h WHERE h.ticket_id = t.id AND h.to_status = '{Status.FORWARDED}'
     ORDER BY h.id DESC LIMIT 1)
"""
"""SQL over `tickets t`: what residents read when it was last handed to another authority."""

AUTHORITY_HAS_ANSWERED: Final = f"""
    EXISTS (
        SELECT FROM history h WHERE h.ticket_id = t.id AND h.what = '{AuthorityAnswered.what}'
        AND h.details ->> '{key_of(AuthorityAnswered, "key")}' = d.key AND h.id > coalesce((
            SELECT max(b.id) FROM history b
            WHERE b.ticket_id = t.id AND b.to_status = '{Status.REOPENED}'), 0))
"""
"""SQL over `tickets t` and `departments d`: whether this one has, since it was last reopened."""


WHEN: Final = f"""
    SELECT min(h.at) FILTER (WHERE h.actor IN ('staff', 'crew', 'contractor')) AS looked_at,
           max(h.at) FILTER (WHERE h.to_status = '{Status.MADE_SAFE}') AS safe_at,
           max(h.at) FILTER (WHERE h.to_status = '{Status.FIXED}') AS fixed_at
    FROM history h WHERE h.ticket_id = t.id
"""
"""SQL over `tickets t`: when people of the city, or who works for it, first did something to it;
when it was last made safe, and mended."""


def _words(values: Collection[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


HAS_BEEN_FORWARDED: Final = f"""
    EXISTS (
        SELECT FROM history h WHERE h.ticket_id = t.id AND h.to_status = '{Status.FORWARDED}'
        AND h.id > coalesce((
            SELECT max(b.id) FROM history b WHERE b.ticket_id = t.id AND (
                b.to_status = '{Status.REOPENED}'
                OR b.what IN ({_words([kind.what for kind in (Routed, Assigned, NotOurs)])})
                AND b.details ->> '{HANDED_TO}' = d.key)), 0))
"""
"""SQL over `tickets t` and `departments d`: whether it was handed over to this one since it is this
one's, and since it was last reopened."""

_ADDS: Final = [kind.what for kind in (Added, Answered, Joined, PhotoElsewhere)]
_REPORT: Final = key_of(Added, "report_id")
_OF_REPORT: Final = f"details ? '{_REPORT}' AND (details ->> '{_REPORT}')::bigint"
"""As the index ix_history_report has it."""

_WITH_PLACE: Final = f"""
    SELECT DISTINCT (details ->> '{_REPORT}')::bigint FROM history
    WHERE {_OF_REPORT} = ANY(%(reports)s::bigint[])
      AND details ->> '{key_of(Added, "place_message_id")}' = %(message)s
"""
_THEIR_OWN: Final = [what for what, kind in KINDS.items() if kind.personal_note]
_MAKE_NOBODYS: Final = f"""
    UPDATE history SET note = CASE WHEN what IN ({_words(_THEIR_OWN)}) THEN '' ELSE note END,
        details = details - ARRAY[{_words(personal_keys())}]
    WHERE {_OF_REPORT} = ANY(%(reports)s::bigint[])
"""
_OF_PHOTO: Final = [what for what, kind in KINDS.items() if kind.of_photo]
_FORGET_PHOTOS: Final = f"""
    WITH RECURSIVE ticket(id) AS (
        SELECT r.ticket_id FROM reports r JOIN photos p ON p.report_id = r.id
        WHERE p.id = ANY(%(photos)s::bigint[])
        UNION
        SELECT t.id FROM tickets t JOIN ticket ON t.merged_into = ticket.id
    )
    DELETE FROM history USING ticket
    WHERE ticket_id = ticket.id AND what IN ({_words(_OF_PHOTO)})
      AND details ->> '{key_of(PhotoElsewhere, "photo_id")}' = ANY(%(photos)s::bigint[]::text[])
"""

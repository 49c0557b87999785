"""Where people and messages leave traces in tickets, and how each is taken out; the hole stays."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from reports.tickets.models import History, Remark
from store import sql


def make_nobodys(db: Session, report_ids: Collection[int]) -> None:
    """These reports lose their resident, their words, and the place as it was sent."""
    sql.run(db, _NOBODYS, reports=list(report_ids))


def out_of_history(
    db: Session, report_id: int, message_id: str, gone: Collection[tuple[str, int]]
) -> None:
    """What came with this message leaves the lines that tell of additions and answers.

    `gone`: such as ("photo_ids", 7), as the lines name them.
    """
    for line in db.scalars(select(History).where(text(_OF_REPORT)).params(report=report_id)):
        left = _without(line.details, message_id, gone)
        if left != line.details:
            line.details = left
            line.note = _words(db, left) if line.what == "answered" else line.note
    db.flush()


def forget_where_photos_were(db: Session, photo_ids: Collection[int]) -> None:
    """Lines that tell how far off a photo was taken; to be called while it has its report."""
    sql.run(db, _FORGET_ELSEWHERE, photos=list(photo_ids))


def draw_anew(
    db: Session,
    ticket_ids: Collection[int],
    *,
    photo_ids: Collection[int] = (),
    resident_id: int | None = None,
) -> None:
    """Drawn cards that may show what is gone are given up, and made again where still needed.

    Those for the tickets' followers and this resident, and all that wait and show these photos.
    A card that was tried and waits keeps its form: LINE's retry key stands for one body.
    """
    sql.run(db, _FORGET_CARDS, tickets=list(ticket_ids), resident=resident_id)
    if photo_ids:
        shown = [f"%/photos/{photo_id}/%" for photo_id in photo_ids]
        sql.run(db, _FORGET_CARDS_SHOWING, shown=shown)


def _without(
    details: dict[str, Any], message_id: str, gone: Collection[tuple[str, int]]
) -> dict[str, Any]:
    left = dict(details)
    for name, id in gone:
        if name in left:
            left[name] = [kept for kept in left[name] if kept != id]
    if left.get("place_message_id") == message_id:
        del left["place"], left["place_message_id"]
    return left


def _words(db: Session, details: dict[str, Any]) -> str:
    ids = details.get("remark_ids", ())
    return "\n".join(db.scalars(select(Remark.words).where(Remark.id.in_(ids)).order_by(Remark.id)))


_OF_REPORT: Final = "details ? 'report_id' AND (details ->> 'report_id')::bigint = :report"

_NOBODYS: Final = """
    WITH remark AS (
        DELETE FROM remarks WHERE report_id = ANY(%(reports)s::bigint[])
    ), photo AS (
        UPDATE photos SET resident_id = NULL, line_message_id = NULL, image_set = NULL
        WHERE report_id = ANY(%(reports)s::bigint[])
    ), line AS (
        UPDATE history SET note = CASE WHEN what = 'answered' THEN '' ELSE note END,
            details = details - '{session,place,place_message_id,remark_ids}'::text[]
        WHERE details ? 'report_id'
          AND (details ->> 'report_id')::bigint = ANY(%(reports)s::bigint[])
    )
    UPDATE reports SET resident_id = NULL, draft_key = 'nobody-' || id, place = NULL,
        place_accuracy_m = NULL, place_message_id = NULL, place_hint = ''
    WHERE id = ANY(%(reports)s::bigint[])
"""
"""Buttons on the resident's phone still name the key of the draft, so it goes as well."""

_FORGET_ELSEWHERE: Final = """
    WITH RECURSIVE ticket(id) AS (
        SELECT r.ticket_id FROM reports r JOIN photos p ON p.report_id = r.id
        WHERE p.id = ANY(%(photos)s::bigint[])
        UNION
        SELECT t.id FROM tickets t JOIN ticket ON t.merged_into = ticket.id
    )
    DELETE FROM history USING ticket
    WHERE ticket_id = ticket.id AND what IN ('photo_elsewhere', 'place_said')
      AND (details ->> 'photo_id')::bigint = ANY(%(photos)s::bigint[])
"""

_UNTRIED: Final = "state = 'waiting' AND push_attempts = 0 AND reply_attempts = 0"
_FORGET_CARDS: Final = f"""
    UPDATE messages SET contents = NULL
    WHERE contents IS NOT NULL AND (state <> 'waiting' OR {_UNTRIED}) AND recipient IN (
        SELECT line_user_id FROM residents WHERE id IN (
            SELECT resident_id FROM followers WHERE ticket_id = ANY(%(tickets)s::bigint[])
            UNION ALL SELECT %(resident)s::bigint))
"""
_FORGET_CARDS_SHOWING: Final = f"""
    UPDATE messages SET contents = NULL
    WHERE contents IS NOT NULL AND {_UNTRIED} AND contents::text LIKE ANY(%(shown)s)
"""


FORGET_DRAFTS_PHOTOS: Final = """
    DELETE FROM photos WHERE resident_id = ANY(%(residents)s) AND report_id IS NULL
"""

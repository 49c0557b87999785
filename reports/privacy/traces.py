"""Where people and messages leave traces in tickets, and how each is taken out; the hole stays."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from reports.orders import copied
from reports.outbox.said import UNTOUCHED
from reports.tickets import history, queries
from reports.tickets.event_json import read
from reports.tickets.event_kinds import kind_of
from reports.tickets.events import Added
from store import sql


def make_nobodys(db: Session, report_ids: Collection[int]) -> None:
    """These reports lose their resident, their words, their telephone number, and
    the place as it was sent."""
    _out_of_copies(db, report_ids)
    sql.run(db, _NOBODYS, reports=list(report_ids))


def forget_words(db: Session, report_ids: Collection[int]) -> None:
    """These reports lose what was written in them; who wrote it and the place stay."""
    _out_of_copies(db, report_ids)
    sql.run(db, _WORDLESS, reports=list(report_ids))


def _out_of_copies(db: Session, report_ids: Collection[int]) -> None:
    """What was written in these reports leaves history and work orders."""
    history.make_nobodys(db, report_ids)
    of_them = sql.run(db, _REMARKS, reports=list(report_ids))
    copied.forget(db, [remark_id for (remark_id,) in of_them])


def out_of_history(
    db: Session,
    report_id: int,
    message_id: str,
    *,
    photo_ids: Collection[int] = (),
    remark_ids: Collection[int] = (),
) -> None:
    """What came with this message leaves the lines that tell of additions and answers."""
    for line in history.lines_of_report(db, report_id):
        came = read(line)
        if not isinstance(came, Added):
            continue
        left = came.without(message_id, photo_ids=photo_ids, remark_ids=remark_ids)
        if left != came:
            own = kind_of(left).personal_note
            note = "\n".join(queries.words_of(db, left.remark_ids)) if own else left.note
            history.rewrite(line, replace(left, note=note))
    db.flush()


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


_REMARKS: Final = "SELECT id FROM remarks WHERE report_id = ANY(%(reports)s::bigint[])"
_WORDLESS: Final = """
    WITH remark AS (
        DELETE FROM remarks WHERE report_id = ANY(%(reports)s::bigint[])
    )
    UPDATE reports SET place_hint = ''
    WHERE id = ANY(%(reports)s::bigint[]) AND place_hint <> ''
"""
_NOBODYS: Final = """
    WITH remark AS (
        DELETE FROM remarks WHERE report_id = ANY(%(reports)s::bigint[])
    ), caller AS (
        DELETE FROM callers WHERE report_id = ANY(%(reports)s::bigint[])
    ), photo AS (
        UPDATE photos SET resident_id = NULL, line_message_id = NULL, image_set = NULL
        WHERE report_id = ANY(%(reports)s::bigint[])
    )
    UPDATE reports SET resident_id = NULL, draft_key = 'nobody-' || id, place = NULL,
        place_accuracy_m = NULL, place_message_id = NULL, place_hint = ''
    WHERE id = ANY(%(reports)s::bigint[])
"""
"""Buttons on the resident's phone still name the key of the draft, so it goes as well."""

_FORGET_CARDS: Final = f"""
    UPDATE messages SET contents = NULL
    WHERE contents IS NOT NULL AND (state <> 'waiting' OR {UNTOUCHED}) AND recipient IN (
        SELECT line_user_id FROM residents WHERE id IN (
            SELECT resident_id FROM followers WHERE ticket_id = ANY(%(tickets)s::bigint[])
            UNION ALL SELECT %(resident)s::bigint))
"""
_FORGET_CARDS_SHOWING: Final = f"""
    UPDATE messages SET contents = NULL
    WHERE contents IS NOT NULL AND {UNTOUCHED} AND contents::text LIKE ANY(%(shown)s)
"""


FORGET_DRAFTS_PHOTOS: Final = """
    DELETE FROM photos WHERE resident_id = ANY(%(residents)s) AND report_id IS NULL
"""

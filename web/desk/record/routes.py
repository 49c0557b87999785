"""A ticket's records (経緯書): one is issued, those there are are listed and saved, a file is
verified."""

from datetime import date
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.actions.issue_record import NoReason, issue_record
from reports.city.clock import today
from reports.documents.record import verdict, verify
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from reports.records import kept, keys
from reports.records.kept import Issued, Wanted
from reports.tickets.read_models import TicketDetail
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form, posted_up_to
from web.auth.sessions import Anybody
from web.desk import quota
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound, TooMany
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router
from web.kit.tickets import acting_on, ticket_for

router = Router(include_in_schema=False)

PAGE: Final = "/staff/tickets/{number}/record"
LONGEST_WHY: Final = 200
_GONE: Final = "この経緯書のファイルはありません。もう一度発行してください。"
_ROOM: Final = 1024**2
"""Bytes beside the largest record: a form's own, a signature that others put on it, and so much of
a foreign file that it is told from ours by its signature."""
_TOO_LARGE: Final = (
    "このファイルは大きすぎます。この市で発行した経緯書は、いちばん大きいもので {size} です。"
    "それより大きいファイルは、経緯書ではないか、発行のあとで足されたものです。"
)
_NONE_YET: Final = "この市では、まだ経緯書を発行していません。このファイルは確かめられません。"


async def _record_posted(request: Request, visitor: Anybody) -> Posted:
    """Read piece by piece, and no further than the largest record that there is."""
    most = await run_in_threadpool(_largest)
    told = _TOO_LARGE.format(size=f"{most / 1024**2:.1f} MB") if most else _NONE_YET
    return await posted_up_to(request, visitor, most + _ROOM, told)


def _largest() -> int:
    with transaction() as db:
        return kept.largest(db)


RecordPosted = Annotated[Posted, Depends(_record_posted)]


@router.get(PAGE)
def records(number: str, visitor: who.IssuesRecords, db: Db) -> Response:
    """What was issued of this ticket, and the forms. Raises NotFound."""
    return _page(db, visitor, ticket_for(db, visitor, number))


@router.post(PAGE)
def issue(number: str, visitor: who.IssuesRecords, form: Form) -> Response:
    """Fields: why, personal, incident_on (2026-11-25), key. A worker makes it.

    Raises NotFound, NotAllowed, BadInput, TooMany.
    """
    if form.key is None:
        raise BadInput("もう一度、経緯書のページを開いてください。", reason="no_key")
    wanted = Wanted(
        form.words("why", most=LONGEST_WHY),
        personal=form.fields.get("personal") == "yes",
        incident_on=_day(form.words("incident_on", most=10)),
    )
    try:
        with acting_on(number) as (db, id):
            issue_record(db, id, wanted, visitor.actor, key=form.key)
    except NoReason:
        raise BadInput("何のために発行するかを書いてください。", reason="no_reason") from None
    except kept.TooManyWaiting:
        raise TooMany(
            f"作っている途中の経緯書が{kept.MOST_WAITING}つあります。"
            "できるのを待って、もう一度お試しください。"
        ) from None
    return RedirectResponse(f"{PAGE.format(number=number)}#issued", 303)


@router.post(f"{PAGE}/verify")
def verify_file(number: str, visitor: who.IssuesRecords, form: RecordPosted, db: Db) -> Response:
    """A file: whether it is whole, and agrees with the database. Nothing of it is kept.

    Raises NotFound, BadInput, TooLarge.
    """
    found = ticket_for(db, visitor, number)
    if not form.photos:
        raise BadInput("経緯書の PDF を選んでください。", reason="no_file")
    whole = verify.whole(form.photos[0], keys.publics(db))
    lines = [*verdict.of_whole(whole)]
    is_so = whole.is_whole
    if whole.is_whole:
        agrees = verify.agrees(db, whole)
        is_so = agrees.is_so
        lines += verdict.of_agreement(agrees)
    return _page(db, visitor, found, lines=lines, is_so=is_so)


@router.get(f"{PAGE}/key.pem")
def public_keys(number: str, visitor: who.IssuesRecords, db: Db) -> Response:
    """All public keys that sign or signed records, as PEM, the newest first. Raises NotFound."""
    ticket_for(db, visitor, number)
    told = "".join(one.pem for one in keys.publics(db))
    name = 'attachment; filename="record-keys.pem"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(told, media_type="application/x-pem-file", headers=headers)


@router.get(f"{PAGE}/{{record_id}}/progress")
def progress(number: str, record_id: Id, visitor: who.IssuesRecords, db: Db) -> Response:
    """Its `state` (waiting, done, failed), and how many photos are `done` of a `total`. Raises
    NotFound."""
    one = _theirs(db, visitor, number, record_id)
    told = {name: getattr(one, name) for name in ("state", "done", "total")}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get(f"{PAGE}/{{record_id}}/file")
def save(number: str, record_id: Id, visitor: who.IssuesRecords) -> StreamingResponse:
    """The PDF. Raises NotFound, also for one with what is of persons where they may not have
    that."""
    with transaction() as db:
        one = _theirs(db, visitor, number, record_id)
    if not one.has_file or (one.personal and not visitor.may(Do.RECORD_PERSONAL)):
        raise NotFound(_GONE)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{one.name}.pdf"',
        "Content-Length": str(one.bytes),
    }
    return StreamingResponse(kept.pieces(one.id), media_type="application/pdf", headers=headers)


def _page(
    db: Session,
    visitor: Visitor,
    found: TicketDetail,
    *,
    lines: list[verdict.Line] | None = None,
    is_so: bool = False,
) -> Response:
    department = found.ticket.department
    mine = visitor.may_with(Do.ISSUE_RECORD, department.key if department else None)
    return page(
        "desk/record/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        line=found.ticket,
        records=kept.of(db, found.ticket.id),
        may_issue=mine,
        may_personal=visitor.may(Do.RECORD_PERSONAL),
        keys=keys.publics(db),
        today=today(),
        longest=LONGEST_WHY,
        lines=lines,
        is_so=is_so,
    )


def _theirs(db: Session, visitor: Visitor, number: str, record_id: int) -> Issued:
    """Raises NotFound."""
    found = ticket_for(db, visitor, number)
    one = kept.one(db, record_id)
    if one is None or one.ticket_id != found.ticket.id:
        raise NotFound(_GONE)
    return one


def _day(words: str) -> date | None:
    """Raises BadInput."""
    if not words:
        return None
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or not date(2000, 1, 1) <= day <= today():
        raise BadInput("事故の日を「2026-11-25」のように書いてください。", reason="no_day")
    return day

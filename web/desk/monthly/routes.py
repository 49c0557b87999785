"""Months and their reports: saving them, writing for them, and making them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.clock import today
from reports.documents.monthly import pairs, readers, versions, words
from reports.documents.monthly.first_day import made_on
from reports.documents.monthly.shapes import Version
from reports.documents.open_data.months import later, month_of, written
from reports.outbox import mails
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.monthly import named
from web.kit.deps import Db
from web.kit.errors import BadInput, Gone, NotFound
from web.kit.forms import Posted, id_in
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(named.router)

PAGE: Final = "/staff/reports"
_FIRST: Final = date(2020, 1, 1)
_MONTHS_SHOWN: Final = 3
_NO_MONTH: Final = "この月の月報はありません。"
_NO_VERSION: Final = "この版の月報はありません。"
_NOT_OVER: Final = "月報は、終わった月のものだけを作れます。"
_EMPTIED: Final = "この版は、載っていた写真が消去されたので、開けません。新しい版を使ってください。"
_NOT_SHOWN: Final = (
    "この版には、いまは公開していない写真があるので、開けません。新しい版を使ってください。"
)
_OVERWRITTEN: Final = (
    "画面を開いている間に、ほかの人がこの月の言葉を変えました。"
    "下のいまの言葉と比べて、もう一度保存してください。"
)
_DONE: Final = {
    "written": "保存しました。",
    "making": "保存しました。新しい版を作っています。",
    "same": "変わったところはありません。",
}


@router.get(PAGE)
def listing(visitor: who.SeesNumbers, db: Db) -> Response:
    """The months with their newest version; who gets them, for who names them alone."""
    this_month = today().replace(day=1)
    newest: dict[date, Version] = {}
    for one in versions.of(db):
        newest.setdefault(one.month, one)
    recent = [later(this_month, -back) for back in range(_MONTHS_SHOWN)]
    closed = profile.closing_days(profile.profile(db))
    may_write = visitor.may(Do.WRITE_REPORTS)
    return page(
        "desk/monthly/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        months=sorted({*recent, *newest}, reverse=True),
        newest=newest,
        this_month=this_month,
        next_day=made_on(this_month, closed),
        may_write=may_write,
        readers=readers.listed(db) if may_write else [],
        possible=readers.possible(db) if may_write else [],
        sends_mail=mails.are_sent(),
        written=written,
    )


@router.get(f"{PAGE}/{{month}}")
def one_month(month: str, visitor: who.SeesNumbers, db: Db, done: str = "") -> Response:
    """Its versions with their hashes, its words, the photos to choose from; its mails for who names
    their readers alone. Raises NotFound."""
    return _page(db, visitor, _month(month), done=_DONE.get(done, ""))


@router.post(f"{PAGE}/{{month}}/words")
def write(month: str, visitor: who.WritesReports, form: Form) -> Response:
    """Fields: words, ticket-ID (yes), seen, key. A month that has a report gets a new version.
    Raises NotFound, BadInput."""
    day = _month(month)
    typed = form.words("words", most=words.LONGEST)
    if len(typed.splitlines()) > words.MOST_LINES:
        raise BadInput(f"言葉は{words.MOST_LINES}行までです。", reason="too_many_lines")
    chosen = [id_in(name.removeprefix("ticket-")) for name in form.fields if _is_ticket(name)]
    if len(chosen) > words.MOST_PAIRS:
        raise BadInput(f"写真は{words.MOST_PAIRS}組まで選べます。", reason="too_many_photos")
    try:
        with transaction() as db:
            is_new = words.write(
                db, day, typed, chosen, by=visitor.name, seen=id_in(form.fields.get("seen", ""))
            )
            anew = is_new and versions.newest(db, day) is not None
            if anew:
                versions.ask(db, day, by=visitor.user_id, key=form.key, mail=_mails(form))
    except words.Overwritten:
        with transaction() as db:
            return _page(
                db, visitor, day, status=409, fault=_OVERWRITTEN, typed=typed, chosen=chosen
            )
    done = "same" if not is_new else "making" if anew else "written"
    return RedirectResponse(f"{PAGE}/{written(day)}?done={done}", 303)


@router.post(f"{PAGE}/{{month}}/make")
def make(month: str, visitor: who.WritesReports, form: Form, db: Db) -> Response:
    """Fields: mail (yes), key. A worker makes it. Raises NotFound, BadInput."""
    day = _month(month)
    if not _FIRST <= day < today().replace(day=1):
        raise BadInput(_NOT_OVER, reason="month_not_over")
    versions.ask(db, day, by=visitor.user_id, key=form.key, mail=_mails(form))
    return RedirectResponse(f"{PAGE}/{written(day)}", 303)


@router.get(f"{PAGE}/{{month}}/progress")
def progress(month: str, visitor: who.SeesNumbers, db: Db) -> Response:
    """Of the newest making its `state` (waiting, done, same, failed), and how many steps are `done`
    of a `total`. Raises NotFound."""
    run = versions.last_run(db, _month(month))
    if run is None:
        raise NotFound(_NO_VERSION)
    told = {name: getattr(run, name) for name in ("state", "done", "total")}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get(f"{PAGE}/{{month}}/report.pdf")
def save(
    month: str, visitor: who.SeesNumbers, version: Annotated[str, Query(max_length=6)] = ""
) -> StreamingResponse:
    """The PDF: the newest version, or the one that is asked for. Raises NotFound, Gone."""
    with transaction() as db:
        there = versions.of(db, _month(month))
    found = next((one for one in there if version in ("", str(one.version))), None)
    if found is None:
        raise NotFound(_NO_VERSION, reason="no_such_version")
    if not found.can_be_read:
        why, reason = (_EMPTIED, "erased") if found.emptied_at else (_NOT_SHOWN, "photo_not_shown")
        raise Gone(why, reason=reason)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.file_name}.pdf"',
        "Content-Length": str(found.bytes),
        "Cache-Control": "no-store",
        "ETag": f'"{found.sha256}"',
    }
    return StreamingResponse(
        versions.pieces(found.id), media_type="application/pdf", headers=headers
    )


def _month(month: str) -> date:
    day = month_of(month)
    if day is None or not _FIRST <= day <= later(today().replace(day=1), 1):
        raise NotFound(_NO_MONTH, reason="no_month")
    return day


def _is_ticket(name: str) -> bool:
    return name.startswith("ticket-")


def _mails(form: Posted) -> bool:
    return form.fields.get("mail") == "yes"


def _page(
    db: Session,
    visitor: Visitor,
    month: date,
    *,
    status: int = 200,
    done: str = "",
    fault: str = "",
    typed: str | None = None,
    chosen: list[int] | None = None,
) -> Response:
    now = words.of(db, month)
    there = pairs.found(db, month)
    names: Mapping[str, Any] = profile.categories(db)
    may_write = visitor.may(Do.WRITE_REPORTS)
    return page(
        "desk/monthly/month.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        month=month,
        is_over=month < today().replace(day=1),
        made_on=made_on(month, profile.closing_days(profile.profile(db))),
        versions=versions.of(db, month),
        run=versions.last_run(db, month),
        mails=readers.sent(db, month) if may_write else [],
        readers=readers.listed(db) if may_write else [],
        now=now,
        typed=now.words if typed is None else typed,
        chosen=[*now.tickets] if chosen is None else chosen,
        picked=[one.ticket_id for one in pairs.chosen(there, now.tickets)],
        pairs=there,
        names={key: one.name("ja") for key, one in names.items()},
        most_pairs=words.MOST_PAIRS,
        longest=words.LONGEST,
        may_write=may_write,
        done=done,
        fault=fault,
        written=written,
    )

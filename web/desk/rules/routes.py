"""The routing table on a screen: the one in use, its versions, and how a draft comes into use."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Path, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.city.clock import today
from reports.people.sessions import Visitor
from reports.routing import versions as tables
from reports.routing.choose import Rule
from reports.routing.csv import write
from reports.routing.diff import differences
from reports.routing.table import COLUMNS, RefusedTable
from reports.routing.versions import NoSuchTable, TableOvertaken, Version
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk.rules import editor, labels, trial
from web.desk.rules.labels import line
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look

router = Router(include_in_schema=False)
router.include(editor.router)
router.include(trial.router)

Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
TRIED_DAYS: Final = 90
_OVERTAKEN: Final = (
    "画面を開いている間に、ほかの人が別の版を使い始めました。"
    "新しい違いを確かめてから、もう一度決めてください。"
)
_NOT_ANY_MORE: Final = "この版は、いまの担当課や地区に合わないため使い始められません。"
_NO_DRAFT: Final = "この版は案ではないため、捨てられません。"


@router.get("/staff/rules")
def overview(visitor: who.EditsRules, db: Db, on: int = 0, dropped: int = 0) -> Response:
    """The table in use, readable aloud, and every version with its note."""
    versions, live, known = tables.versions(db), tables.live(db), tables.known(db)
    return page(
        "desk/rules/page.html",
        visitor=visitor,
        words_of=labels,
        columns=COLUMNS,
        live=live,
        rows=[line(rule, known) for rule in tables.rules(db, live.id)] if live else [],
        versions=versions,
        drafts=[one for one in versions if one.state == "draft"],
        done=_done(on, dropped),
    )


@router.get("/staff/rules/{number}.csv")
def export(number: Number, visitor: who.EditsRules, db: Db) -> Response:
    """A version as the file that can be read in again."""
    name = f'attachment; filename="michi-rules-{number}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    body = write(tables.rules(db, number))
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/staff/rules/{number}")
def version_page(number: Number, visitor: who.EditsRules, db: Db, saved: bool = False) -> Response:
    """One version: what it says otherwise than the one before it; trying it, switching it on."""
    return _page(db, visitor, number, saved=saved)


@router.post("/staff/rules/{number}/switch")
def switch_on(number: Number, visitor: who.EditsRules, form: Form) -> Response:
    """Fields: live (the version in use as the page showed it), sure."""
    try:
        if form.fields.get("sure") != "yes":
            raise BadInput("違いを確かめて、チェックを入れてください。")
        with transaction() as db:
            seen = editor.version_in(form, "live")
            now = tables.switch_on(db, number, by=visitor.name, seen=seen)
    except (BadInput, RefusedTable, TableOvertaken) as refused:
        with transaction() as db:
            return _page(db, visitor, number, **_why_not(refused))
    return RedirectResponse(f"/staff/rules?on={now}", 303)


@router.post("/staff/rules/{number}/drop")
def drop(number: Number, visitor: who.EditsRules, form: Form) -> Response:
    """A draft that nobody wants."""
    try:
        with transaction() as db:
            tables.drop(db, number)
    except NoSuchTable:
        with transaction() as db:
            return _page(db, visitor, number, status=409, sentence=_NO_DRAFT)
    return RedirectResponse(f"/staff/rules?dropped={number}", 303)


def _page(
    db: Session,
    visitor: Visitor,
    number: int,
    *,
    status: int = 200,
    sentence: str = "",
    findings: Sequence[str] = (),
    saved: bool = False,
) -> Response:
    shown, live, known = (
        tables.version(db, number),
        tables.live(db),
        tables.known(db),
    )
    rules = tables.rules(db, number)
    before = _before(db, shown, live)
    changes = differences(_rules(db, before), rules) if before else []
    return page(
        "desk/rules/version.html",
        status=status,
        visitor=visitor,
        words_of=labels,
        columns=COLUMNS,
        version=shown,
        rows=[line(rule, known) for rule in rules],
        compared=before.id if before else None,
        changes=labels.compared(changes, known),
        tally=labels.tally(changes),
        live_id=live.id if live else None,
        look=first_look(db),
        since=today() - timedelta(days=TRIED_DAYS),
        today=today(),
        sentence=sentence,
        findings=findings,
        saved=saved and shown.state == "draft",
    )


def _before(db: Session, shown: Version, live: Version | None) -> Version | None:
    """What a version is compared with: the one in use before it, or the one in use now."""
    since = shown.live_at
    if since is None or shown.state == "past":
        return live
    older = [one for one in tables.versions(db) if one.live_at and one.live_at < since]
    return max(older, key=lambda one: (one.live_at, one.id), default=None)


def _rules(db: Session, version: Version) -> list[Rule]:
    return tables.rules(db, version.id)


def _why_not(refused: Exception) -> Mapping[str, Any]:
    match refused:
        case RefusedTable():
            words = [str(finding) for finding in refused.findings]
            return {"status": 422, "sentence": _NOT_ANY_MORE, "findings": words}
        case TableOvertaken():
            return {"status": 409, "sentence": _OVERTAKEN}
    return {"status": 422, "sentence": str(refused)}


def _done(on: int, dropped: int) -> str:
    if on:
        return f"第{on}版を使い始めました。これから届く通報は、この版で振り分けられます。"
    return f"案の第{dropped}版を捨てました。" if dropped else ""

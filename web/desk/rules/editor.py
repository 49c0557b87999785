"""Editing the routing table: the screen keeps the changes, this side checks and saves them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from threading import Lock
from typing import Annotated, Any, Final

from fastapi import Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from reports.people.sessions import Visitor
from reports.routing import versions
from reports.routing.checks import check
from reports.routing.choose import Rule
from reports.routing.csv import read
from reports.routing.table import (
    COLUMNS,
    MOST_RULES,
    Finding,
    Known,
    RefusedTable,
    Row,
    cells,
    parse,
)
from reports.routing.versions import TableOvertaken
from store.database import transaction
from web.auth import who
from web.auth.csrf import File, Form
from web.desk.rules import labels
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

MOST_NOTE: Final = 200
_LARGEST: Final = 2_147_483_647
_MEND: Final = "まだ保存していません。下の印のところを直して、もう一度保存してください。"
_MEND_FILE: Final = "ファイルを読み込めませんでした。画面の規則はそのままです。"
_NO_NOTE: Final = "何を変えたかを、メモに書いてください。"
_UNREADABLE: Final = "送られた規則を読み取れませんでした。"
_TOO_MANY: Final = f"規則は{MOST_RULES:,}行までです。"
_TYPED: Final = TypeAdapter(Annotated[list[dict[str, str]], Field(max_length=MOST_RULES)])
_ONE_AT_A_TIME: Final = Lock()
"""A large table is a second's work: many at once would leave no room for the web hook."""


@router.get("/staff/rules/edit")
def editor(
    visitor: who.EditsRules, db: Db, start: int = Query(0, alias="from", ge=0, le=_LARGEST)
) -> Response:
    """The rules of version `from`, or else of the one in use, as fields."""
    live, known = versions.live(db), versions.known(db)
    from_version = versions.version(db, start) if start else live
    rules = versions.rules(db, from_version.id) if from_version else []
    return page(
        "desk/rules/editor.html",
        visitor=visitor,
        words_of=labels,
        columns=COLUMNS,
        known=known,
        departments={key: each.name for key, each in known.departments.items()},
        start=from_version,
        live_id=live.id if live else None,
        note=from_version.note if from_version and from_version.state == "draft" else "",
        start_facts={"rules": _typed(rules), "findings": _findings(rules, known)},
    )


@router.post("/staff/rules/edit")
def save(visitor: who.EditsRules, form: Form) -> Response:
    """Fields: table (JSON, cells by column), note, based_on, from; do is check or save.

    Answers findings; or where to go, when the draft is kept; or why not.
    """
    try:
        with transaction() as db:
            rules = _rules(form, known := versions.known(db))
            if form.fields.get("do") != "save":
                return JSONResponse({"findings": _findings(rules, known)})
            return JSONResponse({"go": f"/staff/rules/{_keep(db, visitor, form, rules)}?saved=1"})
    except RefusedTable as refused:
        status = 422 if form.fields.get("do") == "save" else 200
        return JSONResponse({"sentence": _MEND, "findings": _facts(refused.findings)}, status)
    except TableOvertaken as overtaken:
        return JSONResponse(_overtaken(overtaken), 409)


@router.post("/staff/rules/import")
def take_file(visitor: who.EditsRules, data: File, db: Db) -> Response:
    """The body is a CSV; answers its rules and what is wrong with them. Nothing is kept."""
    known = versions.known(db)
    try:
        rules = read(data, known)
    except RefusedTable as refused:
        facts = {"sentence": _MEND_FILE, "findings": _facts(refused.findings)}
        return JSONResponse(facts, 422)
    return JSONResponse({"rules": _typed(rules), "findings": _findings(rules, known)})


def version_in(form: Posted, name: str) -> int | None:
    """A version's number in this field; None where it is empty. Raises BadInput."""
    typed = form.fields.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()) or int(typed[:12]) > _LARGEST:
        raise BadInput("画面を開き直して、もう一度お試しください。")
    return int(typed)


def _rules(form: Posted, known: Known) -> list[Rule]:
    """Raises BadInput, RefusedTable."""
    try:
        typed = _TYPED.validate_json(form.fields.get("table", ""))
    except ValidationError as wrong:
        too_many = wrong.errors(include_input=False)[0]["type"] == "too_long"
        raise BadInput(_TOO_MANY if too_many else _UNREADABLE) from wrong
    rows = [Row(f"{at}番目の規則", cells) for at, cells in enumerate(typed, start=1)]
    return sorted(parse(rows, known), key=lambda rule: rule.order)


def _keep(db: Session, visitor: Visitor, form: Posted, rules: Sequence[Rule]) -> int:
    """A new draft; the draft that it was made from has done its work."""
    note = form.words("note", most=MOST_NOTE)
    if not note:
        raise BadInput(_NO_NOTE)
    based_on, start = version_in(form, "based_on"), version_in(form, "from")
    with _ONE_AT_A_TIME:
        number = versions.draft(db, rules, by=visitor.name, note=note, based_on=based_on)
    if start and versions.version(db, start).state == "draft":
        versions.drop(db, start)
    return number


def _overtaken(overtaken: TableOvertaken) -> Mapping[str, Any]:
    live = overtaken.args[0]
    sentence = (
        f"画面を開いている間に、ほかの人が第{live}版を使い始めました。あなたの変更は残っています。"
        f"第{live}版を別の画面で確かめてください。もう一度保存すると、第{live}版に代わる案になります。"
    )
    return {"sentence": sentence, "live": live, "findings": []}


def _findings(rules: Sequence[Rule], known: Known) -> list[dict[str, Any]]:
    with _ONE_AT_A_TIME:
        return _facts(check(rules, known))


def _typed(rules: Sequence[Rule]) -> list[dict[str, str]]:
    return [cells(rule) for rule in rules]


def _facts(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [asdict(finding) | {"refuses": finding.refuses} for finding in findings]

"""The departments of the city and the other authorities: a list, and a form for each of them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.edit_department import save_department
from reports.city.departments import LONGEST, MOST_SILENT_DAYS, DepartmentCard, Wrong
from reports.people.sessions import Visitor
from reports.tickets import workload
from reports.tickets.workload import Kept
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

NEW: Final = "new"
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_WRONG: Final = {
    "key": "記号は、英小文字で始まる 2〜40 文字の英小文字・数字・_ にしてください。",
    "taken": "この記号は、もう使われています。別の記号にしてください。",
    "same_name": "この名前の担当課は、もうあります。別の名前にしてください。",
    "name": f"名前を {LONGEST['name']} 文字以内で書いてください。",
    "name_en": f"英語の名前を {LONGEST['name_en']} 文字以内で書いてください。",
    "phone": f"電話番号を {LONGEST['phone']} 文字以内の半角の数字で書いてください。"
    "住民が読みます。",
    "contact": f"住民への案内は {LONGEST['contact']} 文字以内にしてください。",
    "url": f"ホームページは https:// で始まる {LONGEST['url']} 文字以内のアドレスにしてください。",
    "email": "メールアドレスは name@example.jp の形で 1 つだけ書いてください。"
    "「メールで連絡する」を選ぶときは、必ず要ります。",
    "tell_by": "連絡のしかたを選んでください。",
    "silent_days": f"返事を待つ日数は 1 から {MOST_SILENT_DAYS} までの数にしてください。",
    "inside": "作業班か、対応中の受付票があるあいだは、市の課と他の管理者を入れ替えられません。",
}


@router.get("/staff/departments")
def listing(visitor: who.EditsDepartments, db: Db, saved: str = "") -> Response:
    """All of them, with their crews and open tickets."""
    found = workload.kept(db)
    names = {one.key: one.card.name for one in found}
    return page(
        "desk/departments/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        departments=found,
        saved=names.get(saved),
    )


@router.get("/staff/departments/{key}")
def department(key: str, visitor: who.EditsDepartments, db: Db) -> Response:
    """The form of one department, or an empty one for a new authority."""
    return _form(db, visitor, key)


@router.post("/staff/departments/{key}")
def save(key: str, visitor: who.EditsDepartments, form: Form) -> Response:
    """Fields: those of `DepartmentCard`; for a new one its key."""
    try:
        with transaction() as db:
            wanted = _new_key(db, form) if key == NEW else _known(db, key).key
            save_department(db, wanted, _card(form), visitor.name)
        return RedirectResponse(f"/staff/departments?saved={wanted}", 303)
    except Wrong as wrong:
        field = str(wrong)
        sentence = _WRONG[field]
    except BadInput as refusal:
        field, sentence = "", refusal.sentence
    with transaction() as db:
        return _form(db, visitor, key, sentence=sentence, wrong=field, typed=form.fields)


def _form(
    db: Session,
    visitor: Visitor,
    key: str,
    *,
    sentence: str = "",
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    known = None if key == NEW else _known(db, key)
    return page(
        "desk/departments/form.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        key=key,
        known=known,
        value=_values(known, typed),
        longest=LONGEST,
        most_silent_days=MOST_SILENT_DAYS,
        sentence=sentence,
        wrong=wrong,
    )


def _values(known: Kept | None, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """What the fields show: what was typed, else what is kept."""
    empty = DepartmentCard("", "", False, "")
    card = known.card if known else empty
    kept = {name: getattr(card, name) for name in DepartmentCard.__slots__} | {"key": ""}
    kept["inside"] = "yes" if card.inside else "no"
    return kept | dict(typed or {})


def _card(form: Posted) -> DepartmentCard:
    """Raises Wrong, BadInput."""
    words = {name: " ".join(form.words(name).split()) for name in LONGEST if name != "contact"}
    days = form.words("silent_days")
    if not (days.isascii() and days.isdecimal() and len(days) < 4):
        raise Wrong("silent_days")
    url = words.pop("url") or None
    return DepartmentCard(
        **words,
        url=url,
        contact=form.words("contact"),
        inside=form.fields.get("inside") == "yes",
        tell_by=form.fields.get("tell_by", ""),
        silent_days=int(days),
    ).checked()


def _new_key(db: Session, form: Posted) -> str:
    key = form.words("key")
    if not _KEY.fullmatch(key) or key == NEW:
        raise Wrong("key")
    if workload.kept(db, key):
        raise Wrong("taken")
    return key


def _known(db: Session, key: str) -> Kept:
    found = workload.kept(db, key) if "\0" not in key else []
    if not found:
        raise NotFound("この担当課はありません。一覧から選び直してください。")
    return found[0]

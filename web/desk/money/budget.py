"""Staff enter budgets, prices and the columns of the file for the accounts."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions import edit_budget
from reports.city import clock, profile
from reports.city.fiscal import fiscal_year, year_words
from reports.city.materials import Material
from reports.orders import account_file, accounts, spent
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form, LongForm
from web.desk import quota
from web.desk.money.asked import Year
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

HERE: Final = "/staff/numbers/money/budget"
_OVERTAKEN: Final = (
    "画面を開いている間に、ほかの人が{what}を変えました。下の「いま」と比べて、"
    "よければもう一度保存してください。"
)
_KINDS: Final = {
    "orders": "請負(下の業者を除く)", "materials": "材料費(直営)", "minutes": "直営の作業",
}  # fmt: skip


def covers_words(db: Session) -> dict[str, str]:
    """What a budget can be for, in Japanese."""
    return _KINDS | {f"contractor:{id}": name for id, name in spent.firms(db)}


@router.get(HERE)
def page_of_budgets(
    visitor: who.EditsBudget, db: Db, year: Year = None, saved: bool = False
) -> Response:
    """Of a fiscal year; this one where none is asked for."""
    return _desk(db, visitor, year or fiscal_year(clock.today()), saved=saved)


@router.post(HERE)
def save_budget(visitor: who.EditsBudget, form: Form) -> Response:
    """Fields: year, covers, name, yen, note, seen-COVERS (the yen that the page showed)."""
    year = _year(form)

    def save(db: Session) -> None:
        covers = form.words("covers")
        seen = form.fields.get(f"seen-{covers}", "")
        edit_budget.set_budget(
            db, visitor.actor, year, covers, form.words("name"), _yen(form.words("yen")),
            form.words("note"), _yen(seen) if seen else None,
        )  # fmt: skip

    return _kept(visitor, form, year, save, "予算")


@router.post("/staff/numbers/money/prices")
def save_prices(visitor: who.EditsBudget, form: LongForm) -> Response:
    """Fields: year, price-hour, price-KEY of materials, empty for none; seen-prices (what the page
    showed, as JSON)."""
    year = _year(form)

    def save(db: Session) -> None:
        typed = {of: form.words(f"price-{of}") for of in _priced(db)}
        told = {of: _yen(words) if words else None for of, words in typed.items()}
        edit_budget.set_prices(db, visitor.actor, year, told, _seen(form))

    return _kept(visitor, form, year, save, "単価")


@router.post("/staff/numbers/money/columns")
def save_columns(visitor: who.EditsBudget, form: Form) -> Response:
    """Fields: year, columns (one a line), encoding, seen-columns (what tells those that the page
    showed)."""

    def save(db: Session) -> None:
        columns = account_file.read(form.words("columns", most=4_000))
        encoding = form.words("encoding")
        seen = form.words("seen-columns")
        edit_budget.set_account_file(db, visitor.actor, columns, encoding, seen)

    return _kept(visitor, form, _year(form), save, "列")


def _kept(
    visitor: Visitor, form: Posted, year: int, save: Callable[[Session], None], what: str
) -> Response:
    try:
        with transaction() as db:
            save(db)
        return RedirectResponse(f"{HERE}?year={year}&saved=true", 303)
    except edit_budget.Overtaken:
        sentence, status = _OVERTAKEN.format(what=what), 409
    except (edit_budget.Wrong, account_file.WrongColumns) as wrong:
        sentence, status = str(wrong), 400
    except BadInput as wrong:
        sentence, status = wrong.sentence, wrong.status
    with transaction() as db:
        return _desk(db, visitor, year, form=form, sentence=sentence, status=status)


def _desk(
    db: Session, visitor: Visitor, year: int, *, form: Posted | None = None, sentence: str = "",
    status: int = 200, saved: bool = False,
) -> Response:  # fmt: skip
    chosen = accounts.chosen(db)
    now = fiscal_year(clock.today())
    typed = form.fields if form else {}
    here = account_file.typed(chosen.columns)
    is_theirs = "columns" in typed and typed.get("seen-columns", "") != chosen.seen
    return page(
        "desk/money/budget.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        year=year,
        years=sorted({*range(now + 1, now - 5, -1), year}, reverse=True),
        year_words=year_words,
        lines=spent.lines(db, year),
        history=spent.budgets_so_far(db, year),
        covers=covers_words(db),
        **_prices(db, year, form),
        materials=_materials(db),
        columns=typed.get("columns", here),
        encoding=typed.get("encoding", chosen.encoding),
        seen_columns=chosen.seen,
        their_columns=f"{here}\n({account_file.ENCODINGS[chosen.encoding]})" if is_theirs else "",
        columns_by=chosen.made_by,
        encodings=account_file.ENCODINGS,
        fields=list(account_file.FIELDS),
        typed=typed,
        sentence=sentence,
        saved=saved,
    )


def _priced(db: Session) -> list[str]:
    return ["hour", *(one.key for one in profile.materials(db))]


def _prices(db: Session, year: int, form: Posted | None) -> Mapping[str, Any]:
    """What stands in each field: what was typed otherwise than it was seen, else what is so now;
    beside it what is so now, where that is neither."""
    now = accounts.prices(db, year)
    seen, fields = (_seen(form), form.fields) if form and "price-hour" in form.fields else ({}, {})
    shown = {of: str(one.yen) for of, one in now.items()}
    theirs = {}
    for of in _priced(db):
        typed, then = fields.get(f"price-{of}"), str(seen.get(of) or "")
        if typed is None or typed == then:
            continue
        if shown.get(of, "") not in (then, typed):
            theirs[of] = f"いま {now[of].yen:,}円({now[of].made_by})" if of in now else "いま なし"
        shown[of] = typed
    kept = json.dumps({of: one.yen for of, one in now.items()})
    return {"prices": shown, "their_prices": theirs, "seen_prices": kept}


def _seen(form: Posted) -> dict[str, int]:
    """By what they are of; nothing where the page said nothing that reads."""
    try:
        told = json.loads(form.fields.get("seen-prices", "{}"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {of: yen for of, yen in told.items() if type(yen) is int}


def _materials(db: Session) -> list[Material]:
    return list(profile.materials(db))


def _year(form: Posted) -> int:
    told = form.words("year")
    if not (told.isascii() and told.isdecimal() and len(told) == 4 and 2000 <= int(told) <= 2998):
        raise BadInput("年度が正しくありません。画面を開き直してください。")
    return int(told)


def _yen(told: str) -> int:
    """1,234,000 or 1234000円."""
    plain = told.translate(_DIGITS).replace(",", "").removesuffix("円").strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 16):
        raise BadInput("金額は、円の整数で入れてください(例: 1,200,000)。")
    return int(plain)


_DIGITS: Final = str.maketrans("0123456789,", "0123456789,")

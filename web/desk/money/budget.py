"""Staff enter budgets, prices and the columns of the file for the accounts."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Response
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
from web.auth.csrf import Form
from web.desk import quota
from web.desk.money.asked import Year
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

HERE: Final = "/staff/numbers/money/budget"
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

    return _kept(visitor, form, year, save)


@router.post("/staff/numbers/money/prices")
def save_prices(visitor: who.EditsBudget, form: Form) -> Response:
    """Fields: year, price-hour, price-KEY of materials; empty for none."""
    year = _year(form)

    def save(db: Session) -> None:
        for of in ("hour", *(one.key for one in profile.materials(db))):
            told = form.words(f"price-{of}")
            edit_budget.set_price(db, visitor.actor, year, of, _yen(told) if told else None)

    return _kept(visitor, form, year, save)


@router.post("/staff/numbers/money/columns")
def save_columns(visitor: who.EditsBudget, form: Form) -> Response:
    """Fields: year, columns (one a line), encoding."""

    def save(db: Session) -> None:
        columns = account_file.read(form.words("columns", most=4_000))
        encoding = form.words("encoding")
        edit_budget.set_account_file(db, visitor.actor, columns, encoding)

    return _kept(visitor, form, _year(form), save)


def _kept(visitor: Visitor, form: Posted, year: int, save: Callable[[Session], None]) -> Response:
    try:
        with transaction() as db:
            save(db)
        return RedirectResponse(f"{HERE}?year={year}&saved=true", 303)
    except edit_budget.Overtaken:
        sentence, status = "画面を開いている間に、ほかの人がこの予算を変えました。", 409
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
    columns, encoding = accounts.chosen(db)
    now = fiscal_year(clock.today())
    typed = form.fields if form else {}
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
        prices={key: str(yen) for key, yen in accounts.prices(db, year).items()}
        | {key.removeprefix("price-"): told for key, told in typed.items() if key[:6] == "price-"},
        materials=_materials(db),
        columns=typed.get("columns", account_file.typed(columns)),
        encoding=typed.get("encoding", encoding),
        encodings=account_file.ENCODINGS,
        fields=list(account_file.FIELDS),
        typed=typed,
        sentence=sentence,
        saved=saved,
    )


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

"""What the city's own crews used in a year: beside the sums, and each use behind a number."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.city.clock import local
from reports.city.fiscal import fiscal_year, year_words
from reports.city.quantities import quantity_words
from reports.documents.orders.sums_book import Cell, Table
from reports.orders import used
from reports.orders.used import Use, UseSum
from reports.tickets.words import OUTCOMES
from web.auth import who
from web.desk import quota
from web.desk.orders.files import Words, Year, as_csv, as_xlsx
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

_SUMS: Final = ("担当課", "材料", "単位", "か所", "数量")
_LINES: Final = ("担当課", "受付番号", "場所", "種類", "作業", "日付", "材料", "単位", "数量")


@router.get("/staff/orders/sums/used")
def page_of_uses(
    visitor: who.Orders,
    db: Db,
    year: Year = None,
    department: Words = "",
    material: Words = "",
    unit: Words = "",
    form: Words = "",
) -> Response:
    """The uses behind a number of the sums; `form`: "csv" or "xlsx" for a file of them."""
    chosen = year or fiscal_year(clock.today())
    found = used.used(db, chosen, department=department, material=material, unit=unit)
    names = _names(db)
    rows = [_cells(one, names) for one in found]
    if form == "csv":
        return as_csv(_LINES, rows, f"crews-{chosen}-lines.csv")
    if form == "xlsx":
        table = Table("直営の材料の明細", _LINES, rows)
        return as_xlsx(f"{year_words(chosen)} 直営の材料", [table], f"crews-{chosen}-lines.xlsx")
    asked = {"department": department, "material": material, "unit": unit}
    return page(
        "desk/orders/used.html",
        visitor=visitor,
        quota=quota.notice(db),
        year=chosen,
        year_words=year_words,
        number=quantity_words,
        uses=found,
        sums=used.summed(found),
        names=names,
        outcomes=OUTCOMES,
        asked=[words for words in (department, material) if words],
        query=urlencode({"year": chosen, **{name: told for name, told in asked.items() if told}}),
    )


def years(db: Session) -> list[int]:
    """From that of the first work on."""
    first = used.began_at(db)
    now = fiscal_year(clock.today())
    return [*range(fiscal_year(local(first).date()), now + 1)] if first else []


def beside(db: Session, year: int) -> dict[str, Any]:
    """What the page of sums shows of crews."""
    return {
        "used": used.summed(used.used(db, year)),
        "labour": used.labour(db, year),
        "behind": lambda one: _behind(year, one),
    }


def priceless(db: Session, year: int) -> list[list[Cell]]:
    """A line for each department, material and unit, in the columns of contractors' lines."""
    return [
        [f"直営({one.department or '担当課不明'})", one.material, one.unit, None, one.places,
         one.amount, None]
        for one in used.summed(used.used(db, year))
    ]  # fmt: skip


def tables(db: Session, year: int) -> list[Table]:
    """The sheets of the year's workbook about crews."""
    found, names = used.used(db, year), _names(db)
    sums: list[list[Cell]] = [
        [one.department, one.material, one.unit, one.places, one.amount]
        for one in used.summed(found)
    ]
    return [
        Table("直営の材料", _SUMS, sums),
        Table("直営の材料の明細", _LINES, [_cells(one, names) for one in found]),
    ]


def _behind(year: int, one: UseSum) -> str:
    asked = {"department": one.department, "material": one.material, "unit": one.unit}
    return urlencode({"year": year, **{name: told for name, told in asked.items() if told}})


def _names(db: Session) -> dict[str, str]:
    return {key: one.name("ja") for key, one in profile.categories(db).items()}


def _cells(one: Use, names: dict[str, str]) -> Sequence[Cell]:
    return [
        one.department, one.ticket, one.place, names.get(one.kind, one.kind),
        OUTCOMES.get(one.outcome, one.outcome), local(one.at).date(), one.material, one.unit,
        one.amount,
    ]  # fmt: skip

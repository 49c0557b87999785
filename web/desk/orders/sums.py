"""年度の集計: what contractors did in a year, what it cost, and the lines behind each number; and
what crews used in it.

As pages, as CSV and as workbooks, in which nothing is a formula.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Response
from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import clock, profile
from reports.city.clock import local
from reports.city.fiscal import fiscal_year, year_words
from reports.city.quantities import quantity_words
from reports.documents.orders.sums_book import Cell, Table
from reports.orders import sums
from reports.orders.sums import FACETS, NONE, Done, Group, Wanted
from reports.routing import versions
from web.auth import who
from web.desk import quota
from web.desk.orders import used
from web.desk.orders.files import Words, Year, as_csv, as_xlsx
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

Firm = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
_HEAD: Final = ("年度", "請負業者", "作業・材料", "単位", "単価(円)", "か所", "数量", "金額(円)")
_LINES: Final = (
    "指示書", "請負業者", "受付番号", "場所", "種類", "道路の管理者", "地区", "完了", "作業・材料",
    "単位", "数量", "単価(円)", "金額(円)",
)  # fmt: skip
NAMES: Final = {
    "contractor": "請負業者",
    "kind": "種類",
    "work": "作業・材料",
    "owner": "道路の管理者",
    "district": "地区",
}


class _Named:
    """Keys of a year's lines in Japanese."""

    def __init__(self, db: Session) -> None:
        kinds = profile.categories(db)
        self._kinds = {key: one.name("ja") for key, one in kinds.items()}
        self._districts = versions.known(db).districts

    def name(self, facet: str, key: Sequence[str]) -> str:
        """Of one group."""
        if key[0] == NONE:
            return "(不明)"
        if facet == "kind":
            return self._kinds.get(key[0], key[0])
        if facet == "district":
            return self._districts.get(key[0], key[0])
        return OWNER_NAMES.get(key[0], key[0]) if facet == "owner" else key[0]

    def cells(self, line: Done) -> list[Cell]:
        """A line of the list, as `_LINES`."""
        return [
            line.number, line.contractor, line.ticket, line.place, self.name("kind", [line.kind]),
            self.name("owner", [line.owner]), self.name("district", [line.district]),
            local(line.done_at).date() if line.done_at else None, line.work, line.unit,
            line.quantity, line.price, line.yen,
        ]  # fmt: skip


@router.get("/staff/orders/sums")
def page_of_sums(visitor: who.Orders, db: Db, year: Year = None) -> Response:
    """This year's, or those of the year that is asked for."""
    now = fiscal_year(clock.today())
    chosen = year or now
    lines, firms, named = sums.done(db, chosen), sums.of_firms(db, chosen), _Named(db)
    return page(
        "desk/orders/sums.html",
        visitor=visitor,
        quota=quota.notice(db),
        year=chosen,
        years=sorted({now, chosen, *sums.years(db), *used.years(db)}, reverse=True),
        year_words=year_words,
        number=quantity_words,
        rows=sums.priced(lines),
        firms=firms,
        facets=[
            (facet, NAMES[facet], [(named.name(facet, one.key), one) for one in groups])
            for facet, groups in _groups(lines).items()
            if facet != "contractor"
        ],
        query=lambda facet, one: _query(chosen, facet, one),
        total=sum(one.yen for one in firms),
        without=sum(bool(line.work) and line.yen is None for line in lines),
        **used.beside(db, chosen),
    )


@router.get("/staff/orders/sums/list")
def page_of_lines(
    visitor: who.Orders,
    db: Db,
    year: Year = None,
    contractor: Firm = None,
    kind: Words = "",
    work: Words = "",
    unit: Words = "",
    owner: Words = "",
    district: Words = "",
    form: Words = "",
) -> Response:
    """The lines behind a number of the sums; `form`: "csv" or "xlsx" for a file of them."""
    chosen = year or fiscal_year(clock.today())
    wanted = Wanted(contractor, kind, work, unit, owner, district)
    lines, named = sums.done(db, chosen, wanted), _Named(db)
    if form == "csv":
        return as_csv(_LINES, [named.cells(line) for line in lines], f"orders-{chosen}-lines.csv")
    if form == "xlsx":
        table = Table("明細", _LINES, [named.cells(line) for line in lines])
        return as_xlsx(f"{year_words(chosen)} 明細", [table], f"orders-{chosen}-lines.xlsx")
    firm = next((line.contractor for line in lines), "") if contractor else ""
    asked = {"contractor": firm, "kind": kind, "work": work, "owner": owner, "district": district}
    return page(
        "desk/orders/lines.html",
        visitor=visitor,
        quota=quota.notice(db),
        year=chosen,
        year_words=year_words,
        number=quantity_words,
        lines=lines,
        named=named,
        none=NONE,
        asked=[(NAMES[name], named.name(name, [key])) for name, key in asked.items() if key],
        query=urlencode(
            {"year": chosen, **_said(wanted)},
        ),
        places=len({line.item_id for line in lines}),
        total=sum(line.yen or 0 for line in lines),
    )


@router.get("/staff/orders/sums.csv")
def csv_of_sums(visitor: who.Orders, db: Db, year: Year = None) -> Response:
    """A line for each contractor, work, unit and price, then for what crews used; opens in a
    Japanese Excel."""
    chosen = year or fiscal_year(clock.today())
    lines = sums.priced(sums.done(db, chosen))
    rows = [[chosen, *one] for one in [*map(_priced, lines), *used.priceless(db, chosen)]]
    return as_csv(_HEAD, rows, f"orders-{chosen}.csv")


@router.get("/staff/orders/sums.xlsx")
def xlsx_of_sums(visitor: who.Orders, db: Db, year: Year = None) -> Response:
    """A sheet for each table of the page, and all the lines."""
    chosen = year or fiscal_year(clock.today())
    lines, named = sums.done(db, chosen), _Named(db)
    tables = [Table("請負業者・作業ごと", _HEAD[1:], [_priced(one) for one in sums.priced(lines)])]
    for facet, groups in _groups(lines).items():
        units = ("単位", "数量") if facet == "work" else ()
        rows: list[list[Cell]] = [
            [
                named.name(facet, one.key),
                *((one.key[1], one.quantity) if units else ()),
                one.places,
                one.yen,
            ]
            for one in groups
        ]
        tables.append(
            Table(f"{NAMES[facet]}ごと", (NAMES[facet], *units, "か所", "金額(円)"), rows)
        )
    tables.append(Table("明細", _LINES, [named.cells(line) for line in lines]))
    tables += used.tables(db, chosen)
    return as_xlsx(f"{year_words(chosen)} 作業指示書の集計", tables, f"orders-{chosen}.xlsx")


def _groups(lines: Sequence[Done]) -> Mapping[str, list[Group]]:
    """By facet; of work only lines that have any."""
    return {
        facet: sums.grouped((one for one in lines if facet != "work" or one.work), key)
        for facet, key in FACETS.items()
    }


def _priced(one: Group) -> list[Cell]:
    firm, work, unit, price = one.key
    return [
        firm, work, unit, int(price) if price else None, one.places, one.quantity,
        one.yen if price else None,
    ]  # fmt: skip


def _query(year: int, facet: str, one: Group) -> str:
    """Of the list behind a group."""
    asked = {facet: one.key[-1] if facet == "contractor" else one.key[0]}
    if facet == "work":
        asked["unit"] = one.key[1]
    return urlencode({"year": year, **asked})


def _said(wanted: Wanted) -> Mapping[str, str | int]:
    fields = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return {name: told for name, told in fields.items() if told not in ("", None)}

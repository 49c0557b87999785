"""金額: what was spent in a year or a month, by what it was spent for, and the entries behind it.

The budgets of the year beside it; the file for the accounts.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Response

from reports.city import clock
from reports.city.fiscal import days_of, fiscal_year, year_words
from reports.city.quantities import quantity_words
from reports.orders import account_file, accounts, spent
from reports.orders.book import STAYS_OPEN_DAYS, open_from
from reports.orders.spent import Sum
from reports.stats import charts
from reports.stats.charts import SCREEN, Bar
from web.auth import who
from web.desk import quota
from web.desk.money import budget
from web.desk.money.asked import NAMES, Asked, Named, asked
from web.kit import assets
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(budget.router)

MOST_ENTRIES: Final = 2_000
"""So many stand on a page; the file has all."""
BEHIND: Final = "/staff/numbers/money/behind"
DRAWN: Final = 15
"""Of more sums a chart has the first; its table has all."""
AskedFor = Annotated[Asked, Depends(asked)]


@router.get("/staff/numbers/money")
def page_of_money(
    visitor: who.SeesMoney, db: Db, what: AskedFor,
    by: Annotated[str, Query(max_length=20)] = "kind",
) -> Response:  # fmt: skip
    """Sums by one of NAMES, and by month; the budgets of the year. 404 for another `by`."""
    if by not in NAMES:
        raise NotFound("この分け方はありません。")
    named = Named(db)
    sums = spent.sums(db, what.wanted, by)
    months = spent.sums(db, what.wanted, "month")
    now = fiscal_year(clock.today())
    return page(
        "desk/money/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        asked=what,
        by=by,
        names=NAMES,
        named=named,
        sums=sums,
        months=months,
        drawn=DRAWN,
        has_charts=bool(assets.address_if_there("vega/vega.js")),
        by_chart=_chart(what, named, by, sums[:DRAWN]),
        months_chart=_chart(what, named, "month", months),
        total=sum(one.yen for one in sums),
        costs=[
            sum(getattr(one, each) for one in sums) for each in ("orders", "materials", "minutes")
        ],
        firms=spent.firms(db),
        years=range(now, now - 6, -1) if what.year > now - 6 else (now, what.year),
        months_of_year=_months(what.year),
        year_words=year_words,
        lines=spent.lines(db, what.year),
        booked_at=spent.booked_at(db),
        open_from=open_from(clock.today()),
        stays_open=STAYS_OPEN_DAYS,
        covers=budget.covers_words(db),
    )


@router.get("/staff/numbers/money/behind")
def page_of_entries(visitor: who.SeesMoney, db: Db, what: AskedFor) -> Response:
    """The entries behind a number, which add up to it."""
    entries = spent.entries(db, what.wanted)
    named = Named(db)
    told = {name: getattr(what.wanted, name) for name in NAMES}
    return page(
        "desk/money/behind.html",
        visitor=visitor,
        quota=quota.notice(db),
        asked=what,
        conditions=[(NAMES[by], named.name(by, key)) for by, key in told.items() if key],
        named=named,
        costs=account_file.COSTS,
        entries=entries[:MOST_ENTRIES],
        many=len(entries),
        total=sum(one.yen for one in entries),
        number=quantity_words,
    )


@router.get("/staff/numbers/money/accounts.csv")
def accounts_file(visitor: who.SeesMoney, db: Db, what: AskedFor) -> Response:
    """Every entry of the period and the conditions, in the city's columns and encoding."""
    columns, encoding, *_ = accounts.chosen(db)
    names = {f"kind:{key}": name for key, name in Named(db).kinds.items()}
    body = account_file.written(
        spent.entries(db, what.wanted), names | accounts.budget_names(db), columns, encoding
    )
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    name = f"accounts-{what.wanted.month or what.year}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=f"text/csv; charset={charset}", headers=headers)


def _chart(what: Asked, named: Named, by: str, sums: Sequence[Sum]) -> dict[str, Any]:
    """Each opens its entries."""
    rows = [
        Bar(named.name(by, one.key), one.yen, None, f"{BEHIND}?{what.query(**{by: one.key})}")
        for one in sums
    ]
    return charts.bars(rows, SCREEN, unit="円")


def _months(year: int) -> list[tuple[str, str]]:
    first, _ = days_of(year)
    found = [(year + (at > 12), at if at <= 12 else at - 12) for at in range(first.month, 16)]
    return [(f"{one:04d}-{month:02d}", f"{month}月") for one, month in found]

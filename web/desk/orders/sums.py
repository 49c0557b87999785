"""年度の集計: what contractors did in a year and what it cost, as a page and as CSV."""

import csv
import io
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from reports.city import clock
from reports.city.formulas import guarded
from reports.orders import sums
from reports.orders.numbers import fiscal_year, year_words
from reports.orders.quantities import quantity_words
from web.auth import who
from web.desk import quota
from web.kit.deps import Db
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

Year = Annotated[int | None, Query(ge=2000, le=2999)]
_HEAD: Final = ("年度", "請負業者", "作業・材料", "単位", "単価(円)", "か所", "数量", "金額(円)")


@router.get("/staff/orders/sums")
def page_of_sums(visitor: who.Orders, db: Db, year: Year = None) -> Response:
    """This year's, or those of the year that is asked for."""
    now = fiscal_year(clock.today())
    chosen = year or now
    rows, firms = sums.of_year(db, chosen), sums.of_firms(db, chosen)
    return page(
        "desk/orders/sums.html",
        visitor=visitor,
        quota=quota.notice(db),
        year=chosen,
        years=sorted({now, chosen, *sums.years(db)}, reverse=True),
        year_words=year_words,
        number=quantity_words,
        rows=rows,
        firms=firms,
        total=sum(one.yen for one in firms),
        without=sum(one.yen is None for one in rows),
    )


@router.get("/staff/orders/sums.csv")
def csv_of_sums(visitor: who.Orders, db: Db, year: Year = None) -> Response:
    """The same, a line for each contractor, work, unit and price; opens in a Japanese Excel."""
    chosen = year or fiscal_year(clock.today())
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(_HEAD)
    for one in sums.of_year(db, chosen):
        names = [guarded(words) for words in (one.contractor, one.work, one.unit)]
        write([chosen, *names, one.price, one.places, quantity_words(one.quantity), one.yen])
    headers = {"Content-Disposition": f'attachment; filename="orders-{chosen}.csv"'}
    body = "\ufeff" + out.getvalue()
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)

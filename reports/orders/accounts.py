"""What a city has chosen for money: the file's columns, prices, and names of budgets."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.orders.account_file import USUAL
from reports.orders.money_models import AccountFile, CostPrice
from store import sql


class Chosen(NamedTuple):
    """Columns (heading, field) and encoding of the file for the accounts; who chose them ("": they
    are the usual ones), and what tells these from others ("" likewise)."""

    columns: list[tuple[str, str]]
    encoding: str
    made_by: str
    seen: str


def chosen(db: Session) -> Chosen:
    row = db.get(AccountFile, 1)
    if row is None:
        return Chosen([(each, each) for each in USUAL], "utf-8", "", "")
    columns = [(head, field) for head, field in row.columns]
    return Chosen(columns, row.encoding, row.made_by, row.made_at.isoformat())


class Price(NamedTuple):
    """Yen, and who said so."""

    yen: int
    made_by: str


def prices(db: Session, year: int) -> dict[str, Price]:
    """Of "hour" and of materials by key, as far as they are set."""
    of_year = select(CostPrice).where(CostPrice.fiscal_year == year)
    return {row.of: Price(row.yen, row.made_by) for row in db.scalars(of_year)}


def budget_names(db: Session) -> dict[str, str]:
    """費目 by "budget:", the year, ":" and a contractor's key, or the kind of an entry."""
    found = """
        SELECT DISTINCT ON (b.fiscal_year, b.covers)
               'budget:' || b.fiscal_year || ':' || coalesce(c.key, CASE b.covers
                   WHEN 'orders' THEN 'order' WHEN 'materials' THEN 'material' ELSE b.covers END),
               b.name
        FROM budgets b LEFT JOIN contractors c ON b.covers = 'contractor:' || c.id
        ORDER BY b.fiscal_year, b.covers, b.id DESC
    """
    return {row[0]: row[1] for row in sql.run(db, found)}

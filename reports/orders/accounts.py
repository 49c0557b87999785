"""What a city has chosen for money: the file's columns, prices, and names of budgets."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.orders.account_file import USUAL
from reports.orders.money_models import AccountFile, CostPrice
from store import sql


def chosen(db: Session) -> tuple[list[tuple[str, str]], str]:
    """Columns (heading, field) and encoding of the file for the accounts."""
    row = db.get(AccountFile, 1)
    if row is None:
        return [(each, each) for each in USUAL], "utf-8"
    return [(head, field) for head, field in row.columns], row.encoding


def prices(db: Session, year: int) -> dict[str, int]:
    """Yen of "hour" and of materials by key, as far as they are set."""
    of_year = select(CostPrice.of, CostPrice.yen).where(CostPrice.fiscal_year == year)
    return {row.of: row.yen for row in db.execute(of_year)}


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

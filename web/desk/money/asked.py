"""What the page of money is asked for: a fiscal year or one month of it, and which entries."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.city.fiscal import days_of, fiscal_year, year_words
from reports.orders.account_file import COSTS
from reports.orders.spent import BY, NONE, Wanted, firms
from reports.routing import versions

Year = Annotated[int | None, Query(ge=2000, le=2998)]
Month = Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")]
Key = Annotated[str, Query(max_length=200), AfterValidator(lambda told: told.replace("\0", ""))]
NAMES = {
    "cost": "費用の区分", "contract": "請負業者", "kind": "種類", "road": "路線",
    "district": "地区", "month": "月",
}  # fmt: skip
"""By what, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`month`: YYYY-MM, "" for all of the year."""

    year: int
    wanted: Wanted

    def query(self, **more: str) -> str:
        """Of an address that asks for the same, and this."""
        told = {name: getattr(self.wanted, name) for name in BY}
        kept = {name: each for name, each in (told | more).items() if each}
        return urlencode({"year": self.year, **kept})

    @property
    def words(self) -> str:
        """令和8年度, or its month."""
        month = self.wanted.month
        return year_words(self.year) + (f" {int(month[5:])}月" if month else "")


def asked(
    year: Year = None, month: Month = "", cost: Key = "", kind: Key = "", road: Key = "",
    district: Key = "", contract: Key = "",
) -> Asked:  # fmt: skip
    """As FastAPI hands it in. A month says its own year."""
    if month:
        first = date(int(month[:4]), int(month[5:]), 1)
        chosen = fiscal_year(first)
    else:
        chosen = year or fiscal_year(clock.today())
    first, last = days_of(chosen)
    return Asked(chosen, Wanted(first, last, cost, kind, road, district, contract, month))


class Named:
    """Keys in Japanese."""

    def __init__(self, db: Session) -> None:
        self.kinds = {key: one.name("ja") for key, one in profile.categories(db).items()}
        self._districts = versions.known(db).districts
        self._firms = dict(firms(db))

    def name(self, by: str, key: str) -> str:
        """Of one sum."""
        if key == NONE:
            return "請負でないもの" if by == "contract" else "(不明)"
        of = {"cost": COSTS, "kind": self.kinds, "district": self._districts,
              "contract": self._firms}  # fmt: skip
        if by == "month":
            return f"{key[:4]}年{int(key[5:])}月"
        return of.get(by, {}).get(key, key)

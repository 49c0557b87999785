"""公文書の保存期間: until when a ticket is kept, in fiscal years. Pure.

A ticket that ended in a fiscal year is kept for N more from the first day of the next one: it is
due since 1 April of (that fiscal year + 1 + N).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from reports.city.categories import Category
from reports.city.fiscal import days_of, fiscal_year
from reports.city.periods import FOR_EVER, RECORDS, length, said_in


def due_on(closed_on: date, years: int) -> date:
    """Since when a ticket that ended on that day is due."""
    return days_of(fiscal_year(closed_on) + 1 + years)[0]


def closed_before(today: date, years: int) -> date:
    """Tickets that ended before this day are due today."""
    return days_of(fiscal_year(today) - years)[0]


def of_kinds(kinds: Iterable[Category], facts: Mapping[str, Any]) -> dict[str, int]:
    """How many years each kind is kept, by its key; without those that are kept for ever. `facts`:
    what the city says of itself."""
    city = length(said_in(facts), RECORDS)
    years = {one.key: city if one.keep_years is None else one.keep_years for one in kinds}
    return {key: many for key, many in years.items() if many != FOR_EVER}


WHY_NOT: Final[Mapping[str, str]] = {
    "hold": "保留中",
    "order": "作業指示書が終わっていない",
    "changed": "承認のあとに変わった(再開・まとめ直し・期間)",
    "gone": "もうない",
}
"""Why a ticket that is due, or was, is not thrown away."""

"""What is known before anything is read: which months are closed, and which have sums of their
own."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats.periods import Period, end_of_month, months_back
from store import sql


class Known(NamedTuple):
    """`closed`: when each closed month was, in words that no other database has; `whole`: months
    with sums of their own, "open" or "closed" (as of `FactAdded`); `counted`: the last day of which
    anything is added up, None: of none; `day`: up to which days have come; `version`: another one
    once any sum has changed."""

    closed: Mapping[date, str]
    whole: Mapping[date, str]
    counted: date | None
    day: date | None
    version: str | None

    def has_all(self, month: date, wanted: Collection[str]) -> bool:
        """Whether sums of this closed month are kept by these dimensions together."""
        return len(wanted) < 2 or (self.whole.get(month) == "closed" and "section" not in wanted)

    def stamps(self, months: Sequence[date]) -> Hashable | None:
        """What says that what was read of these months still holds; None where it may not."""
        found = [(month, self.closed[month]) for month in months if month in self.closed]
        return tuple(found) if len(found) == len(months) else None


class Parts(NamedTuple):
    """A period cut up: closed months, which are `years` (by their last months) and `months`; open
    ones, which have sums of their own; days that have them; and days of which only facts are told
    by what is asked for. Months are told by their first days."""

    closed: tuple[date, ...]
    years: tuple[date, ...]
    months: tuple[date, ...]
    open: tuple[date, ...]
    days: tuple[date, ...]
    facts: tuple[date, ...]


def look(db: Session) -> Known:
    """As it is now: one statement."""
    ((months, counted, day, version),) = sql.run(db, _LOOK)
    closed, whole = _months(months or "")
    return Known(closed, whole, counted, day, version)


def parts_of(known: Known, period: Period, wanted: Collection[str]) -> Parts:
    """By these dimensions together. A month is whole too when nothing of it is counted after the
    period."""
    counted = known.counted or period.last
    closed: list[date] = []
    opened: list[date] = []
    days: list[date] = []
    facts: list[date] = []
    for month in period.months():
        last = end_of_month(month)
        if period.first <= month and min(last, max(counted, month)) <= period.last:
            if month in known.closed and known.has_all(month, wanted):
                closed.append(month)
                continue
            if known.whole.get(month) == "open" and len(wanted) < 2 and "section" not in wanted:
                opened.append(month)
                continue
        has_days = len(wanted) < 2 or (month in known.whole and "section" not in wanted)
        span = Period(max(month, period.first), min(last, period.last, counted))
        (days if has_days else facts).extend(span.first + timedelta(n) for n in range(span.days))
    years, months = _years(known, closed, wanted)
    return Parts(
        tuple(closed), tuple(years), tuple(months), tuple(opened), tuple(days), tuple(facts)
    )


def _years(known: Known, closed: Sequence[date], wanted: Collection[str]
           ) -> tuple[list[date], list[date]]:  # fmt: skip
    """Of closed months the last of each twelve that have a sum of their own, and the others."""
    years: list[date] = []
    months = list(closed)
    if len(wanted) > 1 or "section" in wanted:
        return years, months
    others: list[date] = []
    end = len(months)
    while end:
        last, begin = months[end - 1], end - 12
        is_year = known.whole.get(last) == "closed" and begin >= 0
        if is_year and months[begin] == months_back(last, 11):
            years.append(last)
            end = begin
        else:
            others.append(last)
            end -= 1
    return years, others


@lru_cache(maxsize=8)
def _months(words: str) -> tuple[Mapping[date, str], Mapping[date, str]]:
    closed: dict[date, str] = {}
    whole: dict[date, str] = {}
    for line in words.split():
        day, at, how = line.split("|")
        month = date.fromisoformat(day)
        if at:
            closed[month] = at
        if how:
            whole[month] = how
    return closed, whole


_LOOK: Final = """
    SELECT (SELECT string_agg(concat(coalesce(m.month, a.month), '|',
                                     extract(epoch FROM m.closed_at), '|', a.how),
                              ' ' ORDER BY coalesce(m.month, a.month))
            FROM fact_months m FULL JOIN fact_added a ON a.month = m.month),
           (SELECT max(first) FROM fact_sums WHERE span = 'day' AND dimension = ''),
           s.day, s.version
    FROM (SELECT 1) AS one LEFT JOIN fact_state s ON s.id = 1
"""

"""Numbers of any period, beside the list behind each: what is asked at a time is answered together,
from what this process remembers of closed months, from kept sums, else from facts."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats import asking, kept, remembered, rows, standing
from reports.stats.asking import Ask, Way
from reports.stats.behind import Behind, behind
from reports.stats.figures import NONE, Numbers, Spread, numbers_of
from reports.stats.groups import group_of
from reports.stats.kept import Known
from reports.stats.kinds import DIMENSIONS
from reports.stats.months import closed_months
from reports.stats.only import ALL, Only
from reports.stats.periods import Period, end_of_month
from reports.stats.rows import Need
from reports.stats.standing import At
from store import sql

__all__ = [
    "ALL", "Ask", "Behind", "Numbers", "Only", "Spread", "Week", "behind", "by", "closed_months",
    "numbers", "together", "weeks",
]  # fmt: skip

Found = dict[str, Numbers]
"""By value of the dimension that was asked for; under "" without one."""


class Week(NamedTuple):
    """From `monday` on, as far as it lies in the period."""

    monday: date
    received: int
    closed: int


def numbers(db: Session, period: Period, only: Only = ALL) -> Numbers:
    """Of all that is chosen together."""
    return together(db, [Ask(period, only)])[0][""]


def by(db: Session, period: Period, only: Only, dimension: str) -> Found:
    """Of each value of one of DIMENSIONS that occurs; "": of those that have none."""
    return dict(together(db, [Ask(period, only, dimension)])[0])


def together(db: Session, asks: Sequence[Ask]) -> list[Found]:
    """The answer to each, in one or two statements as far as kept sums know; nobody may change
    them. Without a dimension there is always one under "". Raises ValueError for a dimension that
    is none of DIMENSIONS."""
    for ask in asks:
        if ask.dimension and ask.dimension not in DIMENSIONS:
            raise ValueError(ask.dimension)
    known = kept.look(db)
    found: dict[Ask, Found] = {}
    waits: list[_Waits] = []
    for ask in dict.fromkeys(asks):
        when = standing.at(known, ask.period.last)
        key, stamp = _key(known, ask, when)
        if (there := remembered.recall(key, stamp)) is not None:
            found[ask] = there
        else:
            waits.append(_waits(known, ask, when, key, stamp))
    there = rows.read(db, _needs(waits)) if waits else {}
    for each in waits:
        answer = _answered(db, each, there)
        found[each.way.ask] = remembered.keep(each.key, answer, each.stamp)
    return [found[ask] for ask in asks]


class _Waits(NamedTuple):
    """`stamp`: which sums it is of, where it may still change. Without a key it is not kept."""

    way: Way
    when: At
    stands: Need | None
    key: Hashable | None
    stamp: Hashable


def _key(known: Known, ask: Ask, when: At) -> tuple[Hashable, Hashable]:
    """Under what the answer is kept, and which sums it is of, where it may still change."""
    stamps = known.stamps([*ask.period.months(), when.day.replace(day=1)])
    if stamps is not None:
        return (ask, when, stamps), None
    return ("now", ask), (when, known.version)


def _waits(known: Known, ask: Ask, when: At, key: Hashable, stamp: Hashable) -> _Waits:
    way, stands = asking.way_of(known, ask), standing.need_of(known, ask, when)
    is_of_sums = stands is not None and not way.facts and known.version is not None
    return _Waits(way, when, stands, key if stamp is None or is_of_sums else None, stamp)


def _needs(waits: Iterable[_Waits]) -> Iterable[Need]:
    for each in waits:
        yield from each.way.all_needs()
        if each.stands:
            yield each.stands


def _answered(db: Session, asked: _Waits, there: dict[Need, list[rows.Row]]) -> Found:
    ask = asked.way.ask
    added = asking.tallies(db, asked.way, there)
    of_it = there.get(asked.stands, []) if asked.stands else []
    stand = standing.standing(db, ask, asked.when, asked.stands, of_it)
    values = sorted({*added, *stand}) if ask.dimension else [""]
    return {value: numbers_of(added.get(value, {}), stand.get(value, NONE)) for value in values}


def weeks(db: Session, period: Period, only: Only = ALL) -> list[Week]:
    """All of the period, from Monday to Sunday; the first and the last may be cut off."""
    known = kept.look(db)
    many: dict[date, tuple[int, int]] = {}
    is_of_sums = _weeks_are_kept(known, period, only)
    for part in _by_what_is_closed(known, period):
        stamp = known.stamps([*part.months()]) or known.version
        key = ("weeks", part, only) if stamp and is_of_sums else None
        found = remembered.recall(key, stamp)
        if found is None:
            found = remembered.keep(key, _of_weeks(db, known, part, only), stamp)
        for monday, (received, closed) in found.items():
            before = many.get(monday, (0, 0))
            many[monday] = before[0] + received, before[1] + closed
    monday = period.first - timedelta(period.first.weekday())
    mondays = [monday + timedelta(7 * n) for n in range((period.last - monday).days // 7 + 1)]
    return [Week(monday, *many.get(monday, (0, 0))) for monday in mondays]


def _by_what_is_closed(known: Known, period: Period) -> Iterable[Period]:
    """The period up to the last month that is closed, and what is behind that."""
    closed = [month for month in period.months() if month in known.closed]
    until = end_of_month(closed[-1]) if closed else period.first - timedelta(1)
    if closed:
        yield Period(period.first, min(until, period.last))
    if until < period.last:
        yield Period(max(until + timedelta(1), period.first), period.last)


def _weeks_are_kept(known: Known, period: Period, only: Only) -> bool:
    """Whether sums of days tell them."""
    chosen = only.chosen()
    is_whole = len(chosen) < 2 or all(month in known.whole for month in period.months())
    return is_whole and group_of(chosen, has_pairs=False) is not None


def _of_weeks(db: Session, known: Known, period: Period, only: Only
              ) -> dict[date, tuple[int, int]]:  # fmt: skip
    group = group_of(only.chosen(), has_pairs=False)
    if group is None or not _weeks_are_kept(known, period, only):
        where, values = only.conditions()
        asked = _WEEKS_OF_FACTS.format(where=where)
    else:
        where, values = rows.where_of(Need("day", (), group, only))
        asked, values = _WEEKS.format(where=where), {**values, "of": group.name}
    found = sql.run(db, asked, **period._asdict(), **values)
    return {monday: (int(received), int(closed)) for monday, received, closed in found}


_WEEKS: Final = """
    SELECT date_trunc('week', first)::date, coalesce(sum((sums ->> 'received')::int), 0),
           coalesce(sum((sums ->> 'closed')::int), 0)
    FROM fact_sums
    WHERE span = 'day' AND dimension = %(of)s AND first BETWEEN %(first)s AND %(last)s AND {where}
    GROUP BY 1
"""
_WEEKS_OF_FACTS: Final = """
    SELECT date_trunc('week', f.day)::date, count(*) FILTER (WHERE f.kind = 'received'),
           count(*) FILTER (WHERE f.kind = 'closed')
    FROM facts f
    WHERE f.kind IN ('received', 'closed') AND f.day BETWEEN %(first)s AND %(last)s AND {where}
    GROUP BY 1
"""

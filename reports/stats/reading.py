"""Numbers of any period, beside the list behind each: from kept sums where one dimension at most is
chosen, else from the facts of the period."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats import standing
from reports.stats.behind import Behind, behind
from reports.stats.kinds import DIMENSIONS, SPREADS
from reports.stats.months import closed_at, closed_months
from reports.stats.only import ALL, Only
from reports.stats.periods import Period, end_of_month
from reports.stats.remembered import remembered
from reports.stats.sums import COUNTED, TOKENS
from store import sql

__all__ = [
    "ALL", "Behind", "Numbers", "Only", "Spread", "Week", "behind", "by", "closed_months",
    "numbers", "weeks",
]  # fmt: skip


class Spread(NamedTuple):
    """How long `n` of them took, in days: a quarter, half and three quarters of them no longer than
    so; None where there are none. Within two days whole hours count, from then on whole days."""

    n: int
    lower: float | None
    median: float | None
    upper: float | None


class Numbers(NamedTuple):
    """Of a period; docs/numbers.md says what each is. `open`, `overdue` and `open_by_age` (as of
    `kinds.AGES`): at the end of its last day, or now. `push_yen`: whole yen."""

    received: int
    closed: int
    merged: int
    reopened: int
    looked: Spread
    made_safe: Spread
    fixed: Spread
    kept: int
    missed: int
    overdue: int
    rated: int
    satisfied: int
    open: int
    open_by_age: tuple[int, ...]
    by_channel: Mapping[str, int]
    pushes: int
    push_yen: int


class Week(NamedTuple):
    """From `monday` on, as far as it lies in the period."""

    monday: date
    received: int
    closed: int


def numbers(db: Session, period: Period, only: Only = ALL) -> Numbers:
    """Of all that is chosen together."""
    closed = closed_at(db)
    added = _added(db, period, only, "", closed)
    stand = standing.standing(db, period.last, only, "", closed)
    return _numbers(added.get("", Counter()), stand.get("", standing.NONE))


def by(db: Session, period: Period, only: Only, dimension: str) -> dict[str, Numbers]:
    """Of each value of one of DIMENSIONS that occurs; "": of those that have none."""
    if dimension not in DIMENSIONS:
        raise ValueError(dimension)
    closed = closed_at(db)
    added = _added(db, period, only, dimension, closed)
    stand = standing.standing(db, period.last, only, dimension, closed)
    return {
        value: _numbers(added.get(value, Counter()), stand.get(value, standing.NONE))
        for value in sorted({*added, *stand})
    }


def weeks(db: Session, period: Period, only: Only = ALL) -> list[Week]:
    """All of the period, from Monday to Sunday; the first and the last may be cut off."""
    monday, found = period.first - timedelta(period.first.weekday()), []
    closed = closed_at(db)
    months = tuple((month, closed[month]) for month in period.months() if month in closed)
    if len(months) == len(list(period.months())):
        key = "weeks", period, only, months
        many = remembered(key, lambda: _of_weeks(db, period, only))
    else:
        many = _of_weeks(db, period, only)
    while monday <= period.last:
        counted = many.get(monday, (0, 0))
        found.append(Week(monday, *counted))
        monday += timedelta(7)
    return found


def _numbers(added: Counter[str], stand: standing.Stand) -> Numbers:
    channels, spreads = {}, defaultdict[str, dict[int, int]](dict)
    for token, many in added.items():
        name, _, rest = token.partition(":")
        if name == "channel":
            channels[rest] = many
        elif rest:
            spreads[name][int(rest)] = many
    return Numbers(
        received=added["received"],
        closed=added["closed"],
        merged=added["merged"],
        reopened=added["reopened"],
        **{kind.value: _spread(spreads[kind]) for kind in SPREADS},
        kept=added["kept"],
        missed=added["missed"],
        overdue=stand.overdue,
        rated=added["rated"],
        satisfied=added["satisfied"],
        open=stand.open,
        open_by_age=stand.by_age,
        by_channel=channels,
        pushes=added["pushed"],
        push_yen=added["yen"],
    )


def _spread(hours: Mapping[int, int]) -> Spread:
    n = sum(hours.values())
    if not n:
        return Spread(0, None, None, None)
    return Spread(n, *(_within(hours, n, share) for share in (0.25, 0.5, 0.75)))


def _within(hours: Mapping[int, int], n: int, share: float) -> float:
    """So many days at most that share of them took."""
    counted = 0
    for hour in sorted(hours):
        counted += hours[hour]
        if counted >= share * n:
            return hour / 24
    raise AssertionError


def _added(
    db: Session, period: Period, only: Only, dimension: str, closed: Mapping[date, datetime]
) -> dict[str, Counter[str]]:
    """Sums by value of the dimension; all under "" without one."""
    if (kept := only.kept_by(dimension)) is None:
        where, values = only.conditions()
        value = f"f.{dimension}" if dimension else "''"
        asked = _OF_FACTS.format(value=value, where=where)
        return _summed(
            (value, {token: many})
            for value, token, many in sql.run(db, asked, **period._asdict(), **values)
        )
    of, chosen = kept[0], list(kept[1])
    months = [
        month for month in closed if period.first <= month and end_of_month(month) <= period.last
    ]
    days = _days(period, months)
    by_value = dimension != ""

    def whole() -> dict[str, Counter[str]]:
        rows = sql.run(db, _SUMS, span="month", of=of, chosen=chosen, days=months)
        return _summed((value if by_value else "", sums) for value, sums in rows)

    key = (of, *chosen), by_value, tuple((month, closed[month]) for month in months)
    found = remembered(key, whole) if months else {}
    if not days:
        return found
    rows = sql.run(db, _SUMS, span="day", of=of, chosen=chosen, days=days)
    return _summed([*found.items(), *((value if by_value else "", sums) for value, sums in rows)])


def _summed(some: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for value, sums in some:
        added = found[value]
        for token, many in sums.items():
            added[token] += int(many)
    return found


def _days(period: Period, months: Sequence[date]) -> list[date]:
    """Those of the period that are not in these months."""
    whole = set(months)
    return [
        day
        for n in range(period.days)
        if (day := period.first + timedelta(n)).replace(day=1) not in whole
    ]


def _of_weeks(db: Session, period: Period, only: Only) -> dict[date, tuple[int, int]]:
    if (kept := only.kept_by("")) is None:
        where, values = only.conditions()
        asked = _WEEKS_OF_FACTS.format(where=where)
    else:
        asked, values = _WEEKS, {"of": kept[0], "chosen": list(kept[1])}
    found = sql.run(db, asked, **period._asdict(), **values)
    return {monday: (int(received), int(closed)) for monday, received, closed in found}


_OF_FACTS: Final = f"""
    SELECT {{value}}, k.token, sum(k.many)
    FROM facts f CROSS JOIN LATERAL (VALUES {TOKENS}) AS k (token, many)
    WHERE f.kind IN ({COUNTED}) AND f.day BETWEEN %(first)s AND %(last)s AND {{where}}
      AND k.token IS NOT NULL
    GROUP BY 1, 2
"""
_CHOSEN: Final = "(%(chosen)s::text[] = '{}' OR value = ANY(%(chosen)s::text[]))"
_SUMS: Final = f"""
    SELECT value, sums FROM fact_sums
    WHERE span = %(span)s AND dimension = %(of)s AND first = ANY(%(days)s::date[]) AND {_CHOSEN}
"""
_WEEKS: Final = f"""
    SELECT date_trunc('week', first)::date, coalesce(sum((sums ->> 'received')::int), 0),
           coalesce(sum((sums ->> 'closed')::int), 0)
    FROM fact_sums
    WHERE span = 'day' AND dimension = %(of)s AND first BETWEEN %(first)s AND %(last)s
      AND {_CHOSEN}
    GROUP BY 1
"""
_WEEKS_OF_FACTS: Final = """
    SELECT date_trunc('week', f.day)::date, count(*) FILTER (WHERE f.kind = 'received'),
           count(*) FILTER (WHERE f.kind = 'closed')
    FROM facts f
    WHERE f.kind IN ('received', 'closed') AND f.day BETWEEN %(first)s AND %(last)s AND {where}
    GROUP BY 1
"""

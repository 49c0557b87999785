"""What stands open at the end of a day: kept at each month's end and now, for any other day read
from the facts of its month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.clock import today
from reports.stats.kinds import AGES, OPENS, age_of
from reports.stats.models import FactState
from reports.stats.only import Only
from reports.stats.periods import end_of_month
from reports.stats.remembered import remembered
from store import sql


class Stand(NamedTuple):
    """`by_age`: as of `kinds.AGES`."""

    open: int
    overdue: int
    by_age: tuple[int, ...]


NONE: Final = Stand(0, 0, (0,) * (len(AGES) + 1))


class At(NamedTuple):
    """The day whose end is meant, and the last day of the month whose kept facts tell it, None
    where its own days have to."""

    day: date
    kept: date | None


def at(db: Session, last: date) -> At:
    """How it is known what stands open at the end of a period, or now where that is to come."""
    if last >= today():
        state = db.get(FactState, 1)
        return At(today(), end_of_month((state and state.day) or today()))
    return At(last, last if last == end_of_month(last) else None)


def standing(
    db: Session, last: date, only: Only, dimension: str, closed: Mapping[date, datetime]
) -> dict[str, Stand]:
    """By the values of a dimension; under "" without one. `closed`: when months were."""
    when = at(db, last)
    month = when.day.replace(day=1)
    if month not in closed:
        return _standing(db, when, only, dimension)
    key = "standing", when, only, dimension, closed[month]
    return remembered(key, lambda: _standing(db, when, only, dimension))


def _standing(db: Session, when: At, only: Only, dimension: str) -> dict[str, Stand]:
    found: dict[str, list[tuple[date | None, date | None, int]]] = defaultdict(list)
    if when.kept is None:
        for value, since, deadline, many in _of_days(db, when.day, only, dimension):
            found[value].append((since, deadline, many))
    elif (kept := only.kept_by(dimension)) is None:
        where, values = only.conditions()
        value = f"f.{dimension}" if dimension else "''"
        asked = _OF_FACTS.format(value=value, where=where)
        for value, since, deadline, many in sql.run(db, asked, day=when.kept, **values):
            found[value].append((since, deadline, many))
    else:
        of, chosen = kept
        for value, sums in sql.run(db, _SUMS, of=of, chosen=list(chosen), day=when.kept):
            found[value if dimension else ""] += _days_in(sums)
    return {value: _stand(each, when.day) for value, each in found.items()}


def _days_in(sums: dict[str, Any]) -> Iterable[tuple[date | None, date | None, int]]:
    for token, many in sums.items():
        name, _, rest = token.partition(":")
        day = date.fromisoformat(rest)
        yield (day, None, int(many)) if name == "open" else (None, day, int(many))


def _stand(some: Iterable[tuple[date | None, date | None, int]], day: date) -> Stand:
    many, overdue, ages = 0, 0, [0] * (len(AGES) + 1)
    for since, deadline, each in some:
        if since is not None:
            many += each
            ages[age_of((day - since).days)] += each
        if deadline is not None and deadline < day:
            overdue += each
    return Stand(many, overdue, tuple(ages))


def _of_days(db: Session, day: date, only: Only, dimension: str) -> Iterable[Any]:
    where, values = only.conditions()
    asked = f"""
        SELECT {f"f.{dimension}" if dimension else "''"}, f.since, f.deadline, count(*)
        FROM ({ON_A_DAY}) AS f WHERE {where} GROUP BY 1, 2, 3
    """
    return sql.run(db, asked, **of_month(day), **values)


def of_month(day: date) -> dict[str, date]:
    """The values of ON_A_DAY."""
    first = day.replace(day=1)
    return {"month": first, "stood": first - timedelta(1), "day": day}


_SIGN: Final = "CASE WHEN kind IN ({}) THEN 1 ELSE -1 END".format(
    ", ".join(f"'{kind}'" for kind in ("standing", *(k for k, sign in OPENS.items() if sign > 0)))
)
ON_A_DAY: Final = f"""
    SELECT x.id, x.ticket_id, x.number, x.category, x.department, x.district, x.town, x.owner,
           x.channel, x.section, %(day)s::date AS day,
           coalesce((SELECT r.day FROM facts r
                     WHERE r.ticket_id = x.ticket_id AND r.key = 'received'), x.since, x.day)
               AS since,
           least(s.deadline, (
               SELECT min(m.day) FROM facts m
               WHERE m.ticket_id = x.ticket_id AND m.kind = 'due' AND NOT m.good
                 AND m.day BETWEEN %(month)s AND %(day)s)) AS deadline
    FROM (SELECT ticket_id, max(id) AS id,
                 CASE WHEN bool_or(kind = 'reopened') THEN NULL ELSE max(deadline) END AS deadline
          FROM facts
          WHERE kind = 'standing' AND day = %(stood)s
             OR kind IN ({", ".join(f"'{kind}'" for kind in OPENS)})
                AND day BETWEEN %(month)s AND %(day)s
          GROUP BY ticket_id HAVING sum({_SIGN}) > 0) AS s
    JOIN facts x ON x.id = s.id
"""
"""SQL: facts of those that stood open at the end of a day in the middle of its month."""
_OF_FACTS: Final = """
    SELECT {value}, f.since, f.deadline, count(*) FROM facts f
    WHERE f.kind = 'standing' AND f.day = %(day)s AND {where} GROUP BY 1, 2, 3
"""
_SUMS: Final = """
    SELECT value, sums FROM fact_sums
    WHERE span = 'standing' AND dimension = %(of)s AND first = %(day)s
      AND (%(chosen)s::text[] = '{}' OR value = ANY(%(chosen)s::text[]))
"""

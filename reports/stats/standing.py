"""What stands open at the end of a day: kept at each month's end and now, for any other day read
from the facts of its month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.clock import today
from reports.stats.asking import Ask
from reports.stats.figures import Stand
from reports.stats.groups import group_of
from reports.stats.kept import Known
from reports.stats.kinds import AGES, OPENS, age_of
from reports.stats.only import Only
from reports.stats.periods import end_of_month
from reports.stats.rows import Need, Row
from store import sql


class At(NamedTuple):
    """The day whose end is meant, and the last day of the month whose kept facts tell it, None
    where its own days have to."""

    day: date
    kept: date | None


def at(known: Known, last: date) -> At:
    """How it is known what stands open at the end of a period, or now where that is to come."""
    now = today()
    if last >= now:
        return At(now, end_of_month(known.day or now))
    return At(last, last if last == end_of_month(last) else None)


def need_of(known: Known, ask: Ask, when: At) -> Need | None:
    """The sums that tell it; None: only facts do."""
    wanted = ask.wanted
    group = group_of(wanted, has_pairs=False)
    if group is None or when.kept is None:
        return None
    if len(wanted) > 1 and when.kept.replace(day=1) not in known.whole:
        return None
    return Need("standing", (when.kept,), group, ask.only)


def standing(db: Session, ask: Ask, when: At, need: Need | None, rows: Sequence[Row]
             ) -> dict[str, Stand]:  # fmt: skip
    """By the values of its dimension; under "" without one."""
    found: dict[str, list[tuple[date | None, date | None, int]]] = defaultdict(list)
    if need is not None:
        for value, sums in rows:
            found[need.group.value(value, ask.dimension)] += _days_in(sums)
    else:
        for value, since, deadline, many in _of_facts(db, ask, when):
            found[value].append((since, deadline, many))
    return {value: _stand(each, when.day) for value, each in found.items()}


def _of_facts(db: Session, ask: Ask, when: At) -> Iterable[Any]:
    if when.kept is None:
        return _of_days(db, when.day, ask.only, ask.dimension)
    where, values = ask.only.conditions()
    asked = _OF_FACTS.format(value=f"f.{ask.dimension}" if ask.dimension else "''", where=where)
    return sql.run(db, asked, day=when.kept, **values)


def _days_in(sums: Mapping[str, Any]) -> Iterable[tuple[date | None, date | None, int]]:
    for token, many in sums.items():
        yield *_day_in(token), int(many)


@lru_cache(maxsize=8192)
def _day_in(token: str) -> tuple[date | None, date | None]:
    name, _, rest = token.partition(":")
    day = date.fromisoformat(rest)
    return (day, None) if name == "open" else (None, day)


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

"""Facts added up: day by day, month by month, and of the twelve months up to a closed one.

A sum holds, of each kind, how many ("received"); by which channel ("channel:line"); how many took
so many hours ("fixed:72"); of those that stand open how many came on which day ("open:2026-11-30"),
and whose last day in time is which ("due:2026-12-04"). By which dimensions: `groups`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from reports.stats.groups import BETWEEN, CELL, CELLED, PAIRS
from reports.stats.kinds import DIMENSIONS, HOURS, SPREADS, Kind
from reports.stats.periods import end_of_month, months_back
from store import sql


def add_up(db: Session, days: Collection[date]) -> None:
    """The sums of these days anew, from their facts; of their months as well, where these were
    whole."""
    if not days:
        return
    months = sorted({day.replace(day=1) for day in days})
    whole = sql.run(db, _WHOLE, months=months)
    for statement in (_FORGET, _DAYS, _STANDING):
        sql.run(db, statement, days=sorted(days))
    for (month,) in whole:
        _add_up_open(db, month)


def add_up_closed(db: Session, month: date) -> None:
    """Of a month that is being closed, from its days."""
    _mend_days(db, month)
    sql.run(db, _MONTH, first=month, last=end_of_month(month))
    _add_up_more(db, month)


def add_up_next(db: Session) -> int:
    """The next month whose sums are not whole; 0 where all are. A closed one only gets what it does
    not have."""
    found = sql.run(db, _NEXT).fetchone()
    if found is None:
        return 0
    month, is_closed = found
    if is_closed:
        days = _without_cells(db, month)
        for statement in (_CELLS_OF_DAYS, _CELLS_STANDING):
            sql.run(db, statement, days=days)
        sql.run(db, _CELLS_OF_MONTH, first=month, last=end_of_month(month))
        _add_up_more(db, month)
    else:
        _mend_days(db, month)
        _add_up_open(db, month)
    return 1


def _mend_days(db: Session, month: date) -> None:
    if days := _without_cells(db, month):
        for statement in (_FORGET, _DAYS, _STANDING):
            sql.run(db, statement, days=days)


def _without_cells(db: Session, month: date) -> list[date]:
    """Those of its days that a process of the version before has added up."""
    return [day for (day,) in sql.run(db, _WITHOUT, first=month, last=end_of_month(month))]


def _add_up_open(db: Session, month: date) -> None:
    sql.run(db, _OPEN_MONTH, first=month, last=end_of_month(month))
    sql.run(db, _MARK, month=month, how="open")


def _add_up_more(db: Session, month: date) -> None:
    """By two dimensions together, and of the twelve months up to this one."""
    sql.run(db, _TWO, first=month)
    sql.run(db, _YEAR, first=month, begin=months_back(month, 11))
    sql.run(db, _MARK, month=month, how="closed")


COUNTED: Final = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.STANDING)
_HOW_LONG: Final = ", ".join(f"'{kind}'" for kind in SPREADS)
_EACH: Final[Mapping[str, Sequence[str]]] = {
    "": (), **{name: (name,) for name in DIMENSIONS}, CELL: CELLED
}  # fmt: skip
"""By which dimensions facts are added up, by the names of the groups."""
_PAIRS: Final[Mapping[str, Sequence[str]]] = {"+".join(pair): pair for pair in PAIRS}
_ALONE: Final = f"ARRAY{['', *CELLED]}"
_EVERY: Final = f"ARRAY{[*_EACH]}"
"""SQL: names of groups; a walk along the index of `fact_sums` names them."""
_FORGET: Final = f"""
    DELETE FROM fact_sums
    WHERE span IN ('day', 'standing') AND dimension = ANY({_EVERY})
      AND first = ANY(%(days)s::date[])
"""
ALIKE: Final = f"""
    f.kind, CASE WHEN f.kind = 'received' THEN f.channel END AS channel_of,
    ({HOURS}) * 60 AS minutes, f.good, CASE WHEN f.kind = 'pushed' THEN f.amount END AS amount,
    f.since, f.deadline
"""
"""SQL over `facts f`: those that have these in common add the same to a sum."""
TOKENS: Final = f"""
    (CASE WHEN f.kind NOT IN ('due', {_HOW_LONG}) THEN f.kind END, 1),
    (CASE WHEN f.kind = 'received' THEN 'channel:' || f.channel_of END, 1),
    (CASE WHEN f.kind IN ({_HOW_LONG}) THEN f.kind || ':' || ({HOURS}) END, 1),
    (CASE WHEN f.kind = 'rated' AND f.good THEN 'satisfied' END, 1),
    (CASE WHEN f.kind = 'due' THEN CASE WHEN f.good THEN 'kept' ELSE 'missed' END END, 1),
    (CASE WHEN f.kind = 'pushed' THEN 'yen' END, f.amount)
"""
"""SQL over what is ALIKE of facts, as `f`: what each adds to a sum, and how much."""
STANDING: Final = "('open:' || f.since, 1), ('due:' || f.deadline, 1)"


def _sets(groups: Mapping[str, Sequence[str]], *more: str) -> str:
    """SQL: each of these groups, with more columns."""
    return ", ".join(f"({', '.join([*names, *more])})" for names in groups.values())


def _names(groups: Mapping[str, Sequence[str]], columns: Sequence[str]) -> str:
    """SQL: rows of a group's name and what `grouping` of these columns says of it."""
    bits = {
        name: sum(1 << n for n, each in enumerate(reversed(columns)) if each not in names)
        for name, names in groups.items()
    }
    return ", ".join(f"('{name}', {mask})" for name, mask in bits.items())


_ALL: Final = ", ".join(DIMENSIONS)


def _sums(
    span: str, kinds: str, tokens: str, groups: Mapping[str, Sequence[str]], after: str = ""
) -> str:
    alike = "day", "kind", "channel_of", "minutes", "good", "amount", "since", "deadline"
    return f"""
        INSERT INTO fact_sums (span, dimension, first, value, sums)
        SELECT '{span}', g.name, day, value, jsonb_object_agg(token, many) FROM (
            SELECT f.mask, f.day, f.value, k.token, sum(k.many * f.n) AS many
            FROM (SELECT grouping({_ALL}) AS mask, concat_ws('{BETWEEN}', {_ALL}) AS value,
                         {", ".join(alike)}, count(*) AS n
                  FROM (SELECT {", ".join(f"f.{name}" for name in DIMENSIONS)}, f.day, {ALIKE}
                        FROM facts f
                        WHERE f.kind IN ({kinds}) AND f.day = ANY(%(days)s::date[])) AS f
                  GROUP BY GROUPING SETS ({_sets(groups, *alike)})) AS f
            CROSS JOIN LATERAL (VALUES {tokens}) AS k (token, many)
            WHERE k.token IS NOT NULL
            GROUP BY f.mask, f.day, f.value, k.token) AS added
        JOIN (VALUES {_names(groups, DIMENSIONS)}) AS g (name, mask) ON g.mask = added.mask
        GROUP BY g.name, day, value {after}
    """


def _month(which: str, after: str) -> str:
    return f"""
        INSERT INTO fact_sums (span, dimension, first, value, sums)
        SELECT 'month', dimension, %(first)s::date, value, jsonb_object_agg(token, many) FROM (
            SELECT s.dimension, s.value, k.key AS token, sum(k.value::numeric) AS many
            FROM fact_sums s CROSS JOIN LATERAL jsonb_each_text(s.sums) AS k
            WHERE s.span = 'day' AND s.dimension = ANY({which})
              AND s.first BETWEEN %(first)s AND %(last)s
            GROUP BY s.dimension, s.value, k.key) AS added
        GROUP BY dimension, value
        ON CONFLICT (span, dimension, first, value) DO {after}
    """


_KEEP: Final = "ON CONFLICT (span, dimension, first, value) DO NOTHING"
_DAYS: Final = _sums("day", COUNTED, TOKENS, _EACH)
_STANDING: Final = _sums("standing", "'standing'", STANDING, _EACH)
_CELLS_OF_DAYS: Final = _sums("day", COUNTED, TOKENS, {CELL: CELLED}, _KEEP)
_CELLS_STANDING: Final = _sums("standing", "'standing'", STANDING, {CELL: CELLED}, _KEEP)
_MONTH: Final = _month(_EVERY, "UPDATE SET sums = excluded.sums")
_OPEN_MONTH: Final = _month(_ALONE, "UPDATE SET sums = excluded.sums")
_CELLS_OF_MONTH: Final = _month(f"ARRAY['{CELL}']", "NOTHING")
_SIX: Final = ", ".join(CELLED)
_SPLIT: Final = ", ".join(
    f"split_part(s.value, '{BETWEEN}', {n + 1}) AS {name}" for n, name in enumerate(CELLED)
)
_TWO: Final = f"""
    INSERT INTO fact_sums (span, dimension, first, value, sums)
    SELECT 'month', g.name, %(first)s::date, value, jsonb_object_agg(token, many) FROM (
        SELECT grouping({_SIX}) AS mask, concat_ws('{BETWEEN}', {_SIX}) AS value, token,
               sum(many) AS many
        FROM (SELECT {_SPLIT}, k.key AS token, k.value::numeric AS many
              FROM fact_sums s CROSS JOIN LATERAL jsonb_each_text(s.sums) AS k
              WHERE s.span = 'month' AND s.dimension = '{CELL}' AND s.first = %(first)s) AS f
        GROUP BY GROUPING SETS ({_sets(_PAIRS, "token")})) AS added
    JOIN (VALUES {_names(_PAIRS, CELLED)}) AS g (name, mask) ON g.mask = added.mask
    GROUP BY g.name, value
    {_KEEP}
"""
_YEAR: Final = f"""
    INSERT INTO fact_sums (span, dimension, first, value, sums)
    SELECT 'year', dimension, %(first)s::date, value, jsonb_object_agg(token, many) FROM (
        SELECT s.dimension, s.value, k.key AS token, sum(k.value::numeric) AS many
        FROM fact_sums s CROSS JOIN LATERAL jsonb_each_text(s.sums) AS k
        WHERE s.span = 'month' AND s.dimension = ANY({_ALONE})
          AND s.first BETWEEN %(begin)s AND %(first)s
        GROUP BY s.dimension, s.value, k.key) AS added
    GROUP BY dimension, value
    {_KEEP}
"""
_WHOLE: Final = """
    SELECT month FROM fact_added WHERE how = 'open' AND month = ANY(%(months)s::date[])
"""
_MARK: Final = """
    INSERT INTO fact_added (month, how) VALUES (%(month)s, %(how)s)
    ON CONFLICT (month) DO UPDATE SET how = excluded.how
"""
_WITHOUT: Final = f"""
    SELECT DISTINCT s.first FROM fact_sums s
    WHERE s.span IN ('day', 'standing') AND s.dimension = ''
      AND s.first BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (SELECT FROM fact_sums c WHERE c.span = s.span AND c.dimension = '{CELL}'
                      AND c.first = s.first)
"""
_NEXT: Final = """
    WITH months AS (
        SELECT DISTINCT date_trunc('month', first)::date AS month FROM fact_sums
        WHERE span IN ('day', 'standing') AND dimension = '')
    SELECT m.month, c.month IS NOT NULL FROM months m
    LEFT JOIN fact_months c ON c.month = m.month LEFT JOIN fact_added a ON a.month = m.month
    WHERE a.how IS NULL OR c.month IS NOT NULL AND a.how = 'open'
    ORDER BY m.month DESC LIMIT 1
"""

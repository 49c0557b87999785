"""Facts added up, day by day, and month by month once a month is closed.

A sum holds, of each kind, how many ("received"); by which channel ("channel:line"); how many took
so many hours ("fixed:72"); of those that stand open how many came on which day ("open:2026-11-30"),
and whose last day in time is which ("due:2026-12-04").
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from reports.stats.kinds import DIMENSIONS, HOURS, SPREADS, Kind
from store import sql


def add_up(db: Session, days: Collection[date]) -> None:
    """The sums of these days anew, from their facts."""
    if days:
        for statement in (_FORGET, _DAYS, _STANDING):
            sql.run(db, statement, days=sorted(days))


def add_up_month(db: Session, first: date, last: date) -> None:
    """Of a month that is closed, from its days."""
    sql.run(db, _MONTH, first=first, last=last)


COUNTED: Final = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.STANDING)
_HOW_LONG: Final = ", ".join(f"'{kind}'" for kind in SPREADS)
_VALUES: Final = ", ".join(f"('{name}', f.{name})" for name in DIMENSIONS)
_EACH: Final = f"CROSS JOIN LATERAL (VALUES ('', ''), {_VALUES}) AS d (dimension, value)"
_FORGET: Final = """
    DELETE FROM fact_sums WHERE span IN ('day', 'standing') AND first = ANY(%(days)s::date[])
"""


def _sums(span: str, kinds: str, tokens: str) -> str:
    return f"""
        INSERT INTO fact_sums (span, dimension, first, value, sums)
        SELECT '{span}', dimension, day, value, jsonb_object_agg(token, many) FROM (
            SELECT d.dimension, f.day, d.value, k.token, sum(k.many) AS many
            FROM facts f {_EACH}
            CROSS JOIN LATERAL (VALUES {tokens}) AS k (token, many)
            WHERE f.kind IN ({kinds}) AND f.day = ANY(%(days)s::date[]) AND k.token IS NOT NULL
            GROUP BY d.dimension, f.day, d.value, k.token) AS added
        GROUP BY dimension, day, value
    """


TOKENS: Final = f"""
    (CASE WHEN f.kind NOT IN ('due', {_HOW_LONG}) THEN f.kind END, 1),
    (CASE WHEN f.kind = 'received' THEN 'channel:' || f.channel END, 1),
    (CASE WHEN f.kind IN ({_HOW_LONG}) THEN f.kind || ':' || ({HOURS}) END, 1),
    (CASE WHEN f.kind = 'rated' AND f.good THEN 'satisfied' END, 1),
    (CASE WHEN f.kind = 'due' THEN CASE WHEN f.good THEN 'kept' ELSE 'missed' END END, 1),
    (CASE WHEN f.kind = 'pushed' THEN 'yen' END, f.amount)
"""
"""SQL over `facts f`: what each adds to a sum, and how much."""
_DAYS: Final = _sums("day", COUNTED, TOKENS)
STANDING: Final = "('open:' || f.since, 1), ('due:' || f.deadline, 1)"
_STANDING: Final = _sums("standing", "'standing'", STANDING)
_MONTH: Final = """
    INSERT INTO fact_sums (span, dimension, first, value, sums)
    SELECT 'month', dimension, %(first)s::date, value, jsonb_object_agg(token, many) FROM (
        SELECT s.dimension, s.value, k.key AS token, sum(k.value::numeric) AS many
        FROM fact_sums s CROSS JOIN LATERAL jsonb_each_text(s.sums) AS k
        WHERE s.span = 'day' AND s.first BETWEEN %(first)s AND %(last)s
        GROUP BY s.dimension, s.value, k.key) AS added
    GROUP BY dimension, value
    ON CONFLICT (span, dimension, first, value) DO UPDATE SET sums = excluded.sums
"""

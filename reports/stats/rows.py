"""Rows of kept sums, for all that is asked at a time in one statement."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats.groups import BETWEEN, Group
from reports.stats.only import Only
from store import sql

Row = tuple[str, Mapping[str, Any]]
"""A value of the group, and its sums."""


class Need(NamedTuple):
    """Sums of these first days by a group, of what is meant only."""

    span: str
    firsts: tuple[date, ...]
    group: Group
    only: Only


def read(db: Session, needs: Iterable[Need]) -> dict[Need, list[Row]]:
    """One statement, or none where nothing is needed."""
    wanted = [need for need in dict.fromkeys(needs) if need.firsts]
    selects: list[str] = []
    values: dict[str, Any] = {}
    by_name: list[dict[str, Need]] = []
    for alike in _alike(wanted):
        n = len(selects)
        by_name.append({need.group.name: need for need in alike})
        where, more = where_of(alike[0], f"_{n}")
        selects.append(_SELECT.format(n=n, where=where))
        values |= more
        values |= {f"span_{n}": alike[0].span, f"firsts_{n}": list(alike[0].firsts)}
        values[f"names_{n}"] = [*by_name[n]]
    found: dict[Need, list[Row]] = {need: [] for need in wanted}
    if selects:
        for n, name, value, sums in sql.run(db, " UNION ALL ".join(selects), **values):
            found[by_name[n][name]].append((value, sums))
    return found


def _alike(needs: Sequence[Need]) -> Iterable[list[Need]]:
    """Those that only differ by the name of their group are one SELECT."""
    found: dict[Hashable, list[Need]] = {}
    for need in needs:
        key = need.span, need.firsts, need.only, where_of(need)[0]
        found.setdefault(key, []).append(need)
    return found.values()


def where_of(need: Need, end: str = "") -> tuple[str, dict[str, list[str]]]:
    """SQL over `fact_sums` for what is meant, and its values, whose names end so."""
    chosen = need.only.chosen()
    if not chosen:
        return "true", {}
    parts = need.group.parts
    if set(parts) == set(chosen):
        each = [BETWEEN.join(one) for one in product(*(chosen[name] for name in parts))]
        return f"value = ANY(%(whole{end})s::text[])", {f"whole{end}": each}
    conditions = [
        f"split_part(value, '{BETWEEN}', {need.group.place(name) + 1})"
        f" = ANY(%({name}{end})s::text[])"
        for name in chosen
    ]
    return " AND ".join(conditions), {f"{name}{end}": [*some] for name, some in chosen.items()}


_SELECT: Final = """
    SELECT {n}, dimension, value, sums FROM fact_sums
    WHERE span = %(span_{n})s AND dimension = ANY(%(names_{n})s::text[])
      AND first = ANY(%(firsts_{n})s::date[]) AND {where}
"""

"""What is asked, and of what it is answered: what is remembered, kept sums, or facts."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats import figures, remembered
from reports.stats.figures import Tally
from reports.stats.groups import Group, group_of
from reports.stats.kept import Known, parts_of
from reports.stats.only import ALL, Only
from reports.stats.periods import Period
from reports.stats.rows import Need, Row
from reports.stats.sums import ALIKE, COUNTED, TOKENS
from store import sql


class Ask(NamedTuple):
    """Numbers of a period: of all that is meant together, or of each value of a `dimension`."""

    period: Period
    only: Only = ALL
    dimension: str = ""

    @property
    def wanted(self) -> frozenset[str]:
        """The dimensions that are to be told apart."""
        return frozenset({*self.only.chosen(), self.dimension} - {""})


class Way(NamedTuple):
    """How an ask is answered. `closed`: tallies of its closed months where they are remembered,
    else kept under `key`, made of `closed_needs`; `needs`: rows of all other days; `facts`: days of
    which only facts know."""

    ask: Ask
    key: Hashable | None
    closed: Mapping[str, Tally] | None
    closed_needs: tuple[Need, ...]
    needs: tuple[Need, ...]
    facts: tuple[date, ...]

    def all_needs(self) -> list[Need]:
        return [*(self.closed_needs if self.closed is None else ()), *self.needs]


def way_of(known: Known, ask: Ask) -> Way:
    """Where its sums are."""
    wanted = ask.wanted
    parts = parts_of(known, ask.period, wanted)
    of_closed: tuple[Need, ...] = ()
    key: Hashable | None = None
    if parts.closed:
        group = group_of(wanted, has_pairs=True)
        assert group
        of_closed = (
            Need("year", parts.years, group, ask.only),
            Need("month", parts.months, group, ask.only),
        )
        key = "closed", ask.only, ask.dimension, known.stamps(parts.closed)
    of_days = group_of(wanted, has_pairs=False)
    needs = (
        (Need("month", parts.open, of_days, ask.only), Need("day", parts.days, of_days, ask.only))
        if of_days
        else ()
    )
    return Way(ask, key, remembered.recall(key), of_closed, needs, parts.facts)


def tallies(db: Session, way: Way, rows: Mapping[Need, list[Row]]) -> Mapping[str, Tally]:
    """By value of its dimension; nobody may change them."""
    closed = way.closed
    if closed is None:
        closed = _added(way.ask, way.closed_needs, rows)
        remembered.keep(way.key, closed)
    others = _added(way.ask, way.needs, rows)
    if way.facts:
        figures.add(others, _of_facts(db, way.ask, way.facts))
    if not others:
        return closed
    return figures.together([closed, others]) if closed else others


def _added(ask: Ask, needs: Iterable[Need], rows: Mapping[Need, list[Row]]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for need in needs:
        figures.add(found, _named(ask, need.group, rows.get(need, [])))
    return found


def _named(ask: Ask, group: Group, rows: Iterable[Row]) -> Iterable[Row]:
    return ((group.value(value, ask.dimension), sums) for value, sums in rows)


def _of_facts(db: Session, ask: Ask, days: tuple[date, ...]) -> Iterable[Row]:
    where, values = ask.only.conditions()
    asked = _OF_FACTS.format(value=f"f.{ask.dimension}" if ask.dimension else "''", where=where)
    for value, token, many in sql.run(db, asked, days=list(days), **values):
        yield value, {token: many}


_OF_FACTS: Final = f"""
    SELECT f.value, k.token, sum(k.many * f.n)
    FROM (SELECT {{value}} AS value, {ALIKE}, count(*) AS n FROM facts f
          WHERE f.kind IN ({COUNTED}) AND f.day = ANY(%(days)s::date[]) AND {{where}}
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) AS f
    CROSS JOIN LATERAL (VALUES {TOKENS}) AS k (token, many)
    WHERE k.token IS NOT NULL
    GROUP BY 1, 2
"""

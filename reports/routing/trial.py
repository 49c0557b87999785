"""A changed routing table tried on past tickets: what would move from whom to whom."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.categories import Category
from reports.routing.choose import Case, Reason, Rule, first_match
from store import sql

Progress = Callable[[int, int], None]


class Move(NamedTuple):
    """A ticket that would be another's. Departments by key, None: 担当課未定; lon/lat EPSG:4326.

    Rules by their number: `rule_before`, of `version_before`, is what decided then.
    """

    number: str
    lon: float
    lat: float
    before: str | None
    after: str | None
    rule_before: int | None
    version_before: int | None
    rule_after: int | None


@dataclass(slots=True)
class Trial:
    """What a table would have done with the tickets received since some moment.

    `looked_at` = `unchanged` + `by_hand` + how many `moves`. `by_hand`: people decided or a
    department passed it on, whatever the table says. `days`: how many tickets would have another
    deadline, by (business days now, then), whether they move or not. `last`: the id of the ticket
    after which it goes on.
    """

    moves: list[Move] = field(default_factory=list)
    looked_at: int = 0
    unchanged: int = 0
    by_hand: int = 0
    days: Counter[tuple[int, int]] = field(default_factory=Counter)
    last: int = 0

    @property
    def matrix(self) -> Mapping[tuple[str | None, str | None], int]:
        """How many would move, by (from, to), the most first."""
        return dict(Counter((move.before, move.after) for move in self.moves).most_common())

    def told(self, names: Mapping[str, str]) -> dict[str, Any]:
        """As a page shows it. A department is its key, "" for 担当課未定; of `names` those go along
        that are met.
        """
        matrix = [(one or "", other or "", count) for (one, other), count in self.matrix.items()]
        met = {key for one, other, _ in matrix for key in (one, other) if key}
        return {
            "looked_at": self.looked_at,
            "unchanged": self.unchanged,
            "by_hand": self.by_hand,
            "days": self.days.total(),
            "matrix": matrix,
            "names": {key: names.get(key, key) for key in sorted(met)},
            "moves": [
                move._asdict() | {"before": move.before or "", "after": move.after or ""}
                for move in self.moves
            ],
        }

    def to_json(self) -> dict[str, Any]:
        """As JSON, so that another process may go on."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        days = [[*pair, count] for pair, count in self.days.items()]
        return counts | {"moves": self.moves, "days": days}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        moves = [Move(*move) for move in kept["moves"]]
        days = Counter({(now, then): count for now, then, count in kept["days"]})
        return cls(moves=moves, days=days, **{name: kept[name] for name in _COUNTS})


def try_rules(
    db: Session,
    rules: Sequence[Rule],
    since: datetime,
    progress: Progress = lambda done, total: None,
) -> Trial:
    """Decide every ticket received since then anew, by the facts that are kept with it.

    Tickets are compared with where they are today. What no table decides (no road near, two owners
    as near) stays. `progress` hears how many of how many are done. Nothing is written.
    """
    trial, total = begin(db, since)
    progress(0, total)
    for _ in go_on(db, rules, since, trial):
        progress(trial.looked_at, max(total, trial.looked_at))
    return trial


def begin(db: Session, since: datetime) -> tuple[Trial, int]:
    """A trial that has looked at nothing yet, and how many tickets there are to look at."""
    total, before_first = db.execute(_HOW_MANY, {"since": since}).one()
    return Trial(last=before_first), total


def go_on(db: Session, rules: Sequence[Rule], since: datetime, trial: Trial) -> Iterator[None]:
    """Some more tickets with each step, until all are looked at."""
    decide = _Deciding(db, rules)
    for page in _pages(db, since, trial.last):
        for row in page:
            _look(trial, row, decide)
        trial.last = page[-1].id
        yield


class _Past(NamedTuple):
    """A ticket as it was decided, as of `_PAGE`."""

    id: int
    number: str
    category: str
    owner: str | None
    district: str | None
    urgent: bool
    received_at: datetime
    rules_version: int | None
    deadline_days: int | None
    department: str | None
    reason: str | None
    rule: str | None
    lon: float
    lat: float


class _Deciding:
    """The table with what it needs to know of the city, once for all tickets."""

    def __init__(self, db: Session, rules: Sequence[Rule]) -> None:
        self._rules, self._known = rules, dict[tuple[Any, ...], Rule | None]()
        self._in_hours = cache(profile.in_hours(profile.profile(db)))
        self._categories = profile.categories(db)

    def rule(self, row: _Past) -> Rule | None:
        """By a ticket's facts; those of the same facts and the same minute are looked up once."""
        in_hours = self._in_hours(row.received_at.replace(second=0, microsecond=0))
        facts = row.category, row.district, row.urgent, in_hours
        case = *facts, row.owner
        if case not in self._known:
            self._known[case] = first_match(self._rules, Case(*facts), str(row.owner))
        return self._known[case]

    def days(self, rule: Rule | None, row: _Past) -> int:
        category: Category = self._categories[row.category]
        if rule is None or rule.deadline_days is None:
            return category.days(urgent=row.urgent)
        return rule.deadline_days


def _look(trial: Trial, row: _Past, decide: _Deciding) -> None:
    trial.looked_at += 1
    if row.reason in _BY_PEOPLE:
        trial.by_hand += 1
        return
    if row.reason not in _BY_TABLE or row.owner is None:
        trial.unchanged += 1
        return
    rule = decide.rule(row)
    days = decide.days(rule, row)
    if row.deadline_days not in (None, days):
        trial.days[row.deadline_days, days] += 1
    after = rule.department if rule else None
    if after == row.department:
        trial.unchanged += 1
        return
    trial.moves.append(
        Move(
            row.number,
            row.lon,
            row.lat,
            row.department,
            after,
            int(row.rule) if row.rule and row.rule.isdecimal() else None,
            row.rules_version,
            rule.order if rule else None,
        )
    )


def _pages(db: Session, since: datetime, after: int) -> Iterator[Sequence[_Past]]:
    asked = {"since": since, "most": _PAGE_SIZE}
    while rows := [_Past(*row) for row in sql.run(db, _PAGE, after=after, **asked)]:
        yield rows
        after = rows[-1].id


_COUNTS: Final = ("looked_at", "unchanged", "by_hand", "last")
_PAGE_SIZE: Final = 1_000
_BY_TABLE: Final = (Reason.RULE, Reason.NO_RULE)
_BY_PEOPLE: Final = (
    Reason.BY_HAND,
    Reason.NOT_OURS,
    Reason.TO_AND_FRO,
    Reason.BROUGHT_BACK,
)
_HOW_MANY: Final = text("""
    SELECT count(*), coalesce(min(id) - 1, 0) FROM tickets
    WHERE received_at >= :since AND routed_at IS NOT NULL
""")
_PAGE: Final = """
    SELECT t.id, t.number, t.category, t.owner, t.district, t.urgent, t.received_at,
           t.rules_version, t.deadline_days, d.key AS department,
           t.why ->> 'reason' AS reason, t.why ->> 'rule' AS rule,
           ST_X(t.place) AS lon, ST_Y(t.place) AS lat
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    WHERE t.received_at >= %(since)s AND t.routed_at IS NOT NULL AND t.id > %(after)s
    ORDER BY t.id LIMIT %(most)s
"""

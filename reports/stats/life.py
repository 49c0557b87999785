"""A ticket's life as facts: which of them there are, and on which local days. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from reports.stats.kinds import SATISFIED, Kind
from reports.stats.periods import end_of_month, next_month
from reports.tickets.status import OPEN, Status, status_of


class Line(NamedTuple):
    """What its history tells: `at` on the city's clocks; `by_city`: of staff, a crew or a
    contractor; `stars` of a rating."""

    at: datetime
    by_city: bool
    before: str | None
    after: str | None
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket as it stands; `deadline`: where one counts, `is_paused`: it stands still. Moments on
    the city's clocks."""

    received_at: datetime
    status: str
    deadline: date | None
    is_paused: bool
    lines: Sequence[Line]


class Told(NamedTuple):
    """A fact of it: fields as of `Fact`."""

    kind: Kind
    day: date
    key: str
    minutes: int | None = None
    amount: int | None = None
    good: bool | None = None
    since: date | None = None
    deadline: date | None = None


def facts_of(life: Life, today: date) -> list[Told]:
    """All that its history and its row tell, as it stands on this day. A duplicate that was parted
    within the month counts as none; days to a repair begin anew when it is reopened."""
    read = _Reading(life, today)
    for line in life.lines:
        read.line(line)
    return [*read.told, *read.due(), *read.standing()]


class _Reading:
    def __init__(self, life: Life, today: date) -> None:
        self.life, self.today = life, today
        self.received = life.received_at.date()
        self.begun = life.received_at
        self.told = [Told(Kind.RECEIVED, self.received, "received")]
        self.spells: list[tuple[date, date | None]] = []
        self.open_since: date | None = self.received
        self.ended_on: date | None = None
        self.ends = self.reopenings = self.merges = self.ratings = 0
        self.is_looked = self.is_safe = False

    def line(self, line: Line) -> None:
        if line.by_city and not self.is_looked:
            self.is_looked = True
            self._tell(Kind.LOOKED, line, "looked", since=self.life.received_at)
        if line.stars is not None:
            good = line.stars >= SATISFIED
            told = Told(Kind.RATED, line.at.date(), f"rated:{self.ratings}", None, line.stars, good)
            self.told.append(told)
            self.ratings += 1
        if line.after is not None:
            self._moved(line, status_of(line.after))

    def _moved(self, line: Line, to: Status) -> None:
        was_open = self.open_since is not None
        if to in OPEN and not was_open:
            self._opens(line)
        if to is Status.MADE_SAFE and not self.is_safe:
            self.is_safe = True
            self._tell(Kind.MADE_SAFE, line, f"made_safe:{self.reopenings}", since=self.begun)
        if to not in OPEN and was_open:
            self._ends(line, to)

    def _opens(self, line: Line) -> None:
        day = line.at.date()
        if self.told and line.before == Status.MERGED:
            key = f"merged:{self.merges - 1}"
            merged = next((each for each in self.told if each.key == key), None)
            if merged and end_of_month(merged.day) == end_of_month(day):
                self.told.remove(merged)
                if self.spells:
                    self.open_since, _ = self.spells.pop()
                    self.ended_on = None
                    return
            self.told.append(Told(Kind.PARTED, day, f"parted:{self.merges - 1}"))
        else:
            self.reopenings += 1
            self.begun, self.is_safe = line.at, False
            self.told.append(Told(Kind.REOPENED, day, f"reopened:{self.reopenings}"))
        self.open_since, self.ended_on = day, None

    def _ends(self, line: Line, to: Status) -> None:
        day = line.at.date()
        if to is Status.MERGED:
            self.told.append(Told(Kind.MERGED, day, f"merged:{self.merges}"))
            self.merges += 1
        else:
            if to is Status.FIXED:
                self._tell(Kind.FIXED, line, f"fixed:{self.reopenings}", since=self.begun)
            self._tell(Kind.CLOSED, line, f"closed:{self.reopenings}", since=self.begun)
        assert self.open_since
        self.spells.append((self.open_since, day))
        self.open_since, self.ended_on = None, day

    def _tell(self, kind: Kind, line: Line, key: str, *, since: datetime) -> None:
        minutes = max(0, int((line.at - since) / timedelta(minutes=1)))
        self.told.append(Told(kind, line.at.date(), key, minutes))

    def due(self) -> Iterator[Told]:
        """Of the deadline that it has now: kept on the day it was met, missed on its own."""
        last, key = self.life.deadline, f"due:{self.reopenings}"
        if last is None:
            return
        if self.ended_on is None:
            if not self.life.is_paused and self.today > last:
                yield Told(Kind.DUE, last, key, good=False)
        elif self.ended_on > last:
            yield Told(Kind.DUE, last, key, good=False)
        elif status_of(self.life.status) is not Status.MERGED:
            yield Told(Kind.DUE, self.ended_on, key, good=True)

    def standing(self) -> Iterator[Told]:
        """At the end of each month in which it stood open, and of this one while it does."""
        spells: list[tuple[date, date | None]] = [*self.spells]
        if self.open_since is not None:
            spells.append((self.open_since, None))
        last = None if self.life.is_paused else self.life.deadline
        for begun, ended in spells:
            month_end = end_of_month(begun)
            until = ended or next_month(self.today)
            while month_end < until:
                yield self._stands(month_end, last)
                month_end = end_of_month(next_month(month_end))

    def _stands(self, day: date, last: date | None) -> Told:
        minutes = (day - self.received).days * 1440
        return Told(
            Kind.STANDING, day, f"standing:{day}", minutes, since=self.received, deadline=last
        )

"""Which backups stay: the newest of each of so many days, weeks and months. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Keep(NamedTuple):
    """So many days, weeks and months of which one stays."""

    days: int
    weeks: int
    months: int


def keep_in(words: str) -> Keep:
    """Of BACKUP_KEEP, which was checked: "14d 5w 3m"."""
    many = {each[-1]: int(each[:-1]) for each in words.replace(",", " ").split()}
    return Keep(many.get("d", 0), many.get("w", 0), many.get("m", 0))


def stay(moments: Sequence[datetime], keep: Keep, now: datetime) -> set[datetime]:
    """Of these (all in the city's time), those that stay; the newest always does.

    A day, week or month without a backup costs none of those that are kept.
    """
    oldest_first = sorted(moments)
    if not oldest_first:
        return set()
    periods: list[tuple[int, Callable[[datetime], object]]] = [
        (keep.days, lambda at: at.date()),
        (keep.weeks, lambda at: at.isocalendar()[:2]),
        (keep.months, lambda at: (at.year, at.month)),
    ]
    kept = {oldest_first[-1]}
    for many, period in periods:
        newest = {period(at): at for at in oldest_first if at <= now + timedelta(days=1)}
        kept.update(sorted(newest.values())[-many:] if many else ())
    return kept

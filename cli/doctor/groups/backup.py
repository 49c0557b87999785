"""Backups: whether any is made, how old the newest is, and whether one was read through lately."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.looks import Check
from reports.backup.last import last
from store.database import transaction

OLD: Final = timedelta(hours=26)
"""One is made each day; from TOO_OLD on it is wrong."""
TOO_OLD: Final = timedelta(days=3)
READ_WITHIN: Final = timedelta(days=40)
"""Once a month somebody has one read from end to end (docs/running/each-month.md)."""

_ITS_OWN: Final = ("BACKUP_URL", "BACKUP_PUBLIC_KEY")


def _backups(asked: Asked) -> Iterator[Finding]:
    with transaction() as db:
        if not db.execute(text("SELECT to_regclass('backups')")).scalar():
            return
        seen = last(db)
    if not seen.wanted:
        yield warning(
            "backup.newest",
            "BACKUP_URL がないので、バックアップは作られません",
            "no BACKUP_URL: no backup is made",
            asked.to_set("BACKUP_URL=s3://…", "BACKUP_PUBLIC_KEY=age1…"),
        )
        return
    yield _newest(asked, seen.age)
    if seen.age is not None:
        yield _read(asked, seen.verified)


def _newest(asked: Asked, age: timedelta | None) -> Finding:
    if age is None:
        ja, en = "バックアップがまだありません", "there is no backup yet"
        return wrong("backup.newest", ja, en, asked.to_back_up())
    hours = age.total_seconds() / 3600
    ja = f"最新のバックアップは {hours:,.0f} 時間前のものです"
    en = f"the newest backup is {hours:,.0f} h old"
    if age <= OLD:
        return right("backup.newest", ja, en, hours=round(hours, 1))
    level = wrong if age > TOO_OLD else warning
    return level("backup.newest", ja, en, asked.to_back_up(), hours=round(hours, 1))


def _read(asked: Asked, since: timedelta | None) -> Finding:
    days = None if since is None else since.days
    if since is not None and since <= READ_WITHIN:
        ja, en = f"{days} 日前に読み通しました", f"one was read through {days} days ago"
        return right("backup.verified", ja, en, days=days)
    ja = "読み通したバックアップがありません" if days is None else f"{days} 日読み通していません"
    en = "no backup was ever read through" if days is None else f"none was read for {days} days"
    return warning("backup.verified", ja, en, f"{asked.michi} backup verify", days=days)


CHECKS: Final = (Check("backup.newest", _backups, ("DATABASE_URL", "database", *_ITS_OWN)),)

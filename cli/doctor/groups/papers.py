"""What is counted and issued: the key that signs records, closed months, the monthly report."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning
from cli.doctor.looks import Check
from reports.city.clock import begin_of, today
from reports.documents.monthly import versions
from reports.records import keys
from reports.stats import months
from reports.stats.periods import next_month
from store.database import transaction

LATE: Final = timedelta(days=1)
"""After the hour at which a month is closed, or a report was asked for."""


def _record_key(asked: Asked) -> Iterator[Finding]:
    with transaction() as db:
        sealed = keys.sealed_by(db)
    name = "papers.record_key"
    if sealed is keys.SealedBy.NONE_YET:
        yield right(name, "経緯書はまだ発行していません", "no record was issued yet")
    elif sealed is keys.SealedBy.TODAYS:
        yield right(name, "経緯書に署名できます", "records can be signed")
    elif sealed is keys.SealedBy.FORMER:
        yield warning(
            name,
            "経緯書の鍵は、前の SECRET_KEY で封がしてあります",
            "the key of records is sealed with the SECRET_KEY before",
            f"{asked.michi} secrets reseal",
        )
    else:
        yield warning(
            name,
            "経緯書の鍵を、この SECRET_KEY では開けません。次の発行で新しい鍵になります",
            "this SECRET_KEY does not open the key of records: the next one gets a new key",
            asked.to_set("SECRET_KEYS_ALSO=…(前の鍵 / the one before)")
            + f"\n{asked.michi} secrets reseal",
        )


def _counted(asked: Asked) -> Iterator[Finding]:
    name, now = "papers.counted", datetime.now(UTC)
    with transaction() as db:
        counting, month = months.is_counting(db), months.open_from(db)
    if counting:
        yield not_seen(name, "まだ数えています", "tickets are still being counted")
        return
    late = month and begin_of(next_month(month)) + months.CLOSED_AFTER + LATE < now
    if late:
        ja, en = f"{month:%Y-%m} がまだ締まっていません", f"{month:%Y-%m} is not closed yet"
        yield warning(name, ja, en, asked.to_start("clock"), month=str(month))
    else:
        yield right(name, "終わった月は締まっています", "months that are over are closed")


def _monthly(asked: Asked) -> Iterator[Finding]:
    name, last = "papers.monthly", (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    with transaction() as db:
        run = versions.last_run(db, last)
    waits = run and run.state == "waiting" and run.asked_at + LATE < datetime.now(UTC)
    if run and (run.state == "failed" or waits):
        ja, en = f"{last:%Y-%m} の月報ができていません", f"no report of {last:%Y-%m} was made"
        yield warning(name, ja, en, asked.to_start("files"), month=str(last), state=run.state)
    else:
        yield right(name, "月報に失敗はありません", "no monthly report has failed")


_DATABASE: Final = ("DATABASE_URL", "database")
CHECKS: Final = (
    Check("papers.record_key", _record_key, (*_DATABASE, "SECRET_KEY")),
    Check("papers.counted", _counted, _DATABASE),
    Check("papers.monthly", _monthly, _DATABASE),
)

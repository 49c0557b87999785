"""`michi migrate --check`: which migrations wait, what each will lock and for about how long."""

from collections.abc import Iterator
from typing import Final

import typer

from migrations.expands import MARK
from migrations.forecast import Forecast, Lock, forecasts
from migrations.schema import one_at_a_time, owned
from store import schema
from store.database import transaction

LONG_SECONDS: Final = 1.0
"""So long nobody minds to wait."""


def check() -> int:
    """Says it. 0: nothing waits, or all of it can be done beside running processes; else 1."""
    with transaction() as db:
        there = schema.version(db)
    if there == "" or there >= schema.needed():
        typer.echo(f"✓ {'空のデータベースです / the database is empty' if not there else _NONE}")
        return 0
    with one_at_a_time(), owned() as owner, owner.connect() as connection:
        found = forecasts(connection)
    typer.echo(f"{there} → {schema.needed()}: {len(found)} 件が待っています / migrations wait")
    for one in found:
        for line in _lines(one):
            typer.echo(line)
    warned = [word for one in found for word in _warnings(one)]
    for word in warned:
        typer.echo(f"⚠ {word}", err=True)
    if not warned:
        typer.echo(f"✓ {_BESIDE}")
    return 1 if warned else 0


def _lines(one: Forecast) -> Iterator[str]:
    yield f"\n{one.revision} {one.title}"
    yield from (f"  − {what}" for what in one.contracts)
    if not one.contracts and one.by != "untried":
        yield "  + 加えるだけ / only adds"
    yield from (f"  {table}: {_lock(lock)}" for table, lock in one.locks.items())
    if one.rows:
        yield f"  {one.rows:,} 行を書く / rows are written"
    by = _BY[one.by] + (f" ({_WHY.get(one.why, one.why)})" if one.why else "")
    yield f"  {one.seconds:.2f} 秒 / s: {by}"


def _lock(lock: Lock) -> str:
    more = [words for is_so, words in ((lock.rewrites, _REWRITES), (lock.scans, _SCANS)) if is_so]
    return "、".join([f"{lock.mode} {lock.seconds:.2f} 秒 / s、{_MODES[lock.mode]}", *more])


def _warnings(one: Forecast) -> Iterator[str]:
    if one.by == "untried":
        yield f"{one.revision}: {_UNTRIED}"
    if one.keeps_waiting > LONG_SECONDS:
        yield f"{one.revision}: {_LONG.format(one.keeps_waiting)}"
    if one.contracts:
        yield f"{one.revision}: {_CONTRACTS}{one.mark or _UNMARKED}"


_NONE: Final = "待っている移行はありません / no migration waits"
_BESIDE: Final = (
    "動いているプロセスのそばで michi migrate を実行できます / michi migrate can run beside the"
    " processes of the version before"
)
_BY: Final = {
    "measured": "実測(取り消し済み) / measured, and rolled back",
    "estimated": "索引の時間は行数からの見積もり / the index's time is estimated by rows",
    "untried": "試していません / not tried",
}
_WHY: Final = {
    "time": "試す時間を使い切った / no time to try is left",
    "before": "その前が試せなかった / the one before could not be tried",
    "55P03": "表が使われている: 55P03 / a table is in use",
    "57014": "2 秒を超えた: 57014 / more than 2 s",
}
_MODES: Final = {
    "AccessExclusiveLock": "その間、読み書きとも待つ / who reads or writes waits",
    "ExclusiveLock": "その間、書き込みが待つ / who writes waits",
    "ShareRowExclusiveLock": "その間、書き込みが待つ / who writes waits",
    "ShareLock": "その間、書き込みが待つ / who writes waits",
    "ShareUpdateExclusiveLock": "だれも待たない / nobody waits",
}
_REWRITES: Final = "表を書き直す / the table is rewritten"
_SCANS: Final = "表を全部読む / all of the table is read"
_UNTRIED: Final = (
    "ここからは試せませんでした。表が使われているか、時間がかかります。静かな時間に実行してください"
    " / could not be tried from here on: a table is in use, or it takes long. Choose a quiet hour"
)
_LONG: Final = (
    "{0:.1f} 秒待たせます。静かな時間に / keeps people waiting for {0:.1f} s: a quiet hour"
)
_CONTRACTS: Final = (
    "前の版のプロセスをすべて止めてから / once no process of the version before runs: "
)
_UNMARKED: Final = f"{MARK} の説明がありません / it is not marked as contracting"

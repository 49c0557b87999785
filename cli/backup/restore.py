"""`michi restore`: a backup is put into an empty machine."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.backup.commands import Id
from cli.backup.shown import Progress, said

if TYPE_CHECKING:
    from reports.audit.verify import Verified
    from reports.backup.put_back import PutBack, Source
    from store.backup.seal import Identities
    from workers.restored import Settled


def restore(
    key: Annotated[
        Path, typer.Option("--key", help="The file of age-keygen with the private key.")
    ],
    id: Id = "",
    at: Annotated[
        str, typer.Option(help="A moment of the city's clock, such as '2026-12-02 14:30:00'.")
    ] = "",
    nothing_since: Annotated[
        bool,
        typer.Option(
            "--nothing-since",
            help="Every process was stopped before the backup was made: what waits is said then.",
        ),
    ] = False,
) -> None:
    """Put a backup into an empty database and photo store; compare rows and hashes; see that
    nobody is told twice and that whoever was erased since is erased again."""
    from migrations.schema import migrate
    from reports.backup import erased
    from reports.backup.put_back import put_back
    from settings import needed
    from store.backup.seal import identities
    from store.backup.target import erasings, target
    from workers.restored import settle

    needed()
    progress = Progress()
    with said():
        keys, place = identities(key), target()
        name, opened = _source(id, at, keys, progress)
        entries = [*erased.listed(erasings())]
        erased.refuse_shortened(erasings(), place)
        with opened as source:
            done = put_back(place, source, keys, progress)
        progress.end()
        with _or_begin_again():
            migrate()
            settled = settle(name, done.moment, entries, nothing_since=nothing_since)
    _print(name, done, settled, _verified())
    raise typer.Exit(1 if done.differences or done.missing else 0)


@contextmanager
def _or_begin_again() -> Iterator[None]:
    """What fails after the rows are there leaves a database that would tell people things again."""
    try:
        yield
    except BaseException:
        typer.echo(
            "✗ 途中で止まりました。このデータベースでは何も起動せず、空のデータベースを作り直して、"
            "もう一度実行してください / it has stopped midway: start nothing on this database, make"
            " an empty one and begin again",
            err=True,
        )
        raise


def _source(
    id: str, at: str, keys: "Identities", progress: Progress
) -> "tuple[str, AbstractContextManager[Source]]":
    from reports.backup.put_back import of_backup, of_moment
    from reports.backup.verify import chosen
    from store.backup.target import target

    place = target()
    if at:
        moment = _moment(at)
        return moment.isoformat(), of_moment(place, moment, keys, progress)
    chosen_one = chosen(place, id)
    return chosen_one.id, nullcontext(of_backup(place, chosen_one, keys))


def _moment(words: str) -> datetime:
    """Where it says no zone, it is the city's."""
    from reports.city.clock import zone

    try:
        told = datetime.fromisoformat(words)
    except ValueError:
        raise typer.BadParameter("--at '2026-12-02 14:30:00'") from None
    return told if told.tzinfo else told.replace(tzinfo=zone())


def _verified() -> "Verified":
    from reports.audit.verify import verify
    from store.database import transaction

    with transaction() as db:
        return verify(db)


def _print(name: str, done: "PutBack", settled: "Settled", log: "Verified") -> None:
    for table, many in sorted(done.counts.items()):
        if table in done.differences:
            was, now = done.differences[table]
            print(f"✗ {table}\t{was} ≠ {now}")
        elif many:
            print(f"✓ {table}\t{many}")
    print(
        f"✓ 写真 {done.photos + done.known}、ハッシュはすべて同じ / {done.photos + done.known}"
        f" photos, every hash the same ({done.known} were there)"
    )
    for missing in done.missing:
        print(f"✗ {missing}: バックアップにありません / not in the backup")
    print(f"✓ もう一度消去した人・ことば: {settled.erased} / erased again: {settled.erased}")
    print(
        f"✓ もう言わないもの: LINE {settled.messages}、メール {settled.mails}、"
        f"仕事 {settled.tasks}、"
        f"届いたことば {settled.events} / not said again: {settled.messages} messages,"
        f" {settled.mails} mails, {settled.tasks} tasks, {settled.events} events:"
        " `michi backup unsure`"
    )
    ended = settled.sessions
    print(f"✓ サインインはすべて終わり: {ended} / every session has ended: {ended}")
    mark = "✗" if log.faults else "✓"
    print(f"{mark} 監査ログ / audit log: {log.rows} rows, {len(log.faults)} faults")
    print(f"✓ {name} を戻しました / was put back")

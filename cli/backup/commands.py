"""Making backups, looking at them, and what a restore has left to people."""

from pathlib import Path
from typing import Annotated

import typer

from cli.backup.shown import Progress, said, size

backup = typer.Typer(
    invoke_without_command=True,
    help="A copy of the whole elsewhere, sealed to a public key: docs/running/backup.md.",
)
Id = Annotated[str, typer.Argument(help="As `michi backup list` names it; usually the newest.")]
Key = Annotated[
    Path | None, typer.Option("--key", help="The file of age-keygen with the private key.")
]


@backup.callback()
def make(asked: typer.Context) -> None:
    """Make one now: the database of this moment and the photos that it names."""
    if asked.invoked_subcommand is not None:
        return
    from reports.backup.make import make
    from settings import needed

    needed("database_url", "photo_store_url", "secret_key", "backup_url", "backup_public_key")
    progress = Progress()
    with said():
        made = make(progress)
    progress.end()
    photos = made.photos
    print(
        f"✓ バックアップ {made.id}: データベース {size(made.database.bytes)}、"
        f"写真 {photos['count']}(新しく {photos['copied']}) / backup {made.id}: database"
        f" {size(made.database.bytes)}, {photos['count']} photos, {photos['copied']} of them copied"
    )
    if photos["missing"]:
        typer.echo(
            f"⚠ 写真の置き場にないファイルが {photos['missing']} あります / {photos['missing']}"
            " files that the database names are not in the photo store",
            err=True,
        )


@backup.command("list")
def show() -> None:
    """Every backup: id, moment, version, schema, size, photos; ✗ where it is not as it was signed.
    Ends with 1 where there is none that is good."""
    from reports.city.clock import local
    from store.backup import Damaged, manifest
    from store.backup.target import target

    with said():
        place, good = target(), 0
        for id in manifest.ids(place):
            try:
                one = manifest.read(place, id)
            except Damaged as wrong:
                print(f"✗ {id}\t{wrong}")
                continue
            good += 1
            at = f"{local(one.at):%Y-%m-%d %H:%M:%S}"
            print(
                f"✓ {id}",
                at,
                one.version,
                one.schema,
                size(one.bytes),
                one.photos["count"],
                sep="\t",
            )
    if not good:
        typer.echo("✗ 使えるバックアップがありません / there is no good backup", err=True)
        raise typer.Exit(1)


@backup.command()
def verify(id: Id = "", key: Key = None) -> None:
    """Read all of it and compare every hash; with --key open it too. Ends with 1 where a piece is
    missing or not as it was written."""
    from datetime import UTC, datetime

    from reports.backup import last
    from reports.backup.verify import chosen, verify
    from store.backup.seal import identities
    from store.backup.target import target
    from store.database import transaction

    progress = Progress()
    with said():
        place = target()
        found = verify(place, chosen(place, id), identities(key) if key else None, progress)
    progress.end()
    for fault in found.faults:
        typer.echo(f"✗ {fault}", err=True)
    how = ("開いて", "opened") if found.opened else ("封のまま", "sealed as they are")
    if found.faults:
        raise typer.Exit(1)
    with transaction() as db:
        last.verified(db, found.manifest.id, datetime.now(UTC))
    print(
        f"✓ {found.manifest.id}: データベースと写真 {found.photos} を{how[0]}確かめました"
        f" / the database and {found.photos} photos are as they were written ({how[1]})"
    )


@backup.command()
def base() -> None:
    """Copy the whole cluster, for `michi restore --at`; WAL must be archived from then on."""
    from store.backup import bases
    from store.backup.target import target

    with said():
        made = bases.make(target())
    print(
        f"✓ クラスターの写し {made.id}: {size(made.piece.bytes)} / copy of the cluster {made.id}:"
        f" {size(made.piece.bytes)}, from WAL {made.first} on"
    )


@backup.command()
def wal() -> None:
    """Bring the WAL that PostgreSQL has put into BACKUP_WAL_FOLDER to where backups lie."""
    from store.backup import bases
    from store.backup.target import target

    with said():
        sent = bases.send_wal(target())
    print(f"✓ WAL {sent}")


@backup.command()
def unsure(
    done: Annotated[
        bool, typer.Option("--done", help="All were looked at: list them no more.")
    ] = False,
) -> None:
    """What waited when a backup was made and may have been said since: for people to look at."""
    from reports.city.clock import local
    from reports.outbox import perhaps_said
    from store.database import transaction

    with transaction() as db:
        if done:
            many = perhaps_said.looked_at(db)
            print(f"✓ {many} 件を確認済みにしました / {many} were looked at")
            return
        words, letters = perhaps_said.perhaps_said(db), perhaps_said.perhaps_mailed(db)
    for what, all in (("LINE", words), ("mail", letters)):
        for one in all:
            at = f"{local(one.written_at):%Y-%m-%d %H:%M}"
            print(
                what,
                one.id,
                at,
                ",".join(one.kinds),
                ",".join(one.tickets) or "-",
                one.department,
                sep="\t",
            )

"""Open data at the command line: what is published, a month anew, files saved and checked."""

from pathlib import Path
from typing import Annotated

import typer

open_data = typer.Typer(
    no_args_is_help=True, help="公開データ / Open data: months, their versions and files."
)
Month = Annotated[str, typer.Argument(help="月 / The month: 2026-11.")]


@open_data.command("list")
def list_all() -> None:
    """公開した月と版 / Months and versions, the newest first, with tabs between."""
    from reports.documents.open_data import changes, versions
    from reports.documents.open_data.months import written
    from store.database import transaction

    with transaction() as db:
        found = versions.published(db)
    for one in found:
        print(
            written(one.month),
            one.version,
            f"{one.made_at:%Y-%m-%dT%H:%M:%SZ}",
            one.figures["rows"],
            one.digest,
            changes.words(one.note)[0],
            sep="\t",
        )


@open_data.command()
def make(month: Month) -> None:
    """月を作り直す / Make a month anew, now; says which version it is. 違いがなければ版はできない /
    Where nothing is other than before there is no new one."""
    from reports.city.clock import today
    from reports.documents.open_data import versions
    from reports.documents.open_data.months import month_of
    from store.database import transaction
    from workers.open_data import make_open_data

    day = month_of(month)
    if day is None or day >= today().replace(day=1):
        raise typer.BadParameter("2026-11 のような、終わった月 / a month that is over: 2026-11")
    with transaction() as db:
        run_id = versions.ask(db, day, by=None, key=None, task=False)
    write = make_open_data(run_id)
    if write is not None:
        with transaction() as db:
            write(db)
    with transaction() as db:
        run = versions.run_of(db, run_id)
    if run is None or run.state not in ("done", "same"):
        raise SystemExit("✗ 作れませんでした(ログを参照) / It could not be made: see the log")
    if run.version is None:
        print(f"{month}\t変わりなし / as before")
    else:
        print(f"{month}\t第{run.version}版 / version {run.version}")


@open_data.command()
def verify() -> None:
    """保存したファイルのハッシュを確かめる / Whether every file still has its SHA-256."""
    import hashlib

    from reports.documents.open_data import versions
    from reports.documents.open_data.forms import kept_name
    from store.database import transaction

    with transaction() as db:
        found = versions.published(db)
    others = 0
    for one in found:
        for form, file in one.files.items():
            digest = hashlib.sha256()
            for piece in versions.pieces(one.id, form):
                digest.update(piece)
            if digest.hexdigest() != file.sha256:
                others += 1
                print(f"✗ {kept_name(one.month, one.version, form)}")
    if others:
        raise SystemExit(1)
    print(f"✓ {sum(len(one.files) for one in found)} ファイル / files")


@open_data.command()
def save(
    month: Month,
    to: Annotated[Path, typer.Argument(help="フォルダー / The folder.")] = Path(),
    version: Annotated[int, typer.Option(help="版 / The version; usually the newest.")] = 0,
) -> None:
    """ファイルを保存する / Save a month's files; says where."""
    from reports.documents.open_data import versions
    from reports.documents.open_data.forms import kept_name
    from reports.documents.open_data.months import month_of
    from store.database import transaction

    day, found = month_of(month), None
    if day is not None:
        with transaction() as db:
            found = versions.version_of(db, day, version) if version else versions.newest(db, day)
    if found is None:
        raise typer.BadParameter("そのデータはありません / there is no such data")
    for form in found.files:
        path = to / kept_name(found.month, found.version, form)
        with path.open("xb") as file:
            for piece in versions.pieces(found.id, form):
                file.write(piece)
        print(path)

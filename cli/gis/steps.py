"""The steps of `michi load`: open, ask what is not clear, read, show, and only then write."""

import getpass
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.prompt import Confirm, Prompt
from sqlalchemy.orm import Session

from cli.gis import shown
from cli.gis.options import How
from geo.gis_import import columns as which_columns
from geo.gis_import import gis_files, one_file, sketch, staging, versions
from geo.gis_import.facts import Wanted
from geo.gis_import.one_file import Preview
from geo.gis_import.selection import Values
from geo.gis_import.systems import system_of
from geo.kinds import Kind, as_points
from store.database import burst, transaction

Transactions = Callable[[], AbstractContextManager[Session]]


def load_file(
    console: Console,
    kind: Kind,
    how: How,
    given: Mapping[str, str],
    *,
    where: Values,
    only: Sequence[str] | None = None,
    owner_map: Mapping[str, str] | None = None,
    owner_is: str | None = None,
    other_owner: str | None = None,
    tolerances: Mapping[str, float] | None = None,
) -> None:
    """`given`: field → column; `only`: keys. Raises BadFile; then nothing was written."""
    opened = gis_files.opened(how.file, layer=how.layer, encoding=how.encoding)
    with opened as file, burst(keeps=True) as begin:
        kind = as_points(kind, file.geometry)
        columns = _columns(console, kind, file.columns, given, ("owner",) if owner_is else ())
        wanted = Wanted(
            kind=kind,
            columns=columns,
            only=_only(file.columns, columns, where, only or ()),
            system=system_of(file.crs, how.crs),
            owner_map=owner_map or {},
            owner_is=owner_is,
            other_owner=other_owner,
            tolerances=tolerances or {},
            swap=how.swap,
            drop_far=how.drop_far,
            drop_nameless=how.drop_nameless,
            elsewhere=how.elsewhere,
        )
        shown.show_file(console, file, wanted.system.name)
        try:
            _look_and_write(console, file, wanted, how, begin)
        finally:
            with begin() as db:
                staging.end(db)


def take_back(console: Console, kind: Kind, *, to_nothing: bool, yes: bool) -> None:
    """The version before, once somebody has agreed to it. Raises BadFile, and Exit where nobody
    could be asked."""
    with transaction() as db:
        change = versions.way_back(db, kind, to_nothing=to_nothing)
        shown.show_change(console, change)
        seen = change.ids
    if not yes and not _on_terminal(console):
        console.print("まだ戻していません。--yes で戻します / not done yet: --yes does it")
        raise typer.Exit(1)
    if not yes and not Confirm.ask("戻しますか / go back?", console=console, default=False):
        console.print("戻しませんでした / not done")
        return
    with transaction() as db:
        layer = versions.undo(db, kind, to_nothing=to_nothing, seen=seen)
        console.print(
            f"[green]✓[/green] {layer.kind}: {escape(layer.source or '(なし)')}、"
            f"{layer.rows:,}行に戻しました / is in use again"
        )


def _look_and_write(
    console: Console,
    file: gis_files.GisFile,
    wanted: Wanted,
    how: How,
    begin: Transactions,
) -> None:
    preview = _staged(console, file, wanted, begin)
    with _picture(console, how, wanted.kind) as picture:
        if picture:
            with begin() as db:
                sketch.draw(db, preview.box, picture)
        shown.show_preview(console, preview, picture)
        if not how.yes and not _on_terminal(console):
            console.print(
                "まだ書きこんでいません。--yes で書きこみます / nothing written: --yes writes"
            )
            return
        ask = "書きこみますか / write?"
        if not how.yes and not Confirm.ask(ask, console=console, default=False):
            console.print("書きこみませんでした / nothing written")
            return
    with begin() as db:
        rows = one_file.write(db, preview, source=file.name, loaded_by=getpass.getuser())
    console.print(
        f"[green]✓[/green] {wanted.kind.name}: {rows:,}行を書きこみました / written."
        f" もとに戻す / back: michi load undo {wanted.kind.name}"
    )


@contextmanager
def _picture(console: Console, how: How, kind: Kind) -> Iterator[Path | None]:
    """Where it was asked for; else for as long as somebody looks at it before answering."""
    if how.picture or how.yes or not _on_terminal(console):
        yield how.picture
        return
    with TemporaryDirectory(prefix="michi-") as folder:
        yield Path(folder) / f"{kind.name}.png"


def _staged(
    console: Console,
    file: gis_files.GisFile,
    wanted: Wanted,
    begin: Transactions,
) -> Preview:
    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*parts, console=console, transient=True) as bar, begin() as db:
        task = bar.add_task("読んでいます / reading", total=file.rows)
        return one_file.stage(db, file, wanted, lambda rows: bar.update(task, completed=rows))


def _only(
    there: tuple[str, ...], columns: Mapping[str, str], where: Values, keys: Sequence[str]
) -> Values:
    """By column: `--where`, and `--only` of the keys' column. Raises BadFile."""
    only = dict(where)
    for column in only:
        which_columns.demand_column("--where", column, there)
    if keys:
        column = columns.get("key") or columns["name"]
        only[column] = [*only.get(column, ()), *keys]
    return only


def _columns(
    console: Console,
    kind: Kind,
    there: tuple[str, ...],
    given: Mapping[str, str],
    answered: tuple[str, ...],
) -> dict[str, str]:
    """Field → column: given, of the same name, or asked for where somebody sits at a terminal."""
    found = which_columns.told(kind, given, there)
    asked = which_columns.still_open(kind, found, there, answered=answered)
    if not _on_terminal(console):
        which_columns.demand(asked, there)
        return found
    if asked:
        console.print(f"列 / columns: {escape(', '.join(there))}")
    for question in asked:
        field = question.fields[0]
        words = f"{_FIELDS[field]} の列 / column of {field}"
        choices = [*there, *([""] if question.optional else [])]
        default = "" if question.optional else question.guess
        answer = Prompt.ask(
            words, console=console, choices=choices, default=default, show_choices=False
        )
        if answer:
            found[field] = answer
    return found


_FIELDS: Final = {
    "name": "名前", "key": "キー(管理番号)", "name_en": "英語名", "ref": "路線番号",
    "owner": "道路管理者", "class": "種別", "id": "もとのファイルの番号",
}  # fmt: skip


def _on_terminal(console: Console) -> bool:
    return console.is_terminal and typer.get_text_stream("stdin").isatty()

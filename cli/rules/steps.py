"""The steps of `michi rules`: read, check, show what differs, ask, and only then switch on."""

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.prompt import Confirm
from sqlalchemy.orm import Session

from cli.rules import shown
from reports.city.clock import now, zone
from reports.routing import versions
from reports.routing.checks import check
from reports.routing.choose import Rule
from reports.routing.csv import read, write
from reports.routing.diff import differences
from reports.routing.table import RefusedTable
from reports.routing.trial import try_rules
from reports.routing.versions import NoSuchTable, TableOvertaken
from store.database import transaction

LOOKED_AT_DAYS: Final = 90
console = Console()


def export(file: Path | None, version: int | None) -> None:
    """A version as CSV with a byte-order mark, to the screen without a file; None: that in use."""
    with _refusals():
        with transaction() as db:
            table = write(_lines(db, version)).encode()
        if file is None:
            typer.echo(table, nl=False)
        else:
            file.write_bytes(table)


def use_file(file: Path, *, note: str, by: str, yes: bool) -> None:
    """All or nothing: without a yes not even a draft stays."""
    who = by or getpass.getuser()

    def switch_on(db: Session, seen: int | None) -> int:
        made = versions.draft(db, new, by=who, note=note or file.name, based_on=seen)
        return versions.switch_on(db, made, by=who, seen=seen)

    with _refusals():
        with transaction() as db:
            new = _looked_at(db, file)
        _use(new, switch_on, yes)


def use_version(version: int, *, by: str, yes: bool) -> None:
    """A draft, or an older version once more."""
    who = by or getpass.getuser()
    with _refusals():
        with transaction() as db:
            lines = versions.rules(db, version)
        _use(
            lines,
            lambda db, seen: versions.switch_on(db, version, by=who, seen=seen),
            yes,
        )


def list_versions() -> None:
    """The newest first."""
    with transaction() as db:
        shown.show_versions(console, versions.versions(db))


def show(version: int | None) -> None:
    """One version in the city's words."""
    with _refusals(), transaction() as db:
        shown.show_rules(console, _lines(db, version), versions.known(db))


def check_file(file: Path) -> None:
    """Whether it can be used."""
    with _refusals(), transaction() as db:
        console.print(f"[green]✓[/green] {len(_looked_at(db, file))}行。使えます / can be used")


def try_file(file: Path, *, since: datetime | None, csv: Path | None, picture: Path | None) -> None:
    """Tickets since that day in the city's time, by facts that are kept with them."""
    first = since or now() - timedelta(days=LOOKED_AT_DAYS)
    first = first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=zone())
    with _refusals(), transaction() as db:
        new, known = _looked_at(db, file), versions.known(db)
        with shown.progress() as progress:
            trial = try_rules(db, new, first, progress)
        shown.show_trial(console, trial, known, first)
        if csv:
            shown.write_moves(csv, trial, known)
        if picture and trial.moves:
            shown.draw_moves(db, picture, trial, known)


def _lines(db: Session, version: int | None) -> Sequence[Rule]:
    return versions.live_rules(db).lines if version is None else versions.rules(db, version)


def _looked_at(db: Session, file: Path) -> list[Rule]:
    """The rules of a file; what is only worth saying is said. Raises RefusedTable."""
    known = versions.known(db)
    found = read(file.read_bytes(), known)
    versions.demand(found, known)
    shown.show_findings(console, check(found, known))
    return found


def _use(new: Sequence[Rule], switch_on: Callable[[Session, int | None], int], yes: bool) -> None:
    with transaction() as db:
        seen = versions.live_rules(db)
        found = differences(seen.lines, new)
        if found:
            shown.show_differences(console, found, versions.known(db))
    if not found:
        console.print("使用中の表と違いはありません / no difference to the table in use")
        return
    if not _agreed(yes):
        return
    with transaction() as db:
        now = switch_on(db, seen.version)
    console.print(f"[green]✓[/green] 第{now}版を使い始めました / version {now} is in use")


def _agreed(yes: bool) -> bool:
    if yes:
        return True
    if not (console.is_terminal and typer.get_text_stream("stdin").isatty()):
        console.print("まだ変えていません。--yes で使い始めます / nothing changed: --yes does it")
        return False
    question = "この表を使い始めますか / use it from now on?"
    if Confirm.ask(question, console=console, default=False):
        return True
    console.print("変えませんでした / nothing changed")
    return False


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except RefusedTable as refused:
        shown.show_findings(console, refused.findings)
        raise typer.Exit(1) from refused
    except OSError as away:
        console.print(
            f"[red]✗[/red] {escape(str(away.filename))}: 書けません / cannot be written"
            f" ({away.strerror})"
        )
        raise typer.Exit(1) from away
    except NoSuchTable as unknown:
        console.print(f"[red]✗[/red] 第{unknown}版はありません / no such version")
        raise typer.Exit(1) from unknown
    except TableOvertaken as overtaken:
        console.print(
            f"[red]✗[/red] その間に第{overtaken}版が使い始められました。もう一度見てください"
            " / overtaken by another version: look again"
        )
        raise typer.Exit(1) from overtaken

"""`michi rules`: the routing table out to a file, checked, tried on past tickets, and in again."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

rules = typer.Typer(no_args_is_help=True, help="The routing table: who works on what.")

Table = Annotated[Path, typer.Argument(help="CSV", exists=True, dir_okay=False, readable=True)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Switch on without asking.")]
By = Annotated[str, typer.Option(help="Who; else the name signed in here.")]


@rules.command("export")
def export_table(
    file: Annotated[Path | None, typer.Argument(help="Else to the screen.")] = None,
    version: Annotated[int | None, typer.Option(help="An older version.")] = None,
) -> None:
    """The table in use as CSV, for Excel."""
    from cli.rules import steps

    steps.export(file, version)


@rules.command("import")
def import_table(
    file: Table,
    note: Annotated[str, typer.Option(help="Why, for whoever reads the versions.")] = "",
    by: By = "",
    yes: Yes = False,
) -> None:
    """Use this table from now on: checked, compared with the one in use, and asked about."""
    from cli.rules import steps

    steps.use_file(file, note=note, by=by, yes=yes)


@rules.command("versions")
def list_versions() -> None:
    """Every version: who made it, and since when it is in use."""
    from cli.rules import steps

    steps.list_versions()


@rules.command()
def show(
    version: Annotated[int | None, typer.Argument(help="Else the one in use.")] = None,
) -> None:
    """One version, line by line."""
    from cli.rules import steps

    steps.show(version)


@rules.command()
def check(file: Table) -> None:
    """What is wrong with a table: 0 when it can be used."""
    from cli.rules import steps

    steps.check_file(file)


@rules.command("try")
def try_table(
    file: Table,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Tickets received since; else for 90 days."),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Where to list every move.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to draw a map (PNG).")] = None,
) -> None:
    """What would move from whom to whom, by past tickets. Nothing is changed."""
    from cli.rules import steps

    steps.try_file(file, since=since, csv=csv, picture=picture)


@rules.command()
def switch(
    version: Annotated[int, typer.Argument(help="A draft, or a version to go back to.")],
    by: By = "",
    yes: Yes = False,
) -> None:
    """Use this version from now on. An older one comes back as a new version of the same lines."""
    from cli.rules import steps

    steps.use_version(version, by=by, yes=yes)

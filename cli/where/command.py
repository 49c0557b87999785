"""`michi where`: where a place is, whose road it is and who would get a report; writes nothing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from geo.kinds import BadFile
from geo.points import NoPosition

errors = Console(stderr=True, soft_wrap=True)


def where(
    lon: Annotated[str | None, typer.Argument(help="Longitude, in degrees.")] = None,
    lat: Annotated[str | None, typer.Argument(help="Latitude, in degrees.")] = None,
    category: Annotated[
        str | None, typer.Option(help="Of this category alone, by its key.", metavar="KEY")
    ] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="As if it were urgent.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    file: Annotated[
        Path | None,
        typer.Option("--csv", help="Many places: columns lon, lat (経度, 緯度)."),
    ] = None,
    to: Annotated[Path | None, typer.Option("-o", "--output", help="Instead of printing.")] = None,
) -> None:
    """Area, town, road, owner, department and rule of a place, without making a ticket."""
    if (file is None) == (lat is None) or (file and lon):
        raise typer.BadParameter("LON LAT か --csv FILE / give LON LAT, or --csv FILE")
    from cli.where import file as rows
    from cli.where import shown  # the database is not for every command
    from reports.routing.preview import NoSuchCategory

    how = rows.How(category, urgent, as_json, to)
    try:
        if file:
            wrong = rows.answer(file, how, errors)
            raise typer.Exit(1 if wrong else 0)
        shown.show(lon or "", lat or "", how)
    except (BadFile, NoPosition, NoSuchCategory) as refused:
        errors.print(f"[red]✗[/red] {escape(str(refused))}")
        raise typer.Exit(1) from refused

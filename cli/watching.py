"""`michi watching`: the files that Prometheus and Grafana want of us."""

from pathlib import Path
from typing import Annotated

import typer


def watching(
    folder: Annotated[Path, typer.Argument(help="フォルダー / where to put them")],
    book: Annotated[
        str, typer.Option(help="警報の手引きの場所 / where the alerts' links lead")
    ] = "docs/running/alerts.md",
) -> None:
    """Prometheus の警報と Grafana の画面を書き出す / Write the alert rules and the dashboard."""
    from watching.files import write

    try:
        for file in write(folder, book):
            typer.echo(file)
    except OSError as wrong:
        why = wrong.strerror or type(wrong).__name__
        typer.echo(f"✗ {folder} に書けません({why}) / cannot be written to: {why}", err=True)
        raise typer.Exit(1) from wrong

"""A city's own files in: the whole folder, or one part of it alone."""

from pathlib import Path

import typer
from rich.console import Console

console = Console()


def load_city(folder: Path) -> None:
    """Load a city's areas, roads, departments, categories and rules from one folder."""
    from geo.gis_import.city_files import BadFile
    from reports.load_city import load_city
    from store.database import transaction

    try:
        with transaction() as db:
            counts = load_city(db, folder)
    except BadFile as bad:
        console.print(f"[red]{bad}[/red]")
        raise typer.Exit(1) from bad
    console.print(", ".join(f"{count} {what}" for what, count in counts.items()))

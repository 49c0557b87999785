"""`michi line`: the city's account at LINE."""

from pathlib import Path
from typing import Annotated

import typer

line = typer.Typer(no_args_is_help=True, help="The city's account at LINE.")


@line.command("setup")
def set_up(
    font: Annotated[Path | None, typer.Option(help="The font of the menu's picture.")] = None,
    set_webhook: Annotated[
        bool, typer.Option("--set-webhook", help="Enter PUBLIC_URL/line/webhook at LINE.")
    ] = False,
) -> None:
    """Put up the rich menu in every language and check the channel: 0 when all is right."""
    from rich.console import Console

    from bot.line.setup import checkup, fonts, menus
    from settings import needed

    needed("line_channel_access_token", "public_url", "line_api_url", "line_data_api_url")
    console = Console()
    try:
        with console.status("メニューの絵を描く / drawing the menu"):
            wanted = menus.drawn(font)
    except (fonts.NoFont, ValueError) as undrawable:
        console.print(f"[red]✗[/red] {undrawable}")
        raise typer.Exit(1) from undrawable
    findings: list[checkup.Finding] = []
    for step in checkup.steps(wanted, set_webhook=set_webhook):
        with console.status(step.name):
            findings += checkup.look(step)
        if not findings[0].right:  # without the token LINE tells nothing more
            break
    console.print(checkup.as_table(findings))
    raise typer.Exit(0 if all(finding.right for finding in findings) else 1)

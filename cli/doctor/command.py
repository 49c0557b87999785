"""`michi doctor`: each thing that an installation stands on, how it is, and what to type."""

import sys
from typing import Annotated

import typer


def doctor(
    only: Annotated[
        str, typer.Option("--only", help="このグループだけ / one group alone, such as redis")
    ] = "",
    as_data: Annotated[
        bool, typer.Option("--json", help="プログラム用の JSON / JSON for programs")
    ] = False,
    mail_to: Annotated[
        str, typer.Option(help="この宛先に1通送ってみる / send one mail there")
    ] = "",
) -> None:
    """この Michi を診て、悪いところと、打つコマンドを言う / Look at everything that this
    installation stands on, and say what is wrong and what to type: 1 where something is wrong."""
    from rich.console import Console

    from cli.doctor.asked import one_by_one, secrets_of
    from cli.doctor.findings import GROUPS, Level, worst
    from cli.doctor.looks import checks
    from cli.doctor.rounds import go_round
    from cli.doctor.shown import as_json, show, without
    from store.logs import beside_the_answer

    if only and only not in GROUPS:
        raise typer.BadParameter(f"--only: {', '.join(GROUPS)}")
    with (
        beside_the_answer(),
        one_by_one(mail_to) as asked,
        Console(stderr=True).status("見ています / looking") as status,
    ):
        found = go_round(
            checks(), asked, only, lambda names: status.update(f"[dim]{'  '.join(names)}[/]")
        )
        found = without(secrets_of(asked.settings), found)
    if as_data:
        typer.echo(as_json(found))
    else:
        show(found, Console(highlight=False))
    sys.stdout.flush()
    raise typer.Exit(1 if worst(found) is Level.WRONG else 0)
